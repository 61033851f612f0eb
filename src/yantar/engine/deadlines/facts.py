"""What the clock works on: limits, the rules of a kind of paper, and what happened to one case. Dates are whole days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as of_each
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

MOST_DAYS = 3_650
"""A limit or an extension is at most ten years: more is a slip of the pen."""
ALARMS = (50, 80, 100)
"""Percentages of a limit at which staff are warned unless somebody says otherwise (services.md §3, design)."""


class Unit(StrEnum):
    """What counts as a day."""

    WORKING = "working"
    CALENDAR = "calendar"


class LastDay(StrEnum):
    """What happens when the last day of a limit is a day off."""

    NONE = "none"
    """It stays."""
    BEFORE = "before"
    """The last working day before it; practice under Law 59-FZ (services.md §3, general knowledge)."""
    AFTER = "after"
    """The next working day; Civil Code of the Russian Federation, art. 193 (general knowledge)."""


class Event(StrEnum):
    """From which event a limit is counted; the day of the event itself never counts (Civil Code, art. 191)."""

    RECEIPT = "receipt"
    REGISTRATION = "registration"
    SENDING = "sending"
    DECISION = "decision"


class Turn(StrEnum):
    """From which day a suspension, or a resumption, takes hold."""

    SAME_DAY = "same_day"
    NEXT_DAY = "next_day"


class Term(Protocol):
    """A limit: `days` in `unit` after the event `counted_from`, with a rule for the last day. 0 days: the passport sets them."""

    @property
    def days(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def last_day(self) -> str: ...
    @property
    def counted_from(self) -> str: ...


class Span(NamedTuple):
    """A limit given by hand, such as the one in the passport of a service; see Term."""

    days: int
    unit: str = Unit.WORKING
    last_day: str = LastDay.NONE
    counted_from: str = Event.REGISTRATION


class ExtensionRule(Protocol):
    """A limit may be extended once, by at most so many days in its own unit."""

    @property
    def most_days(self) -> int: ...


class SuspensionRule(Protocol):
    """Which days of a suspension don't count, as values of Turn.

    `stops`: the day of suspending itself ("same_day") or only those after it; `runs_again`: the day of resuming counts again
    ("same_day") or only those after it do.
    """

    @property
    def stops(self) -> str: ...
    @property
    def runs_again(self) -> str: ...


class Rules(Protocol):
    """The limits of one kind of paper. `term` gives one by its key ("registration", "answer", "forward", "extension_notice", …) and by
    the case it is for; None where there is none. Kinds without an extension or a suspension have None there.
    """

    @property
    def extension(self) -> ExtensionRule | None: ...
    @property
    def suspension(self) -> SuspensionRule | None: ...

    def term(self, key: str, variant: str = "") -> Term | None: ...


class Suspension(NamedTuple):
    """The case waited from `since` until `resumed`, None while it still does."""

    since: date
    resumed: date | None = None


class Extension(NamedTuple):
    """On `decided` the limit was made `days` longer, in its own unit, and the citizen told."""

    decided: date
    days: int


@dataclass(frozen=True, slots=True)
class Case:
    """What happened to one paper.

    `term`: a limit of its own that goes before the one of its kind (the passport's); `variant`: the case of the law that it falls
    under; `done`: the day on which the answer or the result was given.
    """

    received: date
    registered: date | None = None
    term: Term | None = None
    variant: str = ""
    suspensions: Sequence[Suspension] = ()
    extensions: Sequence[Extension] = ()
    done: date | None = None


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """One thing wrong with a case: `code` of `checks.MESSAGES`, the `field` of Case, which row of it (from 0), and parameters as text."""

    code: str
    field: str
    row: int | None = None
    params: Mapping[str, str] = of_each(default_factory=dict)


class InvalidCase(ValueError):
    """A case contradicts itself or its law; `problems` holds everything that is wrong with it and is never empty."""

    def __init__(self, problems: Sequence[CaseProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.field}: {p.code} {dict(p.params)}" for p in self.problems))
