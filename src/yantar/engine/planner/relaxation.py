"""Good prices for the bound: the linear relaxation of the whole problem, solved by a first-order method (PDLP).

Its duals need not be exact, nor need all candidates be in it: whatever prices come out, `Market.answer` makes a valid bound of them.
"""

from __future__ import annotations

import numpy as np
from ortools.linear_solver.python import model_builder_helper as builder

from yantar.engine.planner.bound import Market, Prices
from yantar.engine.planner.state import State
from yantar.engine.planner.tables import Bools, Floats, Ints

INFINITE = float("inf")


class Relaxation:
    """The LP: a column for every (group, auditor) as member and as lead, for every group, and for every auditor's load above the even one."""

    def __init__(self, market: Market, allowed: Bools | None = None) -> None:
        """allowed: wishes × auditors that may be in it (none: all)."""
        self.market = market
        member, lead = market.member, market.lead
        if allowed is not None:
            member, lead = member & allowed[market.wish_of], lead & allowed[market.wish_of]
        one, two = np.nonzero(member), np.nonzero(lead)
        self.group: Ints = np.concatenate([one[0], two[0]])
        self.person: Ints = np.concatenate([one[1], two[1]])
        self.leads: Bools = np.arange(len(self.group)) >= len(one[0])
        self.model = builder.ModelBuilderHelper()
        self.kinds: list[tuple[str, int, int, int]] = []
        self._columns()
        self._rows_of_groups()
        self._rows_of_people()

    def _columns(self) -> None:
        market, wish = self.market, self.market.wish_of[self.group]
        cost = market.cost[wish, self.person] + np.where(self.leads, market.lead_cost[wish, self.person], 0)
        people, groups = market.cost.shape[1], len(market.wish_of)
        objective = np.concatenate([cost, market.start_cost, np.full(people, float(market.weight))])
        highest = np.concatenate([np.ones(len(cost) + groups), np.full(people, INFINITE)])
        self.count = len(cost)
        for n, (points, upper) in enumerate(zip(objective.tolist(), highest.tolist(), strict=True)):
            self.model.add_var()
            self.model.set_var_lower_bound(n, 0.0)
            self.model.set_var_upper_bound(n, upper)
            self.model.set_var_objective_coefficient(n, points)

    def _row(self, kind: str, at: int, columns: Ints, factors: Floats, least: float, month: int = 0, step: int = 0) -> None:
        row = self.model.add_linear_constraint()
        self.model.set_constraint_lower_bound(row, least)
        self.model.set_constraint_upper_bound(row, INFINITE)
        for column, factor in zip(columns.tolist(), factors.tolist(), strict=True):
            self.model.add_term_to_constraint(row, column, factor)
        self.kinds.append((kind, at, month, step))

    def _rows_of_groups(self) -> None:
        market = self.market
        order = np.argsort(self.group, kind="stable")
        edges = np.searchsorted(self.group[order], np.arange(len(market.wish_of) + 1))
        covers: dict[int, list[int]] = {}
        for j, g in enumerate(market.cover_group):
            covers.setdefault(int(g), []).append(j)
        for g, k in enumerate(market.wish_of):
            columns = order[edges[g] : edges[g + 1]]
            wanted = [("place", g, columns, float(market.size[k])), ("lead", g, columns[self.leads[columns]], 1.0)]
            wanted += [("cover", j, columns[market.covers[j, self.person[columns]]], 1.0) for j in covers.get(g, ())]
            for kind, at, able, need in wanted:
                self._row(kind, at, np.append(able, self.count + g), np.append(np.ones(len(able)), -need), 0.0)
        for k in np.flatnonzero(market.possible):
            groups = np.flatnonzero(market.wish_of == k)
            self._row("choice", int(k), self.count + groups, np.ones(len(groups)), 1.0)

    def _rows_of_people(self) -> None:
        market = self.market
        order = np.argsort(self.person, kind="stable")
        edges = np.searchsorted(self.person[order], np.arange(market.cost.shape[1] + 1))
        above = self.count + len(market.wish_of)
        for i in range(market.cost.shape[1]):
            columns = order[edges[i] : edges[i + 1]]
            days = market.length[market.wish_of[self.group[columns]]].astype(np.float64)
            self._row("load", i, np.append(columns, above + i), np.append(-days, 1.0), -float(market.even))
            long = days > market.even
            if long.any():
                self._row("load", i, np.append(columns[long], above + i), np.append(market.even - days[long], 1.0), 0.0)
            profile, room = market.profile[self.group[columns]], int(market.tables.capacity[i])
            for n, step in enumerate(market.steps):
                steps = profile // step
                for month in np.flatnonzero((steps.sum(axis=0) > room // step) & (room >= step)):
                    used = steps[:, month] > 0
                    if step == 1 or (room // step) * step < room:
                        self._row("room", i, columns[used], -steps[used, month].astype(np.float64), -float(room // step), int(month), n)

    def prices(self, accuracy: float, seconds: float, state: State) -> Prices | None:
        """Solve to a relative accuracy; the duals as prices (none: nothing came out)."""
        solver = builder.ModelSolverHelper("PDLP")
        solver.set_time_limit_in_seconds(max(0.1, seconds))
        solver.set_solver_specific_parameters(
            f"termination_criteria {{ simple_optimality_criteria {{ eps_optimal_relative: {accuracy} eps_optimal_absolute: 1e-3 }} }}"
        )
        state.run_relaxation(solver, self.model)
        if not solver.has_solution():
            return None
        found = self.market.no_prices()
        target = {"place": found.place, "lead": found.lead, "cover": found.cover}
        for dual, (kind, at, month, step) in zip(np.array(solver.dual_values()).clip(0), self.kinds, strict=True):
            if kind == "room":
                found.room[step, at, month] = dual
            elif kind in target:
                target[kind][at] = dual
        return found
