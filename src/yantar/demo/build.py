"""Builds the demonstration government in an empty Yantar, and says who can sign in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem, Refused
from yantar.qms.audits.models import Audit
from yantar.qms.findings.models import Finding
from yantar.qms.organisation import actions as organisation
from yantar.qms.organisation.models import Authority, Government, Role
from yantar.qms.organisation.queries import successor_map
from yantar.qms.standards.actions import library_is_current, load_library

from . import cast, certificate, citizens, offering, procurement, story
from .loop import Loop, look_again
from .play import SIMULATION, Played, Player, Progress, living

PASSWORD = "yantar-demo-2026"  # noqa: S105 - printed at every start; demonstration accounts can't exist in production
SEED = 2010
INHABITANTS = 941_000
LOOP_AUTHORITIES = 40
"""Authorities whose audits and findings are played; those beyond have certificates only."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demonstration account."""

    email: str
    role: Role
    authority: str | None = None


SIGN_INS = (
    SignIn("head@demo.example", Role.HEAD_OF_QUALITY),
    SignIn("admin@demo.example", Role.ADMINISTRATOR),
    SignIn("coordinator@demo.example", Role.COORDINATOR, "konkurs"),
    SignIn("minister@demo.example", Role.HEAD_OF_AUTHORITY, "minzdrav"),
    SignIn("auditor@demo.example", Role.INTERNAL_AUDITOR),
    SignIn("certifier@demo.example", Role.CERTIFIER),
    SignIn("analyst@demo.example", Role.ANALYST),
    SignIn("staff@demo.example", Role.STAFF, "zags"),
    SignIn("appeals@demo.example", Role.CITIZENS_OFFICER, "minsoc"),
    SignIn("privacy@demo.example", Role.DATA_OFFICER),
)


def _check_place() -> None:
    problems = []
    if not settings.DEMO_ALLOWED:
        problems.append(Problem(_("The demonstration can't be loaded in production settings.")))
    if Government.objects.exists():
        problems.append(Problem(_("This Yantar already holds a government. The demonstration needs an empty data folder.")))
    if problems:
        raise Refused(problems)


def _summary(kwargs: dict[str, object], result: Played) -> dict[str, object]:
    return {
        "authorities": result.authorities,
        "certificates": result.certificates,
        "decisions": result.decisions,
        "findings": result.findings,
        "seed": kwargs.get("seed", SEED),
    }


@action("demo.build", permission="demo.build", summary=_summary)
def build(
    *,
    by: Actor,
    seed: int = SEED,
    years: int = 18,
    authorities: int = 25,
    today: date | None = None,
    voices: float = 1.0,
    progress: Progress = lambda done, total: None,
) -> Played:
    """Play the whole history up to `today` and open the government as a demonstration; all of it or nothing.

    years: how far back it begins, at the earliest in November 2008. authorities: the cast of 25, fewer, or up to thousands.
    voices: what share of citizens' ratings and appeals is played, 0 to 1.
    Raises Refused in production settings or where a government exists.
    """
    _check_place()
    certificate.make()
    today = today or clock.today()
    if not library_is_current():
        load_library(by=SIMULATION)
    events = story.write(seed, today, years, authorities)
    first = events[0].on
    with clock.at(first):
        opened = organisation.open_government(
            by=SIMULATION, name_ru=cast.GOVERNMENT_RU, name_en=cast.GOVERNMENT_EN, languages=["ru", "en"], inhabitants=INHABITANTS, is_demo=True
        )
    player = Player(seed, today)
    played = player.play(events, progress)
    look_again()
    names = iter(_names())
    if authorities >= len(cast.AUTHORITIES):
        since = max(citizens.begins_on(today), first)
        with clock.at(since):
            player.authorities[offering.CITY] = offering.municipality(since)
    with clock.at(first):
        _people(player, names, first, today)
    certified = [one for one in living(today) if one.code != offering.CITY]
    Loop(random.Random(f"{seed}-loop"), today).play(certified[:LOOP_AUTHORITIES], names, first, progress)  # noqa: S311 - repeatable, not secret
    procurement.play(seed, today, INHABITANTS)
    citizens.play(seed, today, max(citizens.begins_on(today), first), _responsible(today), voices)
    current().target = opened
    return replace(played, audits=Audit.objects.count(), findings=Finding.objects.count())


def _responsible(today: date) -> dict[str, Authority]:
    """By code of every authority that ever was: itself, or who answers for it today."""
    every, now = {one.pk: one for one in Authority.objects.all()}, successor_map(today)
    return {one.code: every[now.get(one.pk, one.pk)] for one in every.values() if every[now.get(one.pk, one.pk)].holds_on(today)}


def _people(player: Player, names: Iterator[str], on: date, today: date) -> None:
    """Demonstration accounts for every role; a coordinator, a head and an officer for appeals for every authority."""
    taken = {(one.authority, one.role) for one in SIGN_INS}
    until = {Role.CERTIFIER: today + timedelta(days=180)}
    for one in SIGN_INS:
        name = next(names)
        authority = player.authorities.get(one.authority) if one.authority else None
        if one.authority and authority is None:
            continue
        player.person(one.email, name, one.role, authority, on, until=until.get(one.role), password=PASSWORD)
    followers = successor_map(today)
    for code, authority in sorted(player.authorities.items())[:60]:
        if authority.pk in followers or not Authority.objects.on(today).filter(pk=authority.pk).exists():
            continue
        for role in (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY, Role.CITIZENS_OFFICER):
            if (code, role) not in taken:
                start = max(on, authority.valid_from)
                player.person(f"{role.value.replace('_', '-')}.{code}@demo.example", next(names), role, authority, start)


def _names() -> list[str]:
    firsts = [name.split()[0] for name, _english in cast.PEOPLE_RU]
    lasts = [name.split()[1] for name, _english in cast.PEOPLE_RU]
    women = {"Анна", "Вера", "Мария", "Дарья", "Елена"}
    result = []
    for shift in range(len(lasts)):
        for index, first in enumerate(firsts):
            last = lasts[(index + shift) % len(lasts)]
            stem = last.removesuffix("а") if last.endswith(("ова", "ина")) else last
            if first in women:
                stem = stem.replace("ный", "ная") if stem.endswith("ный") else stem + "а"
            result.append(f"{first} {stem}")
    return result + [f"{name} II" for name in result]


def exists() -> bool:
    """Whether the demonstration is loaded and whole: its government row is part of the same transaction as its last event."""
    return Government.objects.filter(is_demo=True).exists()
