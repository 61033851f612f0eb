"""The clock of appeals: which day binds and why, by the limits of the law and the working days of the region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from yantar.engine import deadlines as engine
from yantar.engine.working_days import WorkingCalendar
from yantar.library.deadlines import PaperKind, load_deadlines
from yantar.qms.organisation.queries import working_calendar
from yantar.qms.services.limits import ruled, rules_on
from yantar.qms.services.models import LegalLimit

from .models import Appeal, AppealState

DISPUTE_DAYS = 30
"""Calendar days after an answer within which the citizen may say that it is not solved (own design: as long as an answer takes)."""
LATE = 101
"""Stands for "late, escalated" where the percentage of the last alarm is kept."""


def rules_of(appeal: Appeal) -> PaperKind:
    """The limits that bind an appeal: those in force on the day of its registration, before it on the day of its receipt."""
    return rules_on(appeal.kind, appeal.registered_on or appeal.received_on)


class Limits:
    """The limits of every kind, read once for many appeals: one query."""

    def __init__(self) -> None:
        self._rows = tuple(LegalLimit.objects.order_by("valid_from"))
        self._known: dict[tuple[str, date], PaperKind] = {}

    def of(self, appeal: Appeal) -> PaperKind:
        """As `rules_of`."""
        key = appeal.kind, appeal.registered_on or appeal.received_on
        if key not in self._known:
            self._known[key] = ruled(load_deadlines().kind(key[0]), self._rows, key[1])
        return self._known[key]


def case_of(appeal: Appeal) -> engine.Case:
    """What happened to an appeal, as the clock counts it; received is the day of receipt by the authority that has it now."""
    extended = (engine.Extension(appeal.extended_on, appeal.extension_days),) if appeal.extended_on else ()
    done = appeal.answered_on if appeal.state in (AppealState.ANSWERED, AppealState.DISPUTED, AppealState.CLOSED) else None
    return engine.Case(appeal.received_on, appeal.registered_on, variant=appeal.variant, extensions=extended, done=done)


def set_received(appeal: Appeal, on: date, calendar: WorkingCalendar, limits: Limits | None = None) -> None:
    """Begin the clock of an appeal that an authority received on a day: the registration binds first."""
    appeal.received_on, appeal.registered_on, appeal.forward_due_on = on, None, None
    appeal.extended_on, appeal.extension_days, appeal.extension_reason = None, 0, ""
    appeal.alarmed = 0
    rules = limits.of(appeal) if limits is not None else rules_of(appeal)
    appeal.due_on = engine.clock(case_of(appeal), rules, calendar).registration_due


def set_registered(appeal: Appeal, on: date, calendar: WorkingCalendar, limits: Limits | None = None) -> None:
    """Begin the clock of the answer on the day of registration."""
    appeal.registered_on, appeal.alarmed = on, 0
    set_due(appeal, calendar, limits)


def set_due(appeal: Appeal, calendar: WorkingCalendar, limits: Limits | None = None) -> None:
    """Set the days that bind by what happened so far. No query with `limits`."""
    rules = limits.of(appeal) if limits is not None else rules_of(appeal)
    now = engine.clock(case_of(appeal), rules, calendar)
    appeal.due_on = now.due if appeal.registered_on else now.registration_due
    appeal.forward_due_on = now.forward_due


def review_due(appeal: Appeal, on: date, calendar: WorkingCalendar) -> date | None:
    """By when the authority decides on "not solved": as soon as a new paper would be registered (own design)."""
    term = rules_on(appeal.kind, on).term("registration")
    return engine.due_after(on, term, calendar) if term else None


def measures_due(appeal: Appeal, on: date, calendar: WorkingCalendar) -> date | None:
    """By when measures follow an upheld complaint of that day (210-FZ art. 11.2); None where the kind sets no limit."""
    term = rules_on(appeal.kind, on).term("measures")
    return engine.due_after(on, term, calendar) if term else None


def dispute_until(appeal: Appeal) -> date | None:
    """The last day on which the citizen may say that an answer solved nothing; None where nothing is answered."""
    return appeal.answered_on + timedelta(days=DISPUTE_DAYS) if appeal.answered_on else None


def explain(appeal: Appeal, calendar: WorkingCalendar | None = None, rules: PaperKind | None = None) -> engine.Explanation:
    """Which days counted towards the day due of an appeal, and why; nothing before its registration. No query with `calendar` and `rules`."""
    return engine.explain(case_of(appeal), rules or rules_of(appeal), calendar or working_calendar())


@dataclass(frozen=True, slots=True)
class Standing:
    """How an appeal stands on a day: the day that binds, what part of the time has run (percent, 0 to 100), days left and days late.

    `unit` is "working" or "calendar": what `left` counts. `alarm`: the highest alarm reached, 0 for none.
    """

    due_on: date | None
    percent: int
    left: int | None
    unit: str
    late: int
    alarm: int

    @property
    def is_late(self) -> bool:
        return self.late > 0


def standing(appeal: Appeal, on: date, calendar: WorkingCalendar, limits: Limits | None = None) -> Standing:
    """How an open appeal stands on a day; of one that was answered, how it stood then. No query with `limits`."""
    if appeal.state == AppealState.DISPUTED:
        late = max(0, (on - appeal.due_on).days) if appeal.due_on else 0
        left = max(0, (appeal.due_on - on).days) if appeal.due_on else None
        return Standing(appeal.due_on, 100 if not left else 0, left, "calendar", late, 100 if appeal.due_on and on >= appeal.due_on else 0)
    rules = limits.of(appeal) if limits is not None else rules_of(appeal)
    now = engine.state(case_of(appeal), rules, calendar, max(on, appeal.received_on))
    term = rules.term("registration" if appeal.registered_on is None else "answer", appeal.variant)
    unit = str(term.unit) if term else "calendar"
    if appeal.registered_on is None:
        due = now.due
        alarm = 100 if due is not None and on >= due else 0
        length = (due - appeal.received_on).days if due else 0
        percent = min(100, 100 * (on - appeal.received_on).days // length) if length > 0 else 100
        return Standing(due, max(0, percent), now.left, unit, now.overdue, alarm)
    percent = min(100, 100 * now.used // now.days) if now.days else 100
    return Standing(now.due, percent, now.left, unit, now.overdue, now.alarm)
