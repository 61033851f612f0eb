"""What endangers which certificate, for those who can help, and by when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import AuthorityFactory, CertificateFactory, with_role
from yantar.core.actions import System
from yantar.core.clock import at
from yantar.qms.audits.dangers import dangers
from yantar.qms.audits.models import Audit
from yantar.qms.certification.actions import record_audit, record_decision
from yantar.qms.certification.models import Certificate
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Authority, Role

pytestmark = pytest.mark.django_db
BY = System("test")
ON = date(2026, 9, 1)


def certified(code: str, number: str) -> Certificate:
    row = CertificateFactory(number=number, authority=AuthorityFactory(code=code))
    with at(datetime(2025, 12, 20, 9, tzinfo=UTC)):
        record_audit(by=BY, certificate=row, kind="stage1", ended_on=date(2025, 10, 1))
        record_audit(by=BY, certificate=row, kind="stage2", ended_on=date(2025, 11, 10))
        record_decision(by=BY, certificate=row, kind="grant", decided_on=date(2025, 12, 1), expires_on=date(2028, 11, 30), edition=row.edition)
    return row


def major(authority: Authority, state: str, number: str, **more: object) -> Finding:
    fields: dict[str, object] = {"origin_kind": "audit", "origin_id": "1", "overall_due_on": date(2026, 9, 20)}
    return Finding.objects.create(
        number=number, authority=authority, grade="major", state=state, gap="Срок услуги нарушен.", raised_on=date(2026, 6, 22),
        state_since=date(2026, 6, 22), recorded_at=datetime(2026, 6, 22, tzinfo=UTC), **{**fields, **more},
    )  # fmt: skip


def internal(certificate: Certificate, **more: object) -> Audit:
    return Audit.objects.create(
        number=f"2026-A-{certificate.pk}", state_since=ON, authority=certificate.authority, edition=certificate.edition,
        window_first=date(2026, 1, 1), window_last=date(2026, 12, 31), recorded_at=datetime(2026, 1, 1, tzinfo=UTC), **more,
    )  # fmt: skip


def test_an_open_major_endangers_the_certificate_until_it_is_verified() -> None:
    one = certified("health", "YA-1")
    internal(one, ended_on=date(2026, 3, 1))
    major(one.authority, "analysis", "2026-00001")
    major(one.authority, "waiting_effect", "2026-00002")
    major(one.authority, "closed", "2026-00003", closed_on=date(2026, 8, 1))
    head = with_role(Role.HEAD_OF_QUALITY)
    assert [(row.kind, row.certificate, row.finding, row.due_on) for row in dangers(head, ON)] == [("major", "YA-1", "2026-00001", date(2026, 9, 20))]


def test_the_certifiers_own_limit_counts_for_what_the_certifier_found() -> None:
    one = certified("health", "YA-1")
    internal(one, ended_on=date(2026, 3, 1))
    major(one.authority, "open", "2026-00001", origin_kind="external_audit", body_days=30)
    major(one.authority, "open", "2026-00002", origin_kind="external_audit")
    days = [row.due_on - date(2026, 6, 22) for row in dangers(with_role(Role.HEAD_OF_QUALITY), ON)]
    assert days == [timedelta(days=30), timedelta(days=one.body.major_days)]


@pytest.mark.parametrize(
    ("planned", "on", "expected"),
    [
        ({"first_day": date(2026, 9, 10)}, ON, []),
        ({"first_day": date(2026, 12, 10)}, ON, ["audit_late"]),
        ({}, ON, ["audit_missing"]),
        ({}, date(2026, 3, 1), []),
        ({"ended_on": date(2026, 8, 1)}, ON, []),
        ({"ended_on": date(2026, 8, 1), "state": "cancelled", "state_reason": "Реорганизация"}, ON, ["audit_missing"]),
    ],
)
def test_an_audit_that_is_missing_or_too_late_for_surveillance(planned: dict[str, object], on: date, expected: list[str]) -> None:
    one = certified("health", "YA-1")
    more = {**planned, "last_day": planned["first_day"]} if "first_day" in planned else planned
    internal(one, **more)
    found = dangers(with_role(Role.HEAD_OF_QUALITY), on)
    assert [row.kind for row in found] == expected
    assert all(row.due_on == date(2026, 12, 1) - timedelta(days=30) for row in found)


def test_only_those_who_can_help_are_told_and_the_authority_next_door_is_not() -> None:
    health, finance = certified("health", "YA-1"), certified("finance", "YA-2")
    told = lambda role, authority=None: {row.certificate for row in dangers(with_role(role, authority), ON)}  # noqa: E731
    assert told(Role.HEAD_OF_QUALITY) == {"YA-1", "YA-2"}
    assert told(Role.COORDINATOR, health.authority) == told(Role.HEAD_OF_AUTHORITY, health.authority) == {"YA-1"}
    assert told(Role.COORDINATOR, finance.authority) == {"YA-2"}
    assert told(Role.STAFF, health.authority) == told(Role.ADMINISTRATOR) == set()


def test_as_many_queries_for_three_as_for_one() -> None:
    head = with_role(Role.HEAD_OF_QUALITY)
    counted = []
    for number in (1, 2, 3):
        one = certified(f"authority-{number}", f"YA-{number}")
        major(one.authority, "open", f"2026-{number:05d}")
        head.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            assert len(dangers(head, ON)) == 2 * number
        counted.append(len(queries))
    assert counted[1] == counted[2] <= 8
