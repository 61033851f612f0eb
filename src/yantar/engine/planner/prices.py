"""From coarse prices to fine ones: each round gives a better bound and better candidates to the search."""

from __future__ import annotations

from yantar.engine.planner.bound import Grain, Market, Prices, Regrets
from yantar.engine.planner.columns import generate_columns
from yantar.engine.planner.relaxation import Relaxation
from yantar.engine.planner.state import State
from yantar.engine.planner.tables import Bools

EXACT = 40_000
"""Columns of the relaxation by month up to which the best prices of all are looked for."""
NEAR = 40.0
"""A candidate that would cost so many points more than the best is left out of a finer relaxation (not out of the bound)."""
CROWD = 700_000
"""Columns up to which nobody is left out of it."""


def find_prices(state: State) -> None:
    """Make prices ever better until nothing is gained or time is up; sets `state.prices_final` at the end."""
    tables = state.tables
    if any(o.possible for o in tables.options):
        coarse = Market(tables, Grain.WHOLE)
        prices = _relaxed(state, coarse, 1e-4)
        if prices is not None:
            state.learn(coarse.regrets(prices))
        market = Market(tables, Grain.MONTH)
        crowded = int(market.member.sum()) > CROWD
        allowed = _near(state.regrets) if crowded else None
        for accuracy in (1e-3, 1e-3, 1e-4) if crowded else (1e-3, 1e-4):
            prices = _relaxed(state, market, accuracy, allowed)
            if prices is not None:
                regrets = market.regrets(prices)
                state.learn(regrets)
                if allowed is not None:
                    allowed |= regrets.people <= NEAR
        if prices is not None and int(market.member.sum()) <= EXACT:
            _exact(state, market, prices)
    state.prices_final.set()


def _near(regrets: Regrets | None) -> Bools | None:
    return None if regrets is None else regrets.people <= NEAR


def _relaxed(state: State, market: Market, accuracy: float, allowed: Bools | None = None) -> Prices | None:
    if state.over():
        return None
    return Relaxation(market, allowed).prices(accuracy, state.left(), state)


def _exact(state: State, market: Market, prices: Prices) -> None:
    best = [prices]

    def report(bound: float, found: Prices) -> None:
        state.raise_bound(bound)
        best[0] = found

    generate_columns(market, prices, report, state.over)
    state.learn(market.regrets(best[0]))
