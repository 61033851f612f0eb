"""Certificates and decisions in and out: flat registers, whole histories, broken rules marked, facts never edited."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from tests.core.tabular.files import csv_bytes, workbook
from tests.factories import AuthorityFactory, BodyFactory, EditionFactory, with_role
from yantar.core.actions import System
from yantar.core.models import JournalEntry, User
from yantar.core.problems import Problem, Refused
from yantar.core.tabular.report import Report
from yantar.qms.certification import exchange
from yantar.qms.certification.actions import record_decision, reverse_decision
from yantar.qms.certification.models import Certificate, CertificationBody, Decision, ExternalAudit, Obligation, StatusPeriod
from yantar.qms.organisation.models import Authority, AuthorityVersion, Reorganisation, Role, Succession

ON = date(2026, 11, 23)
BODY_HEAD = ["Код", "Название органа по сертификации", "Номер аккредитации"]
CERT_HEAD = ["Номер сертификата", "Орган власти", "Орган по сертификации", "Стандарт", "Дата выдачи", "Действителен до", "Область сертификации"]
DECISION_HEAD = ["Номер сертификата", "Решение", "Дата решения", "Действителен до", "Дата аудита", "Редакция", "Основание", "Почему записано"]
AUDIT_HEAD = ["Номер сертификата", "Вид аудита", "Первый день", "Последний день", "Дней аудита"]


@pytest.fixture
def admin(db: None) -> User:
    EditionFactory(key="2000", designation="ISO 9001:2000", national="ГОСТ Р ИСО 9001-2001", published_on=date(2000, 12, 15))
    EditionFactory(key="2008", designation="ISO 9001:2008", national="ГОСТ Р ИСО 9001-2008", published_on=date(2008, 11, 14))
    EditionFactory(key="2015", designation="ISO 9001:2015", national="ГОСТ Р ИСО 9001-2015")
    AuthorityFactory(code="minfin", inn="7707083893", version__name_ru="Министерство финансов", version__name_en="Ministry of Finance")
    AuthorityFactory(code="ka", version__name_ru="Конкурсное агентство", version__name_en="Competition Agency", version__kind="agency")
    BodyFactory(code="register", name_ru="ООО «Образцовый регистр»", name_en="Exemplary Register", address="ул. 1")
    return with_role(Role.ADMINISTRATOR)


def book(
    certificates: Sequence[Sequence[Any]] = (),
    decisions: Sequence[Sequence[Any]] = (),
    audits: Sequence[Sequence[Any]] = (),
    bodies: Sequence[Sequence[Any]] = (),
) -> io.BytesIO:
    sheets: dict[str, Any] = {}
    for title, head, rows in (
        ("Органы по сертификации", BODY_HEAD, bodies),
        ("Сертификаты", CERT_HEAD, certificates),
        ("Решения", DECISION_HEAD, decisions),
        ("Аудиты", AUDIT_HEAD, audits),
    ):
        if rows:
            sheets[title] = [head, *rows]
    return workbook(sheets)


def look(file: io.BytesIO, admin: User) -> Report:
    return exchange.dry_run(file, "реестр.xlsx", admin, ON)


def take(file: io.BytesIO, admin: User, filename: str = "реестр.xlsx") -> Report:
    report: Report = exchange.apply(by=admin, file=file, filename=filename, on=ON)
    return report


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def places(problems: list[Problem]) -> list[tuple[str, int | None, str, str]]:
    return [(p.sheet, p.row, p.column, p.code) for p in problems]


CERTS = [
    ["YA-2008-1", "minfin", "register", "ISO 9001:2000", None, None, "Управление финансами"],
    ["YA-2010-1", "Министерство финансов", 'ООО "Образцовый регистр"', "ГОСТ Р ИСО 9001-2008", None, None, "Управление финансами"],
]
DECISIONS = [
    ["YA-2008-1", "выдан", "16.12.2008", "15.12.2011", None, None, None, None],
    ["YA-2010-1", "Ресертификация", date(2013, 3, 1), None, None, None, None, None],
    ["YA-2010-1", "Выдан", date(2010, 3, 15), date(2013, 3, 14), date(2010, 3, 1), None, None, None],
    ["YA-2010-1", "ИК-1", "2011-03-10", None, date(2011, 3, 1), None, None, None],
    ["ya-2010-1", "подтверждён", "10 марта 2012 г.", None, "01.03.2012", None, None, None],
]
AUDITS = [
    ["YA-2008-1", "этап 1", None, "01.10.2008", None],
    ["YA-2008-1", "этап 2", None, "01.12.2008", None],
    ["YA-2010-1", "Этап 1", date(2010, 1, 18), date(2010, 1, 20), 3],
    ["YA-2010-1", "Этап 2", date(2010, 2, 25), date(2010, 3, 1), "6,5"],
    ["YA-2010-1", "инспекционный контроль", None, date(2011, 3, 1), 3],
    ["YA-2010-1", "ик", None, date(2012, 3, 1), 3],
    ["YA-2010-1", "ресертификация", None, date(2013, 2, 10), 6],
]


def test_a_history_goes_in_once_and_counts(admin: User) -> None:
    file = book(CERTS, DECISIONS, AUDITS)
    looked = look(file, admin)
    assert looked.problems == [] and looked.flagged == 0 and not Certificate.objects.exists()
    report = take(file, admin)
    assert report.counts == {
        "certificates": {"created": 2, "changed": 0, "unchanged": 0},
        "decisions": {"created": 5, "changed": 0, "unchanged": 0},
        "audits": {"created": 7, "changed": 0, "unchanged": 0},
    }
    assert codes(report.warnings) == []
    certificate = Certificate.objects.get(number="YA-2010-1")
    assert (certificate.edition.key, certificate.client_ru, certificate.original_issue_on) == ("2008", "Министерство финансов", date(2010, 3, 15))
    assert certificate.source.startswith("реестр.xlsx") and "Сертификаты" in certificate.source and certificate.source.endswith("3")
    renewed = Decision.objects.get(kind="renew")
    assert renewed.expires_on == date(2016, 3, 14) and renewed.recorded_by == admin
    assert list(StatusPeriod.objects.filter(certificate=certificate).values_list("status", flat=True))[:1] == ["active"]
    assert Obligation.objects.filter(certificate=certificate, met_on__isnull=False).exists()
    entry = JournalEntry.objects.get()
    assert entry.action == "certification.import_certificates"
    assert json.loads(entry.decided)["counts"]["decisions"]["created"] == 5 and "Управление" not in entry.decided
    again = take(file, admin)
    assert again.nothing_new and sum(c["unchanged"] for c in again.counts.values()) == 14 and again.problems == []
    assert Decision.objects.count() == 5 and ExternalAudit.objects.count() == 7


def test_the_same_facts_by_actions_and_by_a_file_have_the_same_consequences(admin: User) -> None:
    take(book(CERTS, DECISIONS[:3], AUDITS), admin)
    take(book(decisions=DECISIONS), admin)
    one = list(StatusPeriod.objects.filter(certificate__number="YA-2010-1").values_list("begins_on", "ends_on", "status", "expires_on"))
    certificate = Certificate.objects.get(number="YA-2010-1")
    Decision.objects.filter(certificate=certificate, kind="confirm").delete()
    for day, audit in ((date(2011, 3, 10), date(2011, 3, 1)), (date(2012, 3, 10), date(2012, 3, 1))):
        made = record_decision(by=System("test"), certificate=certificate, kind="confirm", decided_on=day, audit_on=audit)
        assert made.breaches == []
    assert one == list(StatusPeriod.objects.filter(certificate=certificate).values_list("begins_on", "ends_on", "status", "expires_on"))


def test_a_flat_register_of_an_office(admin: User) -> None:
    rows = [
        ["Реестр сертификатов", "", "", "", "", ""],
        ["№ сертификата", "Держатель", "Кем выдан", "Стандарт", "Выдан", "Срок действия"],
        ["YA-1", "7707083893", "Exemplary Register", "ИСО 9001:2015", "15.03.2024", "14.03.2027"],
        ["YA-2", "конкурсное  агентство", "register", "2015", "40252", ""],
    ]
    report = take(csv_bytes(rows, "cp1251"), admin, "реестр.csv")
    assert report.counts["certificates"]["created"] == 2 and report.counts["decisions"]["created"] == 2
    assert Decision.objects.get(certificate__number="YA-1").expires_on == date(2027, 3, 14)
    assert Decision.objects.get(certificate__number="YA-2").expires_on == date(2013, 3, 14)
    # Nobody recorded the audits, and 2010 is before the edition: that is marked, not refused.
    assert report.flagged == 2 and {"decision.breach", "certificate.no_scope"} <= set(codes(report.warnings))
    flagged = Decision.objects.get(certificate__number="YA-2")
    assert "edition_not_published" in {one["code"] for one in flagged.breaches} and flagged.breach_reason
    again = take(csv_bytes(rows, "cp1251"), admin, "реестр.csv")
    assert again.nothing_new and again.flagged == 0


def test_a_decision_against_the_rules_goes_in_marked_with_the_reason_of_its_row(admin: User) -> None:
    rows = [
        *DECISIONS[:1],
        ["YA-2008-1", "возобновлён", "01.06.2010", None, None, None, None, "так в реестре органа"],
        ["YA-2008-1", "приостановлен", "01.07.2010", None, None, None, "по собственной просьбе", None],
        ["YA-2008-1", "подтверждён", "01.08.2010", None, None, None, None, None],
    ]
    report = take(book(CERTS[:1], rows, AUDITS[:2]), admin)
    assert report.flagged == 2
    assert [(w.row, w.code) for w in report.warnings] == [(3, "decision.breach"), (5, "decision.breach")]
    wrong = Decision.objects.get(kind="restore")
    assert wrong.breach_reason == "так в реестре органа" and [one["code"] for one in wrong.breaches] == ["decision_not_allowed"]
    assert Decision.objects.get(kind="suspend").breaches == []
    assert Decision.objects.get(kind="confirm").breach_reason


def test_everything_wrong_is_listed_and_nothing_is_written(admin: User) -> None:
    AuthorityFactory(code="other", version__name_ru="Служба тарифов", version__name_en="Tariffs")
    certificates = [
        ["A", "нет такого", "register", "2015", None, None, "x"],
        ["B", "minfin", "кто-то", "2015", None, None, "x"],
        ["C", "minfin", "register", "ISO 14001", None, None, "x"],
        ["D", "minfin", "register", "2015", "завтра", None, "x"],
        ["E", "minfin", "register", "2015", "15.03.2024", None, "x"],
        ["e ", "minfin", "register", "2015", "15.03.2024", None, "x"],
    ]
    decisions = [
        ["Z", "выдан", "15.03.2024", None, None, None, None, None],
        ["A", "выдан", "15.03.2024", None, None, None, None, None],
        ["E", "казнён", "15.03.2024", None, None, None, None, None],
        ["E", "приостановлен", "15.03.2025", None, None, None, None, None],
        ["E", "подтверждён", "15.03.2025", None, None, None, "S1", None],
        ["E", "переход", "15.04.2025", None, None, None, None, None],
        ["E", "передан", "15.05.2025", None, None, None, None, None],
        ["E", "область сокращена", "15.06.2025", None, None, None, None, None],
        ["E", "выдан", "15.03.1024", None, None, None, None, None],
        ["E", "отменён", "15.07.2025", None, None, None, None, None],
        ["E", "отозван", "15.07.2025", None, None, None, None, None],
    ]
    audits = [["E", "этап 1", "02.03.2024", "01.03.2024", 3], ["E", "этап 2", None, "01.03.2027", 3], ["E", "этап 2", None, "01.03.2024", 0]]
    file = book(certificates, decisions, audits, [["r1", "Регистр", "x"], ["r2", "«Регистр»", "x"]])
    report = look(file, admin)
    assert set(places(report.problems)) == {
        ("Органы по сертификации", 3, "Код", "body.same_name"),
        ("Сертификаты", 2, "Орган власти", "authority.unknown"),
        ("Сертификаты", 3, "Орган по сертификации", "body.unknown"),
        ("Сертификаты", 4, "Стандарт", "edition.unknown"),
        ("Сертификаты", 5, "Дата выдачи", "cell.date"),
        ("Сертификаты", 7, "Номер сертификата", "row.twice"),
        ("Решения", 2, "Номер сертификата", "certificate.unknown"),
        ("Решения", 4, "Решение", "cell.choice"),
        ("Решения", 5, "Основание", "decision.reason"),
        ("Решения", 6, "Основание", "decision.no_reason"),
        ("Решения", 7, "Редакция", "decision.edition"),
        ("Решения", 8, "Орган по сертификации", "decision.body"),
        ("Решения", 9, "Новая область", "decision.scope"),
        ("Решения", 10, "Дата решения", "cell.year"),
        ("Решения", 12, "Дата решения", "row.twice"),
        ("Аудиты", 2, "Первый день", "dates.reversed"),
        ("Аудиты", 3, "Последний день", "audit.future"),
        ("Аудиты", 4, "Дней аудита", "cell.range"),
    }
    with pytest.raises(Refused) as refused:
        take(file, admin)
    assert len(refused.value.problems) == len(report.problems)
    assert not Certificate.objects.exists() and CertificationBody.objects.count() == 1 and not JournalEntry.objects.exists()


def test_recorded_facts_are_never_edited(admin: User) -> None:
    take(book(CERTS, DECISIONS, AUDITS), admin)
    changed = [["YA-2010-1", "Выдан", date(2010, 3, 15), date(2013, 3, 20), None, None, None, None]]
    assert places(look(book(decisions=changed), admin).problems) == [("Решения", 2, "Действителен до", "decision.otherwise")]
    reverse_decision(by=System("test"), decision=Decision.objects.get(kind="renew"), reason="ошибка")
    report = take(book(CERTS, DECISIONS, AUDITS), admin)
    assert report.nothing_new and codes(report.warnings) == ["decision.reversed"]
    report = take(book(audits=[["YA-2010-1", "Этап 2", None, date(2010, 3, 1), 9]]), admin)
    assert report.nothing_new and codes(report.warnings) == ["audit.otherwise"]


def test_fields_of_a_certificate_are_corrected_but_not_whose_it_is(admin: User) -> None:
    take(book(CERTS), admin)
    report = take(book([["YA-2010-1", "minfin", "register", "2008", None, None, "Бюджет"]]), admin)
    assert [c.fields for c in report.changes] == [{"scope_ru": ("Управление финансами", "Бюджет")}]
    assert Certificate.objects.get(number="YA-2010-1").scope_ru == "Бюджет"
    report = look(book([["YA-2010-1", "ka", "register", "2015", None, None, "Бюджет"]]), admin)
    assert places(report.problems) == [
        ("Сертификаты", 2, "Орган власти", "certificate.other_authority"),
        ("Сертификаты", 2, "Стандарт", "certificate.other_edition"),
    ]


def test_names_are_those_of_the_day_of_the_grant(admin: User) -> None:
    old = AuthorityFactory(code="econ", version__name_ru="Министерство экономики", version__name_en="Economy")
    AuthorityVersion.objects.filter(authority=old).update(valid_to=date(2012, 1, 1))
    AuthorityVersion.objects.create(authority=old, valid_from=date(2012, 1, 1), kind="ministry", name_ru="Министерство торговли", name_en="Trade")
    new = AuthorityFactory(code="econ2", valid_from=date(2012, 1, 1), version__name_ru="Министерство экономики", version__name_en="Economy")
    rows = [
        ["E-1", "Министерство экономики", "register", "2008", "15.03.2010", None, "x"],
        ["E-2", "Министерство экономики", "register", "2008", "15.03.2013", None, "x"],
        ["E-3", "Министерство торговли", "register", "2008", "15.03.2013", None, "x"],
    ]
    take(book(rows), admin)
    assert dict(Certificate.objects.values_list("number", "authority__code")) == {"E-1": "econ", "E-2": "econ2", "E-3": "econ"}
    event = Reorganisation.objects.create(kind="merge", effective_on=date(2020, 1, 1), recorded_at=Certificate.objects.first().recorded_at)  # type: ignore[union-attr]
    Succession.objects.create(reorganisation=event, predecessor=old, successor=new)
    again = look(book([["E-1", "econ2", "register", "2008", None, None, "x"]]), admin)
    assert again.problems == [] and again.nothing_new


def test_supersession_is_recorded_once(admin: User) -> None:
    head = [*CERT_HEAD, "Заменён сертификатом", "Заменён с"]
    rows = [[*CERTS[0], "YA-2010-1", "15.03.2010"], [*CERTS[1], None, None]]
    file = workbook({"Сертификаты": [head, *rows], "Решения": [DECISION_HEAD, *DECISIONS], "Аудиты": [AUDIT_HEAD, *AUDITS]})
    report = take(file, admin)
    assert report.flagged == 0
    old = Certificate.objects.get(number="YA-2008-1")
    assert old.superseded_by == Certificate.objects.get(number="YA-2010-1")
    periods = list(old.periods.values_list("begins_on", "status"))
    assert periods[-1] == (date(2010, 3, 15), "superseded")
    assert take(file, admin).nothing_new
    rows[0][-1] = "16.03.2010"
    rows[1][-2:] = ["YA-2008-1", "17.03.2011"]
    report = look(workbook({"Сертификаты": [head, *rows]}), admin)
    assert set(codes(report.problems)) == {"certificate.superseded_otherwise", "certificate.circle"}


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
def test_export_and_import_change_nothing(admin: User, fmt: str, language: str) -> None:
    take(book(CERTS, DECISIONS, AUDITS, [["r1", "Регистр Б", "RA.1"]]), admin)
    certificate = Certificate.objects.get(number="YA-2010-1")
    other = CertificationBody.objects.get(code="r1")
    record_decision(
        by=System("t"), certificate=certificate, kind="transfer", decided_on=date(2014, 1, 1), body=other, breach_reason="=так", note="-", number="7"
    )
    wrong = record_decision(by=System("t"), certificate=certificate, kind="withdraw", decided_on=date(2014, 2, 1), breach_reason="x")
    reverse_decision(by=System("t"), decision=wrong, reason="ошибка")
    with translation.override(language):
        content = exchange.export(admin, ON, fmt)
        report = exchange.dry_run(io.BytesIO(content), f"export.{fmt}", admin, ON)
    assert report.problems == [] and report.warnings == [] and report.nothing_new
    assert {table: c["unchanged"] for table, c in report.counts.items()} == {"bodies": 2, "certificates": 2, "decisions": 6, "audits": 7}


def test_an_export_builds_the_same_register_anew(admin: User) -> None:
    take(book(CERTS, DECISIONS, AUDITS), admin)

    def facts() -> list[tuple[object, ...]]:
        fields = ("certificate__number", "kind", "decided_on", "effective_on", "expires_on", "audit_on", "edition__key", "source")
        found: list[tuple[object, ...]] = list(Decision.objects.order_by("decided_on").values_list(*fields))
        found += StatusPeriod.objects.order_by("certificate__number", "begins_on").values_list(
            "certificate__number", "status", "begins_on", "ends_on"
        )
        found += Certificate.objects.order_by("number").values_list("number", "client_ru", "scope_ru", "original_issue_on", "body__code", "source")
        return found

    before = facts()
    content = exchange.export(admin, ON)
    Decision.objects.all().delete()
    ExternalAudit.objects.all().delete()
    Certificate.objects.all().delete()
    CertificationBody.objects.all().delete()
    report = take(io.BytesIO(content), admin)
    assert report.counts["bodies"]["created"] == 1
    assert facts() == before


def test_notes_and_reasons_go_only_to_those_who_may_see_them(admin: User) -> None:
    take(book(CERTS[:1], [*DECISIONS[:1], ["YA-2008-1", "возобновлён", "01.06.2010", None, None, None, None, "внутреннее"]], AUDITS[:2]), admin)

    def text(viewer: User) -> str:
        with translation.override("ru"):
            book = exchange.export(viewer, ON, "csv")
        import zipfile

        return zipfile.ZipFile(io.BytesIO(book)).read("Решения.csv").decode()

    assert "внутреннее" in text(admin)
    assert "внутреннее" in text(with_role(Role.COORDINATOR, Authority.objects.get(code="minfin")))
    assert "внутреннее" not in text(with_role(Role.COORDINATOR, Authority.objects.get(code="ka")))


def test_who_may(admin: User) -> None:
    person = with_role(Role.COORDINATOR, Authority.objects.get(code="minfin"))
    with pytest.raises(PermissionDenied):
        look(book(CERTS), person)
    with pytest.raises(PermissionDenied):
        take(book(CERTS), person)
    assert look(book(CERTS), with_role(Role.HEAD_OF_QUALITY)).ok


def test_the_template_is_understood_and_empty(admin: User) -> None:
    for language in ("ru", "en"):
        with translation.override(language):
            report = look(io.BytesIO(exchange.template()), admin)
        assert report.problems == [] and report.nothing_new
        assert codes(report.notes) == ["row.example"] * 4
