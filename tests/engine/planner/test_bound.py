"""The bound never lies above a plan, whatever the prices; good prices come near it; the made-up instances are what they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yantar.engine.planner.bound import Grain, Market, Prices
from yantar.engine.planner.columns import generate_columns
from yantar.engine.planner.forms import Instance
from yantar.engine.planner.generate import generate
from yantar.engine.planner.greedy import first_plan, fits, in_turn
from yantar.engine.planner.relaxation import Relaxation
from yantar.engine.planner.state import State
from yantar.engine.planner.tables import Tables

from .small import best_by_trying, instances


@pytest.mark.parametrize("grain", list(Grain))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(instances(), st.integers(0, 1000), st.floats(0, 300))
def test_no_prices_give_a_bound_above_the_best_plan(grain: Grain, given: Instance, seed: int, height: float) -> None:
    tables, noise = Tables(given), np.random.default_rng(seed)
    market = Market(tables, grain)
    prices = market.no_prices()
    shapes = (prices.place, prices.lead, prices.cover, prices.room)
    drawn = Prices(*(noise.random(array.shape) * height for array in shapes))
    assert market.answer(drawn).bound <= best_by_trying(given)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances())
def test_the_best_prices_give_a_bound_too_and_regrets_hold(given: Instance) -> None:
    """Whatever regrets rule out can't be in a plan better than the bound and the regret together."""
    tables, best = Tables(given), best_by_trying(given)
    if not any(options.possible for options in tables.options):
        return
    market = Market(tables, Grain.MONTH)
    prices = Relaxation(market).prices(1e-4, 5.0, State(tables, 5.0))
    assert prices is not None
    found = [prices]
    generate_columns(market, prices, lambda _, better: found.append(better), lambda: False)
    regrets = market.regrets(found[-1])
    assert regrets.bound <= best
    for k, options in enumerate(tables.options):
        for row, person in enumerate(options.people):
            if regrets.bound + regrets.people[k, person] > best + 1:
                only = options.member[row].copy()
                options.member[row] = False
                options.lead[row] = False
                assert best_by_trying(given) == best
                options.member[row] = only


def test_finer_prices_come_nearer() -> None:
    tables = Tables(generate(2, authorities=12, auditors=40, audits=20))
    state = State(tables, 60)
    bounds = []
    for grain in (Grain.WHOLE, Grain.MONTH):
        market = Market(tables, grain)
        prices = Relaxation(market).prices(1e-4, 20, state)
        assert prices is not None
        bounds.append(market.answer(prices).bound)
        generate_columns(market, prices, lambda bound, _: bounds.append(bound), state.over)
    greedy = tables.total(first_plan(tables)).total
    assert 0 < bounds[0] <= bounds[-1] <= greedy
    assert bounds[-1] >= 0.6 * greedy


def test_a_greedy_plan_fits_and_order_matters() -> None:
    tables = Tables(generate(5, authorities=20, auditors=50, audits=40))
    plan = first_plan(tables)
    assert fits(tables, plan)
    assert not fits(tables, [plan[0]] * len(plan))
    other = in_turn(tables, reversed(range(len(tables.wishes))))
    assert fits(tables, other)
    assert tables.total(plan).total != tables.total(other).total


def test_made_up_instances_are_repeatable_and_possible() -> None:
    one, same, other = (generate(seed, authorities=20, auditors=50, audits=40) for seed in (7, 7, 8))
    assert one == same != other
    assert Tables(one).impossible == []
    assert sum(wish.fixed for wish in one.wishes) == 2
    assert {wish.method for wish in one.wishes} == {"on_site", "remote"}
