"""What happens and when: a pure plan of the years, made from a seed. Playing it through the actions is `play`'s work.

The plan is relative to `today`: deadlines near it, a suspension that lasts, a certificate past its expiry, an audit that came
late. The same seed, day and size give the same plan.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from yantar.engine.dates import add_months

from . import cast
from .crowd import more_authorities

FIRST_CERTIFICATE = date(2008, 12, 16)
ALL_CERTIFIED = date(2010, 3, 15)
CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens: `what` names a method of the player, `about` an authority's code."""

    on: date
    what: str
    about: str = ""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Plot:
    """How one authority's certificate fares, beyond the ordinary years."""

    granted_on: date
    body: str
    late_year: int | None = None
    suspended: tuple[date, date | None] | None = None
    silent_since: date | None = None
    moves_in: str = "renewal"
    new_cycle_on: date | None = None
    ends_on: date | None = None
    audited_on: date | None = None


def edition_on(day: date, *, moved: bool = False) -> str:
    """The edition a certification body works by on a day; who moves at a renewal (`moved`) does so as soon as the 2015 edition is out."""
    if day < date(2009, 11, 15):
        return "2000"
    return "2008" if day < (date(2015, 10, 1) if moved else date(2017, 9, 1)) else "2015"


def write(seed: int, today: date, years: int, authorities: int) -> list[Event]:
    """Every event from the beginning until `today`, in order of days.

    `years` back from today the history begins, in December 2008 at the earliest; `authorities` beyond the cast are made up.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    start = max(date(today.year - years, today.month, 1), date(2008, 11, 1))
    people = list(cast.AUTHORITIES[:authorities]) + list(more_authorities(rng, authorities - len(cast.AUTHORITIES)))
    events: list[Event] = []
    for one in people:
        events.append(Event(start, "authority", one.code, {"cast": one}))
    with_cast = authorities >= len(cast.AUTHORITIES)
    plots = {one.code: _plot(one.code, start, today, rng) for one in people}
    if start < FIRST_CERTIFICATE <= today and "minfin" in plots:
        events += _first_certificate()
    if with_cast:
        events += list(_reorganisations(start, plots))
    for code, plot in plots.items():
        events += list(_life(code, plot, today, random.Random(f"{seed}-{code}")))  # noqa: S311
    return sorted((event for event in events if event.on <= today), key=lambda event: event.on)


def _plot(code: str, start: date, today: date, rng: random.Random) -> Plot:
    body = rng.choices([b.code for b in cast.BODIES], weights=[6, 3, 2])[0]
    granted = ALL_CERTIFIED if start <= ALL_CERTIFIED else add_months(start, 4) + timedelta(days=rng.randrange(60))
    if code.startswith("office-"):
        granted += timedelta(days=rng.randrange(300))
    plot = Plot(granted, body, moves_in=rng.choice(["renewal", "surveillance"]))
    match code:
        case "konkurs":  # Expires in about a month: audited for recertification, the decision is on everybody's mind.
            plot.audited_on = today - timedelta(days=66)
            plot.new_cycle_on, plot.silent_since = _anchor(plot, today + timedelta(days=27)), today - timedelta(days=70)
        case "arhivy":  # Expired five weeks ago, may still be restored.
            plot.new_cycle_on, plot.silent_since = _anchor(plot, today - timedelta(days=34)), today - timedelta(days=300)
        case "tarify":  # Last year's surveillance was missed, and recertification is to begin now.
            plot.silent_since = date(today.year - 1, 1, 10)
            plot.new_cycle_on = _anchor(plot, today + timedelta(days=151))
        case "turizm":  # Suspended and not yet restored.
            plot.suspended, plot.silent_since = (today - timedelta(days=112), None), today - timedelta(days=200)
        case "veterinar":  # Suspended for longer than six months and then restored, years ago.
            plot.suspended = (date(2014, 2, 10), date(2014, 9, 3))
        case "minprom":  # A surveillance that came late, not long ago.
            plot.late_year = next(year for year in range(today.year - 1, 0, -1) if (year - granted.year) % 3)
        case "zags":  # And one at the very beginning.
            plot.late_year = granted.year + 1
    return plot


def _anchor(plot: Plot, cycle_starts: date) -> date | None:
    """The first day of an early new cycle, such that a later cycle begins on `cycle_starts`.

    It lies within the first cycle; None where the history is too short or the first cycle happens to end there anyway.
    """
    while cycle_starts > add_months(plot.granted_on, 35):
        cycle_starts = add_months(cycle_starts, -36)
    return cycle_starts if cycle_starts > add_months(plot.granted_on, 10) else None


def _first_certificate() -> Iterator[Event]:
    yield Event(
        FIRST_CERTIFICATE,
        "grant",
        "minfin",
        {
            "number": "YA-0001",
            "body": "baltic-register",
            "edition": "2000",
            "decided_on": FIRST_CERTIFICATE,
            "stage1": date(2008, 10, 14),
            "stage2": date(2008, 11, 26),
        },
    )
    yield Event(date(2009, 11, 24), "surveillance", "minfin", {"number": "YA-0001"})


def _life(code: str, plot: Plot, today: date, rng: random.Random) -> Iterator[Event]:
    """Grant, yearly confirmation, renewal, with what the plot says; events after its end are left out."""
    for event in _certificate_years(code, plot, today, rng):
        if plot.ends_on and event.on >= plot.ends_on:
            break
        yield event
    if plot.ends_on:
        yield Event(plot.ends_on, "withdraw", code, {"note": "orga"})
    if plot.audited_on and plot.audited_on > plot.granted_on:
        yield Event(plot.audited_on, "recertification_audit", code)
    if plot.suspended and plot.suspended[0] > plot.granted_on:
        begins, ends = plot.suspended
        yield Event(begins, "suspend", code, {"reason": "S1" if ends else "S2"})
        if ends:
            yield Event(ends, "restore", code)
    special = {"sport": (date(2019, 4, 11), "transfer"), "kontrol": (date(2020, 6, 2), "reduce_scope"), "minkult": (date(2021, 5, 18), "wrong_entry")}
    if code in special and special[code][0] > plot.granted_on:
        yield Event(*special[code], code, {"to": "amber-assurance"} if code == "sport" else {})


def _certificate_years(code: str, plot: Plot, today: date, rng: random.Random) -> Iterator[Event]:
    granted = plot.granted_on
    edition = edition_on(granted)
    stages = {"stage1": granted - timedelta(days=70 + rng.randrange(20)), "stage2": granted - timedelta(days=20 + rng.randrange(15))}
    yield Event(granted, "grant", code, {"body": plot.body, "edition": edition, "decided_on": granted, **stages})
    cycle, first = granted, True
    while cycle <= today:
        early = plot.new_cycle_on if first else None
        following = early or add_months(cycle, 36)
        years = [year for year in range(cycle.year + 1, following.year) if year < following.year]
        for year in years:
            on = _surveillance_day(cycle, following, year, first and year == cycle.year + 1, rng)
            if year == plot.late_year:
                on = date(year + 1, 2, 3)
            if plot.suspended and plot.suspended[1] and plot.suspended[0] <= on <= plot.suspended[1]:
                on = plot.suspended[1] + timedelta(days=40)
            if plot.silent_since and on > plot.silent_since:
                continue
            moved = None
            if edition == "2008" and date(2016, 9, 1) < on < date(2018, 9, 1) and plot.moves_in == "surveillance":
                moved = edition = "2015"
            yield Event(on, "surveillance", code, {"late": year == plot.late_year, "move_to": moved})
        renewed = early or following - timedelta(days=25 + rng.randrange(40))
        if renewed >= today or (plot.silent_since and renewed > plot.silent_since):
            return
        renewed -= timedelta(days=max(0, renewed.weekday() - 4))
        new_edition = max(edition, edition_on(renewed, moved=plot.moves_in == "renewal"))
        yield Event(
            renewed,
            "renew",
            code,
            {
                "edition": new_edition if new_edition != edition else None,
                "audit_on": renewed - timedelta(days=30),
                "expires_on": add_months(early, 36) - timedelta(days=1) if early else None,
            },
        )
        edition, cycle, first = new_edition, following, False


def _surveillance_day(cycle: date, following: date, year: int, is_first: bool, rng: random.Random) -> date:
    """A working-looking day of the year; the first one within twelve months of the grant (R4)."""
    latest = add_months(cycle, 12) - timedelta(days=5) if is_first else date(year, 12, 20)
    latest = min(latest, following - timedelta(days=60))
    earliest = max(date(year, 1, 20), cycle + timedelta(days=150))
    day = earliest + timedelta(days=rng.randrange(max(1, (latest - earliest).days))) if earliest < latest else latest
    return day - timedelta(days=max(0, day.weekday() - 4))


def _reorganisations(start: date, plots: dict[str, Plot]) -> Iterator[Event]:
    if start > date(2010, 1, 1):
        return
    yield Event(
        date(2010, 12, 1),
        "rename",
        "minmun",
        {
            "name_ru": "Министерство муниципального развития",
            "name_en": "Ministry of Municipal Development",
            "basis": "Указ о структуре правительства",
        },
    )
    yield Event(
        date(2012, 7, 1),
        "rename",
        "mincifry",
        {
            "name_ru": "Министерство цифровых технологий и связи",
            "name_en": "Ministry of Digital Technology and Communications",
            "basis": "Указ о структуре правительства",
        },
    )
    plots["minmun"].ends_on = date(2018, 12, 10)
    plots["arhitektura"].ends_on = date(2023, 3, 13)
    plots["rybolovstvo"] = Plot(date(2022, 5, 16), "baltic-register")
    yield Event(date(2018, 11, 12), "merge", "minmun", {"into": "apparat", "basis": "Указ об упразднении министерства"})
    yield Event(
        date(2021, 10, 4),
        "promote",
        "molodezh",
        {
            "name_ru": "Министерство молодёжной политики",
            "name_en": "Ministry of Youth Policy",
            "kind": "ministry",
            "basis": "Указ о преобразовании агентства",
        },
    )
    yield Event(
        date(2021, 11, 1),
        "separate",
        "minselhoz",
        {
            "code": "rybolovstvo",
            "kind": "agency",
            "name_ru": "Агентство по рыболовству",
            "name_en": "Fisheries Agency",
            "keep_ru": "Министерство сельского хозяйства",
            "keep_en": "Ministry of Agriculture",
            "personnel": 29,
            "basis": "Указ о разделении министерства",
        },
    )
    yield Event(
        date(2023, 2, 6),
        "merge_new",
        "arhitektura",
        {
            "with": "minstroy",
            "code": "mingrad",
            "name_ru": "Министерство градостроительной политики и строительства",
            "name_en": "Ministry of Urban Policy and Construction",
            "basis": "Указ об объединении",
            "personnel": 140,
        },
    )
