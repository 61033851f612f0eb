"""What is kept equals what the engine says of the recorded facts, however they came to be recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import BodyFactory
from tests.qms.certification.support import HAND, editions, granted
from yantar.core import clock
from yantar.core.actions import System, action
from yantar.core.models import Job
from yantar.core.problems import Refused
from yantar.qms.certification import projections, tasks
from yantar.qms.certification.actions import (
    change_transition,
    rebuild,
    record_audit,
    record_decision,
    refresh_after_standards_change,
    reverse_decision,
    supersede,
)
from yantar.qms.certification.facts import facts_of
from yantar.qms.certification.models import Certificate, Obligation, StatusPeriod
from yantar.qms.certification.models import DecisionKind as Kind
from yantar.qms.standards.models import Transition

pytestmark = pytest.mark.django_db


def kept() -> tuple[list[Any], list[Any]]:
    """Everything that is projected, with the rows' own keys."""
    return (
        sorted(StatusPeriod.objects.values_list("certificate", "begins_on", "pk", "ends_on", "status", "edition", "body", "expires_on"), key=str),
        sorted(Obligation.objects.values_list("certificate", "kind", "due_on", "pk", "met_on", "closed_on", "rule", "opens_on"), key=str),
    )


def test_a_rebuild_after_any_story_changes_nothing_and_touches_no_row() -> None:
    first, second = granted("A", date(2016, 3, 15), "2008"), granted("B", date(2019, 5, 2))
    record_decision(by=HAND, certificate=first, kind=Kind.CONFIRM, decided_on=date(2017, 2, 1))
    record_decision(by=HAND, certificate=first, kind=Kind.CONFIRM, decided_on=date(2018, 1, 20))
    record_decision(by=HAND, certificate=first, kind=Kind.MOVE_EDITION, decided_on=date(2018, 2, 1), edition=editions()["2015"])
    record_decision(by=HAND, certificate=first, kind=Kind.RENEW, decided_on=date(2019, 3, 1), audit_on=date(2019, 2, 1))
    record_decision(by=HAND, certificate=first, kind=Kind.SUSPEND, decided_on=date(2020, 9, 1), reason_code="S1")
    wrong = record_decision(by=HAND, certificate=first, kind=Kind.WITHDRAW, decided_on=date(2020, 10, 1))
    reverse_decision(by=HAND, decision=wrong, reason="Ошибка")
    record_decision(by=HAND, certificate=first, kind=Kind.RESTORE, decided_on=date(2020, 12, 1))
    record_decision(by=HAND, certificate=first, kind=Kind.TRANSFER, decided_on=date(2021, 1, 15), body=BodyFactory(recert_start_days=200))
    record_audit(by=HAND, certificate=second, kind="surveillance", ended_on=date(2020, 4, 1))
    supersede(by=HAND, certificate=first, by_certificate=second, on=date(2021, 6, 1))
    before = kept()
    seen: list[tuple[int, int]] = []
    assert rebuild(by=System("test"), progress=lambda done, total: seen.append((done, total))) == 2
    assert kept() == before
    assert seen == [(2, 2)]
    StatusPeriod.objects.all().delete()
    Obligation.objects.update(due_on=date(2000, 1, 1))
    rebuild(by=HAND)
    assert [[row[:2] + row[3:] for row in kept()[0]], [row[:3] + row[4:] for row in kept()[1]]] == [
        [row[:2] + row[3:] for row in before[0]],
        [row[:3] + row[4:] for row in before[1]],
    ]


def test_facts_of_many_certificates_take_as_many_queries_as_of_one() -> None:
    for number in ("A", "B", "C"):
        granted(number)
    counted = []
    for rows in (Certificate.objects.filter(number="A"), Certificate.objects.all()):
        certificates = list(rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            facts = facts_of(certificates)
        assert len(facts) == len(certificates)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 9


def test_refreshing_is_for_actions_alone() -> None:
    certificate = granted()
    with pytest.raises(RuntimeError):
        projections.refresh([certificate])


@action("certification.test_import", permission=None)
def many(*, by: System, certificate: Certificate) -> None:
    """Two facts in one action, as an import does it. Only a test."""
    with projections.deferred():
        record_audit(by=by, certificate=certificate, kind="surveillance", ended_on=date(2025, 2, 1))
        assert Obligation.objects.get(certificate=certificate, due_on=date(2025, 3, 15)).met_on is None
        record_decision(by=by, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 3, 1))


def test_an_import_refreshes_once_at_its_end() -> None:
    certificate = granted(decided_on=date(2024, 3, 15))
    many(by=HAND, certificate=certificate)
    assert Obligation.objects.get(certificate=certificate, due_on=date(2025, 3, 15)).met_on == date(2025, 2, 1)


def test_edited_dates_of_a_transition_move_the_certificates_at_once() -> None:
    certificate, other = granted("A", date(2025, 3, 15)), granted("B", date(2010, 3, 15), "2008")
    untouched = list(other.periods.values_list("pk", flat=True))
    transition = Transition.objects.get(old__key="2015", new__key="2026")
    assert certificate.periods.get(status="active").expires_on == date(2028, 3, 14)
    values: dict[str, Any] = {"published_on": date(2026, 9, 1), "new_until": None, "confirmed": True}
    with pytest.raises(Refused):
        change_transition(by=HAND, transition=transition, ends_on=date(2027, 9, 30), source="", **values)
    change_transition(by=HAND, transition=transition, ends_on=date(2027, 9, 30), source="Решение органа", **values)
    period = certificate.periods.get(status="active")
    assert (period.expires_on, period.ends_on) == (date(2027, 9, 30), date(2027, 10, 1))
    assert Obligation.objects.filter(certificate=certificate, kind="edition_transition", due_on=date(2027, 9, 30)).exists()
    assert list(other.periods.values_list("pk", flat=True)) == untouched


def test_after_the_library_changed_only_certificates_to_those_editions_are_recomputed() -> None:
    granted("A", date(2025, 3, 15))
    granted("B", date(2010, 3, 15), "2008")
    assert refresh_after_standards_change(by=HAND, editions=["2000"]) == 0
    assert refresh_after_standards_change(by=HAND, editions=["2015"]) == 2  # 2008 ends because 2015 was published
    assert refresh_after_standards_change(by=HAND) == 2


def test_a_rebuild_as_a_job_shows_its_progress() -> None:
    granted("A")
    job = Job.objects.create(kind="certification.rebuild", created_at=clock.now())
    seen: list[tuple[int, int]] = []
    assert tasks.rebuild(job, lambda done, total: seen.append((done, total))) == {"certificates": 1}
    assert seen == [(1, 1)]
