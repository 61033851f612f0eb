"""How old open things are and how long steps take: buckets of age, medians, shares on time, days spent in each state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

BOUNDS = (30, 60, 90, 180)
"""Customary ages in days at which a bucket ends; design."""


class Bucket(NamedTuple):
    """Ages from `lower` to `upper` days, both included; `upper` is None for the last one."""

    lower: int
    upper: int | None
    number: int


def buckets(ages: Iterable[int], bounds: Sequence[int] = BOUNDS) -> tuple[Bucket, ...]:
    """How many ages (days, 0 or more) lie in each bucket; every bucket is there, also an empty one.

    Raises ValueError for a negative age and for bounds that do not rise from 0.
    """
    if list(bounds) != sorted(set(bounds)) or any(bound < 0 for bound in bounds):
        raise ValueError("bounds rise from 0 or more")
    lowers = [0, *(bound + 1 for bound in bounds)]
    counts = [0] * len(lowers)
    for age in ages:
        if age < 0:
            raise ValueError("an age is 0 or more")
        counts[sum(age > bound for bound in bounds)] += 1
    return tuple(Bucket(lower, upper, count) for lower, upper, count in zip(lowers, [*bounds, None], counts, strict=True))


def median(values: Iterable[int | Fraction]) -> Fraction | None:
    """The middle value, the mean of both where there are two; None without values."""
    ordered = sorted(Fraction(value) for value in values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def percentile(values: Iterable[int | Fraction], share: Fraction) -> Fraction | None:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank); None without values.

    Raises ValueError for a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    ordered = sorted(Fraction(value) for value in values)
    if not ordered:
        return None
    rank = -(-share * len(ordered) // 1)
    return ordered[max(int(rank), 1) - 1]


def part(count: int, whole: int) -> Fraction | None:
    """`count` of `whole`; None where there is no whole, since no share is not a share of zero.

    Raises ValueError unless 0 ≤ count ≤ whole.
    """
    if not 0 <= count <= whole:
        raise ValueError("a part lies between 0 and the whole")
    return Fraction(count, whole) if whole else None


class Deadline(NamedTuple):
    """When something was due and when it was done; None for not yet."""

    due: date
    done: date | None


def on_time(rows: Iterable[Deadline], today: date) -> Fraction | None:
    """Share done by the day due. What is not done counts as late once it is past due, and not at all before."""
    judged = [row for row in rows if row.done is not None or row.due < today]
    return part(sum(row.done is not None and row.done <= row.due for row in judged), len(judged))


class Step(NamedTuple):
    """On `day` something entered `state`."""

    day: date
    state: str


def days_in_states(steps: Sequence[Step], until: date, final: Iterable[str] = ()) -> Mapping[str, int]:
    """Days spent in each state, all visits together, up to `until`; `final` states take no time.

    `steps` in order of time. The days of all states add up to the whole span. Raises ValueError for steps out of order.
    """
    spent: dict[str, int] = defaultdict(int)
    ends = [*(step.day for step in steps[1:]), max(until, steps[-1].day) if steps else until]
    done = set(final)
    for step, end in zip(steps, ends, strict=False):
        if end < step.day:
            raise ValueError("steps are in the order of time")
        if step.state not in done:
            spent[step.state] += (end - step.day).days
    return dict(spent)


def median_days(lives: Iterable[Mapping[str, int]]) -> Mapping[str, Fraction]:
    """Median of the days in each state over many lives; a life that was never in a state does not count for it."""
    by_state: dict[str, list[int]] = defaultdict(list)
    for life in lives:
        for state, days in life.items():
            by_state[state].append(days)
    return {state: middle for state, days in sorted(by_state.items()) if (middle := median(days)) is not None}
