"""Moderators learn that something landed in quarantine: each once a day, never whom it concerns, nothing of what is in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import AuthorityFactory, with_role
from yantar.core import clock
from yantar.core.messages import sentence
from yantar.core.models import JournalEntry, Notification, User
from yantar.qms.feedback import telling
from yantar.qms.feedback.actions.ratings import confirm_rating
from yantar.qms.feedback.models import RatingState
from yantar.qms.organisation.models import Role

from .appeal_support import EMAIL, NAME, PORTAL, Cast, cast, led, receive
from .rating_things import a_service, rated

pytestmark = pytest.mark.django_db
KINDS = ("feedback.appeal_waits", "feedback.rating_waits")


@pytest.fixture
def house() -> Cast:
    return cast()


def told() -> list[tuple[User, str]]:
    rows = Notification.objects.filter(kind__in=KINDS).select_related("recipient").order_by("pk")
    return [(row.recipient, row.kind) for row in rows]


def test_each_officer_is_told_once_a_day_of_appeals_and_ratings_together(house: Cast) -> None:
    service, _sites = a_service("pond", house.authority)
    led(house, "suspected")
    assert told() == [(house.officer, "feedback.appeal_waits"), (house.colleague, "feedback.appeal_waits")]
    led(house, "suspected")
    assert rated(service, honeypot=True).state == RatingState.QUARANTINED
    assert len(told()) == 2, "once a day, whatever follows"
    with clock.at(clock.today() + timedelta(days=1)):
        rated(service, honeypot=True)
        rated(service, honeypot=True)
    assert told()[2:] == [(house.officer, "feedback.rating_waits"), (house.colleague, "feedback.rating_waits")]
    addresses = list(Notification.objects.filter(kind__in=KINDS).order_by("pk").values_list("url", flat=True))
    assert addresses[::2] == [telling.APPEAL_MODERATION, telling.RATING_MODERATION]


def test_nobody_is_told_of_what_counts_at_once(house: Cast) -> None:
    led(house, "received")
    rated(a_service("pond", house.authority)[0])
    assert told() == []


def test_a_rating_confirmed_by_mail_and_still_suspicious_is_told(house: Cast) -> None:
    links: list[str] = []

    def link(_pk: int, secret: str) -> str:
        links.append(secret)
        return secret

    rating = rated(a_service("pond", house.authority)[0], proof=None, email="visitor@example.org", link=link, honeypot=True)
    assert told() == []
    confirm_rating(by=PORTAL, rating=rating, secret=links[0])
    assert [one for one, _kind in told()] == [house.officer, house.colleague]


def test_without_officers_the_head_is_told_and_else_the_head_of_quality(house: Cast) -> None:
    alone = AuthorityFactory(code="alone")
    assert telling.moderators(alone.pk) == [house.lead]
    head = with_role(Role.HEAD_OF_AUTHORITY, alone)
    assert telling.moderators(alone.pk) == [head]
    assert telling.moderators(alone.pk, but=head.pk) == [house.lead]
    assert all(one.has_perm("feedback.moderate", alone) for one in (head, house.lead))


def test_whom_an_appeal_concerns_is_not_told(house: Cast) -> None:
    Notification.objects.all().delete()
    appeal, _code = receive(house, spam_score=90, about_head=True)
    assert appeal.concerns == house.head and house.head not in [one for one, _kind in told()]
    assert told(), "somebody above is"


def test_it_says_nothing_of_anybody(house: Cast) -> None:
    led(house, "suspected")
    for row in Notification.objects.filter(kind__in=KINDS):
        words = f"{sentence(row)} {row.params} {row.url} {row.key}"
        assert NAME not in words and EMAIL not in words and sentence(row)
    assert JournalEntry.objects.filter(action="feedback.receive_appeal").exists()
