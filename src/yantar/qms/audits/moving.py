"""A move by hand, judged before it is made: what it would break and what it would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yantar.engine.planner import forms
from yantar.engine.planner.check import candidates_for, judge_move
from yantar.engine.planner.check_ground import Ground, Violation
from yantar.engine.planner.check_moves import Candidate

from .instance import MOVABLE, Reading
from .models import Audit, AuditKind, Programme
from .planning import Names, assigned_now, sentence


@dataclass(frozen=True, slots=True)
class Judged:
    """What a move breaks (`hard`: it is not made) and how it changes the costs (`costs`), each as a violation and as a sentence."""

    hard: Sequence[tuple[Violation, str]]
    costs: Sequence[tuple[Violation, str]]
    days: tuple[date, ...]

    @property
    def change(self) -> int:
        """By how many points the objective changes; less is better."""
        return sum(int(one.params["change"]) for one, _text in self.costs)


class Board:
    """The year's plan on the table: everything that a move of one audit is held against. Read once, asked as often as wanted.

    Whether the audit itself is fixed is left aside: fixing keeps the planner away, not a person who means to move it.
    """

    def __init__(self, programme: Programme, number: str) -> None:
        reading = Reading(programme)
        made = reading.instance()
        self.number = number
        loose = [wish.model_copy(update={"fixed": False}) if wish.id == number else wish for wish in made.wishes]
        # The window on record counts for a move by hand in the past too: what took place is written down afterwards.
        self.instance = made.model_copy(update={"wishes": tuple(loose)})
        self.assigned = assigned_now(self.instance)
        self.names = Names(reading.first)
        self.ground = Ground(self.instance)
        self.wish = self.ground.wishes.get(number)

    def judge(self, assignment: forms.Assignment | None) -> Judged:
        """What this assignment of the audit would break and cost, all else staying."""
        assert self.wish is not None
        found = [(one, sentence(_unnamed(one), self.names)) for one in judge_move(self.instance, self.assigned, self.number, assignment)]
        days = self.ground.run(self.wish, assignment.first) if assignment is not None else ()
        return Judged([one for one in found if one[0].hard], [one for one in found if not one[0].hard], days)

    def candidates(self, near: date | None = None, first: date | None = None, limit: int = 8) -> tuple[Candidate, ...]:
        """First days on which the audit could begin without breaking anything, the nearest to a day (else to the present one)."""
        assert self.wish is not None
        middle = near or (self.wish.present.first if self.wish.present is not None else self.wish.window.first + timedelta(days=1))
        return candidates_for(self.instance, self.assigned, self.number, first=first, near=middle, limit=limit)


def _unnamed(violation: Violation) -> Violation:
    """Without the audit's number: the page is about that one audit."""
    return Violation(violation.code, "", violation.params)


def may_move(audit: Audit) -> bool:
    """Whether an audit's days can still be changed by the programme."""
    return audit.kind == AuditKind.INTERNAL and audit.state in MOVABLE and audit.programme_id is not None
