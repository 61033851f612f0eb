"""Auditors in and out as a file: everything wrong at once, all or nothing, what goes out comes in unchanged."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.core.tabular.files import workbook
from tests.factories import with_role
from yantar.core.models import JournalEntry, User
from yantar.core.problems import Refused
from yantar.core.tabular.report import Report
from yantar.qms.organisation.actions import create_unit
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.people import actions, exchange
from yantar.qms.people.models import Absence, Auditor, Competence
from yantar.qms.standards.models import Edition

from .conftest import BY, TODAY, Enter

WHO = ["Код аудитора", "ФИО", "Орган власти", "Подразделение", "Кем может быть", "Языки", "Дней в месяц", "Аудитов до Янтаря", "Почта"]
PROOF = ["Аудитор", "Вид", "Стандарт", "Направление", "Удостоверение", "Дата выдачи", "Действует до"]
AWAY = ["Аудитор", "С", "По", "Вид отсутствия"]


@pytest.fixture
def lead(finance: Authority, edition: Edition) -> User:
    return with_role(Role.HEAD_OF_QUALITY)


def book(who: Sequence[Any] = (), proofs: Sequence[Any] = (), away: Sequence[Any] = ()) -> io.BytesIO:
    sheets = {"Аудиторы": [WHO, *who], "Компетентность": [PROOF, *proofs], "Отсутствия": [AWAY, *away]}
    return workbook({title: rows for title, rows in sheets.items() if len(rows) > 1})


def look(file: io.BytesIO, viewer: Any) -> Report:
    return exchange.dry_run(file, "аудиторы.xlsx", viewer, TODAY)


def take(file: io.BytesIO, by: Any) -> Report:
    report: Report = exchange.apply(by=by, file=file, filename="аудиторы.xlsx", on=TODAY)
    return report


def good() -> io.BytesIO:
    return book(
        [["a-1", "Первый Аудитор", "minfin", "u1", "Ведущий", "ru, en", 6, 4, "one@example.org"], [None, "Второй Аудитор", "Министерство финансов"]],
        [
            ["a-1", "Редакция стандарта", "ISO 9001:2015", "Финансы и бюджет", "№ 1", date(2026, 1, 1), date(2029, 1, 1)],
            ["a-1", "Курс", None, None, "Курс", date(2020, 1, 1)],
        ],
        [["a-1", date(2027, 7, 1), date(2027, 7, 14), "Отпуск"]],
    )


def test_take_in_and_twice_changes_nothing(lead: User, finance: Authority) -> None:
    create_unit(by=BY, authority=finance, code="u1", name_ru="Отдел", valid_from=date(2010, 1, 1))
    with_role(Role.INTERNAL_AUDITOR, email="one@example.org")
    report = look(good(), lead)
    assert report.problems == [] and Auditor.objects.count() == 0
    assert report.counts["auditors"]["created"] == 2 and report.counts["competences"]["created"] == 2
    assert take(good(), lead).applied
    one = Auditor.objects.get(code="a-1")
    assert (one.name, one.qualification, one.languages, one.days_per_month, one.audits_before) == ("Первый Аудитор", "lead", ["ru", "en"], 6, 4)
    assert one.unit is not None and one.unit.code == "u1" and one.user is not None and one.user.email == "one@example.org"
    proof = Competence.objects.get(kind="edition")
    assert (proof.field, proof.valid_until, Competence.objects.get(kind="training").edition) == ("finance", date(2029, 1, 1), None)
    assert Absence.objects.get().last_day == date(2027, 7, 14)
    row = JournalEntry.objects.get(action="people.import_auditors")
    assert "Аудитор" not in row.decided and '"created":2' in row.decided
    # Without a code the second one would come in anew: what went out has its code.
    again = look(io.BytesIO(exchange.export(lead, TODAY)), lead)
    assert again.problems == [] and again.nothing_new


def test_changes_in_words(lead: User, enter: Enter) -> None:
    one = enter("a-1", name="Имя")
    actions.record_absence(by=BY, auditor=one, first_day=date(2027, 7, 1), last_day=date(2027, 7, 14))
    file = book(
        [["a-1", "Имя Новое", "minfin", None, "Ведущий", None, None, 5]],
        [["a-1", "Редакция стандарта", "2015", "Все направления", "Удостоверение № 7", date(2026, 1, 10), date(2028, 1, 1)]],
        [["a-1", date(2027, 7, 1), date(2027, 7, 14)]],
    )
    report = take(file, lead)
    assert {change.table: change.fields for change in report.changes} == {
        "auditors": {"name": ("Имя", "Имя Новое"), "qualification": ("member", "lead"), "audits_before": (0, 5)},
        "competences": {"valid_until": (None, date(2028, 1, 1))},
    }
    one.refresh_from_db()
    assert one.name == "Имя Новое" and one.competences.get().valid_until == date(2028, 1, 1) and report.unchanged["absences"] == 1


def test_everything_wrong_at_once_and_nothing_is_written(lead: User, enter: Enter, finance: Authority, health: Authority) -> None:
    create_unit(by=BY, authority=health, code="u2", name_ru="Отдел", valid_from=date(2010, 1, 1))
    taken = with_role(Role.INTERNAL_AUDITOR, email="taken@example.org")
    enter("a-0", user=taken)
    file = book(
        [
            ["a-1", "Один", "nowhere"],
            ["a-2", "Два", "minfin", "u2", None, "fr", None, None, "nobody@example.org"],
            ["a-3", "Три", "minfin", "u9", None, None, None, None, "taken@example.org"],
            ["a-4", "Четыре", "minfin"],
            ["a-4", "Снова четыре", "minfin"],
            ["a 5!", "Пять", "minfin"],
        ],
        [
            ["a-4", None, "ISO 14001", None, "№ 1", date(2026, 1, 1)],
            ["a-4", None, "2015", None, "№ 2", date(2027, 1, 1), date(2026, 1, 1)],
            ["a-9", None, "2015", None, "№ 3", date(2026, 1, 1)],
            ["a-1", None, "2015", None, "№ 4", date(2026, 1, 1)],
        ],
        [["a-4", date(2027, 1, 9), date(2027, 1, 1)], ["a-0", date(2027, 1, 1), date(2027, 1, 9)], ["a-0", date(2027, 1, 9), date(2027, 1, 10)]],
    )
    report = look(file, lead)
    found = sorted(problem.code for problem in report.problems)
    assert found == sorted(
        [
            "authority.unknown",
            "unit.elsewhere",
            "auditor.language",
            "auditor.email",
            "unit.unknown",
            "auditor.user_taken",
            "row.twice",
            "auditor.code",
            "edition.unknown",
            "dates.future",
            "dates.reversed",
            "auditor.unknown",
            "dates.reversed",
            "absence.overlap",
        ]
    )
    assert all(str(problem.message) and problem.row for problem in report.problems)
    file.seek(0)
    with pytest.raises(Refused):
        take(file, lead)
    assert Auditor.objects.count() == 1 and Absence.objects.count() == 0


def test_only_who_may(finance: Authority) -> None:
    with pytest.raises(PermissionDenied):
        look(good(), with_role(Role.COORDINATOR, finance))
    with pytest.raises(PermissionDenied):
        take(good(), with_role(Role.INTERNAL_AUDITOR))


def test_a_coordinator_s_export_has_the_own_auditors_alone(enter: Enter, finance: Authority, health: Authority) -> None:
    enter("mine"), enter("other", authority=health)
    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(exchange.export(with_role(Role.COORDINATOR, finance), TODAY))).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["mine"]


def test_the_template_has_all_tables() -> None:
    import openpyxl

    assert openpyxl.load_workbook(io.BytesIO(exchange.template())).sheetnames[:3] == ["Аудиторы", "Компетентность", "Отсутствия"]
