"""What the audit programme achieved: audits done of those planned, findings per hour, by what each person sees."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.factories import AuthorityFactory, EditionFactory, with_role
from yantar.qms.audits.models import Audit
from yantar.qms.audits.queries.figures import audit_figures
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Authority, Role

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def audit(authority: Authority, number: str, year: int = 2026, **more: object) -> Audit:
    return Audit.objects.create(
        number=number, state_since=date(year, 1, 1), authority=authority, edition=EditionFactory(), window_first=date(year, 2, 1),
        window_last=date(year, 6, 30), recorded_at=WHEN, **more,
    )  # fmt: skip


def finding(of: Audit, number: str, state: str = "noted", grade: str = "strength") -> None:
    Finding.objects.create(
        number=number, authority=of.authority, grade=grade, state=state, gap="Сделано хорошо.", origin_kind="audit", origin_id=str(of.pk),
        raised_on=date(2026, 3, 1), state_since=date(2026, 3, 1), recorded_at=WHEN,
    )  # fmt: skip


def test_done_of_planned_and_findings_per_hour() -> None:
    health, finance = AuthorityFactory(code="health"), AuthorityFactory(code="finance")
    closed = audit(health, "2026-A-001", state="closed", ended_on=date(2026, 3, 2), hours_spent=Decimal(8))
    audit(health, "2026-A-002", state="follow_up", ended_on=date(2026, 4, 2))
    audit(finance, "2026-A-003")
    audit(finance, "2026-A-004", state="cancelled", state_reason="Реорганизация")
    audit(health, "2026-A-005", kind="surveillance", ended_on=date(2026, 5, 2))
    audit(health, "2025-A-001", 2025, state="closed", ended_on=date(2025, 3, 2))
    finding(closed, "2026-00001")
    finding(closed, "2026-00002")
    finding(closed, "2026-00003", state="draft")
    head = with_role(Role.HEAD_OF_QUALITY)
    this = audit_figures(head, first=2026, last=2026)
    assert (this.done.number, this.done.whole, this.hours, this.findings, this.per_hour) == (2, 3, Decimal(8), 2, Decimal("0.25"))
    assert (audit_figures(head).done.number, audit_figures(head).done.whole) == (3, 4)
    assert audit_figures(head, authority="finance").per_hour is None
    mine = audit_figures(with_role(Role.COORDINATOR, finance))
    assert (mine.done.number, mine.done.whole, mine.findings) == (0, 1, 0)
