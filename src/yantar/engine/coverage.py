"""What of the standard and of the map of processes is to be audited in a year, so that nothing is left out of a three-year cycle.

Rules (audits.md §3, issue 3): every clause and every process at least once in a cycle; a process by its risk; every certified
authority at least once in a calendar year, and some days before its surveillance audit; some clauses every year. The figures are
data of the library. Everything here is deterministic: the same input gives the same wishes.

A cycle runs from decision to expiry, a programme is made for calendar years. A cycle is planned in the calendar years it covers, the
first of them when it begins by 1 July, the last when it reaches 1 July: three years for three, whatever the day of the decision.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import MAXYEAR, date
from math import ceil
from typing import NamedTuple, Protocol

from yantar.engine.dates import add_days, add_months, add_years, day_before
from yantar.engine.risk import next_due
from yantar.engine.steps import gettext_noop

REASON_TEXTS: dict[str, str] = {
    "overdue": gettext_noop("a process is overdue"),
    "trigger": gettext_noop("something happened that asks for an audit"),
    "process_due": gettext_noop("processes fall due by their risk"),
    "cycle_end": gettext_noop("the cycle ends and something in it was not audited yet"),
    "surveillance": gettext_noop("the surveillance audit comes soon after"),
    "surveillance_near": gettext_noop("too late for the surveillance audit: as soon as possible"),
    "every_year": gettext_noop("clauses that are audited every year"),
    "clauses": gettext_noop("this year's part of the clauses"),
    "yearly": gettext_noop("a certified authority is audited every calendar year"),
}
"""English wording of the reasons of a wish, in the order in which they are given; the same strings are the keys of the translations."""


class Rules(Protocol):
    """Figures of the coverage, in days and years."""

    @property
    def cycle_years(self) -> int: ...
    @property
    def surveillance_margin_days(self) -> int: ...
    @property
    def window_days(self) -> int: ...
    @property
    def join_days(self) -> int: ...


class DoneAudit(NamedTuple):
    """An internal audit that took place, or is firmly planned: its last day and what it covered."""

    day: date
    clauses: frozenset[str] = frozenset()
    processes: frozenset[str] = frozenset()


class AuditedProcess(NamedTuple):
    """A process: `months` between audits by its band of risk, the day it came `since` under the system, and triggers."""

    key: str
    months: int
    since: date
    triggers: tuple[date, ...] = ()


class Cycle(NamedTuple):
    """First and last day of a cycle, both included."""

    first: date
    last: date

    def planning_years(self) -> tuple[int, ...]:
        """Calendar years to which the cycle's programme belongs, see the module; the longest one when there is none."""
        # By 1 July and not by counting days: a year's halves differ, and three years must always be three.
        first = self.first.year + (self.first > date(self.first.year, 7, 1))
        last = self.last.year - (self.last < date(self.last.year, 7, 1))
        if first <= last:
            return tuple(range(first, last + 1))
        return (self.first.year if (date(self.first.year, 12, 31) - self.first).days >= self.last.timetuple().tm_yday else self.last.year,)


class Subject(NamedTuple):
    """An authority as something to be audited.

    `clauses`: those of the edition in scope that are audited, in the order of the standard; `core`: those of them (with sub-clauses)
    that are audited every year; `surveillance_due`: the next surveillance or recertification audit, None when nothing is awaited.
    `done` may reach back before the cycle, which tells what was audited longest ago.
    """

    key: str
    cycle: Cycle
    clauses: tuple[str, ...] = ()
    core: tuple[str, ...] = ()
    processes: tuple[AuditedProcess, ...] = ()
    done: tuple[DoneAudit, ...] = ()
    certified: bool = True
    surveillance_due: date | None = None


class YearDue(NamedTuple):
    """What is due in a year: clauses of every year, this year's part of the others, and days by which processes are due.

    `processes`: (day, process, reason) in order; `years_left`: planning years of the cycle from this one on.
    """

    core: tuple[str, ...]
    clauses: tuple[str, ...]
    processes: tuple[tuple[date, str, str], ...]
    cycle: Cycle
    years_left: int


class Wish(NamedTuple):
    """An audit that is wanted: what it covers, its window (both days included) and why, by codes of REASON_TEXTS."""

    authority: str
    number: int
    clauses: tuple[str, ...]
    processes: tuple[str, ...]
    first: date
    last: date
    reasons: tuple[str, ...]


