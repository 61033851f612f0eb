"""What citizens think of a service, from counts of their ratings: shares, means, intervals, trends, scores and rankings (services.md §2, §5).

Criteria, scale and limits are data of the library (`library/satisfaction.yaml`). Everything is exact: shares, means and scores are
fractions; only a square root is not, and is taken to PLACES decimals, far beyond what is ever shown. What is shown is rounded once, by
`decimal` or `percent`. A figure from too few ratings is None, so that no surface can show it by mistake.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import isqrt
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from yantar.engine.steps import gettext_noop

Z = Fraction("1.96")
"""Quantile of the normal distribution for an interval of 95 %."""
PLACES = 40
"""Decimals of a square root."""

Counts = Mapping[int, int]
"""How often each value of the scale was given; a value that nobody gave may be missing."""
K = TypeVar("K", bound=Hashable)


class Scale(Protocol):
    """Whole values from `least` to `most`; from `satisfied_from` on satisfied, up to `dissatisfied_to` dissatisfied."""

    @property
    def least(self) -> int: ...
    @property
    def most(self) -> int: ...
    @property
    def satisfied_from(self) -> int: ...
    @property
    def dissatisfied_to(self) -> int: ...


class Rules(Protocol):
    """The scale, the quantile `z` of the intervals, and from how many ratings a figure is shown and ranked."""

    @property
    def scale(self) -> Scale: ...
    @property
    def z(self) -> Fraction: ...
    @property
    def shown_from(self) -> int: ...
    @property
    def ranked_from(self) -> int: ...


class Interval(NamedTuple):
    """Lower and upper bound, both included."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one thing that was rated `n` times; all but `n` are None where `n` is too small to show them.

    `satisfied` ratings are the `share` of all, with its Wilson `interval`; `mean` on the scale; `net`: share of the satisfied less share
    of the dissatisfied (−1 to 1). `ranked`: whether it may stand in a ranking.
    """

    n: int
    satisfied: int | None
    share: Fraction | None
    interval: Interval | None
    mean: Fraction | None
    net: Fraction | None
    ranked: bool

    @property
    def shown(self) -> bool:
        """Whether there are enough ratings to show the figures."""
        return self.share is not None


def number_of(counts: Counts, scale: Scale) -> int:
    """How many ratings there are. Raises ValueError that names every value outside the scale and every negative count."""
    wrong = [f"{value}: {count}" for value, count in counts.items() if not scale.least <= value <= scale.most or count < 0]
    if wrong:
        raise ValueError(f"no counts of ratings from {scale.least} to {scale.most}: {', '.join(wrong)}")
    return sum(counts.values())


def together(rows: Iterable[Counts]) -> dict[int, int]:
    """The counts of several periods, sites or services as one."""
    total: dict[int, int] = {}
    for row in rows:
        for value, count in row.items():
            total[value] = total.get(value, 0) + count
    return total


def _satisfied(counts: Counts, scale: Scale) -> int:
    return sum(count for value, count in counts.items() if value >= scale.satisfied_from)


def mean(counts: Counts, scale: Scale) -> Fraction | None:
    """The mean rating; None without ratings. Raises ValueError like `number_of`."""
    n = number_of(counts, scale)
    return Fraction(sum(value * count for value, count in counts.items()), n) if n else None


def net_satisfaction(counts: Counts, scale: Scale) -> Fraction | None:
    """Share of the satisfied less share of the dissatisfied, −1 to 1, the neutral being part of the whole; None without ratings."""
    n = number_of(counts, scale)
    dissatisfied = sum(count for value, count in counts.items() if value <= scale.dissatisfied_to)
    return Fraction(_satisfied(counts, scale) - dissatisfied, n) if n else None


def weighted_net(counts: Counts, scale: Scale) -> Fraction | None:
    """(P − N) / (P + N), −1 to 1: the ratings above and below the middle of the scale, each weighted by its distance from it.

    On five steps P = 2·n5 + n4 and N = 2·n1 + n2 (services.md §5 [38]); the middle itself does not count. None where nobody leans
    either way.
    """
    number_of(counts, scale)
    distances = [(2 * value - scale.least - scale.most, count) for value, count in counts.items()]
    whole = sum(abs(distance) * count for distance, count in distances)
    return Fraction(sum(distance * count for distance, count in distances), whole) if whole else None


def wilson(successes: int, n: int, z: Fraction = Z) -> Interval:
    """The Wilson score interval of a share (E. B. Wilson, 1927): within 0 and 1, and sound for few cases and for shares near the ends.

    Without cases it is the whole of 0 to 1. `z` > 0. Raises ValueError unless 0 ≤ successes ≤ n.
    """
    if not 0 <= successes <= n or z <= 0:
        raise ValueError("a share has 0 to n successes and an interval a z above 0")
    if n == 0:
        return Interval(Fraction(0), Fraction(1))
    square = z * z
    middle = 2 * successes + square
    half = z * _root(square + Fraction(4 * successes * (n - successes), n))
    whole = 2 * (n + square)
    return Interval((middle - half) / whole, (middle + half) / whole)


def _root(value: Fraction) -> Fraction:
    """The square root: exact where it is a fraction, else cut after PLACES decimals."""
    above, below = isqrt(value.numerator), isqrt(value.denominator)
    if above * above == value.numerator and below * below == value.denominator:
        return Fraction(above, below)
    power = 10**PLACES
    return Fraction(isqrt(value.numerator * power * power // value.denominator), power)


def figures(counts: Counts, rules: Rules) -> Figures:
    """The figures of counted ratings. Raises ValueError like `number_of`."""
    scale = rules.scale
    n = number_of(counts, scale)
    if n < max(rules.shown_from, 1):
        return Figures(n, None, None, None, None, None, False)
    satisfied = _satisfied(counts, scale)
    return Figures(
        n=n,
        satisfied=satisfied,
        share=Fraction(satisfied, n),
        interval=wilson(satisfied, n, rules.z),
        mean=mean(counts, scale),
        net=net_satisfaction(counts, scale),
        ranked=n >= rules.ranked_from,
    )


class Direction(StrEnum):
    """Where a share goes from one period to the next."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    UNKNOWN = "unknown"


