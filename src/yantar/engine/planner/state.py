"""What the threads of one planning share: the best plan, the bound, the prices, and when to stop."""

from __future__ import annotations

import threading
import time

from ortools.linear_solver.python import model_builder_helper as builder
from ortools.sat.python import cp_model

from yantar.engine.planner.bound import Regrets
from yantar.engine.planner.greedy import fits
from yantar.engine.planner.tables import Choice, Solution, Tables


class State:
    """Every method may be called from any thread. Totals are points with all wishes left out counted."""

    def __init__(self, tables: Tables, seconds: float) -> None:
        self.tables = tables
        self.began = time.monotonic()
        self.deadline = self.began + seconds
        self.phase = "tables"
        self.stopped = threading.Event()
        self.changed = threading.Event()
        self.regrets: Regrets | None = None
        self.prices_final = threading.Event()
        self.first_at: float | None = None
        self.bound = 0.0
        self._lock = threading.Lock()
        self._best: Solution = [None] * len(tables.wishes)
        self._total = tables.weights.dropped * len(tables.wishes)
        self._solvers: set[cp_model.CpSolver] = set()
        self._relaxations: set[builder.ModelSolverHelper] = set()

    def left(self) -> float:
        return self.deadline - time.monotonic()

    def proven(self) -> bool:
        return self._total - self.bound < 1 - 1e-6

    def over(self) -> bool:
        """Time is up, somebody stopped it, or nothing better is possible."""
        return self.stopped.is_set() or self.left() <= 0 or (self.first_at is not None and self.proven())

    def best(self) -> Solution:
        with self._lock:
            return list(self._best)

    def best_total(self) -> int:
        return self._total

    def merge(self, changed: dict[int, Choice | None], on: Solution) -> bool:
        """Take new choices for some wishes of the plan `on`: into the present plan where they still fit into it, else as they were made."""
        with self._lock:
            present = list(self._best)
        if present != on:
            mixed = [changed.get(k, c) for k, c in enumerate(present)]
            if fits(self.tables, mixed) and self.offer(mixed, equal=True):
                return True
        return self.offer([changed.get(k, c) for k, c in enumerate(on)], equal=True)

    def offer(self, solution: Solution, equal: bool = False) -> bool:
        """Take a plan if it is better (or as good, when `equal`)."""
        total = self.tables.total(solution).total
        with self._lock:
            if total > self._total or (total == self._total and not equal and self.first_at is not None):
                return False
            better = total < self._total or self.first_at is None
            self._best, self._total = list(solution), total
            if self.first_at is None:
                self.first_at = time.monotonic() - self.began
        if better:
            self.changed.set()
        return True

    def raise_bound(self, bound: float) -> None:
        with self._lock:
            if bound > self.bound:
                self.bound = bound
                self.changed.set()

    def learn(self, regrets: Regrets) -> None:
        """Better prices were found."""
        with self._lock:
            if self.regrets is None or regrets.bound > self.regrets.bound:
                self.regrets = regrets
        self.raise_bound(regrets.bound)

    def run(self, solver: cp_model.CpSolver, model: cp_model.CpModel, callback: cp_model.CpSolverSolutionCallback | None) -> cp_model.CpSolverStatus:
        """Solve, so that `stop` reaches the solver."""
        with self._lock:
            if self.stopped.is_set():
                return cp_model.UNKNOWN
            self._solvers.add(solver)
        try:
            return solver.solve(model, callback)
        finally:
            with self._lock:
                self._solvers.discard(solver)

    def run_relaxation(self, solver: builder.ModelSolverHelper, model: builder.ModelBuilderHelper) -> None:
        """Solve a linear relaxation, so that `stop` reaches it."""
        with self._lock:
            if self.stopped.is_set():
                return
            self._relaxations.add(solver)
        try:
            solver.solve(model)
        finally:
            with self._lock:
                self._relaxations.discard(solver)

    def stop(self) -> None:
        """End everything soon."""
        self.stopped.set()
        with self._lock:
            for solver in self._solvers:
                solver.stop_search()
            for relaxation in self._relaxations:
                relaxation.interrupt_solve()
