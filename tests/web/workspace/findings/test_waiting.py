"""What waits for a person about findings: on the first page and in their calendar program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from tests.factories import GovernmentFactory
from tests.qms.findings.support import Cast, cast, led_to, raised
from yantar.core import clock
from yantar.qms.findings.models import State

from .support import as_, queries_of

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[None]:
    GovernmentFactory()
    with clock.at(TODAY):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


def test_the_first_page_says_what_waits_for_whom(people: Cast) -> None:
    one = led_to(State.CONTAINMENT, people)
    address = f"/workspace/findings/{one.number}/"
    for language in ("", "/en"):
        assert f'href="{language}{address}"' in as_(people.owner).get(f"{language}/workspace/").content.decode()
    assert address not in as_(people.staff).get("/workspace/").content.decode()
    assert address not in as_(people.stranger).get("/workspace/").content.decode()


def test_as_many_queries_for_three_as_for_one(people: Cast) -> None:
    raised(people)
    counted = queries_of(as_(people.coordinator), "/workspace/")
    for _one in range(2):
        raised(people)
    assert queries_of(as_(people.coordinator), "/workspace/") == counted
    assert len(as_(people.coordinator).get("/workspace/").context["waiting"]) == 3


def test_deadlines_stand_in_the_calendar_with_their_address(people: Cast) -> None:
    one = led_to(State.CONTAINMENT, people)
    assert one.due_on is not None
    text = Client().get(f"/workspace/calendar/{people.owner.calendar_token}.ics").content.decode().replace("\r\n ", "")
    assert one.number in text
    assert f"http://testserver/workspace/findings/{one.number}/" in text
    assert f"DTSTART;VALUE=DATE:{one.due_on:%Y%m%d}" in text
    other = Client().get(f"/workspace/calendar/{people.staff.calendar_token}.ics").content.decode()
    assert one.number not in other
