"""The government's calendar of working days: what differs from the official one."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem

from ..models import CalendarDay, DayChange
from ..queries.calendar import FIRST_YEAR, LAST_YEAR, official_calendar
from .checks import clean_text, day_text, field_problems, refuse_if
from .locks import one_at_a_time

OFFICIAL = ""
"""A day as in the official calendar again."""


@action("organisation.change_calendar", permission="organisation.change_calendar")
def change_calendar(*, by: Actor, day: date, kind: str, reason: str, source: str = "", note: str = "") -> CalendarDay | None:
    """Make a day a day off or a worked day, correct what is said about it, or (`kind` OFFICIAL) take the change back.

    `source`: the act or order that says so, needed unless the change is taken back; `reason`: why the calendar is changed, for the
    journal. Clocks that run are counted by the calendar as it is when they are counted; dates that were fixed stay. Returns the
    changed day, None when it was taken back. Raises Refused when nothing would change or something is missing.
    """
    one_at_a_time("calendar")
    row = CalendarDay.objects.filter(day=day).first()
    reason, source, note = clean_text(reason), clean_text(source), clean_text(note)
    problems = []
    if not reason:
        problems.append(Problem(_("Say why the calendar is changed."), code="reason_missing", field="reason"))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = _("The calendar reaches from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        refuse_if([*problems, Problem(message, code="out_of_range", field="day")])
    if kind == OFFICIAL:
        if row is None:
            problems.append(
                Problem(_("%(day)s is as in the official calendar already.") % {"day": day_text(day)}, code="nothing_changed", field="day")
            )
        refuse_if(problems)
        assert row is not None
        current().decided["was"] = {"kind": row.kind, "source": row.source, "note": row.note}
        row.delete()
        return None
    works = official_calendar().is_working(day)
    if kind in DayChange.values and works == (kind == DayChange.WORKED):
        what = (
            _("%(day)s is a working day in the official calendar already.") if works else _("%(day)s is a day off in the official calendar already.")
        )
        problems.append(Problem(what % {"day": day_text(day)}, code="nothing_changed", field="kind"))
    made = row or CalendarDay(day=day)
    if row is not None:
        current().decided["was"] = {"kind": row.kind, "source": row.source, "note": row.note}
    made.kind, made.source, made.note, made.checked_on = kind, source, note, clock.today()
    refuse_if([*problems, *field_problems(made)])
    made.save()
    return made
