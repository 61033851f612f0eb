"""What time does to appeals: alarms and escalation, days due that move with the calendar, closing of what nobody disputed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.notifications import notify
from yantar.engine.working_days import WorkingCalendar
from yantar.qms.organisation.queries import working_calendar
from yantar.qms.services.calendars import APPEALS, calendar_change, remember_calendar

from ... import clocks, telling
from ...models import Appeal, AppealState, StepKind
from ...states import OPEN
from .recording import go, step

BATCH = 2_000


def _roles(alarm: int) -> tuple[str, ...]:
    """Who is told at an alarm beside the one who deals with it: at the limit the head of the authority, when late the head of quality too."""
    if alarm >= clocks.LATE:
        return (*telling.OFFICERS, *telling.HEADS, *telling.LEAD)
    return (*telling.OFFICERS, *telling.HEADS) if alarm >= 100 else telling.OFFICERS


def alarm_of(appeal: Appeal, on: date, calendar: WorkingCalendar, limits: clocks.Limits) -> int:
    """The highest alarm that an open appeal has reached on a day: 0, 50, 80, 100 (the last day), LATE."""
    if appeal.due_on is not None and on > appeal.due_on:
        return clocks.LATE
    return clocks.standing(appeal, on, calendar, limits).alarm


def _kind(alarm: int) -> str:
    return "feedback.late" if alarm >= clocks.LATE else "feedback.due_today" if alarm >= 100 else "feedback.alarm"


@action("feedback.raise_alarms", permission="feedback.import_appeals", summary=lambda _given, told: {"told": told})
def raise_alarms(*, by: Actor, on: date) -> dict[str, int]:
    """Warn of open appeals at 50, 80 and 100 % of their time, once each, and escalate what is late. Returns how many by alarm.

    A day that was skipped is caught up by the next: of several alarms passed at once the highest is told. Whom an appeal concerns is
    never told of it.
    """
    calendar, limits = working_calendar(), clocks.Limits()
    told: Counter[str] = Counter()
    people: dict[tuple[int, tuple[str, ...]], list[Any]] = {}
    changed: list[Appeal] = []
    waiting = Appeal.objects.filter(state__in=OPEN, alarmed__lt=clocks.LATE, due_on__isnull=False).select_related("assigned_to")
    # Locked row by row against an officer who answers at this moment; who is being dealt with is looked at tomorrow.
    rows = waiting.select_for_update(of=("self",), skip_locked=True, no_key=True).defer("lexemes", "attributes", "public_text").order_by("pk")
    for appeal in rows:
        alarm = alarm_of(appeal, on, calendar, limits)
        if alarm <= appeal.alarmed:
            continue
        appeal.alarmed = alarm
        changed.append(appeal)
        told[str(alarm)] += 1
        key = appeal.authority_id, _roles(alarm)
        if key not in people:
            people[key] = telling.holders(*key)
        some = {one.pk: one for one in people[key]}
        if appeal.assigned_to is not None and appeal.assigned_to.is_active:
            if alarm < 100:
                some = {}
            some[appeal.assigned_to.pk] = appeal.assigned_to
        some.pop(appeal.concerns_id or 0, None)
        notify(
            some.values(),
            _kind(alarm),
            url=telling.page_of(appeal),
            key=f"appeal {appeal.pk} {appeal.due_on} {alarm}",
            number=appeal.number,
            due_on=appeal.due_on,
            percent=alarm,
        )
    Appeal.objects.bulk_update(changed, ["alarmed"], batch_size=BATCH)
    return dict(told)


@action("feedback.apply_calendar", permission="organisation.change_calendar", summary=lambda _given, moved: {"moved": moved})
def apply_calendar(*, by: Actor) -> int:
    """Move the days due of open appeals to the present calendar, say so in each, and tell citizens who want it. Returns how many moved."""
    change = calendar_change(APPEALS)
    if change is None:
        return 0
    current().decided["days"] = [one.day for one in change.days][:100]
    moved = 0
    if change.old is not None:
        rows = Appeal.objects.select_for_update(of=("self",), no_key=True).select_related("authority")
        for appeal in rows.filter(Q(state__in=OPEN) | Q(measures_due_on__isnull=False, measures_done_on__isnull=True)).order_by("pk"):
            moved += _moved(appeal, by, change.new)
    remember_calendar(APPEALS, change.new)
    return moved


def _moved(appeal: Appeal, by: Actor, calendar: WorkingCalendar) -> bool:
    names = ("due_on", "forward_due_on", "measures_due_on")
    before = [getattr(appeal, name) for name in names]
    if appeal.state in (AppealState.RECEIVED, AppealState.REGISTERED):
        clocks.set_due(appeal, calendar)
    elif appeal.state == AppealState.DISPUTED:
        appeal.due_on = clocks.review_due(appeal, clock.day_of(appeal.state_since), calendar)
    if appeal.measures_due_on is not None and appeal.measures_done_on is None and appeal.answered_on is not None:
        appeal.measures_due_on = clocks.measures_due(appeal, appeal.answered_on, calendar)
    if before == [getattr(appeal, name) for name in names]:
        return False
    appeal.save(update_fields=[*names])
    if appeal.due_on != before[0]:
        step(appeal, StepKind.MOVED, by)
    return True


def quiet(on: date) -> Q:
    """Answered appeals that nobody can dispute any more and that wait for no measures."""
    done = Q(measures_due_on__isnull=True) | Q(measures_done_on__isnull=False)
    return Q(state=AppealState.ANSWERED, answered_on__lt=on - timedelta(days=clocks.DISPUTE_DAYS)) & done


@action("feedback.close_quiet", permission="feedback.import_appeals", summary=lambda _given, closed: {"closed": closed})
def close_quiet(*, by: Actor, on: date) -> int:
    """Close what was answered and not disputed in time. Returns how many."""
    rows = Appeal.objects.select_for_update(of=("self",), skip_locked=True, no_key=True).select_related("authority")
    closed = 0
    for appeal in rows.filter(quiet(on)).order_by("pk")[:BATCH]:
        go(appeal, "close")
        step(appeal, StepKind.CLOSED, by, tell=False)
        closed += 1
    return closed