DIRECTION_TEXTS: dict[Direction, str] = {
    Direction.RISING: gettext_noop("more people are satisfied than before"),
    Direction.FALLING: gettext_noop("fewer people are satisfied than before"),
    Direction.STEADY: gettext_noop("no change beyond chance"),
    Direction.UNKNOWN: gettext_noop("too few ratings to compare"),
}
"""English wording; the same strings are the keys of the translations."""


class Trend(NamedTuple):
    """How a share changed: `difference` of the two shares with its `interval`, and the `direction` that can't be chance alone.

    Both None where one of the periods has too few ratings to be shown.
    """

    direction: Direction
    difference: Fraction | None
    interval: Interval | None


def trend(before: Counts, now: Counts, rules: Rules) -> Trend:
    """The change of the share of the satisfied between two periods without a rating in common.

    The interval is made of the Wilson intervals of both (R. G. Newcombe, 1998, method 10; general knowledge). A share rises or falls only
    when 0 lies outside it. Raises ValueError like `number_of`.
    """
    old, new = figures(before, rules), figures(now, rules)
    if old.share is None or new.share is None or old.interval is None or new.interval is None:
        return Trend(Direction.UNKNOWN, None, None)
    difference = new.share - old.share
    low = difference - _root((new.share - new.interval.low) ** 2 + (old.interval.high - old.share) ** 2)
    high = difference + _root((new.interval.high - new.share) ** 2 + (old.share - old.interval.low) ** 2)
    direction = Direction.RISING if low > 0 else Direction.FALLING if high < 0 else Direction.STEADY
    return Trend(direction, difference, Interval(low, high))


class Score(NamedTuple, Generic[K]):
    """A score on the scale from `n` ratings, made of what is `used`; what had too few ratings is `left_out`. None when nothing is left."""

    value: Fraction | None
    n: int
    used: tuple[K, ...]
    left_out: tuple[K, ...]


