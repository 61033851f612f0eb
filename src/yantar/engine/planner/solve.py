"""Making the plan of a year: one call, a time limit, progress, cancel; never an exception for impossible wishes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from yantar.engine.planner.answer import as_plan
from yantar.engine.planner.consistency import Inconsistent, problems_of
from yantar.engine.planner.forms import Instance, Plan, Status
from yantar.engine.planner.greedy import first_plan
from yantar.engine.planner.prices import find_prices
from yantar.engine.planner.search import Search, improve
from yantar.engine.planner.state import State
from yantar.engine.planner.tables import Tables

POLL = 0.2
"""Seconds between two looks at the state, and the longest wait for `cancelled`."""
PATIENCE = 5.0
"""Seconds, at most, to wait for threads to end that were told to."""
EXPLAIN = 3.0
"""Seconds, at most, for finding out why wishes were left out, after the search."""


@dataclass(frozen=True)
class Progress:
    """Where the search stands: seconds since the call, points of the best plan (none: not yet), bound, and what is being done
    (`tables`, `first plan`, `improvement`, `proof`, `reasons`)."""

    seconds: float
    incumbent: int | None
    bound: float
    phase: str


def make_plan(
    instance: Instance,
    *,
    seconds: float,
    seed: int = 0,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """The best plan found in `seconds` of wall time, with a bound that holds for every plan.

    seconds: time limit; ends earlier when the plan is proven to be the best. A first plan is made even when the limit is shorter than
    that takes, and reasons for wishes left out may take up to 3 seconds more. seed: another seed, another search. workers: threads
    that work, at least 1 (none: the processors there are); with 1 a second one still computes the bound, and with more it searches after that.
    progress: called in the caller's thread about five times a second, and always with the last state. cancelled: asked as often; once it
    says True the best plan so far is the answer, with the status `cancelled`.
    The same seed gives the same plan only when it is proven optimal and the only one; times of threads differ from run to run.
    Raises Inconsistent (a ValueError with all problems) when the instance contradicts itself; never because wishes can't be fulfilled.
    """
    problems = problems_of(instance)
    if problems:
        raise Inconsistent(problems)
    began = time.monotonic()
    tables = Tables(instance)
    state = State(tables, seconds - (time.monotonic() - began))
    state.began = began
    threads = _threads(state, seed, max(1, workers or os.cpu_count() or 1))
    failures: list[BaseException] = []
    running = [threading.Thread(target=_guarded, args=(t, state, failures), daemon=True) for t in threads]

    def tell(phase: str | None = None) -> None:
        if progress is not None:
            incumbent = state.best_total() if state.first_at is not None else None
            progress(Progress(time.monotonic() - began, incumbent, state.bound, phase or state.phase))

    was_cancelled = False
    for thread in running:
        thread.start()
    try:
        while running[0].is_alive():
            state.changed.wait(POLL)
            state.changed.clear()
            tell()
            was_cancelled = was_cancelled or (cancelled is not None and cancelled())
            if was_cancelled or (state.over() and state.first_at is not None):
                state.stop()
    finally:
        until = time.monotonic() + PATIENCE
        while any(thread.is_alive() for thread in running) and time.monotonic() < until:
            state.stop()
            time.sleep(0.01)
    if failures:
        raise failures[0]
    ended = Status.CANCELLED if was_cancelled else Status.FEASIBLE
    status = Status.OPTIMAL if state.proven() else ended
    if any(c is None for c in state.best()):
        tell("reasons")
    plan = as_plan(tables, state.best(), state.bound, status, seed, 0.0 if was_cancelled else EXPLAIN)
    plan = plan.model_copy(update={"seconds": round(time.monotonic() - began, 3)})
    tell()
    return plan


def _guarded(target: Callable[[], None], state: State, failures: list[BaseException]) -> None:
    try:
        target()
    except BaseException as problem:
        failures.append(problem)
        state.stop()


def _threads(state: State, seed: int, workers: int) -> list[Callable[[], None]]:
    """The search first, whose end is the end; then the bound."""
    tables = state.tables

    def search() -> None:
        state.phase = "first plan"
        state.offer(first_plan(tables, state.stopped.is_set))
        state.phase = "improvement"
        improve(Search(state, seed), first=True)

    def bound() -> None:
        state.raise_bound(float(tables.weights.dropped * len(tables.impossible)))
        while state.first_at is None and not state.over():
            time.sleep(0.01)
        find_prices(state)
        if workers > 1:
            improve(Search(state, seed + 1), first=False)

    def more(number: int) -> None:
        while state.first_at is None and not state.over():
            time.sleep(0.01)
        improve(Search(state, seed + number), first=False)

    return [search, bound, *(partial(more, number) for number in range(2, workers))]
