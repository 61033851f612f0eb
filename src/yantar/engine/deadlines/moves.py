"""What a changed calendar does to the deadlines of what is open."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

from yantar.engine.deadlines.clock import due_of
from yantar.engine.deadlines.explanation import MOST_EXPLAINED
from yantar.engine.deadlines.facts import Case, CaseProblem, InvalidCase, Rules
from yantar.engine.working_days import WorkingCalendar

K = TypeVar("K", bound=Hashable)


class ChangedDay(NamedTuple):
    """A day that became a working day (`working`) or ceased to be one."""

    day: date
    working: bool


class Moved(NamedTuple, Generic[K]):
    """The deadline of the case `key` was `before` and is `after`; `because` of these days. `days`: calendar days later, negative for earlier."""

    key: K
    before: date
    after: date
    because: tuple[ChangedDay, ...]

    @property
    def days(self) -> int:
        """Calendar days by which it moved."""
        return (self.after - self.before).days


class Moves(NamedTuple, Generic[K]):
    """`moved` in the order given, how many open cases stayed `unchanged` (those without a day due among them), and those that can't be
    counted with what is wrong with them.
    """

    moved: tuple[Moved[K], ...]
    unchanged: int
    invalid: tuple[tuple[K, tuple[CaseProblem, ...]], ...]


def moved_deadlines(cases: Iterable[tuple[K, Case, Rules]], old: WorkingCalendar, new: WorkingCalendar) -> Moves[K]:
    """How the deadlines of open cases move when the calendar `old` gives way to `new`. Cases that are done keep theirs and are left out.

    A case that can't be counted stops no other.
    """
    moved: list[Moved[K]] = []
    invalid: list[tuple[K, tuple[CaseProblem, ...]]] = []
    unchanged = 0
    for key, case, rules in cases:
        if case.done is not None:
            continue
        try:
            before = due_of(case, rules, old)
        except InvalidCase as error:
            invalid.append((key, error.problems))
            continue
        after = due_of(case, rules, new)
        if before is None or after is None or before == after:
            unchanged += 1
            continue
        moved.append(Moved(key, before, after, changed_days(case.received, max(before, after), old, new)))
    return Moves(tuple(moved), unchanged, tuple(invalid))


def changed_days(first: date, last: date, old: WorkingCalendar, new: WorkingCalendar) -> tuple[ChangedDay, ...]:
    """The days from `first` to `last`, both included, that are worked by one calendar alone; of a longer time the last MOST_EXPLAINED."""
    length = min((last - first).days, MOST_EXPLAINED)
    days = (last - timedelta(days=back) for back in range(length, -1, -1))
    return tuple(ChangedDay(day, new.is_working(day)) for day in days if old.is_working(day) != new.is_working(day))
