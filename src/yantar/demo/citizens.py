"""Citizens in the demonstration: services and how they are provided, ratings, appeals from receipt to a proven end."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.files.base import File

from yantar.core import clock
from yantar.engine.dates import add_months
from yantar.qms.feedback import rating_exchange
from yantar.qms.feedback.actions import appeals as acts
from yantar.qms.feedback.actions.categories import add_category
from yantar.qms.organisation.models import Authority
from yantar.qms.services import month_exchange
from yantar.qms.services.models import Service

from .hearing import Hearing
from .offering import MONTHS, municipality, offer, table
from .play import SIMULATION
from .promises import Promise, delivered, promises
from .voices import Said, appeals, ratings, words

RATINGS = 20_000
APPEALS = 1_500
WHOLE = 20
"""Authorities from which on the whole of citizens' voices is played; a smaller government hears its share of them."""


def begins_on(today: date) -> date:
    """The first day of the months that are told: as many whole months as MONTHS before this one."""
    return add_months(today.replace(day=1), -MONTHS)


def play(seed: int, today: date, authorities: Mapping[str, Authority]) -> dict[str, Service]:
    """Everything that citizens see and say, in the last two years. Returns the services by code."""
    since = begins_on(today)
    town = municipality(since)
    services = offer(seed, {**authorities, town.code: town}, since)
    offered = [one for one in promises() if one.code in services]
    share = min(1.0, len(authorities) / WHOLE)
    _months(seed, offered, since, today)
    _ratings(list(ratings(seed, offered, since, today - timedelta(days=1), int(RATINGS * share))), services, today)
    _categories(authorities, since)
    hearing = Hearing(seed, today, services)
    hearing.play([one for one in appeals(seed, offered, since, today, int(APPEALS * share)) if one.service or one.category in hearing.categories])
    with clock.at(today):
        acts.close_quiet(by=SIMULATION, on=today)
        acts.raise_alarms(by=SIMULATION, on=today)
    return services


def _take_in(apply: Any, rows: list[dict[str, Any]], name: str, today: date) -> None:
    with clock.at(today):
        apply(by=SIMULATION, file=File(io.BytesIO(table(rows)), name=name), filename=name, on=today)


def _months(seed: int, offered: Sequence[Promise], since: date, today: date) -> None:
    """Months of delivery from a file, as an authority sends it."""
    rows = [{"service": one.code, **month} for one in offered for month in delivered(seed, one, since, MONTHS)]
    _take_in(month_exchange.apply, rows, "services-by-month.csv", today)


def _ratings(said: Iterable[Said], services: Mapping[str, Service], today: date) -> None:
    """Ratings from a file, as surveys of service centres bring them."""
    rows = [
        {"service": one.service, "day": one.day, **{key: one.scores.get(key, "") for key in ("time", "queue", "staff", "premises", "information")}}
        | {"text": one.text, "language": one.language}
        for one in said
        if one.service in services
    ]
    if rows:
        _take_in(rating_exchange.apply, rows, "ratings.csv", today)


def _categories(authorities: Mapping[str, Authority], since: date) -> None:
    with clock.at(since):
        for code, one in words()["categories"].items():
            if one["authority"] in authorities:
                names = {key: value for key, value in one.items() if key != "authority"}
                add_category(by=SIMULATION, code=code, authority=authorities[one["authority"]], **names)