def cycle_of(year: int, cycle: Cycle, rules: Rules) -> Cycle:
    """The cycle for which `year` is a planning year: the given one, or one that many whole cycles before or after it."""
    while year > max(cycle.planning_years()) and cycle.last.year < MAXYEAR - rules.cycle_years:
        cycle = Cycle(add_days(cycle.last, 1), add_years(cycle.last, rules.cycle_years))
    while year < min(cycle.planning_years()) and cycle.first.year > rules.cycle_years:
        cycle = Cycle(add_years(cycle.first, -rules.cycle_years), day_before(cycle.first))
    return cycle


def is_core(clause: str, core: Iterable[str]) -> bool:
    """Whether a clause is one of `core` or lies beneath one of them."""
    return any(clause == number or clause.startswith(f"{number}.") for number in core)


def uncovered(subject: Subject, cycle: Cycle) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Clauses and processes that no audit within the cycle has covered yet, each in its own order."""
    inside = [audit for audit in subject.done if cycle.first <= audit.day <= cycle.last]
    clauses, processes = _covered(inside)
    return (
        tuple(clause for clause in subject.clauses if clause not in clauses),
        tuple(process.key for process in subject.processes if process.key not in processes),
    )


def _covered(audits: Iterable[DoneAudit]) -> tuple[frozenset[str], frozenset[str]]:
    rows = list(audits)
    return frozenset().union(*(row.clauses for row in rows)), frozenset().union(*(row.processes for row in rows))


def year_due(year: int, subject: Subject, rules: Rules, *, start: date | None = None) -> YearDue:
    """What is due in a calendar year, from `start` on where the year has begun already.

    Clauses that are not core are dealt out evenly over the planning years that are left, those audited longest ago first; what was
    audited in the year already counts as this year's part. Once a process is due it is due again after its interval.
    """
    cycle = cycle_of(year, subject.cycle, rules)
    start = max(start or date(year, 1, 1), date(year, 1, 1))
    end = date(year, 12, 31)
    years_left = sum(other >= year for other in cycle.planning_years()) or 1
    missing, idle = uncovered(subject, cycle)
    this_year, _ = _covered(audit for audit in subject.done if audit.day.year == year)
    core = tuple(clause for clause in subject.clauses if is_core(clause, subject.core) and clause not in this_year)
    spread = [clause for clause in subject.clauses if not is_core(clause, subject.core)]
    latest = _latest_days(subject.done)
    order = {clause: place for place, clause in enumerate(subject.clauses)}
    waiting = sorted((clause for clause in spread if clause in set(missing)), key=lambda clause: (latest.get(clause, date.min), order[clause]))
    had = sum(clause in this_year for clause in spread)
    part = max(0, ceil((len(waiting) + had) / years_left) - had)
    points: list[tuple[date, str, str]] = []
    for process in subject.processes:
        cap = cycle.last if process.key in idle and years_left == 1 else None
        points += _points(process, subject.done, start, end, cap, rules.window_days)
    return YearDue(core, tuple(sorted(waiting[:part], key=order.__getitem__)), tuple(sorted(points)), cycle, years_left)


def _latest_days(done: Iterable[DoneAudit]) -> Mapping[str, date]:
    latest: dict[str, date] = {}
    for audit in sorted(done):
        latest |= dict.fromkeys(audit.clauses, audit.day)
    return latest


def _points(
    process: AuditedProcess, done: Sequence[DoneAudit], start: date, end: date, cap: date | None, window_days: int
) -> list[tuple[date, str, str]]:
    """Days in the year by which the process is due, with the reason; `cap`: the latest day for the first of them."""
    last = max((audit.day for audit in done if process.key in audit.processes), default=process.since)
    due = next_due(last, process.months, process.triggers)
    day, reason = due.day, "trigger" if due.why == "trigger" else "process_due"
    if cap is not None and min(cap, end) < day:
        day, reason = min(cap, end), "cycle_end"
    if day < start:
        day, reason = min(add_days(start, window_days - 1), end), "overdue"
    found = []
    while day <= end:
        found.append((day, process.key, reason))
        following = add_months(day, process.months)
        if following <= day:
            break
        day, reason = following, "process_due"
    return found


class _Group:
    """Points that are audited together, by the day of the first."""

    def __init__(self, last: date) -> None:
        self.last = last
        self.points: dict[str, str] = {}
        self.reasons: set[str] = set()
        self.clauses: tuple[str, ...] = ()
        self.open = False
        """Whether the whole time from the start on is its window, not just the days before its end."""


def propose(year: int, subject: Subject, rules: Rules, *, start: date | None = None) -> tuple[Wish, ...]:
    """Wishes for one authority and one calendar year, in the order of their windows; see the module's rules.

    Processes that fall due within `join_days` of each other are audited together. The clauses go with the first audit. The window
    ends on the first day due and is `window_days` long; where no process is due it is the whole year. Without clauses and processes
    there is nothing to wish for. `start`: no window begins
    before it, so that a programme can be made anew within the year.
    """
    due = year_due(year, subject, rules, start=start)
    start = max(start or date(year, 1, 1), date(year, 1, 1))
    end = date(year, 12, 31)
    groups: list[_Group] = []
    for day, key, reason in due.processes:
        if not groups or day > add_days(groups[-1].last, rules.join_days) or key in groups[-1].points:
            groups.append(_Group(day))
        groups[-1].points[key] = reason
        groups[-1].reasons.add(reason)
    audited = any(audit.day.year == year for audit in subject.done)
    yearly = subject.certified and not audited
    pressing = _pressing(year, subject, rules, start)
    if not groups and (subject.clauses or subject.processes) and (due.core or due.clauses or yearly or pressing):
        groups.append(_Group(end))
        groups[0].open = True
    if groups:
        _fill_first(groups[0], due, subject, yearly)
        _hasten_first(groups[0], due, rules, start, pressing)
    order = {process.key: place for place, process in enumerate(subject.processes)}
    wishes = []
    for number, group in enumerate(groups, 1):
        last = max(group.last, start)
        first = start if group.open else max(start, add_days(last, 1 - rules.window_days))
        reasons = tuple(code for code in REASON_TEXTS if code in group.reasons)
        wishes.append(Wish(subject.key, number, group.clauses, tuple(sorted(group.points, key=order.__getitem__)), first, last, reasons))
    return tuple(wishes)


def _fill_first(group: _Group, due: YearDue, subject: Subject, yearly: bool) -> None:
    """The clauses, and something to look at where neither a clause nor a process is due."""
    both = {*due.core, *due.clauses}
    group.clauses = tuple(clause for clause in subject.clauses if clause in both)
    group.reasons |= {code for code, there in (("every_year", due.core), ("clauses", due.clauses), ("yearly", yearly)) if there}
    if group.clauses or group.points:
        return
    if subject.processes:
        days = {key: audit.day for audit in sorted(subject.done) for key in audit.processes}
        group.points[min(subject.processes, key=lambda process: (days.get(process.key, date.min), process.key)).key] = "yearly"
    else:
        latest = _latest_days(subject.done)
        group.clauses = (min(subject.clauses, key=lambda clause: latest.get(clause, date.min)),)


def _hasten_first(group: _Group, due: YearDue, rules: Rules, start: date, pressing: date | None) -> None:
    """The cycle's end and the surveillance audit, where they leave less time than the year."""
    if due.years_left == 1 and due.clauses and due.cycle.last < group.last:
        group.last = due.cycle.last
        group.reasons.add("cycle_end")
    if pressing is None:
        return
    if pressing < start:
        group.last, group.open = min(group.last, add_days(start, rules.window_days - 1)), False
        group.reasons.add("surveillance_near")
    elif pressing < group.last:
        group.last = pressing
        group.reasons.add("surveillance")


def _pressing(year: int, subject: Subject, rules: Rules, start: date) -> date | None:
    """The latest day of an audit in time for a surveillance of this year; None when there is none, or one was in time already.

    Early in a year the audit for the surveillance lies in the year before, so one within the twelve months before counts; later it
    is the audit of the same calendar year.
    """
    if subject.surveillance_due is None or subject.surveillance_due.year != year:
        return None
    by = add_days(subject.surveillance_due, -rules.surveillance_margin_days)
    since = date(year, 1, 1) if by.year == year else add_years(by, -1)
    return None if any(since <= audit.day <= by for audit in subject.done) else by
