"""Good prices for the bound: column generation over sets of audits (one LP, all auditors), with smoothed prices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from yantar.engine.planner.bound import Answer, Bools, Floats, Ints, Market, Prices
from yantar.engine.planner.tables import Solution

SMOOTHING = 0.6
"""Share of the best prices so far in the next ones asked: fewer wild answers."""


class Columns:
    """The restricted LP: each column is an auditor with a set of audits; its duals are the prices."""

    def __init__(self, market: Market, cap: float) -> None:
        """`cap`: the highest price of one place that is considered at first; raised when the LP runs into it."""
        self.market = market
        self.lp = pywraplp.Solver.CreateSolver("GLOP")
        infinity = self.lp.infinity()
        wishes, people = market.cost.shape
        self.place = [self.lp.RowConstraint(float(n), infinity, "") for n in market.size]
        self.lead = [self.lp.RowConstraint(float(p), infinity, "") for p in market.possible]
        self.cover = [self.lp.RowConstraint(1.0, infinity, "") for _ in market.of]
        self.once = [self.lp.RowConstraint(-infinity, 1.0, "") for _ in range(people)]
        self.objective = self.lp.Objective()
        self.objective.SetMinimization()
        self.missing = []
        for row in (*self.place, *self.lead, *self.cover):
            x = self.lp.NumVar(0, infinity, "")
            row.SetCoefficient(x, 1)
            self.objective.SetCoefficient(x, cap)
            self.missing.append(x)
        self.cap = cap
        self.short = True
        self.covers_of: list[list[int]] = [[] for _ in range(wishes)]
        for j, k in enumerate(market.of):
            self.covers_of[k].append(j)
        self.seen: set[tuple[int, bytes]] = set()

    def add(self, auditor: int, audits: Ints, leading: Bools) -> bool:
        """One more set of audits for an auditor; False when it is there already."""
        market = self.market
        key = (auditor, np.concatenate([audits, leading[audits]]).tobytes())
        if key in self.seen:
            return False
        self.seen.add(key)
        x = self.lp.NumVar(0, self.lp.infinity(), "")
        cost = market.weight * max(0, int(market.length[audits].sum()) - market.even)
        self.once[auditor].SetCoefficient(x, 1)
        for k in audits:
            cost += market.cost[k, auditor]
            self.place[k].SetCoefficient(x, 1)
            if leading[k]:
                cost += market.lead_cost[k, auditor]
                self.lead[k].SetCoefficient(x, 1)
            for j in self.covers_of[k]:
                if market.covers[j, auditor]:
                    self.cover[j].SetCoefficient(x, 1)
        self.objective.SetCoefficient(x, float(cost))
        return True

    def add_plan(self, solution: Solution) -> None:
        """The sets of a plan."""
        audits: dict[int, list[int]] = {}
        leading = np.zeros(self.market.cost.shape, dtype=np.bool_)
        for k, choice in enumerate(solution):
            if choice is not None:
                leading[k, choice.lead] = True
                for i in choice.team:
                    audits.setdefault(i, []).append(k)
        for i, ks in audits.items():
            self.add(i, np.array(ks, dtype=np.int64), leading[:, i])

    def add_answer(self, answer: Answer) -> int:
        """The sets that earned something; how many were new."""
        new = 0
        for i in np.flatnonzero(answer.earned > SMALL):
            new += self.add(int(i), np.flatnonzero(answer.chosen[:, i]), answer.leading[:, i])
        return new

    def solve(self) -> tuple[float, Floats]:
        """Value of the LP and its prices; notes whether it still buys places at the cap."""
        self.lp.Solve()
        self.short = any(x.solution_value() > SMALL for x in self.missing)
        prices = np.array([row.dual_value() for row in (*self.place, *self.lead, *self.cover)])
        return self.objective.Value() + float(self.market.constant.sum()), prices.clip(0)

    def raise_cap(self) -> None:
        self.cap *= 4
        for x in self.missing:
            self.objective.SetCoefficient(x, self.cap)


SMALL = 1e-6


def generate_columns(market: Market, plan: Solution, report: Callable[[float, Prices], None], stop: Callable[[], bool]) -> bool:
    """Improve prices until nothing better exists; each better bound goes to `report`. True when the best prices were reached."""
    columns = Columns(market, 3.0 * market.weight * max(1, int(market.length.max(initial=1))) + 100)
    columns.add_plan(plan)
    best, centre = -np.inf, None
    while not stop():
        value, found = columns.solve()
        new = 0
        for share in (SMOOTHING, 0.0):
            tried = found if centre is None else share * centre + (1 - share) * found
            answer = market.answer(market.prices(tried))
            if answer.bound > best:
                best, centre = answer.bound, tried
                report(best, market.prices(tried))
            new = columns.add_answer(answer)
            if new or stop():
                break
        short = value - best < 1e-4 * (1 + abs(value)) or not new
        if short and columns.short and columns.cap < market.tables.weights.dropped:
            columns.raise_cap()
        elif short:
            return True
    return False
