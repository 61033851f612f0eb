"""Audits of the certification body: planned, recorded as facts, findings with the body's own days, tables of findings."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import AuthorityFactory, BodyFactory, with_role
from tests.qms.certification.support import granted
from yantar.core.problems import Refused
from yantar.qms.audits import actions, exchange
from yantar.qms.audits.models import Audit, AuditState
from yantar.qms.certification.models import Certificate
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Role

from .support import TODAY, edition_with_clauses

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def certificate() -> Certificate:
    edition_with_clauses()
    return granted("YA-7", decided_on=date(2025, 11, 20), authority=AuthorityFactory(), body=BodyFactory(major_days=60, minor_plan_days=30))


@pytest.fixture
def coordinator(certificate: Certificate) -> Any:
    return with_role(Role.COORDINATOR, certificate.authority)


def planned(certificate: Certificate, by: Any, **values: Any) -> Audit:
    given = {"kind": "surveillance", "window_first": date(2026, 11, 1), "window_last": date(2026, 12, 20)} | values
    return actions.plan_external(by=by, certificate=certificate, **given)


def reported(certificate: Certificate, by: Any) -> Audit:
    audit = planned(certificate, by)
    return actions.report_external(by=by, audit=audit, began_on=YESTERDAY, ended_on=YESTERDAY, days=Decimal("1.5"), body_report="ИК-17")


def test_it_is_planned_by_those_of_the_authority_and_the_head_of_quality(certificate: Certificate, coordinator: Any) -> None:
    audit = planned(certificate, coordinator)
    assert (audit.number, audit.edition.key, audit.external, audit.state) == ("2026-A-001", "2015", True, AuditState.PLANNED)
    with pytest.raises(Refused):
        planned(certificate, with_role(Role.HEAD_OF_QUALITY))
    with pytest.raises(PermissionDenied):
        planned(certificate, with_role(Role.COORDINATOR, AuthorityFactory()))
    with pytest.raises(PermissionDenied):
        planned(certificate, with_role(Role.HEAD_OF_AUTHORITY, certificate.authority))


def test_everything_wrong_with_a_plan_is_said_at_once(certificate: Certificate, coordinator: Any) -> None:
    with pytest.raises(Refused) as refused:
        planned(certificate, coordinator, kind="internal", window_last=date(2026, 1, 1), first_day=date(2026, 11, 3), person_days=0, method="x")
    assert {one.field for one in refused.value.problems} == {"kind", "window_last", "last_day", "person_days", "method"}


def test_when_it_is_over_it_is_a_fact_of_the_certificate(certificate: Certificate, coordinator: Any) -> None:
    audit = reported(certificate, coordinator)
    fact = certificate.external_audits.get(kind="surveillance")
    assert audit.fact == fact and (fact.ended_on, fact.days, fact.report) == (YESTERDAY, Decimal("1.5"), "ИК-17")
    assert Audit.objects.get(pk=audit.pk).state == AuditState.FOLLOW_UP
    later = planned(certificate, coordinator, kind="special")
    with pytest.raises(Refused):
        actions.report_external(by=coordinator, audit=later, ended_on=TODAY + timedelta(days=3))
    assert Audit.objects.get(pk=later.pk).fact is None


@pytest.mark.parametrize(("grade", "days"), [("major", 60), ("minor", 30), ("observation", None)])
def test_findings_run_by_the_body_s_own_days(certificate: Certificate, coordinator: Any, grade: str, days: int | None) -> None:
    audit = reported(certificate, coordinator)
    finding = actions.raise_external_finding(
        by=coordinator,
        audit=audit,
        grade=grade,
        gap="В журнале нет трёх записей.",
        requirement="п. 9.2",
        evidence="Журнал № 4 за октябрь 2026 г., отдел кадров",
    )
    assert (finding.body_days, finding.origin_kind, finding.origin_label) == (days, "external_audit", "ИК-17")
    assert finding.state == ("open" if grade != "observation" else "noted")
    audit = Audit.objects.get(pk=audit.pk)
    if grade == "observation":
        assert actions.close(by=coordinator, audit=audit).state == AuditState.CLOSED
    else:
        with pytest.raises(Refused):
            actions.close(by=coordinator, audit=audit)


def table(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = exchange.TABLE.title
    sheet.append([column.title for column in exchange.TABLE.columns])
    for values in rows:
        sheet.append(values)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = [
    "Незначительное несоответствие",
    "9.2",
    "п. 9.2",
    "Журнал № 4 за октябрь 2026 г., отдел кадров",
    "В журнале нет трёх записей.",
    "",
    "12.11.2026",
]


def test_a_table_of_findings_is_looked_at_and_entered_as_a_whole(certificate: Certificate, coordinator: Any) -> None:
    audit = reported(certificate, coordinator)
    rows = exchange.read(audit, table([GOOD, ["Сильная сторона", "", "", "", "Запись на приём ведётся в одном окне."]]), "findings.xlsx")
    assert [(one.grade, one.clause, one.raised_on) for one in rows] == [("minor", "9.2", "2026-11-12"), ("strength", "", "")]
    assert not Finding.objects.exists()
    again = exchange.unsealed(audit, exchange.sealed(audit, rows))
    assert again == rows
    assert actions.import_external_findings(by=coordinator, audit=audit, rows=again) == 2
    assert set(Finding.objects.values_list("grade", "state", "body_days")) == {("minor", "open", 30), ("strength", "noted", None)}
    with pytest.raises(Refused):
        actions.import_external_findings(by=coordinator, audit=audit, rows=again)
    assert Finding.objects.count() == 2


def test_everything_wrong_with_a_table_is_said_at_once_with_its_row(certificate: Certificate, coordinator: Any) -> None:
    audit = reported(certificate, coordinator)
    bad = [
        ["Ужасное", "9.2", "", "", "Нет."],
        ["Незначительное несоответствие", "77.1", "п. 9.2", "", "Иногда нет подписи."],
        [*GOOD[:5], "no-such-unit"],
        GOOD,
    ]
    with pytest.raises(Refused) as refused:
        exchange.read(audit, table(bad), "findings.xlsx")
    found = [(one.row, one.column) for one in refused.value.problems]
    assert len({row for row, _column in found}) == 4 and all(row for row, _column in found)
    assert not Finding.objects.exists()
    with pytest.raises(Refused):
        exchange.read(audit, b"no table at all \x00\x01", "x.xlsx")


def test_the_template_is_a_table_that_is_read_back(certificate: Certificate, coordinator: Any) -> None:
    audit = reported(certificate, coordinator)
    with pytest.raises(Refused) as refused:
        exchange.read(audit, exchange.template(), "findings.xlsx")
    assert [one.code for one in refused.value.problems] == ["empty"]


def test_a_sealed_table_of_another_audit_is_refused(certificate: Certificate, coordinator: Any) -> None:
    audit = reported(certificate, coordinator)
    other = planned(certificate, coordinator, kind="special")
    sealed = exchange.sealed(other, [exchange.FindingRow(3, "ofi", "Можно лучше.")])
    for text in (sealed, "nonsense", ""):
        with pytest.raises(Refused):
            exchange.unsealed(audit, text)
