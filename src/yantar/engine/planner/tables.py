"""An instance turned into tables: for every wish its possible first days, its candidates, and what each would cost.

Everything that concerns one wish alone is settled here (calendar, window, absences, competence, independence, pair rule), so the search
and the bound only know numbers. People and days are counted from 0; a day is the number of days since `Tables.origin`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from math import inf

import numpy as np
import numpy.typing as npt

from yantar.engine.dates import add_months
from yantar.engine.planner.forms import Calendar, Costs, Instance, Method, Part, Qualification, Wish

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Family(StrEnum):
    """Families of rules about who may be sent."""

    LANGUAGE = "language"
    COMPETENCE = "competence"
    FIELD = "field"
    INDEPENDENCE = "independence"
    LEAD = "lead"
    PAIR = "pair"
    CAPACITY = "capacity"
    ABSENCE = "absence"


@dataclass(frozen=True)
class Choice:
    """One audit of a plan: index of its first day among the options, lead and members as numbers of auditors."""

    start: int
    lead: int
    members: tuple[int, ...] = ()

    @property
    def team(self) -> tuple[int, ...]:
        return (self.lead, *self.members)


Solution = list[Choice | None]
"""For every wish its choice, or none where it is left out."""


@dataclass
class Options:
    """What may be chosen for one wish. Rows of `member`, `lead`, `covers` are candidates, columns are first days."""

    wish: Wish
    days: Ints
    """Days of each possible start (starts × length)."""
    people: Ints
    """Numbers of the candidates, ascending."""
    member: Bools
    lead: Bools
    covers: list[Bools]
    """For each field: who covers it, by start."""
    start_cost: Ints
    """Risk and change of days, by start."""
    cost: Ints
    """Travel and change of team for taking part, by candidate; may be negative against `constant`."""
    lead_cost: Ints
    """What leading costs besides."""
    constant: int
    """Change of team when nobody of the present team stays."""
    profile: Ints
    """Days in each month of the horizon, by start (starts × months)."""
    row: dict[int, int] = field(default_factory=dict)
    """Number of an auditor to its row."""

    @property
    def possible(self) -> bool:
        return len(self.days) > 0

    @property
    def length(self) -> int:
        return self.wish.days

    @property
    def size(self) -> int:
        return self.wish.auditors


def working_days(calendar: Calendar, first: date, last: date) -> list[date]:
    """Monday to Friday without the days off, and the worked days besides, from `first` to `last`, both included."""
    off, worked = set(calendar.days_off), set(calendar.worked)
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in span if day in worked or (day.weekday() < 5 and day not in off)]


def even_load(instance: Instance) -> int:
    """Days a year above which an auditor's load costs (see `Weights.load`)."""
    able = sum(a.qualification is not Qualification.TRAINEE and a.days_per_month > 0 for a in instance.auditors)
    days = sum(w.days * w.auditors for w in instance.wishes)
    return -(-days // able) if able else 0


def risk_cost(weight: int, weeks: int, risk: float) -> int:
    """Points for beginning so many whole weeks late, rounded down."""
    return int(Decimal(str(risk)) * weight * weeks)


class Tables:
    """All options of an instance, with the arrays that the search shares."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.weights = instance.weights
        self.wishes = instance.wishes
        self.auditors = instance.auditors
        days = [d for w in instance.wishes for d in (w.window.first, w.window.last)] or [date(instance.year, 1, 1)]
        self.origin, end = min(days), max(days)
        self.horizon = (end - self.origin).days + 1
        self.number = {a.id: n for n, a in enumerate(instance.auditors)}
        self.place = {a.id: n for n, a in enumerate(instance.authorities)}
        self.authority = [self.place[w.authority] for w in instance.wishes]
        self.even = even_load(instance)
        self.capacity: Ints = np.array([a.days_per_month for a in instance.auditors], dtype=np.int64)
        self.months = (end.year - self.origin.year) * 12 + end.month - self.origin.month + 1
        self.calendars = {c.id: c for c in instance.calendars}
        self._work_by_calendar = {c.id: working_days(c, self.origin, end) for c in instance.calendars}
        self.month_of: Ints = np.array([self._month(self.day(n)) for n in range(self.horizon)], dtype=np.int64)
        self.at_work = self._at_work()
        self._near: defaultdict[str, list[int]] = defaultdict(list)
        self._parts: defaultdict[str, list[tuple[int, Part]]] = defaultdict(list)
        for n, auditor in enumerate(instance.auditors):
            for near in {auditor.authority, *auditor.conflicts}:
                self._near[near].append(n)
            for part in auditor.parts:
                self._parts[part.process].append((n, part))
        self._speaks: dict[str, Bools] = {}
        self._untils: dict[tuple[str, str | None], Floats] = {}
        self._led = self._led_by()
        self._travel = self._travel_days()
        self.options: list[Options] = [Options(w, *_nothing(), constant=0, profile=np.zeros((0, self.months), dtype=np.int64)) for w in self.wishes]
        for k in sorted(range(len(self.wishes)), key=lambda k: not self.wishes[k].fixed):
            self.options[k] = self._options(self.wishes[k])
            self._hold_trainees(k)
        self.impossible = [k for k, o in enumerate(self.options) if not o.possible]

    def day(self, number: int) -> date:
        return self.origin + timedelta(days=int(number))

    def _month(self, day: date) -> int:
        return (day.year - self.origin.year) * 12 + day.month - self.origin.month

    def _number_of_day(self, day: date) -> int:
        return (day - self.origin).days

    def _at_work(self) -> Bools:
        rows = np.zeros((len(self.auditors), self.horizon), dtype=np.bool_)
        work = {key: np.isin(np.arange(self.horizon), [self._number_of_day(d) for d in days]) for key, days in self._work_by_calendar.items()}
        for n, auditor in enumerate(self.auditors):
            rows[n] = work[auditor.calendar]
            for span in auditor.absences:
                rows[n, max(0, self._number_of_day(span.first)) : max(0, self._number_of_day(span.last) + 1)] = False
        return rows

    def _led_by(self) -> dict[str, dict[str, set[int]]]:
        found: dict[str, dict[str, set[int]]] = {}
        for led in self.instance.history:
            found.setdefault(led.authority, {}).setdefault(led.lead, set()).add(led.year)
        return found

    def _travel_days(self) -> dict[tuple[str, str], int]:
        return {key: t.days for t in self.instance.travel for key in ((t.a, t.b), (t.b, t.a))}

    def travel(self, wish: Wish, auditor: int) -> int:
        """Travel days of an auditor to an audit."""
        here, there = self.auditors[auditor].site, self.instance.authorities[self.place[wish.authority]].site
        if wish.method is Method.REMOTE or here == there:
            return 0
        return self._travel.get((here, there), self.instance.travel_default)

    def until(self, edition: str, of: str | None) -> Floats:
        """For every auditor the last day of competence in a field of an edition (none: in any field); -1 without, infinite without end."""
        if (edition, of) not in self._untils:
            found = np.full(len(self.auditors), -1.0)
            for n, auditor in enumerate(self.auditors):
                for c in auditor.competences:
                    if c.edition == edition and (of is None or c.field in ("*", of)):
                        found[n] = max(found[n], inf if c.until is None else self._number_of_day(c.until))
            self._untils[edition, of] = found
        return self._untils[edition, of]

    def independent(self, wish: Wish, first: Ints) -> Bools:
        """Who may audit what is in scope, by auditor and first day: no home in it, no recent part in it, no declared conflict."""
        free = np.ones((len(self.auditors), len(first)), dtype=np.bool_)
        units, processes = set(wish.units), set(wish.processes)
        for n in self._near[wish.authority]:
            auditor = self.auditors[n]
            home = auditor.authority == wish.authority and (not units or bool(units & set(auditor.units)))
            if home or wish.authority in auditor.conflicts:
                free[n] = False
        for process in processes:
            for n, part in self._parts[process]:
                ends = inf if part.until is None else self._number_of_day(add_months(part.until, self.instance.cooling_months))
                free[n] &= first > ends
        return free

    def speaks(self, wish: Wish) -> Bools:
        if wish.language not in self._speaks:
            self._speaks[wish.language] = np.array([wish.language in a.languages for a in self.auditors], dtype=np.bool_)
        return self._speaks[wish.language]

    def may_lead_again(self, wish: Wish) -> Bools:
        """Everyone but whoever led the authority in every one of the last `pair_years` years."""
        past = set(range(self.instance.year - self.instance.pair_years, self.instance.year))
        tired = {lead for lead, years in self._led.get(wish.authority, {}).items() if past <= years}
        return np.array([a.id not in tired for a in self.auditors], dtype=np.bool_)

    def led_last_year(self, wish: Wish, auditor: int) -> bool:
        return self.instance.year - 1 in self._led.get(wish.authority, {}).get(self.auditors[auditor].id, ())

    def days_worked(self, wish: Wish) -> Ints:
        """Working days of the authority in the window."""
        place = self.instance.authorities[self.place[wish.authority]]
        first, last = self._number_of_day(wish.window.first), self._number_of_day(wish.window.last)
        return np.array([n for n in map(self._number_of_day, self._work_by_calendar[place.calendar]) if first <= n <= last], dtype=np.int64)

    def starts(self, wish: Wish, closed: bool = True) -> Ints:
        """Days of every start that the calendar, the window and (if `closed`) the closed days of the authority allow (starts × length)."""
        place, days = self.instance.authorities[self.place[wish.authority]], self.days_worked(wish)
        if len(days) < wish.days:
            return np.zeros((0, wish.days), dtype=np.int64)
        found: Ints = np.lib.stride_tricks.sliding_window_view(days, wish.days).copy()
        for span in place.closed if closed else ():
            a, b = self._number_of_day(span.first), self._number_of_day(span.last)
            found = found[~((found >= a) & (found <= b)).any(axis=1)]
        return found

    def profile(self, days: Ints) -> Ints:
        """Days by month of the horizon for every row of days."""
        found = np.zeros((len(days), self.months), dtype=np.int64)
        for column in range(days.shape[1]):
            np.add.at(found, (np.arange(len(days)), self.month_of[days[:, column]]), 1)
        return found

    def able(self, wish: Wish, days: Ints, without: frozenset[Family] = frozenset()) -> tuple[Ints, Bools, Bools, list[Bools]]:
        """Who may be sent, by start: numbers of auditors; who of them may take part, may lead, and covers each field.

        `without`: families of rules that are not asked, to find out which of them stand in the way.
        """
        first, last = days[:, 0], days[:, -1]
        everybody = np.ones(len(self.auditors), dtype=np.bool_)
        counted = np.array([a.qualification is not Qualification.TRAINEE for a in self.auditors], dtype=np.bool_)
        competent = self.until(wish.edition, None) if Family.COMPETENCE not in without else np.full(len(everybody), inf)
        may = counted & (everybody if Family.LANGUAGE in without else self.speaks(wish)) & (competent >= 0)
        rows = np.flatnonzero(may)
        member: Bools = competent[rows, None] >= last[None, :]
        if Family.INDEPENDENCE not in without:
            member &= self.independent(wish, first)[rows]
        if Family.CAPACITY not in without:
            member &= self.profile(days).max(axis=1, initial=0)[None, :] <= self.capacity[rows, None]
        if Family.ABSENCE not in without:
            for column in range(days.shape[1]):
                member &= self.at_work[rows][:, days[:, column]]
        leads = everybody if Family.LEAD in without else np.array([a.qualification is Qualification.LEAD for a in self.auditors], dtype=np.bool_)
        if Family.PAIR not in without:
            leads = leads & self.may_lead_again(wish)
        fields = () if without & {Family.FIELD, Family.COMPETENCE} else dict.fromkeys(wish.fields)
        covers: list[Bools] = [member & (self.until(wish.edition, f)[rows, None] >= last[None, :]) for f in fields]
        lead = member & leads[rows, None]
        if covers:
            lead &= np.logical_or.reduce(covers)
        return rows, member, lead, covers

    def _options(self, wish: Wish) -> Options:
        days = self.starts(wish)
        rows, member, lead, covers = self.able(wish, days)
        if wish.fixed:
            member, lead, covers = self._only_present(wish, days, rows, member, lead, covers)
        keep = staffable(member, lead, covers, wish.auditors)
        used = member[:, keep].any(axis=1)
        days, member, lead, covers = days[keep], member[used][:, keep], lead[used][:, keep], [c[used][:, keep] for c in covers]
        return self._priced(wish, days, rows[used], member, lead, covers, self.profile(days))

    def _only_present(self, wish: Wish, days: Ints, rows: Ints, member: Bools, lead: Bools, covers: list[Bools]) -> tuple[Bools, Bools, list[Bools]]:
        """Nothing but the present assignment is left to a fixed wish; nothing at all if it breaks a rule."""
        present = wish.present
        assert present is not None
        team = {self.number[p] for p in (present.lead, *present.members)}
        at = days[:, 0] == self._number_of_day(present.first) if len(days) else np.zeros(0, dtype=np.bool_)
        if len(team) != wish.auditors or len(present.members) + 1 != wish.auditors or not self._trainees_stand(wish, days[at]):
            at = np.zeros(len(days), dtype=np.bool_)
        mask = np.isin(rows, list(team))[:, None] & at[None, :]
        lead = lead & mask & (rows == self.number[present.lead])[:, None]
        return member & mask, lead, [c & mask for c in covers]

    def _trainees_stand(self, wish: Wish, days: Ints) -> bool:
        assert wish.present is not None
        trainees = [self.number[t] for t in wish.present.trainees]
        team = {self.number[p] for p in (wish.present.lead, *wish.present.members)}
        if len(set(trainees)) != len(trainees) or team & set(trainees) or len(trainees) > min(wish.trainees, wish.auditors) or not len(days):
            return False
        free = self.independent(wish, days[:1, 0])[:, 0] & self.speaks(wish) & self.at_work[:, days[0]].all(axis=1)
        free &= (self.profile(days[:1]) <= self.capacity[:, None]).all(axis=1)
        return bool(free[trainees].all())

    def _hold_trainees(self, k: int) -> None:
        """Trainees of a fixed audit are not there for anything else on its days."""
        wish, found = self.wishes[k], self.options[k]
        if wish.fixed and wish.present is not None and found.possible:
            for trainee in wish.present.trainees:
                self.at_work[self.number[trainee], found.days[0]] = False

    def _priced(self, wish: Wish, days: Ints, people: Ints, member: Bools, lead: Bools, covers: list[Bools], profile: Ints) -> Options:
        weights, window = self.weights, self._number_of_day(wish.window.first)
        start_cost = np.array([risk_cost(weights.risk, int(d - window) // 7, wish.risk) for d in days[:, 0]], dtype=np.int64)
        cost = np.array([weights.travel * self.travel(wish, i) for i in people], dtype=np.int64)
        lead_cost = np.array([weights.rotation * self.led_last_year(wish, i) for i in people], dtype=np.int64)
        constant = 0
        if wish.present is not None:
            start_cost += np.where(days[:, 0] == self._number_of_day(wish.present.first), 0, weights.change_days)
            team = list(dict.fromkeys((wish.present.lead, *wish.present.members)))
            constant = weights.change_team * (len(team) + 1)
            cost -= weights.change_team * np.isin(people, [self.number[p] for p in team])
            lead_cost -= weights.change_team * (people == self.number[wish.present.lead])
        rows = {int(p): n for n, p in enumerate(people)}
        return Options(wish, days, people, member, lead, covers, start_cost, cost, lead_cost, constant, profile, rows)

    def parts(self, k: int, choice: Choice) -> Costs:
        """What one choice costs without its share of the load."""
        found, wish = self.options[k], self.wishes[k]
        day = int(found.days[choice.start, 0])
        risk = risk_cost(self.weights.risk, (day - self._number_of_day(wish.window.first)) // 7, wish.risk)
        travel = sum(self.weights.travel * self.travel(wish, i) for i in choice.team)
        rotation = self.weights.rotation * self.led_last_year(wish, choice.lead)
        total = int(found.start_cost[choice.start]) + found.constant + int(found.lead_cost[found.row[choice.lead]])
        total += sum(int(found.cost[found.row[i]]) for i in choice.team)
        return Costs(risk=risk, travel=travel, rotation=rotation, change=total - risk - travel - rotation)

    def loads(self, solution: Solution) -> Ints:
        """Audit days of every auditor."""
        found = np.zeros(len(self.auditors), dtype=np.int64)
        for k, choice in enumerate(solution):
            if choice is not None:
                found[list(choice.team)] += self.options[k].length
        return found

    def total(self, solution: Solution) -> Costs:
        """The objective of a solution and what it is made of."""
        parts = [self.parts(k, c) for k, c in enumerate(solution) if c is not None]
        return Costs(
            risk=sum(p.risk for p in parts),
            load=self.weights.load * int(np.maximum(self.loads(solution) - self.even, 0).sum()),
            travel=sum(p.travel for p in parts),
            rotation=sum(p.rotation for p in parts),
            change=sum(p.change for p in parts),
            dropped=self.weights.dropped * sum(c is None for c in solution),
        )

    def unavoidable_load(self, solution: Solution) -> int:
        """Load points of audits that are each longer than the even load, whoever carries them out."""
        planned = (o for o, choice in zip(self.options, solution, strict=True) if choice is not None)
        return self.weights.load * sum(max(0, o.length - self.even) * o.size for o in planned)


def staffable(member: Bools, lead: Bools, covers: list[Bools], size: int) -> Bools:
    """For which starts a whole team can be found: enough people, one of them to lead, all fields covered together. Exact."""
    enough: Bools = (member.sum(axis=0) >= size) & lead.any(axis=0)
    if not covers or not enough.any():
        return enough
    kinds = np.zeros(member.shape, dtype=np.int64)
    for bit, row in enumerate(covers):
        kinds |= row.astype(np.int64) << bit
    full = (1 << len(covers)) - 1
    for s in np.flatnonzero(enough):
        reached = set(np.unique(kinds[lead[:, s], s]).tolist())
        steps = [int(v) for v in np.unique(kinds[member[:, s], s])]
        for _ in range(size - 1):
            if full in reached:
                break
            reached |= {a | b for a in reached for b in steps}
        enough[s] = full in reached
    return enough


def _nothing() -> tuple[Ints, Ints, Bools, Bools, list[Bools], Ints, Ints, Ints]:
    ints, bools = np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.bool_)
    return np.zeros((0, 1), dtype=np.int64), ints, bools, bools, [], ints, ints, ints
