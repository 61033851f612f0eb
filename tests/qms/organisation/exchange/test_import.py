"""Importing the organisation: typed lists, whole workbooks, what is wrong, what changes, and nothing by halves."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from tests.core.tabular.files import csv_bytes, workbook
from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.core.actions import System
from yantar.core.models import JournalEntry, User
from yantar.core.problems import Problem, Refused
from yantar.core.tabular import Cancelled
from yantar.core.tabular.report import Report
from yantar.engine.requisites import inn_check_digits
from yantar.qms.organisation import exchange
from yantar.qms.organisation.models import Authority, AuthorityVersion, Reorganisation, Role, Site, Unit, UnitVersion
from yantar.qms.organisation.models.validity import BEGINNING

ON = date(2026, 11, 23)

MINISTRIES = (
    "Министерство финансов", "Министерство здравоохранения", "Министерство образования", "Министерство социальной политики",
    "Министерство по культуре и туризму", "Министерство спорта", "Министерство молодёжной политики", "Министерство сельского хозяйства",
    "Министерство природных ресурсов и экологии", "Министерство развития инфраструктуры",
    "Министерство строительства и жилищно-коммунального хозяйства",
    "Министерство градостроительной политики", "Министерство экономического развития, промышленности и торговли",
    "Министерство цифровых технологий и связи", "Министерство по муниципальному развитию и внутренней политике",
    "Министерство регионального контроля (надзора)",
)  # fmt: skip
OTHERS = (
    "Конкурсное агентство", "Агентство по имуществу", "Агентство по рыболовству", "Агентство мелиорации", "Агентство по международным связям",
    "Агентство по делам архивов", "Служба по государственному регулированию цен и тарифов", "Служба ветеринарии",
    "Служба государственной охраны объектов культурного наследия", "Служба ЗАГС", "Аппарат Правительства",
    "ГКУ «Центр обеспечения организации и проведения торгов»",
)  # fmt: skip
MUNICIPALITIES = (
    "Калининград ГО", "Багратионовский МО", "Балтийский ГО", "Гвардейский МО", "Гурьевский МО", "Гусевский ГО", "Зеленоградский МО",
    "Краснознаменский МО", "Ладушкинский ГО", "Мамоновский ГО", "Неманский МО", "Нестеровский МО", "Озёрский МО", "Пионерский ГО", "Полесский МО",
    "Правдинский МО", "Светловский ГО", "Светлогорский ГО", "Славский МО", "Советский ГО", "Черняховский МО", "Янтарный ГО",
)  # fmt: skip

HEAD = ["Код", "Название", "Название на английском", "Вид", "ИНН", "Численность", "Подведомственно", "Действует с", "Действует до"]
UNIT_HEAD = ["Код", "Подразделение", "Орган власти", "Входит в", "Численность"]
SITE_HEAD = ["Код", "Площадка", "Орган власти", "Адрес", "Широта", "Долгота", "Головной офис"]


@pytest.fixture
def admin(db: None) -> User:
    return with_role(Role.ADMINISTRATOR)


def inn(body: str) -> str:
    return body + inn_check_digits(body)


def book(
    authorities: Sequence[Sequence[Any]] = (), units: Sequence[Sequence[Any]] = (), sites: Sequence[Sequence[Any]] = (), head: Sequence[str] = HEAD
) -> io.BytesIO:
    sheets = {"Органы власти": [head, *authorities]} if authorities else {}
    if units:
        sheets["Подразделения"] = [UNIT_HEAD, *units]
    if sites:
        sheets["Площадки"] = [SITE_HEAD, *sites]
    return workbook(sheets)


def look(file: io.BytesIO, admin: User, filename: str = "org.xlsx") -> Report:
    return exchange.dry_run(file, filename, admin, ON)


def take(file: io.BytesIO, admin: User, filename: str = "org.xlsx") -> Report:
    report: Report = exchange.apply(by=admin, file=file, filename=filename, on=ON)
    return report


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def places(problems: list[Problem]) -> list[tuple[str, int | None, str, str]]:
    return [(p.sheet, p.row, p.column, p.code) for p in problems]


SMALL = [
    ["minfin", "Министерство финансов", "Ministry of Finance", "Министерство", inn("390601234"), 120, None, None, None],
    ["gku", "ГКУ «Центр»", "Centre", "учреждение", None, 15, "minfin", date(2010, 3, 15), None],
]


def test_a_typed_list_of_the_kaliningrad_authorities_in_windows_1251(admin: User) -> None:
    rows = [["Перечень органов власти"], ["Наименование "], *([name] for name in (*MINISTRIES, *OTHERS)), ["Муниципальные образования:"]]
    rows += [[f" {name}\u00a0"] for name in MUNICIPALITIES]
    file = csv_bytes(rows, "cp1251")
    report = take(file, admin, "Перечень.csv")
    assert report.counts == {"authorities": {"created": 50, "changed": 0, "unchanged": 0}}
    assert codes(report.notes) == ["row.group"]
    assert set(codes(report.warnings)) == {"name_en.spelled"} and len(report.warnings) == 50
    kinds = dict(AuthorityVersion.objects.values_list("name_ru", "kind"))
    assert {kinds[name] for name in MINISTRIES} == {"ministry"}
    assert {kinds[name] for name in MUNICIPALITIES} == {"municipality"}
    assert [kinds[name] for name in OTHERS] == ["agency"] * 6 + ["service"] * 4 + ["apparatus", "institution"]
    assert Authority.objects.get(versions__name_ru="Озёрский МО").code == "ozerskiy-mo"
    assert AuthorityVersion.objects.get(name_ru="Янтарный ГО").name_en == "Yantarnyy GO"
    assert set(Authority.objects.values_list("valid_from", flat=True)) == {BEGINNING}
    assert not Reorganisation.objects.exists()
    again = take(file, admin, "Перечень.csv")
    assert again.nothing_new and again.counts["authorities"]["unchanged"] == 50


def test_a_list_without_any_header_in_a_workbook(admin: User) -> None:
    rows = [["Органы власти области"], [], *([n, name] for n, name in enumerate(MINISTRIES, 1)), *([None, name] for name in MUNICIPALITIES)]
    report = take(workbook({"Лист1": rows}), admin)
    assert report.counts["authorities"]["created"] == 38
    assert codes(report.notes) == ["table.list"]
    assert take(workbook({"Лист1": rows}), admin).nothing_new


def test_a_whole_workbook_goes_in_once(admin: User) -> None:
    units = [
        ["b-2", "Отдел доходов", "minfin", "Бюджетный департамент", 7],
        ["b-1", "Бюджетный департамент", "Министерство финансов", None, 40],
        [None, "Отдел кадров", inn("390601234"), None, "12 чел."],
    ]
    sites = [["main", "Главное здание", "minfin", "г. Озёрск, ул. Примерная, 1", "54,710426", 20.51, "да"]]
    file = book(SMALL, units, sites)
    report = look(file, admin)
    assert report.ok and not report.applied and not Authority.objects.exists()
    assert report.counts == {
        "authorities": {"created": 2, "changed": 0, "unchanged": 0},
        "units": {"created": 3, "changed": 0, "unchanged": 0},
        "sites": {"created": 1, "changed": 0, "unchanged": 0},
    }
    assert take(file, admin).applied
    assert Authority.objects.get(code="gku").supervisor == Authority.objects.get(code="minfin")
    income = UnitVersion.objects.get(unit__code="b-2")
    assert (income.parent, income.personnel) == (Unit.objects.get(code="b-1"), 7)
    assert Unit.objects.filter(code="minfin-otdel-kadrov").exists()
    site = Site.objects.get()
    assert (site.latitude, site.longitude, site.is_head_office) == (Decimal("54.710426"), Decimal("20.510000"), True)
    # Only what began on a day was created by an event.
    assert [r.effective_on for r in Reorganisation.objects.all()] == [date(2010, 3, 15)]
    entry = JournalEntry.objects.get()
    assert (entry.action, entry.actor) == ("organisation.import_organisation", admin)
    decided = json.loads(entry.decided)
    assert decided["sha256"] == hashlib.sha256(file.getvalue()).hexdigest()
    assert decided["counts"]["units"] == {"changed": 0, "created": 3, "unchanged": 0}
    assert "Бюджетный" not in entry.decided
    before = list(Authority.objects.values()), list(UnitVersion.objects.values()), list(Site.objects.values())
    again = take(file, admin)
    assert again.nothing_new and sum(c["unchanged"] for c in again.counts.values()) == 6
    assert before == (list(Authority.objects.values()), list(UnitVersion.objects.values()), list(Site.objects.values()))


def test_changes_are_shown_before_and_after_and_corrected_in_place(admin: User) -> None:
    take(book(SMALL), admin)
    changed = [
        ["minfin", "Министерство финансов и бюджета", None, None, None, 130, None, None, None],
        ["gku", "ГКУ «Центр»", "-", None, None, "-", "-", date(2011, 1, 1), None],
    ]
    report = look(book(changed), admin)
    assert codes(report.problems) == ["name_en.empty"]
    changed[1][2] = None
    report = take(book(changed), admin)
    assert [(c.key, c.fields) for c in report.changes] == [
        ("minfin", {"name_ru": ("Министерство финансов", "Министерство финансов и бюджета"), "personnel": (120, 130)}),
        ("gku", {"personnel": (15, None), "supervisor": ("minfin", None)}),
    ]
    assert places(report.warnings) == [
        ("Органы власти", 2, "Название", "authority.renamed"),
        ("Органы власти", 3, "Действует с", "dates.kept"),
    ]
    version = AuthorityVersion.objects.get(authority__code="minfin")
    assert (version.name_ru, version.name_en, version.personnel) == ("Министерство финансов и бюджета", "Ministry of Finance", 130)
    gku = Authority.objects.get(code="gku")
    assert (gku.supervisor, gku.valid_from) == (None, date(2010, 3, 15))
    assert report.as_dict()["changes"][0]["fields"]["personnel"] == ["120", "130"]


def test_everything_wrong_is_listed_and_nothing_is_written(admin: User) -> None:
    AuthorityFactory(code="old", inn=inn("390600001"), version__name_ru="Служба тарифов", version__name_en="Tariffs")
    rows = [
        ["плохой код", "Министерство А", "A", None, None, None, None, None, None],
        ["b", "Нечто", "B", None, None, None, None, None, None],
        ["c", "Министерство В", "C", None, inn("390600001"), None, None, None, None],
        ["d", "Министерство Г", "D", None, None, None, "нет такого", None, None],
        ["e", "Министерство Д", "E", None, None, None, "f", None, None],
        ["f", "Министерство Е", "F", None, None, "много", "e", None, None],
        ["g", "Министерство Ж", "G", None, None, None, None, "01.01.2010", "01.01.2009"],
        ["h", "Служба «Тарифов»", "H", None, None, None, None, None, None],
        ["e", "Министерство Д", "E", None, None, None, None, None, None],
    ]
    units = [
        ["u1", "Отдел", "неизвестно где", None, None],
        ["u2", "Отдел", "old", "u3", None],
        ["u3", "Отдел", "old", "u2", None],
        ["u4", "Сектор", "old", "Отдел", None],
        ["u5", "Сектор", "old", "нет такого", None],
        ["u6", "Сектор", "old", "u7", None],
        ["u7", "Группа", "e", None, None],
        ["u7", "Группа", "e", None, None],
    ]
    sites = [
        ["s1", "А", "old", "ул. 1", 54.7, None, "да"],
        ["s2", "Б", "old", "ул. 2", 154.7, 20, "да"],
    ]
    file = book(rows, units, sites)
    report = look(file, admin)
    assert set(places(report.problems)) == {
        ("Органы власти", 2, "Код", "authority.code"),
        ("Органы власти", 3, "Вид", "authority.kind"),
        ("Органы власти", 4, "ИНН", "authority.number_taken"),
        ("Органы власти", 5, "Подведомственно", "authority.unknown"),
        ("Органы власти", 6, "Подведомственно", "authority.cycle"),
        ("Органы власти", 7, "Подведомственно", "authority.cycle"),
        ("Органы власти", 7, "Численность", "cell.int"),
        ("Органы власти", 8, "Действует до", "dates.reversed"),
        ("Органы власти", 9, "Код", "authority.same_name"),
        ("Органы власти", 10, "Код", "row.twice"),
        ("Подразделения", 2, "Орган власти", "authority.unknown"),
        ("Подразделения", 3, "Входит в", "unit.cycle"),
        ("Подразделения", 4, "Входит в", "unit.cycle"),
        ("Подразделения", 5, "Входит в", "unit.ambiguous"),
        ("Подразделения", 6, "Входит в", "unit.unknown"),
        ("Подразделения", 7, "Входит в", "unit.parent_elsewhere"),
        ("Подразделения", 9, "Код", "row.twice"),
        ("Площадки", 2, "Долгота", "site.half_a_place"),
        ("Площадки", 3, "Широта", "cell.range"),
        ("Площадки", 3, "Широта", "site.half_a_place"),
        ("Площадки", 3, "Головной офис", "site.two_head_offices"),
    }
    assert len(report.problems) == 21
    with pytest.raises(Refused) as refused:
        take(file, admin)
    assert {p.code for p in refused.value.problems} == {p.code for p in report.problems}
    assert Authority.objects.count() == 1 and not Unit.objects.exists() and not JournalEntry.objects.exists()
    with translation.override("en"):
        assert "Latin letters" in str(report.problems[0].message)


def test_a_unit_is_not_moved_between_authorities_but_within_one(admin: User) -> None:
    take(book(SMALL, [["a", "А", "minfin", None, None], ["b", "Б", "minfin", "a", None], ["c", "В", "minfin", None, None]]), admin)
    report = look(book(units=[["b", "Б", "gku", None, None]]), admin)
    assert places(report.problems) == [("Подразделения", 2, "Орган власти", "unit.elsewhere")]
    report = take(book(units=[["b", "Б", "minfin", "c", None]]), admin)
    assert report.changes[0].fields == {"parent": ("a", "c")} and codes(report.warnings) == ["unit.moved"]
    assert UnitVersion.objects.get(unit__code="b").parent == Unit.objects.get(code="c")


def test_units_without_codes_and_a_merged_authority_column(admin: User) -> None:
    take(book(SMALL), admin)

    def touch(made: Any) -> None:
        made["Структура"].merge_cells("A2:A5")

    rows = [
        ["Министерство", "Подразделение", "Входит в"],
        ["Министерство финансов", "Департамент А", None],
        [None, "Департамент Б", None],
        [None, "Отдел кадров", "Департамент А"],
        [None, "Отдел кадров", "Департамент Б"],
    ]
    report = take(workbook({"Структура": rows}, touch), admin)
    assert report.counts["units"]["created"] == 4
    assert {v.parent.code for v in UnitVersion.objects.filter(name_ru="Отдел кадров") if v.parent} == {
        "minfin-departament-a",
        "minfin-departament-b",
    }
    assert take(workbook({"Структура": rows}, touch), admin).nothing_new


def test_a_broken_file_is_a_report_and_an_apply_refuses(admin: User) -> None:
    report = look(io.BytesIO(b"%PDF-1.4"), admin)
    assert codes(report.problems) == ["file.not_a_table"]
    with pytest.raises(Refused):
        take(io.BytesIO(b"%PDF-1.4"), admin)
    assert codes(look(workbook({"x": [["привет", "мир"]]}), admin).problems) == ["table.none"]


def test_apply_checks_again_what_changed_since_the_look(admin: User) -> None:
    file = book(SMALL)
    assert look(file, admin).ok
    AuthorityFactory(code="other", inn=inn("390601234"))
    with pytest.raises(Refused) as refused:
        take(file, admin)
    assert codes(refused.value.problems) == ["authority.number_taken"]
    assert Authority.objects.count() == 1


def test_cancelling_leaves_nothing_and_progress_reaches_the_end(admin: User) -> None:
    rows = [[f"c{n}", f"Министерство {n}", f"Ministry {n}", None, None, None, None, None, None] for n in range(1200)]
    asked = 0

    def late() -> bool:
        nonlocal asked
        asked += 1
        return Authority.objects.exists()

    with pytest.raises(Cancelled):
        exchange.apply(by=admin, file=book(rows), filename="x.xlsx", on=ON, cancelled=late)
    assert asked > 3 and not Authority.objects.exists()
    told: list[int] = []
    exchange.apply(by=System("test"), file=book(rows), filename="x.xlsx", on=ON, progress=lambda done, total: told.append(done))
    assert told == sorted(told) and told[-1] == 1000 and Authority.objects.count() == 1200


def test_only_administrators_and_the_head_of_quality_may(db: None) -> None:
    authority = AuthorityFactory()
    for person in (UserFactory(), with_role(Role.COORDINATOR, authority), with_role(Role.CERTIFIER, authority)):
        with pytest.raises(PermissionDenied):
            look(book(SMALL), person)
        with pytest.raises(PermissionDenied):
            take(book(SMALL), person)
    assert look(book(SMALL), with_role(Role.HEAD_OF_QUALITY)).ok


def test_an_abolished_authority_is_found_by_code_only(admin: User) -> None:
    AuthorityFactory(code="gone", valid_to=date(2020, 1, 1), version__name_ru="Служба учёта", version__name_en="Accounting")
    report = look(workbook({"Органы": [["Название"], ["Служба учёта"]]}), admin)
    assert [c.key for c in report.creates] == ["sluzhba-ucheta"]
    report = look(book([["gone", "Служба учёта", None, None, None, 5, None, None, None]]), admin)
    assert [c.fields for c in report.changes] == [{"personnel": (120, 5)}]
