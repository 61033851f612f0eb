"""Figures of ratings: worked examples with their sources, and properties that hold for all counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.satisfaction import (
    DIRECTION_TEXTS,
    Direction,
    Figures,
    Interval,
    Score,
    decimal,
    figures,
    head_score,
    mean,
    net_satisfaction,
    number_of,
    percent,
    ranking,
    service_score,
    servqual,
    together,
    trend,
    weighted_net,
    wilson,
)
from yantar.library.satisfaction import load_satisfaction

RULES = load_satisfaction()
SCALE = RULES.scale
COUNTS = st.dictionaries(st.integers(1, 5), st.integers(0, 400))


@dataclass(frozen=True)
class Ten:
    """A scale of eleven steps, to show that nothing leans on five."""

    least: int = 0
    most: int = 10
    satisfied_from: int = 9
    dissatisfied_to: int = 6


@dataclass(frozen=True)
class TenRules:
    """Everything is shown and ranked."""

    scale: Ten = field(default_factory=Ten)
    z: Fraction = Fraction(2)
    shown_from: int = 0
    ranked_from: int = 0


def of(one: int, two: int, three: int, four: int, five: int) -> dict[int, int]:
    return {1: one, 2: two, 3: three, 4: four, 5: five}


def test_the_worked_example_of_a_council() -> None:
    # services.md §5 [38]: 39 very satisfied, 62 satisfied, 81 neutral, 9 dissatisfied, 3 very: (140 − 15) / 155 = 80.6 %.
    counts = of(3, 9, 81, 62, 39)
    found = weighted_net(counts, SCALE)
    assert found == Fraction(140 - 15, 155) and percent(found) == Decimal("80.6")
    # Plain: (62 + 39 − 9 − 3) of 194.
    plain = net_satisfaction(counts, SCALE)
    assert plain == Fraction(89, 194) and percent(plain) == Decimal("45.9")


def test_the_figures_of_a_service() -> None:
    found = figures(of(1, 2, 7, 20, 30), RULES)
    assert (found.n, found.satisfied, found.share, found.mean) == (60, 50, Fraction(5, 6), Fraction(256, 60))
    assert found.net == Fraction(47, 60) and found.shown and found.ranked
    assert found.interval is not None
    # By hand: (100 + 3.8416 ± 1.96·√(3.8416 + 4·50·10/60)) / (2·63.8416).
    assert [percent(bound, 2) for bound in found.interval] == [Decimal("71.97"), Decimal("90.69")]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # The first rows are those of the usual tables; with z = 1.96 exactly.
        (8, 10, "0.4902", "0.9433"),
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
        (10, 10, "0.7225", "1.0000"),
    ],
)
def test_wilson_intervals(successes: int, n: int, low: str, high: str) -> None:
    # 81/263, 15/148, 0/20 and 1/29 are the examples of Newcombe (1998), general knowledge.
    assert tuple(decimal(bound, 4) for bound in wilson(successes, n)) == (Decimal(low), Decimal(high))


def test_wilson_at_the_ends_is_exact() -> None:
    square = Fraction("3.8416")
    assert wilson(0, 10) == (0, square / (10 + square)) and wilson(10, 10).high == 1
    assert wilson(0, 0) == Interval(Fraction(0), Fraction(1))
    for wrong in ((-1, 5), (6, 5)):
        with pytest.raises(ValueError):
            wilson(*wrong)
    with pytest.raises(ValueError):
        wilson(1, 2, Fraction(0))


@pytest.mark.parametrize(("n", "shown", "ranked"), [(0, False, False), (4, False, False), (5, True, False), (29, True, False), (30, True, True)])
def test_too_few_ratings_are_neither_shown_nor_ranked(n: int, shown: bool, ranked: bool) -> None:
    found = figures({5: n}, RULES)
    assert (found.n, found.shown, found.ranked) == (n, shown, ranked)
    hidden = [found.satisfied, found.share, found.interval, found.mean, found.net]
    assert None not in hidden if shown else set(hidden) == {None}


def test_nothing_is_made_of_nothing() -> None:
    assert mean({}, SCALE) is net_satisfaction({}, SCALE) is weighted_net({}, SCALE) is None
    assert weighted_net({3: 100}, SCALE) is None
    assert not figures({}, TenRules()).shown
    assert service_score({}, RULES) == Score(None, 0, (), ()) == head_score({})
    assert together([]) == {} and together([{1: 2}, {1: 3, 5: 1}]) == {1: 5, 5: 1}


def test_counts_that_cannot_be_are_named_all_at_once() -> None:
    with pytest.raises(ValueError, match=r"from 1 to 5: 0: 3, 6: 1, 2: -1"):
        number_of({0: 3, 6: 1, 2: -1, 4: 4}, SCALE)
    with pytest.raises(ValueError):
        figures({9: 1}, RULES)


def test_another_scale() -> None:
    counts = {10: 5, 9: 2, 7: 2, 0: 1}
    found = figures(counts, TenRules())
    assert (found.share, found.net) == (Fraction(7, 10), Fraction(6, 10))
    assert weighted_net(counts, Ten()) == Fraction(5 * 5 + 2 * 4 + 2 * 2 - 5, 5 * 5 + 2 * 4 + 2 * 2 + 5)


def test_the_difference_of_two_periods() -> None:
    # Newcombe (1998), example (a): 56/70 against 48/80, difference 0.2, method 10: 0.0524 to 0.3339 (general knowledge).
    found = trend({4: 48, 1: 32}, {5: 56, 3: 14}, RULES)
    assert found.direction is Direction.RISING and found.difference == Fraction(1, 5)
    assert found.interval is not None and [decimal(bound, 4) for bound in found.interval] == [Decimal("0.0524"), Decimal("0.3339")]
    assert trend({5: 56, 3: 14}, {4: 48, 1: 32}, RULES).direction is Direction.FALLING
    assert trend({5: 10, 3: 5}, {5: 11, 3: 4}, RULES).direction is Direction.STEADY
    assert trend({5: 4}, {5: 400}, RULES) == (Direction.UNKNOWN, None, None)
    assert set(DIRECTION_TEXTS) == set(Direction)


def test_the_score_of_a_service_is_the_mean_of_its_criteria() -> None:
    found = service_score({"time": {5: 10}, "queue": {2: 6}, "staff": {1: 4}, "premises": {}}, RULES)
    # Four answers about the staff could be computed from the score if it counted them.
    assert found == Score(Fraction(7, 2), 10, ("time", "queue"), ("staff", "premises"))
    assert service_score({"time": {5: 10}}, RULES, ratings=12).n == 12
    assert service_score({"time": {5: 5}}, RULES) == Score(Fraction(5), 5, ("time",), ())
    assert service_score({"time": {5: 4}, "queue": {1: 3}}, RULES) == Score(None, 4, (), ("time", "queue"))
    with pytest.raises(ValueError, match="10 answers to one criterion from 9 ratings"):
        service_score({"time": {5: 10}}, RULES, ratings=9)


def test_the_score_of_a_head_weighs_services_by_their_ratings() -> None:
    services: dict[str, Score[str]] = {
        "passports": Score(Fraction(9, 2), 300, ("time",), ()),
        "licences": Score(Fraction(3), 100, ("time",), ()),
        "archive": Score(None, 3, (), ("time",)),
    }
    assert head_score(services) == Score(Fraction(33, 8), 400, ("passports", "licences"), ("archive",))
    assert head_score({"nobody": Score(Fraction(3), 0, (), ())}) == Score(None, 0, (), ("nobody",))


def test_ranking() -> None:
    rows = {
        "few": figures({5: 29}, RULES),
        "good": figures({5: 90, 1: 10}, RULES),
        "alike": figures({4: 27, 2: 3}, RULES),
        "poor": figures({5: 10, 1: 30}, RULES),
        "best": figures({4: 40}, RULES),
    }
    found = ranking(rows)
    assert [(row.place, row.key) for row in found.places] == [(1, "best"), (2, "good"), (2, "alike"), (4, "poor")]
    assert found.unranked == ("few",) and found.places[0].figures is rows["best"]
    assert ranking({}) == ((), ())


def test_servqual_finds_the_largest_negative_gap() -> None:
    pairs = {
        "reliability": [(7, 5), (6, 5)],
        "responsiveness": [(6, 6)],
        "assurance": [(5, 6)],
        "empathy": [(6, 5), (6, 6)],
        "tangibles": [(4, 4)],
    }
    found = servqual(pairs, RULES.dimensions)
    assert [gap.mean for gap in found.gaps] == [Fraction(-3, 2), 0, 1, Fraction(-1, 2), 0]
    assert (found.value, found.first) == (Fraction(-1, 5), "reliability")
    part = servqual({"assurance": [(5, 6)]}, RULES.dimensions)
    assert (part.value, part.first, [gap.n for gap in part.gaps]) == (None, "", [0, 0, 1, 0, 0])
    with pytest.raises(ValueError, match="not known: speed, warmth"):
        servqual({"warmth": [], "speed": [(1, 1)]}, RULES.dimensions)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(2, 3), 1, "0.7"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(0), 3, "0.000"),
        (Fraction(10**40, 3), 2, "3" * 40 + ".33"),
    ],
)
def test_what_is_shown_is_rounded_once(value: Fraction, places: int, shown: str) -> None:
    assert str(decimal(value, places)) == shown


def test_percentages() -> None:
    assert str(percent(Fraction(2, 3))) == "66.7" and str(percent(Fraction(1, 2), 0)) == "50"


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.sampled_from([Fraction("1.645"), Fraction("1.96"), Fraction("2.576")]))
def test_the_interval_holds_the_share_and_solves_its_equation(n: int, successes: int, z: Fraction) -> None:
    successes = min(successes, n)
    low, high = wilson(successes, n, z)
    share = Fraction(successes, n)
    assert 0 <= low <= share <= high <= 1 and low < high
    for bound in (low, high):
        # Its definition: |share − bound| = z · √(bound(1 − bound)/n).
        assert abs((share - bound) ** 2 - z * z * bound * (1 - bound) / n) < Fraction(1, 10**30)
    mirrored = wilson(n - successes, n, z)
    assert abs(mirrored.low - (1 - high)) < Fraction(1, 10**30)
    # Against the same formula in binary fractions.
    centre = (float(share) + float(z) ** 2 / (2 * n)) / (1 + float(z) ** 2 / n)
    half = float(z) / (1 + float(z) ** 2 / n) * sqrt(float(share) * (1 - float(share)) / n + float(z) ** 2 / (4 * n * n))
    assert float(low) == pytest.approx(centre - half, abs=1e-9) and float(high) == pytest.approx(centre + half, abs=1e-9)


@given(st.integers(0, 200), st.integers(1, 200), st.integers(2, 20))
def test_more_ratings_of_the_same_share_narrow_the_interval(successes: int, n: int, times: int) -> None:
    successes = min(successes, n)
    one, many = wilson(successes, n), wilson(successes * times, n * times)
    assert many.high - many.low < one.high - one.low


@given(COUNTS, COUNTS)
def test_a_trend_is_the_mirror_of_the_way_back(before: dict[int, int], now: dict[int, int]) -> None:
    there, back = trend(before, now, RULES), trend(now, before, RULES)
    turned = {Direction.RISING: Direction.FALLING, Direction.FALLING: Direction.RISING}
    assert back.direction is turned.get(there.direction, there.direction)
    if there.interval is not None and there.difference is not None and back.interval is not None:
        assert -1 <= there.interval.low <= there.difference <= there.interval.high <= 1
        assert (back.interval.low, back.interval.high) == (-there.interval.high, -there.interval.low)
    else:
        assert min(sum(before.values()), sum(now.values())) < RULES.shown_from


@given(COUNTS)
def test_figures_agree_with_each_other(counts: dict[int, int]) -> None:
    found: Figures = figures(counts, RULES)
    assert found.n == sum(counts.values())
    if found.shown:
        assert found.share is not None and found.mean is not None and found.net is not None and found.interval is not None
        assert 1 <= found.mean <= 5 and -1 <= found.net <= found.share
        assert found.interval.low <= found.share <= found.interval.high
        assert together([counts, {}]) == counts
    leaning: Any = weighted_net(counts, SCALE)
    assert leaning is None or -1 <= leaning <= 1
    # Turning every rating round turns the balance round.
    turned = {6 - value: count for value, count in counts.items()}
    assert weighted_net(turned, SCALE) == (None if leaning is None else -leaning)


@given(st.dictionaries(st.text(max_size=3), COUNTS, max_size=5))
def test_scores_lie_on_the_scale_and_every_criterion_is_accounted_for(by_criterion: dict[str, dict[int, int]]) -> None:
    found = service_score(by_criterion, RULES)
    assert sorted(found.used + found.left_out) == sorted(by_criterion)
    assert (found.value is None) == (not found.used) and (found.value is None or 1 <= found.value <= 5)
    assert head_score({"one": found}).value == found.value


@given(st.fractions(-1000, 1000), st.integers(0, 6))
def test_rounding_is_never_off_by_more_than_half_a_place(value: Fraction, places: int) -> None:
    found = decimal(value, places)
    assert abs(Fraction(found) - value) <= Fraction(1, 2 * 10**places) and -found.as_tuple().exponent == places  # type: ignore[operator]
