"""Sampling of sites by IAF MD 1: the worked numbers and what must hold for any network of sites."""

from datetime import date
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.sampling import FACTORS, STEP_TEXTS, Site, choose_sample, choose_without_sampling, sample_size

KINDS = sorted(FACTORS)


@pytest.mark.parametrize(
    ("kind", "sites", "size"),
    [
        ("initial", 26, 6),
        ("surveillance", 26, 4),
        ("recertification", 26, 5),
        ("initial", 2, 2),
        ("surveillance", 2, 1),
        ("recertification", 2, 2),
        ("surveillance", 25, 3),
        ("recertification", 25, 4),
        ("initial", 25, 5),
        ("initial", 0, 0),
        ("surveillance", 10**30, 6 * 10**14),
        ("surveillance", 10**30 + 1, 6 * 10**14 + 1),
    ],
)
def test_size_of_the_sample(kind: str, sites: int, size: int) -> None:
    assert sample_size(kind, sites) == size


def test_raised_factors_add_one_site_each_but_never_more_than_there_are() -> None:
    assert sample_size("surveillance", 26, raised_factors=2) == 6
    assert sample_size("initial", 3, raised_factors=9) == 3


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        sample_size("yearly", 4)
    with pytest.raises(ValueError, match="0 or more"):
        sample_size("initial", -1)
    with pytest.raises(ValueError, match="no site is the central function"):
        choose_sample("initial", [Site("a")], seed=1)
    with pytest.raises(ValueError, match="identifier"):
        choose_sample("initial", [Site("a", is_central=True), Site("a")], seed=1)


@given(st.sampled_from(KINDS), st.integers(0, 5000))
def test_size_never_falls_when_sites_are_added(kind: str, sites: int) -> None:
    assert sample_size(kind, sites) <= sample_size(kind, sites + 1) <= sites + 1
    assert sample_size("surveillance", sites) <= sample_size("recertification", sites) <= sample_size("initial", sites)


@st.composite
def networks(draw: st.DrawFn) -> list[Site]:
    count = draw(st.integers(0, 40))
    days = st.none() | st.dates(date(2008, 1, 1), date(2026, 11, 23))
    sites = [Site(f"s{number}", draw(st.integers(0, 500)), draw(days), group=draw(st.sampled_from(["", "new"]))) for number in range(count)]
    return [*sites, Site("head", 100, is_central=True)]


@given(st.sampled_from(KINDS), networks(), st.integers(0, 99), st.integers(0, 3), st.randoms())
def test_sample_is_right_in_size_and_the_same_for_the_same_seed(kind, network, seed, raised, shuffler) -> None:
    sample = choose_sample(kind, network, seed, raised)
    groups = {name: sum(site.group == name and not site.is_central for site in network) for name in ("", "new")}
    sizes = [sample_size(kind, count, raised) for count in groups.values()]
    assert sample.central == ("head",)
    assert len(set(sample.chosen)) == len(sample.chosen) == 1 + sum(sizes)
    assert set(sample.chosen) <= {site.id for site in network}
    assert len(sample.random) == sum(ceil(size / 4) for size in sizes)
    assert all(STEP_TEXTS[step.code] % step.params for step in sample.steps)
    again = list(network)
    shuffler.shuffle(again)
    assert choose_sample(kind, again, seed, raised) == sample


def test_rest_takes_the_never_visited_then_the_longest_ago_then_the_largest() -> None:
    network = [Site("head", is_central=True)]
    network += [Site(f"r{n}", 10, date(2026, 1, 1)) for n in range(20)]
    network += [Site("never", 1), Site("old", 1, date(2019, 5, 1)), Site("large", 900, date(2020, 1, 1)), Site("small", 2, date(2020, 1, 1))]
    sample = choose_sample("initial", network, seed="nothing special", raised_factors=1)
    left = [name for name in ("never", "old", "large", "small") if name not in sample.random]
    assert list(sample.by_difference)[: len(left)] == left[: len(sample.by_difference)]
    assert len(sample.chosen) == 7


def test_another_seed_draws_another_sample_at_some_time() -> None:
    network = [Site("head", is_central=True)] + [Site(f"s{n}") for n in range(60)]
    assert len({choose_sample("initial", network, seed).random for seed in range(10)}) > 1


def test_draw_is_fixed_for_all_time() -> None:
    network = [Site("head", is_central=True)] + [Site(f"s{n}") for n in range(9)]
    assert choose_sample("initial", network, "YA-0001/2026").chosen == ("head", "s7", "s8", "s6")


def test_without_sampling_visits_all_or_a_third_of_a_year_and_then_the_others() -> None:
    network = [Site("head", is_central=True)] + [Site(f"s{n}", n) for n in range(11)]
    assert len(choose_without_sampling("initial", network).chosen) == 12
    assert len(choose_without_sampling("recertification", network).chosen) == 12
    first = choose_without_sampling("surveillance", network)
    second = choose_without_sampling("surveillance", network, visited_before=first.chosen)
    assert len(first.by_difference) == len(second.by_difference) == 4
    assert not set(first.by_difference) & set(second.by_difference)
    assert [step.code for step in second.steps] == ["central", "yearly_share", "others_first", "total"]
    assert all(STEP_TEXTS[step.code] % step.params for step in second.steps)


def test_without_sampling_returns_to_sites_only_when_there_are_no_others() -> None:
    network = [Site("head", is_central=True), Site("a"), Site("b")]
    sample = choose_without_sampling("surveillance", network, visited_before={"a", "b"})
    assert len(sample.by_difference) == 1
    with pytest.raises(ValueError, match="unknown kind"):
        choose_without_sampling("yearly", network)
