"""Requests for some services one by one, as the program that handles them would send them: numbers and days, nobody's name.

Months of these services add up from their cases, so they have medians of any time; those of the others come from a file, month by month.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from math import ceil
from typing import Any

from yantar.core import clock
from yantar.engine.dates import add_months
from yantar.engine.working_days import WorkingCalendar
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import working_calendar
from yantar.qms.services import actions
from yantar.qms.services.models import Service, ServiceSite

from .play import SIMULATION
from .promises import Promise, delivered, standing

EVERY = 3
"""Every third service is told case by case."""
BATCH = 10_000
MOST_PLACES = 3
"""Sites that cases of one service name, at most."""


def told_by_case(offered: Sequence[Promise], share: float) -> tuple[Promise, ...]:
    """Services that are told case by case: every third, or the `share` of these where less of everything is played."""
    some = tuple(offered[::EVERY])
    return some[: ceil(len(some) * min(1.0, share))]


@dataclass(frozen=True, slots=True)
class Workdays:
    """Working days of the time that is told, in order."""

    days: Sequence[date]

    @classmethod
    def of(cls, calendar: WorkingCalendar, first: date, last: date) -> Workdays:
        """Those between two days, both included."""
        return cls(calendar.working_days(first, last))

    def after(self, begun: int, days: int, unit: str) -> date | None:
        """The working day on which what began on the `begun`-th is done, `days` of a unit later; None: after the last one."""
        place = begun + days if unit == "working" else bisect_left(self.days, self.days[begun] + timedelta(days=days))
        return self.days[place] if place < len(self.days) else None


def cases(seed: int, promise: Promise, work: Workdays, since: date, today: date, places: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Cases of a service in order of receipt, by the columns of a feed, from `since` (first day of a month) to yesterday.

    As many, as quick and as late as the months that `delivered` tells; what would end after yesterday is still open.
    """
    rng = random.Random(f"{seed}-cases-{promise.code}")  # noqa: S311 - repeatable, not secret
    good, number, year = standing(seed, promise.code), 0, since.year
    for row in delivered(seed, promise, since, (today.year - since.year) * 12 + today.month - since.month + 1):
        first = bisect_left(work.days, row["month"])
        end = bisect_left(work.days, add_months(row["month"], 1))
        if row["month"].year != year:
            number, year = 0, row["month"].year
        usual = float(row["median_days"] or promise.days)
        ended = max(1, row["granted"] + row["refused"] + row["withdrawn"])
        late, refused, withdrawn = (row[name] / ended for name in ("late", "refused", "withdrawn"))
        wait = float(row["waiting_minutes"] or 10)
        # A month that is not over is told as far as it has come.
        whole = max(1, (add_months(row["month"], 1) - row["month"]).days)
        count = round(row["received"] * min(1.0, (today - row["month"]).days / whole))
        if first == end:
            continue
        for place in sorted(rng.randrange(first, end) for _number in range(count)):
            number += 1
            begun = place + (rng.random() < 0.2)
            if begun >= len(work.days):
                continue
            took = _days(rng, promise.days, usual, good, late)
            paused = rng.randrange(3, 11) if rng.random() < 0.03 else 0
            done = work.after(begun, took + paused, promise.unit)
            fate = rng.random()
            ending = "withdrawn" if fate < withdrawn else "refused" if fate < withdrawn + refused else "granted"
            yield {
                "service": promise.code,
                "number": f"{year}/{number:05d}",
                "site": rng.choice(places) if places else "",
                "received": work.days[place],
                "registered": work.days[begun],
                "suspended_days": paused or "",
                "done": done or "",
                "outcome": ending if done else "open",
                "waiting_minutes": max(0, round(rng.gauss(wait, 4))) if rng.random() < 0.55 else "",
            }


def _days(rng: random.Random, limit: int, usual: float, good: float, late: float) -> int:
    """Days a case takes: within the limit and mostly about the usual, or beyond it."""
    if rng.random() < late:
        return limit + 1 + int(rng.expovariate(1 / (2 + 8 * (1 - good))))
    return min(limit, max(1, round(rng.triangular(0.5, limit + 0.49, min(float(limit), usual)))))


def feed(seed: int, offered: Sequence[Promise], services: Mapping[str, Service], since: date, today: date) -> int:
    """Load the cases of these services as their authorities' programs send them, batch by batch. Returns how many were taken."""
    work, taken = Workdays.of(working_calendar(), since, today - timedelta(days=1)), 0
    by_authority: dict[int, list[Promise]] = {}
    for one in offered:
        by_authority.setdefault(services[one.code].authority_id, []).append(one)
    places = _places([services[one.code] for one in offered])
    codes = dict(Authority.objects.filter(pk__in=by_authority).values_list("pk", "code"))
    with clock.at(today):
        for authority, listed in by_authority.items():
            rows = (row for one in listed for row in cases(seed, one, work, since, today, places.get(services[one.code].pk, [])))
            while batch := list(islice(rows, BATCH)):
                loaded = actions.load_cases(by=SIMULATION, rows=batch, origin=f"Программа учёта услуг: {codes[authority]}", authority_ids=[authority])
                taken += loaded.load.added
    return taken


def _places(services: Sequence[Service]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for service, code in ServiceSite.objects.filter(service__in=services, valid_to=None).order_by("pk").values_list("service_id", "site__code"):
        if len(listed := found.setdefault(service, [])) < MOST_PLACES:
            listed.append(code)
    return found
