"""The CP-SAT model of some audits while all others stay where they are; with all audits and all options it is the whole problem.

For every audit one start of its list is chosen (or it is left out) and a team of its candidates. Two audits that may meet in time have
one boolean "they meet", so that a person can't be in both; capacity by month is counted through booleans only where the months of an
audit's starts differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from ortools.sat.python import cp_model

from yantar.engine.planner.greedy import Booking
from yantar.engine.planner.tables import Choice, Ints, Options, Solution, Tables

Literal = cp_model.IntVar


@dataclass
class Scope:
    """What is open to one audit in a model: rows of its candidates and numbers of its starts."""

    rows: Ints
    starts: Ints


@dataclass
class Part:
    """The variables of one audit."""

    k: int
    options: Options
    starts: dict[int, Literal]
    people: dict[int, Literal]
    leads: dict[int, Literal]
    out: Literal | None
    by_month: dict[tuple[int, int], Literal] = field(default_factory=dict)
    """(month, days in it): chosen start has so many."""

    @property
    def left_out(self) -> list[Literal]:
        return [] if self.out is None else [self.out]


def _sum(terms: Sequence[cp_model.LinearExprT]) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.sum(list(terms))


class Model:
    """A CP-SAT model over `scopes`; `booking` holds everything else and must not hold these audits.

    droppable: whether audits may be left out at all; those of `kept` never are, so that without them there is no solution.
    """

    def __init__(self, tables: Tables, booking: Booking, scopes: dict[int, Scope], droppable: bool, kept: frozenset[int] = frozenset()) -> None:
        self.tables, self.booking, self.droppable, self.kept = tables, booking, droppable, kept
        self.cp = cp_model.CpModel()
        self.parts: dict[int, Part] = {}
        self.costs: list[tuple[int, Literal]] = []
        self.constant = 0
        self.by_person: defaultdict[int, list[int]] = defaultdict(list)
        for k, scope in scopes.items():
            self.parts[k] = self._part(k, scope)
        self._meetings()
        self._capacity()
        self._load()
        self.cp.minimize(_sum([c * x for c, x in self.costs]) + self.constant)

    def _part(self, k: int, scope: Scope) -> Part:
        options, cp, tables = self.tables.options[k], self.cp, self.tables
        busy = self.booking.busy[options.people[scope.rows]]
        room = tables.capacity[options.people[scope.rows]][:, None] - self.booking.used[options.people[scope.rows]]
        open_starts = self.booking.free_starts(k)
        starts = [int(s) for s in scope.starts if open_starts[s]]
        free = np.zeros((len(scope.rows), len(starts)), dtype=np.bool_)
        for n, s in enumerate(starts):
            fits = (options.profile[s][None, :] <= room).all(axis=1)
            free[:, n] = options.member[scope.rows, s] & fits & ~busy[:, options.days[s]].any(axis=1)
        may_go = k not in self.kept and (self.droppable or not starts)
        part = Part(k, options, {s: cp.new_bool_var("") for s in starts}, {}, {}, cp.new_bool_var("") if may_go else None)
        for s, y in part.starts.items():
            if options.start_cost[s]:
                self.costs.append((int(options.start_cost[s]), y))
        self.constant += options.constant
        if part.out is not None:
            self.costs.append((tables.weights.dropped - options.constant, part.out))
        cp.add_exactly_one([*part.starts.values(), *part.left_out])
        for n, row in enumerate(scope.rows):
            if free[n].any():
                self._person(part, int(row), starts, free[n])
        cp.add(_sum([*part.people.values(), *(options.size * out for out in part.left_out)]) == options.size)
        cp.add_exactly_one([*part.leads.values(), *part.left_out])
        self._cover(part, starts, free, scope.rows)
        return part

    def _person(self, part: Part, row: int, starts: list[int], free: np.ndarray) -> None:  # type: ignore[type-arg]
        options, cp = part.options, self.cp
        person = int(options.people[row])
        x = part.people[row] = cp.new_bool_var("")
        self.by_person[person].append(part.k)
        if options.cost[row]:
            self.costs.append((int(options.cost[row]), x))
        if not free.all():
            cp.add_bool_or([x.negated(), *(part.starts[s] for n, s in enumerate(starts) if free[n])])
        leads = options.lead[row, starts] & free
        if leads.any():
            lead = part.leads[row] = cp.new_bool_var("")
            cp.add_implication(lead, x)
            if options.lead_cost[row]:
                self.costs.append((int(options.lead_cost[row]), lead))
            if not leads[free].all():
                cp.add_bool_or([lead.negated(), *(part.starts[s] for n, s in enumerate(starts) if leads[n])])

    def _cover(self, part: Part, starts: list[int], free: np.ndarray, rows: Ints) -> None:  # type: ignore[type-arg]
        """Whoever covers a field on some starts only counts on these."""
        for covers in part.options.covers:
            sure, unsure = [], defaultdict(list)
            for n, row in enumerate(int(r) for r in rows):
                if row not in part.people:
                    continue
                able = covers[row, starts] & free[n]
                if not able.any():
                    continue
                if able[free[n]].all():
                    sure.append(part.people[row])
                else:
                    unsure[able.tobytes()].append(row)
            terms: list[cp_model.LinearExprT] = list(sure)
            for key, found in unsure.items():
                able = np.frombuffer(key, dtype=np.bool_)
                when = [part.starts[s] for n, s in enumerate(starts) if able[n]]
                for row in found:
                    counts = self.cp.new_bool_var("")
                    self.cp.add_implication(counts, part.people[row])
                    self.cp.add_bool_or([counts.negated(), *when])
                    terms.append(counts)
            self.cp.add(_sum([*terms, *part.left_out]) >= 1)

    def _meetings(self) -> None:
        """Nobody is in two audits that meet, and no authority has two."""
        shared: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for person, ks in self.by_person.items():
            for a, b in combinations(ks, 2):
                shared[a, b].append(person)
        ks = list(self.parts)
        for n, a in enumerate(ks):
            for b in ks[n + 1 :]:
                same_place = self.tables.authority[a] == self.tables.authority[b]
                people = shared.get((a, b)) or shared.get((b, a)) or []
                if same_place or people:
                    self._pair(self.parts[a], self.parts[b], same_place, people)

    def _pair(self, a: Part, b: Part, same_place: bool, people: list[int]) -> None:
        if not a.starts or not b.starts:
            return
        days_a, days_b = a.options.days[list(a.starts)], b.options.days[list(b.starts)]
        if days_a.max() < days_b.min() or days_b.max() < days_a.min():
            return
        shared = (days_a[:, None, :, None] == days_b[None, :, None, :]).any(axis=(2, 3))
        if not shared.any():
            return
        list_b = list(b.starts)
        clashes = {s: [list_b[t] for t in np.flatnonzero(row)] for s, row in zip(a.starts, shared, strict=True)}
        meet = None if same_place else self.cp.new_bool_var("")
        for s, found in clashes.items():
            if not found:
                continue
            together: list[cp_model.LinearExprT] = [b.starts[t] for t in found]
            if meet is None:
                self.cp.add_at_most_one([a.starts[s], *(b.starts[t] for t in found)])
            elif len(found) == len(list_b) and b.out is None:
                self.cp.add_implication(a.starts[s], meet)
            else:
                self.cp.add(_sum([a.starts[s], *together, -meet]) <= 1)
        if meet is not None:
            for person in people:
                one, two = a.people[a.options.row[person]], b.people[b.options.row[person]]
                self.cp.add_bool_or([meet.negated(), one.negated(), two.negated()])

    def _month(self, part: Part, month: int, days: int) -> Literal:
        if (month, days) not in part.by_month:
            flag = part.by_month[month, days] = self.cp.new_bool_var("")
            self.cp.add(_sum([y for s, y in part.starts.items() if part.options.profile[s, month] >= days]) == flag)
        return part.by_month[month, days]

    def _capacity(self) -> None:
        for person, ks in self.by_person.items():
            profiles = [self.parts[k].options.profile[list(self.parts[k].starts)] for k in ks]
            most = np.sum([p.max(axis=0) for p in profiles], axis=0)
            room = self.tables.capacity[person] - self.booking.used[person]
            for month in np.flatnonzero(most > room):
                terms: list[cp_model.LinearExprT] = []
                for k, profile in zip(ks, profiles, strict=True):
                    terms += self._days_in(self.parts[k], person, int(month), sorted({int(v) for v in profile[:, month]}))
                self.cp.add(_sum(terms) <= int(room[month]))

    def _days_in(self, part: Part, person: int, month: int, values: list[int]) -> list[cp_model.LinearExprT]:
        x = part.people[part.options.row[person]]
        terms: list[cp_model.LinearExprT] = [values[0] * x] if values[0] else []
        for less, more in zip(values, values[1:], strict=False):
            both = self.cp.new_bool_var("")
            self.cp.add_bool_or([x.negated(), self._month(part, month, more).negated(), both])
            terms.append((more - less) * both)
        return terms

    def _load(self) -> None:
        even, weight = self.tables.even, self.tables.weights.load
        for person, ks in self.by_person.items():
            had = int(self.booking.load[person])
            self.constant += weight * max(0, had - even)
            days = {k: self.parts[k].options.length for k in ks}
            room = even - had
            if weight == 0 or sum(days.values()) <= room:
                continue
            xs = {k: self.parts[k].people[self.parts[k].options.row[person]] for k in ks}
            if room <= 0:
                self.costs += [(weight * days[k], x) for k, x in xs.items()]
                continue
            above = self.cp.new_int_var(0, sum(days.values()) - room, "")
            self.cp.add(above >= _sum([days[k] * x for k, x in xs.items()]) - room)
            if any(d > room for d in days.values()):
                self.cp.add(above >= _sum([(days[k] - room) * x for k, x in xs.items() if days[k] > room]))
            self.costs.append((weight, above))

    def hint(self, solution: Solution) -> None:
        """Begin the search where the present solution stands."""
        for k, part in self.parts.items():
            choice = solution[k]
            team = set() if choice is None else {part.options.row[i] for i in choice.team}
            for s, y in part.starts.items():
                self.cp.add_hint(y, choice is not None and s == choice.start)
            for row, x in part.people.items():
                self.cp.add_hint(x, row in team)
            for row, lead in part.leads.items():
                self.cp.add_hint(lead, choice is not None and part.options.people[row] == choice.lead)
            if part.out is not None:
                self.cp.add_hint(part.out, choice is None)

    def read(self, solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> dict[int, Choice | None]:
        """The choices of a solution that was found."""
        found: dict[int, Choice | None] = {}
        for k, part in self.parts.items():
            start = next((s for s, y in part.starts.items() if solver.boolean_value(y)), None)
            if start is None:
                found[k] = None
                continue
            lead = next(r for r, x in part.leads.items() if solver.boolean_value(x))
            team = [int(part.options.people[r]) for r, x in part.people.items() if r != lead and solver.boolean_value(x)]
            found[k] = Choice(start, int(part.options.people[lead]), tuple(sorted(team)))
        return found