def service_score(by_criterion: Mapping[K, Counts], rules: Rules, *, ratings: int | None = None) -> Score[K]:
    """The score of a service: the plain mean of the means of its criteria, so that none weighs more for being answered more often.

    A criterion with too few answers to be shown is left out, lest it could be computed from the others. `ratings`: how many people
    rated, by default the answers of the criterion with most of them. Raises ValueError like `number_of`, and for fewer ratings than answers.
    """
    numbers = {key: number_of(counts, rules.scale) for key, counts in by_criterion.items()}
    answered = max(numbers.values(), default=0)
    n = answered if ratings is None else ratings
    if n < answered:
        raise ValueError(f"{answered} answers to one criterion from {n} ratings")
    used = tuple(key for key, number in numbers.items() if number >= max(rules.shown_from, 1))
    means = [value for key in used if (value := mean(by_criterion[key], rules.scale)) is not None]
    return Score(sum(means, Fraction(0)) / len(means) if means else None, n, used, tuple(key for key in numbers if key not in used))


def head_score(services: Mapping[K, Score[Any]]) -> Score[K]:
    """The score of whoever heads several services: their scores weighted by their ratings; those without a score are left out."""
    used = tuple(key for key, score in services.items() if score.value is not None and score.n > 0)
    n = sum(services[key].n for key in used)
    total = sum((value * services[key].n for key in used if (value := services[key].value) is not None), Fraction(0))
    return Score(total / n if n else None, n, used, tuple(key for key in services if key not in used))


class Place(NamedTuple, Generic[K]):
    """Who stands on which `place` (from 1); equal shares stand on the same one, and the next is then passed over."""

    place: int
    key: K
    figures: Figures


class Ranking(NamedTuple, Generic[K]):
    """Places by the share of the satisfied, the highest first; those with too few ratings stand apart, in the order given."""

    places: tuple[Place[K], ...]
    unranked: tuple[K, ...]


def ranking(rows: Mapping[K, Figures]) -> Ranking[K]:
    """Rank what has enough ratings for it."""
    shares = {key: row.share for key, row in rows.items() if row.ranked and row.share is not None}
    # Sorting is stable: equal shares keep the order given.
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    places = tuple(Place(1 + sum(other > share for other in shares.values()), key, rows[key]) for key, share in ordered)
    return Ranking(places, tuple(key for key in rows if key not in shares))


class Dimension(Protocol):
    """A dimension of SERVQUAL with its part of the points that all of them split."""

    @property
    def key(self) -> str: ...
    @property
    def weight(self) -> int: ...


class Gap(NamedTuple):
    """Mean of perception less expectation of a dimension, from `n` pairs; negative: people got less than they expected."""

    dimension: str
    mean: Fraction | None
    n: int


class ServiceGap(NamedTuple):
    """The gap of every dimension, their weighted mean, and the dimension to mend first: the most negative one, "" when none is."""

    gaps: tuple[Gap, ...]
    value: Fraction | None
    first: str


def servqual(pairs: Mapping[str, Sequence[tuple[int, int]]], dimensions: Sequence[Dimension]) -> ServiceGap:
    """SERVQUAL (services.md §5): `pairs` of (expectation, perception) by dimension, on one scale.

    The weighted mean is None where a dimension has no pair. Raises ValueError for a dimension that is not known.
    """
    unknown = sorted(set(pairs) - {dimension.key for dimension in dimensions})
    if unknown:
        raise ValueError(f"not known: {', '.join(unknown)}")
    gaps = []
    for dimension in dimensions:
        rows = pairs.get(dimension.key, ())
        total = sum(perception - expectation for expectation, perception in rows)
        gaps.append(Gap(dimension.key, Fraction(total, len(rows)) if rows else None, len(rows)))
    known = [(dimension.weight, gap.mean) for dimension, gap in zip(dimensions, gaps, strict=True) if gap.mean is not None]
    whole = sum(weight for weight, _ in known)
    value = sum((weight * gap for weight, gap in known), Fraction(0)) / whole if len(known) == len(gaps) and whole else None
    negative = [gap for gap in gaps if gap.mean is not None and gap.mean < 0]
    first = min(negative, key=lambda gap: gap.mean or Fraction(0)).dimension if negative else ""
    return ServiceGap(tuple(gaps), value, first)


def decimal(value: Fraction, places: int) -> Decimal:
    """The value to so many places (0 or more), halves away from zero, with all its zeros: what a page shows."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    # By its digits, so that no precision of the surroundings cuts it.
    return Decimal((int(value < 0 < whole), tuple(map(int, str(whole))), -places))


def percent(share: Fraction, places: int = 1) -> Decimal:
    """A share as a percentage: 2/3 → 66.7."""
    return decimal(share * 100, places)
