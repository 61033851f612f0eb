"""The best prices for the bound, for instances that are not too large: column generation in a box around good prices.

The LP's columns are auditors with whole sets of audits (so that the load above the even one is exact), and groups of starts; its duals
are the prices. A dual may only leave the present best prices by the width of the box, whose centre moves as better prices are found.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped,attr-defined,unused-ignore]

from yantar.engine.planner.bound import Answer, Market, Prices
from yantar.engine.planner.tables import Bools, Floats

SMALL = 1e-6
WIDTH = 6.0
"""Points by which prices may leave the centre."""
IDLE = 60
"""Rounds without a better bound after which it is left at that: degenerate LPs can go round in circles."""
CLOSE = 2e-5
"""Share of the bound that is not worth another round."""


class Columns:
    """The restricted LP with its box."""

    def __init__(self, market: Market, centre: Prices) -> None:
        self.market = market
        self.lp = pywraplp.Solver.CreateSolver("GLOP")
        self.lp.SetSolverSpecificParametersAsString("use_preprocessing: false")
        self.infinity = self.lp.infinity()
        groups, covers = len(market.wish_of), len(market.cover_group)
        self.room = [(n, int(i), int(m)) for n, step in enumerate(market.steps) for i, m in np.argwhere(self._may_fill(step))]
        self.free = 2 * groups + covers
        rows = self.free + len(self.room)
        least = [0.0] * self.free + [-float(market.tables.capacity[i] // market.steps[n]) for n, i, _ in self.room]
        self.rows = [self.lp.RowConstraint(bound, self.infinity, "") for bound in least]
        self.choice = [self.lp.RowConstraint(1.0, self.infinity, "") if p else None for p in market.possible]
        self.once = [self.lp.RowConstraint(-self.infinity, 1.0, "") for _ in range(market.cost.shape[1])]
        self.objective = self.lp.Objective()
        self.objective.SetMinimization()
        self.more, self.less = (
            [self.lp.NumVar(0, self.infinity, "") for _ in range(rows)],
            [self.lp.NumVar(0, self.infinity, "") for _ in range(rows)],
        )
        for row, more, less in zip(self.rows, self.more, self.less, strict=True):
            row.SetCoefficient(more, 1)
            row.SetCoefficient(less, -1)
        self.covers_of: list[list[int]] = [[] for _ in range(groups)]
        for j, g in enumerate(market.cover_group):
            self.covers_of[g].append(j)
        self.room_row = {key: self.rows[self.free + n] for n, key in enumerate(self.room)}
        for g, k in enumerate(market.wish_of):
            x = self.lp.NumVar(0, self.infinity, "")
            self.choice[k].SetCoefficient(x, 1)
            self.rows[g].SetCoefficient(x, -float(market.size[k]))
            self.rows[groups + g].SetCoefficient(x, -1)
            for j in self.covers_of[g]:
                self.rows[2 * groups + j].SetCoefficient(x, -1)
            self.objective.SetCoefficient(x, float(market.start_cost[g] + market.constant[k]))
        self.seen: set[tuple[int, bytes]] = set()
        self.centre = np.zeros(rows)
        self.move(self.joined(centre))

    def _may_fill(self, step: int) -> Bools:
        """(auditor, month): whether their audits could need more steps of so many days than there are, and days alone don't say so."""
        market, room = self.market, self.market.tables.capacity
        needed = market.member.T.astype(np.float64) @ (market.profile // step)
        found: Bools = (needed > (room // step)[:, None]) & ((step == 1) | (room % step > 0) & (room >= step))[:, None]
        return found

    def joined(self, prices: Prices) -> Floats:
        room = [prices.room[key] for key in self.room]
        return np.concatenate([prices.place, prices.lead, prices.cover, np.array(room)])

    def split(self, joined: Floats) -> Prices:
        groups = len(self.market.wish_of)
        found = self.market.no_prices()
        for n, key in enumerate(self.room):
            found.room[key] = joined[self.free + n]
        return Prices(joined[:groups], joined[groups : 2 * groups], joined[2 * groups : self.free], found.room)

    def move(self, centre: Floats) -> None:
        """Put the box around new prices."""
        self.centre = centre
        for n, price in enumerate(centre.tolist()):
            self.objective.SetCoefficient(self.more[n], price + WIDTH)
            self.objective.SetCoefficient(self.less[n], -max(0.0, price - WIDTH))

    def add(self, answer: Answer) -> int:
        """The sets that earned something; how many were new."""
        return sum(self._add(int(i), answer) for i in np.flatnonzero(answer.earned > SMALL))

    def _add(self, i: int, answer: Answer) -> bool:
        market, groups = self.market, len(self.market.wish_of)
        audits = np.flatnonzero(answer.chosen[:, i])
        places = []
        for k in audits:
            first = market.first_group[market.rank[k]]
            last = first + int((market.wish_of[first:] == k).sum())
            places.append(first + int(answer.values[first:last, i].argmax()))
        key = (i, np.array([(g, answer.leading[g, i]) for g in places]).tobytes())
        if key in self.seen:
            return False
        self.seen.add(key)
        x = self.lp.NumVar(0, self.infinity, "")
        self.once[i].SetCoefficient(x, 1)
        cost = float(market.weight * max(0, int(market.length[audits].sum()) - market.even))
        room = np.zeros((len(market.steps), market.tables.months), dtype=np.int64)
        for k, g in zip(audits, places, strict=True):
            cost += market.cost[k, i]
            self.rows[g].SetCoefficient(x, 1)
            if answer.leading[g, i]:
                cost += market.lead_cost[k, i]
                self.rows[groups + g].SetCoefficient(x, 1)
            for j in self.covers_of[g]:
                if market.covers[j, i]:
                    self.rows[2 * groups + j].SetCoefficient(x, 1)
            for n, step in enumerate(market.steps):
                room[n] += market.profile[g] // step
        for n, month in np.argwhere(room).tolist():
            if (n, i, month) in self.room_row:
                self.room_row[n, i, month].SetCoefficient(x, -int(room[n, month]))
        self.objective.SetCoefficient(x, cost)
        return True

    def solve(self) -> tuple[float, Floats] | None:
        """Value of the LP in its box and its duals."""
        if self.lp.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        return self.objective.Value(), np.array([row.dual_value() for row in self.rows]).clip(0)


def generate_columns(market: Market, prices: Prices, report: Callable[[float, Prices], None], stop: Callable[[], bool]) -> bool:
    """Improve prices until nothing better exists; each better bound goes to `report`. True when the best prices were reached."""
    columns = Columns(market, prices)
    answer = market.answer(prices)
    best, missing = answer.bound, market.tables.weights.dropped * int((~market.possible).sum())
    columns.add(answer)
    noise = np.random.default_rng(0)
    for _ in range(6):
        shaken = columns.centre + noise.normal(0, WIDTH / 4, len(columns.centre)) * (columns.centre > SMALL)
        columns.add(market.answer(columns.split(shaken.clip(0))))
    idle = 0
    while not stop() and idle < IDLE:
        found, idle = columns.solve(), idle + 1
        if found is None:
            return False
        value, duals = found[0] + missing, found[1]
        new = 0
        for share in (0.4, 0.0):
            tried = share * columns.centre + (1 - share) * duals
            answer = market.answer(columns.split(tried))
            new = columns.add(answer)
            if answer.bound > best + SMALL:
                best, idle = answer.bound, 0
                report(best, columns.split(tried))
                columns.move(tried)
            if new or stop():
                break
        outside = (np.abs(duals - columns.centre) > WIDTH - SMALL) & (duals > SMALL)
        if value - best < CLOSE * (1 + abs(value)) and not outside.any():
            return True
        if not new:
            if not outside.any():
                return True
            columns.move(0.5 * (columns.centre + duals))
    return False
