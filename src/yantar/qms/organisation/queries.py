"""Reading the organisation. Everything that is somebody's view takes the viewer and the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from .models import Authority, AuthorityVersion, Government, Succession


def government() -> Government | None:
    """The government, or None before the set-up is finished."""
    return Government.objects.first()


def authorities(viewer: Any, on: date) -> QuerySet[AuthorityVersion]:
    """Every authority that existed on a day as it was then. What is here is public; one row each, the authority joined."""
    return AuthorityVersion.objects.on(on).filter(authority__valid_from__lte=on).select_related("authority").order_by("kind", "name_ru")


def internal_authority_ids(viewer: Any) -> set[int] | None:
    """Authorities whose internals the viewer may see; None means all of them."""
    from .rules import roles_held, sees_all

    if sees_all(viewer):
        return None
    mine = {held.authority_id for held in roles_held(viewer) if held.authority_id is not None}
    return line_of(mine)


def _edges() -> list[tuple[int, int]]:
    return list(Succession.objects.filter(is_main=True).values_list("predecessor_id", "successor_id"))


def line_of(ids: Iterable[int]) -> set[int]:
    """The authorities themselves and everyone they came from or became (main successors), at any distance."""
    line = set(ids)
    edges = _edges()
    grown = True
    while grown:
        # Predecessors of an authority are its history: who holds a role today answers for it.
        more = {old for old, new in edges if new in line} - line
        line |= more
        grown = bool(more)
    return line


def same_line(authority_id: int) -> set[int]:
    """An authority and all that later followed it: a role held for a successor covers the predecessor's history."""
    line = {authority_id}
    edges = _edges()
    grown = True
    while grown:
        more = {new for old, new in edges if old in line} - line
        line |= more
        grown = bool(more)
    return line


def successor_map(on: date) -> dict[int, int]:
    """Who answers on a day for what an authority once was: predecessor's id → its last main successor's id by that day."""
    steps = dict(
        Succession.objects.filter(is_main=True, reorganisation__effective_on__lte=on)
        .order_by("reorganisation__effective_on", "pk")
        .values_list("predecessor_id", "successor_id")
    )
    result: dict[int, int] = {}
    for start in steps:
        seen = {start}
        end = steps[start]
        while end in steps and end not in seen:
            seen.add(end)
            end = steps[end]
        result[start] = end
    return result


def find_authority(code: str) -> Authority | None:
    """An authority by its code, whatever the day."""
    return Authority.objects.filter(code=code).first()
