"""Authorities, their history, their sites. All of it is public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from ..lines import successor_map
from ..models import Authority, AuthorityVersion, Government, Reorganisation, Site, Succession


def government() -> Government | None:
    """The government, or None before the set-up is finished."""
    return Government.objects.first()


def authorities(viewer: Any, on: date) -> QuerySet[AuthorityVersion]:
    """Every authority that existed on a day as it was then. What is here is public; one row each, the authority joined."""
    return AuthorityVersion.objects.on(on).filter(authority__valid_from__lte=on).select_related("authority").order_by("kind", "name_ru")


def named(versions: Iterable[AuthorityVersion], q: str) -> list[AuthorityVersion]:
    """Those whose names, full or short, have all the words of `q` in either language; е and ё are the same. All where there is no word."""
    words = _spelled(q).split()
    return [one for one in versions if all(word in _spelled(f"{one.name_ru} {one.name_en} {one.short_ru} {one.short_en}") for word in words)]


def _spelled(text: str) -> str:
    return text.lower().replace("ё", "е")


def authority_on(code: str, on: date) -> AuthorityVersion | None:
    """An authority by its code as it was on a day, the authority joined; None if it did not exist then."""
    return AuthorityVersion.objects.on(on).filter(authority__code=code).select_related("authority").first()


def find_authority(code: str) -> Authority | None:
    """An authority by its code, whatever the day."""
    return Authority.objects.filter(code=code).first()


def names_on(ids: Iterable[int], on: date) -> dict[int, AuthorityVersion]:
    """What authorities are called on a day, by key; who is over is called by the last name, who is to come by the first. One query."""
    found: dict[int, AuthorityVersion] = {}
    for version in AuthorityVersion.objects.filter(authority_id__in=set(ids)).select_related("authority").order_by("authority_id", "valid_from"):
        if version.valid_from <= on or version.authority_id not in found:
            found[version.authority_id] = version
    return found


def supervisor_on(authority: Authority, on: date) -> AuthorityVersion | None:
    """Who is above an authority on a day: the supervisor that is recorded, or who followed it by then. None: nobody, or it ended."""
    if authority.supervisor_id is None:
        return None
    above = successor_map(on).get(authority.supervisor_id, authority.supervisor_id)
    return AuthorityVersion.objects.on(on).filter(authority_id=above).select_related("authority").first()


@dataclass(frozen=True, slots=True)
class Link:
    """A step of succession seen from one of its ends: the other authority, as it was called next to that day."""

    day: date
    authority: Authority
    version: AuthorityVersion | None
    is_main: bool
    reorganisation: Reorganisation


@dataclass(frozen=True, slots=True)
class AuthorityHistory:
    """The life of an authority, oldest first. Reorganisations have their authorities prefetched."""

    versions: list[AuthorityVersion]
    reorganisations: list[Reorganisation]
    predecessors: list[Link] = field(default_factory=list)
    successors: list[Link] = field(default_factory=list)


def authority_history(authority: Authority) -> AuthorityHistory:
    """Versions, reorganisations, predecessors and successors of an authority, past and recorded for the future. Five queries."""
    steps = list(
        Succession.objects.filter(Q(predecessor=authority) | Q(successor=authority))
        .select_related("reorganisation", "predecessor", "successor")
        .order_by("reorganisation__effective_on", "pk")
    )
    others = {step.predecessor_id for step in steps} | {step.successor_id for step in steps}
    named: dict[int, list[AuthorityVersion]] = {}
    for version in AuthorityVersion.objects.filter(authority_id__in=others).order_by("valid_from"):
        named.setdefault(version.authority_id, []).append(version)

    def link(step: Succession, other: Authority, day: date) -> Link:
        version = next((v for v in named.get(other.pk, []) if v.holds_on(day)), None)
        return Link(step.reorganisation.effective_on, other, version, step.is_main, step.reorganisation)

    # A predecessor is called by the name of its last day, a successor by the name of the first.
    before = [(s, s.reorganisation.effective_on - timedelta(days=1)) for s in steps if s.successor_id == authority.pk]
    return AuthorityHistory(
        versions=list(authority.versions.order_by("valid_from")),
        reorganisations=list(authority.reorganisations.prefetch_related("authorities").order_by("effective_on", "pk")),
        predecessors=[link(s, s.predecessor, day) for s, day in before],
        successors=[link(s, s.successor, s.reorganisation.effective_on) for s in steps if s.predecessor_id == authority.pk],
    )


def reorganisations(on_from: date, to: date) -> QuerySet[Reorganisation]:
    """Reorganisations that take effect from a day to another, both included, the latest first, their authorities prefetched."""
    rows = Reorganisation.objects.filter(effective_on__range=(on_from, to))
    return rows.select_related("unit").prefetch_related("authorities").order_by("-effective_on", "-pk")


def sites(viewer: Any, authority: Authority, on: date) -> QuerySet[Site]:
    """Where an authority worked on a day, the head office first."""
    return Site.objects.on(on).filter(authority=authority).order_by("-is_head_office", "code")
