"""Risk of a process and how often it is audited (audits.md §3): a weighted sum of levels, each shown with what it was computed from.

Factors, weights, limits and bands are data of the library; here is the arithmetic alone, exact, without binary fractions.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Protocol

from yantar.engine.dates import add_days, add_months

Value = Decimal | Fraction | int | str | None
"""A number, the key of an option, or None for what nobody knows."""
HIGHEST_LEVEL = 3


class _Level(Protocol):
    @property
    def level(self) -> int: ...
    @property
    def bound(self) -> Fraction: ...
    @property
    def above(self) -> bool: ...


class _Option(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def level(self) -> int: ...


class _Factor(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def weight(self) -> int: ...
    @property
    def levels(self) -> Sequence[_Level]: ...
    @property
    def options(self) -> Sequence[_Option]: ...


class _Band(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def least(self) -> Fraction: ...
    @property
    def months(self) -> int: ...


class Table(Protocol):
    """Factors with rising levels (below the first is level 0), bands that fall to 0."""

    @property
    def factors(self) -> Sequence[_Factor]: ...
    @property
    def bands(self) -> Sequence[_Band]: ...
    @property
    def unknown_level(self) -> int: ...
    @property
    def trigger_days(self) -> int: ...


class RiskLine(NamedTuple):
    """One factor of a score: the value that went in, its level 0–3, weight and points; `known` is False where the stated level for the
    unknown was taken. `reached` is the limit that gave the level as (bound, above); None for level 0, an option or the unknown.
    """

    factor: str
    value: Value
    known: bool
    level: int
    weight: int
    points: int
    reached: tuple[Fraction, bool] | None


class RiskScore(NamedTuple):
    """Points of `maximum`; `share` is their quotient, `band` its band and `months` the interval of audits in it."""

    lines: tuple[RiskLine, ...]
    points: int
    maximum: int
    share: Fraction
    band: str
    months: int

    @property
    def unknown(self) -> tuple[str, ...]:
        """Factors of which nothing was known."""
        return tuple(line.factor for line in self.lines if not line.known)


def score(inputs: Mapping[str, Value], table: Table) -> RiskScore:
    """The risk of one process: sum of weight × level over all factors, as a share of what is possible (48 with the table that ships).

    A factor that is missing or None counts as the table's `unknown_level` and is named in `unknown`. A number may be given where a
    factor has options with such keys. Raises ValueError for a factor that the table does not have, an unknown option or a negative
    number, TypeError for a binary fraction.
    """
    if strange := set(inputs) - {factor.key for factor in table.factors}:
        raise ValueError(f"no such factor: {', '.join(sorted(strange))}")
    lines = []
    for factor in table.factors:
        value = inputs.get(factor.key)
        known = value is not None and value != ""
        level, reached = _level(factor, value) if known else (table.unknown_level, None)
        lines.append(RiskLine(factor.key, value if known else None, known, level, factor.weight, level * factor.weight, reached))
    points = sum(line.points for line in lines)
    maximum = sum(factor.weight * HIGHEST_LEVEL for factor in table.factors)
    share = Fraction(points, maximum)
    band = next(band for band in table.bands if share >= band.least)
    return RiskScore(tuple(lines), points, maximum, share, band.key, band.months)


def _level(factor: _Factor, value: Value) -> tuple[int, tuple[Fraction, bool] | None]:
    if isinstance(value, str) or not factor.levels:
        for option in factor.options:
            if option.key == str(value):
                return option.level, None
        raise ValueError(f"{factor.key} has no option {value!r}")
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        raise TypeError("a value is a Decimal, a Fraction, an int or the key of an option")
    exact = Fraction(value)
    if exact < 0:
        raise ValueError(f"{factor.key} is negative")
    level, reached = 0, None
    for row in factor.levels:
        if exact > row.bound or (exact == row.bound and not row.above):
            level, reached = row.level, (row.bound, row.above)
    return level, reached


class NextDue(NamedTuple):
    """By when the next audit is due and why: "interval", or "trigger" with the day of the trigger."""

    day: date
    why: str
    trigger: date | None = None


def next_due(last: date, months: int, triggers: Iterable[date] = (), *, trigger_days: int = 60) -> NextDue:
    """The earlier of the last audit plus the band's interval and the first trigger since plus `trigger_days` (audits.md §3).

    `last`: the last audit, or the day on which the process came under the system when it never had one. A trigger (a serious
    complaint, a reorganisation) up to and including that day was there for the audit to see and is past.
    """
    by_interval = add_months(last, months)
    since = min((day for day in triggers if day > last), default=None)
    if since is not None and add_days(since, trigger_days) < by_interval:
        return NextDue(add_days(since, trigger_days), "trigger", since)
    return NextDue(by_interval, "interval")


def whole_months(earlier: date, later: date) -> int:
    """Whole months that have passed, for the factor "months since the last audit"; 0 when `later` lies before."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return max(0, months if add_months(earlier, months) <= later else months - 1)
