"""What made-up citizens of the demonstration say: ratings and appeals, planned from a seed. Nobody here exists."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from . import cast
from .promises import Promise, standing

CRITERIA = ("time", "queue", "staff", "premises", "information")
WITH_TEXT = 0.18
FATES = (
    # name, weight: what becomes of an appeal that came long ago.
    ("answered", 77),
    ("late", 12),
    ("extended", 3),
    ("forwarded", 2),
    ("disputed", 2),
    ("reopened", 2),
    ("declined", 1),
    ("withdrawn", 1),
)
OUTCOMES = {"service_complaint": ("upheld", "partly", "refused"), "appeal": ("explained", "explained", "partly", "refused")}


@dataclass(frozen=True, slots=True)
class Said:
    """One rating: of which service, on which day, which values, and sometimes a text."""

    service: str
    day: date
    scores: dict[str, int]
    text: str
    channel: str
    language: str


@dataclass(frozen=True, slots=True)
class Voice:
    """One appeal: its kind, about what, from whom, when it came and what becomes of it. `days`: from receipt to the answer."""

    kind: str
    service: str
    category: str
    received: date
    subject: str
    text: str
    name: str
    email: str
    address: str
    place: str
    latitude: float | None
    longitude: float | None
    fate: str
    outcome: str
    days: int
    variant: str


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The sentences, from `voices.yaml`."""
    return dict(yaml.safe_load(files("yantar.demo").joinpath("voices.yaml").read_text("utf-8")))


def ratings(seed: int, offered: Sequence[Promise], first: date, last: date, number: int) -> Iterator[Said]:
    """`number` ratings of the services between two days, in order of days; well-run services get better ones, and citizens' services more."""
    rng = random.Random(f"{seed}-ratings")  # noqa: S311 - repeatable, not secret
    weights = [(6 if one.group in {"citizens", "families", "older", "pupils"} else 1) * rng.uniform(0.3, 1.7) for one in offered]
    span = (last - first).days
    days = sorted(rng.randrange(span + 1) for _number in range(number))
    for day in days:
        one = rng.choices(offered, weights)[0]
        good = min(1.0, standing(seed, one.code) * 0.92 + 0.08 * day / span)
        mood = rng.gauss(2.2 + 2.9 * good, 0.85)
        scores = {key: min(5, max(1, round(mood + rng.gauss(0.25 if key == "staff" else 0.0, 0.5)))) for key in CRITERIA}
        if rng.random() < 0.06:
            scores.pop(rng.choice(CRITERIA))
        text = ""
        if rng.random() < WITH_TEXT:
            listed = words()["ratings"]
            text = rng.choice(listed["good" if mood >= 4 else "bad" if mood < 2.8 else "middling"])
        channel = rng.choices(["link", "qr", "widget", "kiosk"], [5, 4, 1, 3])[0]
        yield Said(one.code, first + timedelta(days=day), scores, text, channel, "en" if rng.random() < 0.03 else "ru")


def appeals(seed: int, offered: Sequence[Promise], first: date, last: date, number: int) -> Iterator[Voice]:
    """`number` appeals between two days, in order of days; those of the last month are still open when `last` comes."""
    rng = random.Random(f"{seed}-appeals")  # noqa: S311 - repeatable, not secret
    weights = [(1.15 - standing(seed, one.code)) * (4 if one.group in {"citizens", "families", "older"} else 1) for one in offered]
    span = (last - first).days
    for day in sorted(rng.randrange(span) for _number in range(number)):
        kind = rng.choices(["service_complaint", "appeal", "information_request", "remark"], [30, 40, 8, 22])[0]
        yield _voice(rng, kind, rng.choices(offered, weights)[0], first + timedelta(days=day), last)


def _voice(rng: random.Random, kind: str, one: Promise, received: date, last: date) -> Voice:
    place, latitude, longitude = rng.choice(words()["places"])
    category, where, variant = "", (None, None), ""
    if kind == "remark":
        category, subject, text = rng.choice(words()["remarks"])
        where = (round(latitude + rng.uniform(-0.02, 0.02), 6), round(longitude + rng.uniform(-0.03, 0.03), 6))
    else:
        subject, text = rng.choice(words()[{"service_complaint": "complaints", "appeal": "appeals"}.get(kind, "information")])
    if subject.startswith("Отказали в приёме"):
        variant = "intake_refused"
    name = "" if kind == "remark" and rng.random() < 0.5 else rng.choice(cast.PEOPLE_RU)[0]
    number = rng.randrange(10_000)
    fate = rng.choices([name for name, _weight in FATES], [weight for _name, weight in FATES])[0]
    if kind == "remark" and fate in {"extended", "declined"}:
        fate = "answered"
    if received > last - timedelta(days=30):
        fate = rng.choices(["open", "answered", "received"], [6, 3, 2])[0] if received <= last - timedelta(days=4) else "received"
    limit = {"service_complaint": 15 if not variant else 4, "remark": 9}.get(kind, 28)
    days = limit + rng.randrange(6, 25) if fate == "late" else max(1, round(limit * rng.uniform(0.25, 0.95)))
    return Voice(
        kind=kind,
        service=one.code if kind != "remark" else "",
        category=category,
        received=received,
        subject=subject,
        text=text.format(service=one.name_ru, place=place),
        name=name,
        email=f"citizen.{number}@example.org" if name and rng.random() < 0.7 else "",
        address=f"г. Вымышленск, ул. Примерная, {number % 90 + 1}" if name else "",
        place=f"{place}" if category else "",
        latitude=where[0],
        longitude=where[1],
        fate=fate,
        outcome=rng.choice(OUTCOMES.get(kind, ("explained", "partly", "upheld"))),
        days=days,
        variant=variant,
    )
