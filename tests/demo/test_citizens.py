"""Cases of the demonstration, as data. What citizens find in a played one is checked in test_story.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from yantar.demo import casework, citizens
from yantar.demo.promises import Promise, promises, standing
from yantar.engine.working_days import WorkingCalendar

TODAY = date(2026, 11, 23)
SINCE = citizens.begins_on(TODAY)
SEED = 2010


def _work() -> casework.Workdays:
    return casework.Workdays.of(WorkingCalendar("RU"), SINCE, TODAY - timedelta(days=1))


def test_every_third_service_is_told_case_by_case() -> None:
    everything = promises()
    assert len(everything) == 120
    assert len(casework.told_by_case(everything, 1.0)) == 40
    assert len(casework.told_by_case(everything, 0.1)) == 4
    assert casework.told_by_case((), 1.0) == ()


def test_cases_are_the_same_every_time_and_in_order_and_end_by_yesterday() -> None:
    for one in casework.told_by_case(promises(), 0.1):
        rows = list(casework.cases(SEED, one, _work(), SINCE, TODAY, ["main"]))
        assert rows == list(casework.cases(SEED, one, _work(), SINCE, TODAY, ["main"]))
        assert [row["received"] for row in rows] == sorted(row["received"] for row in rows)
        assert len({row["number"] for row in rows}) == len(rows)
        for row in rows:
            assert SINCE <= row["received"] <= row["registered"] <= (row["done"] or TODAY) <= TODAY
            assert (row["outcome"] == "open") == (not row["done"])


def _late(listed: Iterable[Promise]) -> float:
    """Share of the cases of some services, promised in working days, that took longer than promised."""
    work, beyond, every = _work(), 0, 0
    places = {day: place for place, day in enumerate(work.days)}
    for one in listed:
        for row in casework.cases(SEED, one, work, SINCE, TODAY, []):
            if row["done"]:
                every += 1
                beyond += places[row["done"]] - places[row["registered"]] - int(row["suspended_days"] or 0) > one.days
    return beyond / every


def test_well_run_services_are_seldom_late() -> None:
    known = sorted((one for one in promises() if one.unit == "working"), key=lambda one: standing(SEED, one.code))
    best, worst = _late(known[-8:]), _late(known[:8])
    assert best < 0.02 < worst < 0.25
