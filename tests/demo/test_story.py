"""The story is repeatable, and can be played whatever the seed, the day and the size."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import GovernmentFactory
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.core.problems import Refused
from yantar.demo import build, story
from yantar.qms.certification.models import StatusPeriod
from yantar.qms.organisation.models import Authority, Government

from . import citizens_told

TODAY = date(2026, 11, 23)


def test_the_same_seed_tells_the_same_story() -> None:
    assert story.write(1, TODAY, 18, 25) == story.write(1, TODAY, 18, 25)
    assert story.write(1, TODAY, 18, 25) != story.write(2, TODAY, 18, 25)


@given(seed=st.integers(0, 10_000), today=st.dates(date(2012, 1, 1), date(2045, 12, 31)), years=st.integers(1, 30), size=st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_every_story_is_in_order_and_reaches_only_today(seed: int, today: date, years: int, size: int) -> None:
    events = story.write(seed, today, years, size)
    days = [event.on for event in events]
    assert days == sorted(days)
    assert days[-1] <= today
    assert sum(1 for event in events if event.what == "authority") == size
    born = {event.about for event in events if event.what == "authority"} | {"rybolovstvo"}
    assert {event.about for event in events} <= born


@pytest.mark.parametrize(("seed", "years", "size", "today"), [(7, 3, 4, TODAY), (3, 6, 30, date(2031, 2, 28)), (11, 1, 2, date(2028, 2, 29))])
def test_other_sizes_play_through(db: None, settings: Any, tmp_path: Path, seed: int, years: int, size: int, today: date) -> None:
    settings.DEMO_SIGNING_P12 = tmp_path / "demonstration.p12"
    with clock.at(today):
        played = build.build(by=System("test"), seed=seed, years=years, authorities=size, today=today, voices=0.02)
        # A whole cast brings its town along, which has no certificate.
        assert (played.authorities, Authority.objects.count()) == (size, size + (size >= 25))
        now = StatusPeriod.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), begins_on__lte=today)
        assert now.filter(status="active").exists()
        if size >= 25:
            citizens_told.every_service_is_offered(today)
            citizens_told.cases_make_months(today, 0.02)
            citizens_told.answers_are_signed()


def test_only_an_empty_yantar_takes_the_demonstration(db: None) -> None:
    GovernmentFactory()
    with pytest.raises(Refused):
        build.build(by=System("test"))


def test_production_never_takes_it(db: None, settings: Any) -> None:
    settings.DEMO_ALLOWED = False
    with pytest.raises(Refused):
        build.build(by=System("test"))
    assert not Government.objects.exists()
    assert not User.objects.exists()


def test_a_story_that_breaks_in_the_middle_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(done: int, total: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.build(by=System("test"), years=3, authorities=5, progress=stop)
    assert not Government.objects.exists()
    assert not Authority.objects.exists()
