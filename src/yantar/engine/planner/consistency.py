"""What in an instance doesn't fit together, all at once: keys used twice and names of nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import TypeVar

from yantar.engine.planner.forms import Instance, Obstacle

T = TypeVar("T", bound=Hashable)


class Inconsistent(ValueError):
    """Nothing can be planned from this instance; `problems` says everything that is wrong with it."""

    def __init__(self, problems: list[Obstacle]) -> None:
        super().__init__("; ".join(f"{p.code} {dict(p.params)}" for p in problems))
        self.problems = problems


def problems_of(instance: Instance) -> list[Obstacle]:
    """Every problem of an instance, with codes of kind INSTANCE from `reasons.py`; empty when a plan can be made.

    An auditor's home may be an authority that is not audited; history, conflicts and sites may name whom they like.
    """
    found: list[Obstacle] = []
    for name in ("calendars", "authorities", "auditors", "wishes"):
        found += [_problem("id_twice", list=name, id=key) for key in _twice(one.id for one in getattr(instance, name))]
    calendars, people = {c.id for c in instance.calendars}, {a.id for a in instance.auditors}
    places = {a.id for a in instance.authorities}
    named = dict.fromkeys([a.calendar for a in instance.authorities] + [a.calendar for a in instance.auditors])
    found += [_problem("calendar_unknown", calendar=key) for key in named if key not in calendars]
    for wish in instance.wishes:
        if wish.authority not in places:
            found.append(_problem("authority_unknown", wish=wish.id, authority=wish.authority))
        if wish.present is not None:
            team = dict.fromkeys((wish.present.lead, *wish.present.members, *wish.present.trainees))
            found += [_problem("present_unknown", wish=wish.id, auditor=key) for key in team if key not in people]
    found += [_problem("travel_twice", site=a, to=b) for a, b in _twice((min(t.a, t.b), max(t.a, t.b)) for t in instance.travel)]
    return found


def _twice(keys: Iterable[T]) -> list[T]:
    return [key for key, count in Counter(keys).items() if count > 1]


def _problem(code: str, **params: str | int) -> Obstacle:
    return Obstacle(code=code, params=params)
