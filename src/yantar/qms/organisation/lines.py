"""Lines of succession: who followed whom, by the main successors that took effect by a day.

A separated part (not a main successor) begins a line of its own. A main edge always leads from an authority that
ended on its day to one that lived on, so a line has no circles.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from yantar.core import clock

from .models import Succession

Edges = tuple[tuple[int, int], ...]


def edges(on: date) -> Edges:
    """All steps (predecessor, main successor) that took effect by a day, in the order in which they did. One query."""
    rows = Succession.objects.filter(is_main=True, reorganisation__effective_on__lte=on)
    return tuple(rows.order_by("reorganisation__effective_on", "pk").values_list("predecessor_id", "successor_id"))


def line_of(ids: Iterable[int], known: Edges | None = None) -> set[int]:
    """The authorities themselves and all that they came from, at any distance, as of today.

    Predecessors are an authority's history: who holds a role for it today answers for them. `known`: the edges, where
    the caller has them already.
    """
    line = set(ids)
    if not line:
        return line
    known = edges(clock.today()) if known is None else known
    came_from: dict[int, list[int]] = {}
    for old, new in known:
        came_from.setdefault(new, []).append(old)
    return _reached(line, came_from)


def same_line(authority_id: int, known: Edges | None = None) -> set[int]:
    """An authority and all that followed it, as of today: a role held for any of them covers this one's history."""
    known = edges(clock.today()) if known is None else known
    became: dict[int, list[int]] = {}
    for old, new in known:
        became.setdefault(old, []).append(new)
    return _reached({authority_id}, became)


def _reached(start: set[int], steps: dict[int, list[int]]) -> set[int]:
    found = set(start)
    todo = list(start)
    while todo:
        for step in steps.get(todo.pop(), ()):
            if step not in found:
                found.add(step)
                todo.append(step)
    return found


def successor_map(on: date) -> dict[int, int]:
    """Who answers on a day for what an authority once was: predecessor's id → its last main successor's id by that day."""
    steps = dict(edges(on))
    result: dict[int, int] = {}
    for start in steps:
        way = [start]
        end = steps[start]
        while end in steps and end not in way:
            if end in result:
                end = result[end]
                break
            way.append(end)
            end = steps[end]
        result.update(dict.fromkeys(way, end))
    return result
