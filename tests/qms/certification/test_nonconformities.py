"""What the certification body's audits found, as the rules of certification see it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.factories import CertificateFactory
from yantar.core.actions import System
from yantar.core.clock import at
from yantar.engine.certification import breaches_on
from yantar.qms.certification.actions import record_audit, record_decision
from yantar.qms.certification.facts import facts_of
from yantar.qms.certification.models import Certificate, Decision, ExternalAudit
from yantar.qms.findings.models import Finding, FindingStep

pytestmark = pytest.mark.django_db
BY = System("test")


@pytest.fixture
def certificate() -> Certificate:
    row = CertificateFactory(number="YA-7")
    with at(datetime(2025, 2, 1, 9, tzinfo=UTC)):
        record_audit(by=BY, certificate=row, kind="stage1", ended_on=date(2024, 11, 1))
        record_audit(by=BY, certificate=row, kind="stage2", ended_on=date(2025, 1, 10))
        record_decision(by=BY, certificate=row, kind="grant", decided_on=date(2025, 1, 31), expires_on=date(2028, 1, 30), edition=row.edition)
    with at(datetime(2025, 12, 1, 9, tzinfo=UTC)):
        record_audit(by=BY, certificate=row, kind="surveillance", ended_on=date(2025, 11, 20))
    return row


def finding(certificate: Certificate, grade: str, state: str, number: str = "2025-00001") -> Finding:
    audit = ExternalAudit.objects.get(certificate=certificate, kind="surveillance")
    return Finding.objects.create(
        number=number,
        authority=certificate.authority,
        grade=grade,
        state=state,
        gap="Журнал не ведётся.",
        origin_kind="external_audit",
        origin_id=str(audit.pk),
        raised_on=audit.ended_on,
        state_since=audit.ended_on,
        closed_on=date(2026, 5, 1) if state == "closed" else None,
        recorded_at=datetime(2025, 12, 1, tzinfo=UTC),
    )


def verified(row: Finding, on: date) -> None:
    FindingStep.objects.create(
        finding=row, before="verification", after="waiting_effect", on=on, at=datetime(on.year, on.month, on.day, tzinfo=UTC), days=1
    )


@pytest.mark.parametrize(
    ("state", "closed_on"),
    [("analysis", None), ("waiting_effect", date(2026, 1, 15)), ("closed", date(2026, 1, 15))],
)
def test_a_major_is_closed_for_the_certifier_once_it_is_verified(certificate: Certificate, state: str, closed_on: date | None) -> None:
    verified(finding(certificate, "major", state), date(2026, 1, 15))
    [one] = facts_of([certificate])[certificate.pk].nonconformities
    assert (one.grade, one.audit, one.audit_ended_on, one.closed_on) == ("major", "surveillance", date(2025, 11, 20), closed_on)


@pytest.mark.parametrize("state", ["draft", "rejected", "cancelled"])
def test_what_does_not_stand_does_not_count(certificate: Certificate, state: str) -> None:
    finding(certificate, "major", state)
    assert facts_of([certificate])[certificate.pk].nonconformities == ()


def decide(certificate: Certificate, decided_on: date) -> list[str]:
    with at(datetime(2026, 6, 1, 9, tzinfo=UTC)):
        row = record_decision(by=BY, certificate=certificate, kind="confirm", decided_on=decided_on, breach_reason="Решение органа")
    return [one["code"] for one in Decision.objects.get(pk=row.pk).breaches]


def test_confirming_over_an_open_major_breaks_the_rule_once_the_limit_is_over(certificate: Certificate) -> None:
    verified(finding(certificate, "major", "waiting_effect"), date(2026, 4, 10))
    assert decide(certificate, date(2025, 12, 15)) == []  # within the body's 90 days: a doubt, no breach
    assert decide(certificate, date(2026, 3, 15)) == ["major_open_before_decision"]
    assert decide(certificate, date(2026, 4, 15)) == []
    doubts = [(one.code, one.severity) for one in breaches_on(facts_of([certificate])[certificate.pk], date(2025, 12, 20))]
    assert ("major_open_before_decision", "warning") in doubts
