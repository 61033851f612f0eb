"""Reminders: the right people, at the right levels, once, and nobody is flooded by a late start."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from tests.factories import AuthorityFactory, with_role
from tests.qms.certification.support import HAND, granted
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.messages import sentence
from yantar.core.models import JournalEntry, Notification, User
from yantar.qms.certification import tasks
from yantar.qms.certification.actions import record_decision, remind
from yantar.qms.certification.models import Certificate
from yantar.qms.certification.models import DecisionKind as Kind
from yantar.qms.organisation.actions import merge
from yantar.qms.organisation.models import Role

pytestmark = pytest.mark.django_db
DUE = date(2025, 3, 15)
"""The first surveillance of a certificate granted on 15 March 2024."""


@pytest.fixture
def people() -> dict[str, User]:
    """A certificate's people, and a stranger."""
    authority = AuthorityFactory()
    granted(authority=authority, decided_on=date(2024, 3, 15))
    return {
        "coordinator": with_role(Role.COORDINATOR, authority),
        "head": with_role(Role.HEAD_OF_AUTHORITY, authority),
        "leader": with_role(Role.HEAD_OF_QUALITY),
        "staff": with_role(Role.STAFF, authority),
        "stranger": with_role(Role.COORDINATOR, AuthorityFactory()),
    }


def told(on: date, people: dict[str, User]) -> dict[str, list[str]]:
    """Who is told on a day, by name: the levels."""
    with clock.at(on):
        before = set(Notification.objects.values_list("pk", flat=True))
        made = remind(by=System("test"), on=on)
    new = Notification.objects.exclude(pk__in=before)
    assert made == new.count()
    return {
        name: [one.key.rpartition(":")[2] for one in new.filter(recipient=person) if one.key]
        for name, person in people.items()
        if new.filter(recipient=person).exists()
    }


def test_levels_and_who_is_told_at_each(people: dict[str, User]) -> None:
    assert told(DUE - timedelta(days=91), people) == {}
    assert told(DUE - timedelta(days=90), people) == {"coordinator": ["90"], "leader": ["90"]}
    assert told(DUE - timedelta(days=61), people) == {}
    assert told(DUE - timedelta(days=60), people) == {"coordinator": ["60"], "leader": ["60"]}
    assert told(DUE - timedelta(days=30), people) == {"coordinator": ["30"], "head": ["30"], "leader": ["30"]}
    assert told(DUE, people) == {}
    assert told(DUE + timedelta(days=1), people) == {"coordinator": ["breach"], "head": ["breach"], "leader": ["breach"]}
    assert told(DUE + timedelta(days=200), people) == {}


def test_a_late_start_tells_the_nearest_level_only(people: dict[str, User]) -> None:
    assert told(DUE - timedelta(days=20), people) == {"coordinator": ["30"], "head": ["30"], "leader": ["30"]}


def test_a_missed_day_is_caught_up(people: dict[str, User]) -> None:
    told(DUE - timedelta(days=90), people)
    assert told(DUE - timedelta(days=58), people) == {"coordinator": ["60"], "leader": ["60"]}


def test_who_joins_later_is_told_and_the_others_not_again(people: dict[str, User]) -> None:
    told(DUE - timedelta(days=90), people)
    new = with_role(Role.HEAD_OF_QUALITY)
    assert told(DUE - timedelta(days=89), {**people, "new": new}) == {"new": ["90"]}


def test_what_is_met_reminds_nobody(people: dict[str, User]) -> None:
    record_decision(by=HAND, certificate=Certificate.objects.get(), kind=Kind.CONFIRM, decided_on=DUE - timedelta(days=100))
    assert told(DUE - timedelta(days=10), people) == {}
    assert told(DUE + timedelta(days=10), people) == {}


def test_expiry_is_told_although_nothing_is_demanded_any_more(people: dict[str, User]) -> None:
    certificate = Certificate.objects.get()
    for day in (date(2025, 2, 1), date(2026, 2, 1)):
        record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=day)
    levels = told(date(2027, 3, 15), people)["head"]
    assert levels == ["breach"]
    assert told(date(2027, 8, 20), people)["coordinator"] == ["30"]  # the window to restore ends on 14 September
    assert told(date(2028, 1, 1), people) == {}


def test_a_first_run_over_old_history_tells_nothing_of_long_ago(people: dict[str, User]) -> None:
    assert told(date(2035, 1, 1), people) == {}


def test_the_successors_people_are_told() -> None:
    old, new = AuthorityFactory(), AuthorityFactory()
    granted(authority=old, decided_on=date(2024, 3, 15))
    person = with_role(Role.COORDINATOR, new)
    merge(by=HAND, authorities=[old], into=new, effective_on=date(2024, 9, 1), legal_basis="Указ")
    assert told(DUE - timedelta(days=90), {"person": person}) == {"person": ["90"]}


def test_the_sentence_is_in_the_readers_language(people: dict[str, User]) -> None:
    told(DUE - timedelta(days=20), people)
    one = people["head"].notifications.get()
    with translation.override("en"):
        assert sentence(one) == "YA-1: Surveillance by 15 Mar 2025, days left: 20"
    assert one.url == "/workspace/certificates/YA-1/"


def test_the_morning_task_reminds_in_its_own_name(people: dict[str, User]) -> None:
    with clock.at(DUE - timedelta(days=90)):
        tasks.remind(timestamp=0)
        tasks.remind(timestamp=0)
    assert Notification.objects.filter(kind="certification.reminder").count() == 2
    assert list(JournalEntry.objects.filter(action="certification.remind").values_list("system", flat=True)) == ["reminders"] * 2
