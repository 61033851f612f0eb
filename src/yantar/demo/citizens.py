"""Citizens in the demonstration: services and how they are provided, ratings, appeals from receipt to a proven end."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.files.base import File

from yantar.core import clock
from yantar.engine.dates import add_months
from yantar.qms.feedback import appeal_exchange, rating_exchange
from yantar.qms.feedback.actions import appeals as acts
from yantar.qms.feedback.actions.categories import add_category
from yantar.qms.organisation.models import Authority
from yantar.qms.services import month_exchange
from yantar.qms.services.models import Service

from . import casework, doubtful
from .hearing import Hearing
from .offering import MONTHS, offer, table
from .play import SIMULATION
from .promises import Promise, delivered, promises
from .voices import Said, Voice, appeals, ratings, words

RATINGS = 20_000
APPEALS = 1_500
PLAIN = frozenset({"answered", "late"})
RECENT = timedelta(days=70)
"""What came and went without ado before comes from the register that was kept before; all else is played through the actions."""
WHOLE = 20
"""Authorities from which on the whole of citizens' voices is played; a smaller government hears its share of them."""


def begins_on(today: date) -> date:
    """The first day of the months that are told: as many whole months as MONTHS before this one."""
    return add_months(today.replace(day=1), -MONTHS)


def play(seed: int, today: date, since: date, authorities: Mapping[str, Authority], share: float = 1.0) -> dict[str, Service]:
    """Everything that citizens see and say from a first day of a month until today. `share` of the voices. Returns the services by code."""
    services = offer(seed, authorities, since)
    offered = [one for one in promises() if one.code in services]
    share *= min(1.0, len(authorities) / WHOLE)
    by_case = casework.told_by_case(offered, share)
    casework.feed(seed, by_case, services, since, today)
    _months(seed, [one for one in offered if one not in by_case], since, today)
    _ratings(list(ratings(seed, offered, since, today - timedelta(days=1), int(RATINGS * share))), services, today)
    _categories(authorities, since)
    doubtful.add_templates(since)
    hearing = Hearing(seed, today, services)
    voices = [one for one in appeals(seed, offered, since, today, int(APPEALS * share)) if one.service or one.category in hearing.categories]
    played = [one for one in voices if one.fate not in PLAIN or one.received > today - RECENT]
    _earlier([one for one in voices if one.fate in PLAIN and one.received <= today - RECENT], today)
    hearing.play(played)
    doubtful.play(seed, today, services, share)
    with clock.at(today):
        acts.close_quiet(by=SIMULATION, on=today)
        acts.raise_alarms(by=SIMULATION, on=today)
    return services


def _take_in(apply: Any, rows: list[dict[str, Any]], name: str, today: date) -> None:
    with clock.at(today):
        apply(by=SIMULATION, file=File(io.BytesIO(table(rows)), name=name), filename=name, on=today)


def _months(seed: int, offered: Sequence[Promise], since: date, today: date) -> None:
    """Months of delivery from a file, as an authority sends it."""
    months = (today.year - since.year) * 12 + today.month - since.month
    rows = [{"service": one.code, **month} for one in offered for month in delivered(seed, one, since, months)]
    if rows:
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


def _earlier(voices: Sequence[Voice], today: date) -> None:
    """Appeals of the earlier register from a file."""
    rows = [
        {"kind": one.kind, "service": one.service, "category": one.category, "received": one.received}
        | {"registered": one.received + timedelta(days=1), "answered": one.received + timedelta(days=1 + one.days), "outcome": one.outcome}
        | {"name": one.name, "email": one.email, "address": one.address, "subject": one.subject, "text": one.text}
        | {"place": one.place, "latitude": one.latitude or "", "longitude": one.longitude or ""}
        for one in voices
    ]
    if rows:
        _take_in(appeal_exchange.apply, rows, "appeals-before.csv", today)


def _categories(authorities: Mapping[str, Authority], since: date) -> None:
    with clock.at(since):
        for code, one in words()["categories"].items():
            if one["authority"] in authorities:
                names = {key: value for key, value in one.items() if key != "authority"}
                add_category(by=SIMULATION, code=code, authority=authorities[one["authority"]], **names)
