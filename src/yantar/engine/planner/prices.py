"""From coarse prices to fine ones: each round gives a better bound and better candidates to the search."""

from __future__ import annotations

import numpy as np

from yantar.engine.planner.bound import Grain, Market, Prices, Regrets
from yantar.engine.planner.columns import generate_columns
from yantar.engine.planner.relaxation import Relaxation
from yantar.engine.planner.state import State
from yantar.engine.planner.tables import Bools

EXACT = 40_000
"""Columns of the relaxation by month up to which the best prices of all are looked for."""
NEAR = 150
"""So many candidates of each wish, the nearest to the best price, are in a finer relaxation; all are in the bound that follows from it."""
CROWD = 100_000
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
        allowed = _near(market, state.regrets, NEAR) if crowded and state.regrets is not None else None
        for accuracy in (1e-3, 3e-4, 1e-4):
            prices = _relaxed(state, market, accuracy, allowed)
            if prices is not None:
                regrets = market.regrets(prices)
                state.learn(regrets)
                if allowed is not None:
                    allowed = allowed | _near(market, regrets, NEAR // 2)
        if prices is not None and int(market.member.sum()) <= EXACT:
            _exact(state, market, prices)
    state.prices_final.set()


def _near(market: Market, regrets: Regrets, most: int) -> Bools:
    """Wishes × auditors: the nearest of each group of starts, and of those who may lead there or cover a field."""
    found = np.zeros(regrets.people.shape, dtype=np.bool_)
    kinds = ((market.member, range(len(market.wish_of))), (market.lead, range(len(market.wish_of))), (market.covers, market.cover_group.tolist()))
    for share, (able, groups) in zip((1, 3, 3), kinds, strict=True):
        for row, g in zip(able, groups, strict=True):
            k = market.wish_of[g]
            people = np.flatnonzero(row)
            count = most // share
            found[k, people if len(people) <= count else people[np.argpartition(regrets.people[k, people], count)[:count]]] = True
    return found


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
