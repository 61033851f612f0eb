"""Every morning: what falls due is told once a level; what is too late goes up, to the head and to the government."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import AuthorityFactory, with_role
from tests.qms.findings.support import Cast, cast, led_to, raised
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import Notification, User
from yantar.qms.findings import actions, tasks
from yantar.qms.findings.models import Escalation, Finding, State
from yantar.qms.findings.reminders import level_of
from yantar.qms.organisation.models import Role

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
BY = System("test")


@pytest.fixture
def people() -> Cast:
    with clock.at(DAY):
        return cast()


def morning(on: date) -> dict[str, set[User]]:
    """Who is told what on a morning."""
    seen = set(Notification.objects.values_list("pk", flat=True))
    with clock.at(on):
        actions.remind(by=BY, on=on)
    found: dict[str, set[User]] = {}
    for one in Notification.objects.exclude(pk__in=seen).select_related("recipient"):
        found.setdefault(one.kind.removeprefix("findings."), set()).add(one.recipient)
    return found


@pytest.mark.parametrize(("left", "level"), [(8, ""), (7, "7"), (2, "7"), (1, "1"), (0, "1"), (-1, "late")])
def test_levels(left: int, level: str) -> None:
    assert level_of(DAY + timedelta(days=left), DAY) == level


def test_an_open_finding_reminds_those_who_run_the_authority(people: Cast) -> None:
    with clock.at(DAY):
        raised(people)  # to be acknowledged by 5 March
    assert morning(DAY) == {"reminder": {people.coordinator, people.head}}
    assert morning(DAY) == {}
    assert morning(date(2026, 3, 4)) == {"reminder": {people.coordinator, people.head}}
    assert morning(date(2026, 3, 6)) == {"reminder": {people.coordinator, people.head}}
    assert morning(date(2026, 3, 7)) == {}


def test_a_long_pause_doesn_t_flood(people: Cast) -> None:
    with clock.at(DAY):
        raised(people)
    assert morning(date(2026, 3, 18)) == {}


def test_too_late_goes_up_once_a_level(people: Cast) -> None:
    with clock.at(DAY):
        finding = raised(people)
    due = date(2026, 3, 5)
    assert morning(due + timedelta(days=13)) == {}
    assert morning(due + timedelta(days=14)) == {"escalated": {people.head}}
    assert morning(due + timedelta(days=15)) == {}
    assert morning(due + timedelta(days=30)) == {"escalated": {people.lead}}
    rows = Escalation.objects.order_by("pk")
    assert [(row.finding, row.level, row.state, row.due_on) for row in rows] == [
        (finding, "authority", "open", due),
        (finding, "government", "open", due),
    ]
    # The next state is a matter of its own.
    later = due + timedelta(days=40)
    with clock.at(later):
        finding = actions.assign(by=people.coordinator, finding=finding, owner=people.owner, due_on=later)
    assert morning(later + timedelta(days=14)) == {"escalated": {people.head}}


def test_a_start_after_a_long_pause_tells_both_levels(people: Cast) -> None:
    with clock.at(DAY):
        raised(people)
    assert morning(date(2026, 6, 1)) == {"escalated": {people.head, people.lead}}


def test_nothing_finished_is_late(people: Cast) -> None:
    with clock.at(DAY):
        led_to(State.CANCELLED, people)
        raised(people, grade="observation")
        led_to(State.DRAFT, people)
    assert morning(DAY + timedelta(days=60)) == {}


def test_owner_assignee_and_verifier_are_reminded(people: Cast) -> None:
    with clock.at(DAY):
        finding = led_to(State.IMPLEMENTATION, people)
    planned = finding.actions.get()
    assert morning(planned.due_on - timedelta(days=1)) == {"reminder": {people.owner}, "action_due": {people.assignee}}
    with clock.at(planned.due_on):
        actions.complete_action(by=people.assignee, planned=planned, proof="Акт")
        finding = actions.submit_for_verification(by=people.owner, finding=finding)
        finding = actions.accept_proof(by=people.verifier, finding=finding)
    assert finding.effect_on is not None
    assert morning(finding.effect_on) == {"effect_due": {people.verifier}}


def test_a_question_reminds_the_coordinator(people: Cast) -> None:
    other = AuthorityFactory()
    coordinator = with_role(Role.COORDINATOR, other)
    with clock.at(DAY):
        finding = led_to(State.PLAN, people)
        actions.ask_elsewhere(by=people.lead, finding=finding, text="Есть ли?", authorities=[other], due_on=DAY + timedelta(days=5))
    assert morning(DAY)["answer_due"] == {coordinator}


def test_questions_to_the_database_don_t_grow(people: Cast) -> None:
    with clock.at(DAY):
        first = raised(people)
        led_to(State.IMPLEMENTATION, people)
    counts = []
    for _more in range(2):
        with clock.at(DAY), CaptureQueriesContext(connection) as asked:
            actions.remind(by=BY, on=date(2026, 3, 30))
        counts.append(len(asked))
        Notification.objects.all().delete()
        Escalation.objects.all().delete()
        with clock.at(DAY):
            for _one in range(3):
                raised(people)
                led_to(State.IMPLEMENTATION, people)
    assert counts[0] == counts[1]
    assert Finding.objects.get(pk=first.pk).state == State.OPEN


def test_the_scheduled_job_asks_for_today(people: Cast) -> None:
    with clock.at(DAY):
        raised(people)
        tasks.remind(timestamp=0)
    assert Notification.objects.filter(kind="findings.reminder").count() == 2
