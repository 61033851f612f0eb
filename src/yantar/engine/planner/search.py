"""Improving a plan: parts of it are freed and solved anew, large-neighbourhood search by CP-SAT, until the whole is proven or time is up."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from yantar.engine.planner.bound import NEVER
from yantar.engine.planner.greedy import Booking, standing
from yantar.engine.planner.model import Model, Scope
from yantar.engine.planner.state import State
from yantar.engine.planner.tables import Choice, Floats, Ints, Solution

WHOLE = 9_000
"""Candidates of all wishes together up to which the whole problem is given to the solver at once."""


TINY = 500
"""Candidates up to which this is done before anything else."""
PATIENCE = 8
"""Steps without a better plan before the whole problem is tried."""


EFFORT = 4.0
"""Deterministic time of one step, at most: some seconds, however busy the machine is."""


@dataclass
class Limits:
    """How large a step of one kind is: audits freed, candidates and starts of each; and how well such steps went."""

    audits: int
    candidates: int
    starts: int
    """0: the days stay as they are."""
    most: int
    rate: float = 1e6
    """Points gained for a unit of effort, lately."""
    idle: int = 0

    def adapt(self, solved: bool, effort: float, gained: int) -> None:
        """Larger steps when this size is solved easily and finds nothing more; smaller ones when it is too hard."""
        self.rate = 0.7 * min(self.rate, 1e4) + 0.3 * gained / max(effort, 0.01)
        self.idle = 0 if gained > 0 else self.idle + 1
        if solved and (effort < 0.1 or (effort < 0.4 and self.idle > 2)):
            self.audits = min(self.most, int(self.audits * 1.15) + 1)
        elif not solved or effort > 0.7:
            self.audits = max(12, int(self.audits * 0.85))


class Stopper(cp_model.CpSolverSolutionCallback):
    """Hands every better plan on."""

    def __init__(self, on: Callable[[Stopper], None]) -> None:
        super().__init__()
        self.on = on

    def on_solution_callback(self) -> None:
        self.on(self)


class Search:
    """One search over one state."""

    def __init__(self, state: State, seed: int) -> None:
        self.state, self.tables = state, state.tables
        self.rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.noise = np.random.default_rng(seed)
        self.limits = (Limits(audits=120, candidates=40, starts=0, most=240), Limits(audits=24, candidates=36, starts=12, most=160))
        self.open = [k for k, o in enumerate(self.tables.options) if o.possible and not o.wish.fixed]
        self.kept = standing(self.tables)

    # -- the whole problem ------------------------------------------------------------------------------------------------------

    def scopes_left(self) -> dict[int, Scope]:
        """All that a better plan than the present one may still use: what prices alone make too dear is left out. Nothing else is."""
        regrets, best = self.state.regrets, self.state.best_total()
        found = {}
        for k, options in enumerate(self.tables.options):
            if not options.possible:
                continue
            rows, starts = np.arange(len(options.people)), np.arange(len(options.days))
            if regrets is not None:
                slack = best - 1 - regrets.bound + 0.01
                rows, starts = rows[regrets.people[k, options.people] <= slack], starts[regrets.starts[k] <= slack]
            found[k] = Scope(rows, starts)
        return found

    def whole(self, scopes: dict[int, Scope], seconds: float) -> None:
        """Solve everything that is left at once: what it finds is offered, what it proves raises the bound."""
        state = self.state
        booking = Booking(self.tables)
        droppable = state.best_total() >= self.tables.weights.dropped
        model = Model(self.tables, booking, scopes, droppable, self.kept)
        model.hint(state.best())
        missing = self.tables.weights.dropped * len(self.tables.impossible)
        reach = state.best_total()
        solver = self._solver(seconds)

        def better(found: Stopper) -> None:
            solution: Solution = [None] * len(self.tables.wishes)
            for k, choice in model.read(found).items():
                solution[k] = choice
            state.offer(solution)

        def closer(bound: float) -> None:
            state.raise_bound(min(float(reach), bound + missing))

        solver.best_bound_callback = closer
        status = state.run(solver, model.cp, Stopper(better))
        if status == cp_model.OPTIMAL:
            closer(solver.objective_value)
        elif status == cp_model.INFEASIBLE:
            closer(NEVER)

    def _solver(self, seconds: float) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.05, seconds)
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.rng.randrange(1 << 30)
        solver.parameters.linearization_level = 2
        return solver

    # -- steps ------------------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Free some audits, solve them anew, keep what is not worse.

        Either days stay and many audits exchange people, which solves fast, or fewer audits are free in both; whichever of the two has
        gained more for its time is taken more often.
        """
        state, solution, total = self.state, self.state.best(), self.state.best_total()
        kind = max(self.limits, key=lambda one: one.rate) if self.rng.random() < 0.7 else self.rng.choice(self.limits)
        if any(solution[k] is None for k in self.open):
            kind = self.limits[1]
        freed = self._freed(solution, kind.audits)
        rest: Solution = [None if k in freed else c for k, c in enumerate(solution)]
        scopes = {k: self._scope(k, solution, kind) for k in freed}
        model = Model(self.tables, Booking(self.tables, rest), scopes, any(solution[k] is None for k in freed))
        model.hint(solution)
        solver = self._solver(state.left())
        solver.parameters.max_deterministic_time = EFFORT
        status = state.run(solver, model.cp, None)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            state.merge(model.read(solver), solution)
        if state.over():  # the model may not even have been tried
            return
        kind.adapt(status == cp_model.OPTIMAL, solver.response_proto.deterministic_time / EFFORT, total - state.best_total())

    def _freed(self, solution: Solution, size: int) -> set[int]:
        kind = self.rng.choice(("random", "cost", "load", "time", "people", "people"))
        if any(solution[k] is None for k in self.open) and self.rng.random() < 0.6:
            kind = "out"
        order = getattr(self, f"_by_{kind}")(solution)
        return set(order[: min(len(self.open), size)])

    def _by_random(self, solution: Solution) -> list[int]:
        return self.rng.sample(self.open, len(self.open))

    def _by_cost(self, solution: Solution) -> list[int]:
        """The dearest audits, blurred, and their share of the load above the even one."""
        over = np.maximum(self.tables.loads(solution) - self.tables.even, 0) * self.tables.weights.load

        def dear(k: int) -> float:
            choice = solution[k]
            own = 1000.0 if choice is None else self.tables.parts(k, choice).total + float(over[list(choice.team)].sum())
            return float(-own * self.rng.random() - self.rng.random())

        return sorted(self.open, key=dear)

    def _by_load(self, solution: Solution) -> list[int]:
        """Audits of the most and the least loaded people."""
        loads = self.tables.loads(solution) - self.tables.even

        def far(k: int) -> float:
            choice = solution[k]
            off = 10.0 if choice is None else float(np.abs(loads[list(choice.team)]).max())
            return float(-off - 3 * self.rng.random())

        return sorted(self.open, key=far)

    def _by_time(self, solution: Solution) -> list[int]:
        """Audits whose windows open near one day."""
        centre = self.rng.choice(self.open)
        day = self.tables.options[centre].days[0, 0]
        return sorted(self.open, key=lambda k: (abs(int(self.tables.options[k].days[0, 0] - day)), self.rng.random()))

    def _by_people(self, solution: Solution) -> list[int]:
        """Audits that hold the people whom some audits, mostly those farthest from their best price, would rather have."""
        regrets, wanted = self.state.regrets, np.zeros(len(self.tables.auditors))
        blame = [self._blame(k, solution[k]) for k in self.open]
        centres = self.rng.choices(self.open, blame, k=3)
        for k in centres:
            options = self.tables.options[k]
            price = options.cost if regrets is None else regrets.people[k, options.people]
            wanted[options.people[np.argsort(price + self.noise.random(len(price)) * 5)[:30]]] += 1

        def near(k: int) -> float:
            choice = solution[k]
            return -(10.0 if choice is None or k in centres else float(wanted[list(choice.team)].sum())) - self.rng.random()

        return sorted(self.open, key=near)

    def _blame(self, k: int, choice: Choice | None) -> float:
        """How far a choice is from what prices say is best; never 0."""
        regrets = self.state.regrets
        if choice is None or regrets is None:
            return 1.0
        return 1.0 + float(regrets.people[k, list(choice.team)].clip(0, 100).sum() + min(100.0, regrets.starts[k][choice.start]))

    def _by_out(self, solution: Solution) -> list[int]:
        """Audits left out, with those that share their days and people."""
        out = self.rng.choice([k for k in self.open if solution[k] is None])
        options = self.tables.options[out]
        first, last, able = options.days.min(), options.days.max(), set(options.people.tolist())

        def near(k: int) -> float:
            choice = solution[k]
            if choice is None:
                return -100.0 if k == out else -self.rng.random() * 50
            days = self.tables.options[k].days[choice.start]
            meets = days[0] <= last + 31 and days[-1] >= first - 31
            same = self.tables.authority[k] == self.tables.authority[out]
            return float(-(60.0 * (same and meets) + meets * sum(i in able for i in choice.team)) - self.rng.random())

        return sorted(self.open, key=near)

    def _scope(self, k: int, solution: Solution, limits: Limits) -> Scope:
        options, choice = self.tables.options[k], solution[k]
        regrets = self.state.regrets
        prices: Floats = options.cost + self.noise.random(len(options.people)) * 8
        late: Floats = options.start_cost + self.noise.random(len(options.days)) * 0.9
        if regrets is not None:
            prices = regrets.people[k, options.people] + self.noise.random(len(options.people)) * 6
            late = regrets.starts[k] + self.noise.random(len(options.days)) * 3
        order = np.argsort(prices)
        share = self.noise.random(len(order)) < 0.9
        rows = order[share][: limits.candidates - 6]
        leads = order[options.lead[order].any(axis=1)][:6]
        chosen: list[Ints] = [rows, leads, self._spread(options.covers, order), self.noise.integers(0, len(order), 6)]
        starts = [np.argsort(late)[: max(3, limits.starts - 3)]]
        starts.append(self.noise.integers(0, len(options.days), 3))
        if choice is not None:
            chosen.append(np.array([options.row[i] for i in choice.team]))
            starts = [*starts, np.array([choice.start])] if limits.starts else [np.array([choice.start])]
        return Scope(np.unique(np.concatenate(chosen)), np.unique(np.concatenate(starts)))

    def _spread(self, covers: list[np.ndarray], order: Ints) -> Ints:  # type: ignore[type-arg]
        found = [order[c[order].any(axis=1)][:6] for c in covers]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def improve(search: Search, first: bool) -> None:
    """Steps of the search until time is up; one thread (`first`) tries the whole at once as soon as steps find no more."""
    state = search.state
    idle, best, tried = 0, state.best_total(), -1.0
    everything = sum(len(options.people) for options in search.tables.options)
    if first and (everything <= TINY or not search.open):
        search.whole(search.scopes_left(), state.left())
    while search.open and not state.over():
        idle, best = (0 if state.best_total() < best else idle + 1), state.best_total()
        if first and state.prices_final.is_set() and idle > PATIENCE and state.bound > tried + 1e-6:
            scopes = search.scopes_left()
            tried, idle = state.bound, 0
            if sum(len(s.rows) for s in scopes.values()) <= WHOLE:
                state.phase = "proof"
                search.whole(scopes, state.left())
                state.phase = "improvement"
        else:
            search.step()
