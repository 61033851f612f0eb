"""The course of an appeal, from its receipt to its end."""

from __future__ import annotations

import pytest

from yantar.qms.feedback.actions import appeals

from .appeal_support import PORTAL, Cast, answer, cast, led, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Cast:
    return cast()


@pytest.mark.parametrize("state", ["suspected", "received", "registered", "answered", "disputed", "closed", "declined", "withdrawn", "rejected"])
def test_every_state_is_reached(house: Cast, state: str) -> None:
    appeal = led(house, state)
    appeal.refresh_from_db()
    assert appeal.state == state
    assert appeal.steps.exists()


def test_taken_up_again_and_answered_again(house: Cast) -> None:
    appeal = led(house, "disputed")
    appeal = appeals.reopen_appeal(by=house.officer, appeal=appeal)
    assert (appeal.state, appeal.reopened, appeal.answered_on) == ("registered", 1, None)
    answer(house, appeal)
    assert appeal.answers.count() == 2
    assert receive(house)[0].repeats_id == appeal.pk
    assert PORTAL
