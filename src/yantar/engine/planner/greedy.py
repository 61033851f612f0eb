"""The first plan, within seconds: audit after audit takes the week and the team that cost least at that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from yantar.engine.planner.tables import Bools, Choice, Ints, Options, Solution, Tables


class Booking:
    """Who is busy when: the state that a plan leaves behind, kept up while choices come and go."""

    def __init__(self, tables: Tables, solution: Solution | None = None) -> None:
        self.tables = tables
        people, places = len(tables.auditors), len(tables.instance.authorities)
        self.busy: Bools = np.zeros((people, tables.horizon), dtype=np.bool_)
        self.open: Bools = np.zeros((places, tables.horizon), dtype=np.bool_)
        self.used: Ints = np.zeros((people, tables.months), dtype=np.int64)
        self.load: Ints = np.zeros(people, dtype=np.int64)
        for k, choice in enumerate(solution or []):
            if choice is not None:
                self.book(k, choice)

    def book(self, k: int, choice: Choice, on: bool = True) -> None:
        """Take the days of a choice (or give them back)."""
        options, team, sign = self.tables.options[k], list(choice.team), 1 if on else -1
        days = options.days[choice.start]
        self.busy[np.ix_(team, days)] = on
        self.open[self.tables.authority[k], days] = on
        self.used[team] += sign * options.profile[choice.start]
        self.load[team] += sign * options.length

    def free_starts(self, k: int) -> Bools:
        """Starts on which the authority has no other audit."""
        found: Bools = ~self.open[self.tables.authority[k]][self.tables.options[k].days].any(axis=1)
        return found

    def free(self, k: int, start: int) -> Bools:
        """Candidates (rows of the options) who can take part at a start besides all they have."""
        options = self.tables.options[k]
        days, people = options.days[start], options.people
        fits = (self.used[people] + options.profile[start][None, :] <= self.tables.capacity[people, None]).all(axis=1)
        found: Bools = options.member[:, start] & fits & ~self.busy[people][:, days].any(axis=1)
        return found

    def prices(self, k: int) -> Ints:
        """What each candidate would cost now, the growth of load above the even one included."""
        options, tables = self.tables.options[k], self.tables
        load = self.load[options.people]
        above = np.maximum(load + options.length - tables.even, 0) - np.maximum(load - tables.even, 0)
        found: Ints = options.cost + tables.weights.load * above
        return found


def fits(tables: Tables, solution: Solution) -> bool:
    """Whether choices, each possible by itself, fit beside each other: no double booking, room in every month."""
    booking = Booking(tables)
    for k, choice in enumerate(solution):
        if choice is None:
            continue
        days, team = tables.options[k].days[choice.start], list(choice.team)
        if booking.open[tables.authority[k], days].any() or booking.busy[np.ix_(team, days)].any():
            return False
        booking.book(k, choice)
    return bool((booking.used <= tables.capacity[:, None]).all())


def cheapest_team(options: Options, start: int, free: Bools, prices: Ints) -> tuple[int, list[int]] | None:
    """A cheap team among the free candidates: its cost and rows, the lead first; none when no team can be found.

    Each of the cheapest leads is tried; fields still uncovered take whoever covers most of them at the least price.
    """
    rows = np.flatnonzero(free)
    if len(rows) < options.size:
        return None
    rows = rows[np.argsort(prices[rows], kind="stable")]
    leads = rows[options.lead[rows, start]]
    leads = leads[np.argsort(prices[leads] + options.lead_cost[leads], kind="stable")]
    best: tuple[int, list[int]] | None = None
    others = int(prices[rows[: options.size - 1]].sum())
    for lead in leads[:40]:
        if best is not None and prices[lead] + options.lead_cost[lead] + others >= best[0]:
            break
        team = _around(options, start, int(lead), rows)
        if team is not None:
            cost = int(prices[team].sum() + options.lead_cost[lead])
            if best is None or cost < best[0]:
                best = (cost, team)
    return best


def _around(options: Options, start: int, lead: int, rows: Ints) -> list[int] | None:
    team = [lead]
    missing = [c[:, start] for c in options.covers if not c[lead, start]]
    while missing and len(team) < options.size:
        gain = sum((c[rows].astype(np.int64) for c in missing), np.zeros(len(rows), dtype=np.int64))
        need = len(missing) if len(team) == options.size - 1 else 1
        able = rows[gain >= need] if need > 1 else rows[gain >= 1]
        if not len(able):
            return None
        team.append(int(able[0]))
        missing = [c for c in missing if not c[able[0]]]
    if missing:
        return None
    team += [int(r) for r in rows if r not in team][: options.size - len(team)]
    return team if len(team) == options.size else None


def place(booking: Booking, k: int) -> Choice | None:
    """The cheapest choice for one wish besides everything booked, or none."""
    options = booking.tables.options[k]
    if not options.possible:
        return None
    prices = booking.prices(k)
    open_starts = np.flatnonzero(booking.free_starts(k))
    least = int(np.sort(prices)[: options.size].sum()) + min(0, int(options.lead_cost.min(initial=0)))
    best: tuple[int, int, list[int]] | None = None
    for start in open_starts[np.argsort(options.start_cost[open_starts], kind="stable")]:
        if best is not None and options.start_cost[start] + least >= best[0]:
            break
        found = cheapest_team(options, int(start), booking.free(k, int(start)), prices)
        if found is not None and (best is None or options.start_cost[start] + found[0] < best[0]):
            best = (int(options.start_cost[start]) + found[0], int(start), found[1])
    if best is None:
        return None
    team = [int(options.people[r]) for r in best[2]]
    return Choice(best[1], team[0], tuple(team[1:]))


def in_turn(tables: Tables, order: Iterable[int], stop: Callable[[], bool] = lambda: False) -> Solution:
    """Every wish in the given order at its cheapest place; what finds no place stays out."""
    booking, solution = Booking(tables), [None] * len(tables.wishes)  # type: Booking, Solution
    for k in order:
        if stop():
            break
        choice = place(booking, k)
        if choice is not None:
            booking.book(k, choice)
            solution[k] = choice
    return solution


def first_plan(tables: Tables, stop: Callable[[], bool] = lambda: False) -> Solution:
    """The greedy plan: fixed audits first, then by the beginning of their windows."""
    order = sorted(range(len(tables.wishes)), key=lambda k: (not tables.wishes[k].fixed, tables.wishes[k].window.first, k))
    return in_turn(tables, order, stop)


def standing(tables: Tables) -> frozenset[int]:
    """Fixed audits that every plan holds: possible by themselves, and beside all others that are fixed. Of those that clash some must go."""
    empty = Booking(tables)
    fixed = {k: choice for k, wish in enumerate(tables.wishes) if wish.fixed and (choice := place(empty, k)) is not None}

    def others(k: int) -> Solution:
        return [None if n == k else fixed.get(n) for n in range(len(tables.wishes))]

    return frozenset(k for k in fixed if place(Booking(tables, others(k)), k) is not None)
