"""The calendar of working days of a year, and a form that changes single days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yantar.core import clock
from yantar.engine.working_days import DayKind
from yantar.qms.organisation import queries
from yantar.qms.organisation.actions import OFFICIAL, change_calendar
from yantar.qms.organisation.models import DayChange
from yantar.qms.organisation.queries import ShownDay
from yantar.qms.organisation.queries.calendar import FIRST_YEAR, LAST_YEAR
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import ActionForm, DayField, form_page, posted

KINDS: dict[DayKind, Any] = {
    DayKind.WORKDAY: _("working day"),
    DayKind.WEEKEND: _("weekend"),
    DayKind.HOLIDAY: _("official day off"),
    DayKind.TRANSFERRED_WORKED: _("worked by an official transfer"),
    DayKind.OWN_OFF: _("day off by a decision of the government"),
    DayKind.OWN_WORKED: _("worked by a decision of the government"),
}
PERMISSION = "organisation.change_calendar"


class CalendarDayForm(ActionForm):
    """A day and what it is to be."""

    day = DayField(label=_("Day"))
    kind = forms.ChoiceField(
        label=_("What it is"), choices=[("", "—"), *DayChange.choices, ("official", _("as in the official calendar"))], initial=DayChange.OFF
    )
    source = forms.CharField(label=_("Act or order that says so"), max_length=500, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    reason = forms.CharField(label=_("Why the calendar is changed"), max_length=500)

    layout = (("day", "kind"), "source", "note", "reason")

    def parameters(self) -> dict[str, Any]:
        """`official` takes a change back."""
        given = super().parameters()
        return given | {"kind": OFFICIAL if given["kind"] == "official" else given["kind"]}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in a month's grid: its number, what it is in words, and its look."""

    day: date
    words: str
    look: str
    today: bool


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """A month: weeks from Monday, None where the week reaches beyond the month."""

    number: int
    name: Any
    working: int
    weeks: Sequence[Sequence[Cell | None]]


def _name(shown: ShownDay) -> str:
    names = shown.counted.names
    return shown.change.note if shown.change else names.get(get_language() or "ru", "") or next(iter(names.values()), "")


def _words(shown: ShownDay) -> str:
    words, name = str(KINDS[shown.counted.kind]), _name(shown)
    return f"{words}: {name}" if name else words


LOOKS = {
    DayKind.WORKDAY: "",
    DayKind.WEEKEND: "rest",
    DayKind.HOLIDAY: "off",
    DayKind.TRANSFERRED_WORKED: "worked",
    DayKind.OWN_OFF: "off own",
    DayKind.OWN_WORKED: "worked own",
}


def _months(days: Sequence[ShownDay], today: date) -> list[MonthGrid]:
    months = []
    for number in range(1, 13):
        mine = [shown for shown in days if shown.counted.day.month == number]
        cells: list[Cell | None] = [None] * mine[0].counted.day.weekday()
        cells += [Cell(s.counted.day, _words(s), LOOKS[s.counted.kind], s.counted.day == today) for s in mine]
        cells += [None] * (-len(cells) % 7)
        weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
        months.append(MonthGrid(number, MONTHS[number], sum(s.counted.working for s in mine), weeks))
    return months


def _year(request: HttpRequest, day: date) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else day.year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _initial(request: HttpRequest, year: queries.CalendarYear) -> dict[str, Any]:
    """The day that a link asks for, with what is known of it."""
    text = request.GET.get("day", "")
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    known = next((row for row in year.changes if row.day == day), None)
    if known is not None:
        return {"day": day, "kind": known.kind, "source": known.source, "note": known.note}
    return {"day": day} if day else {}


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def working_days(request: HttpRequest) -> HttpResponse:
    """Everybody of the workspace reads it; who may change it does so in the form beneath."""
    may_change = request.user.has_perm(PERMISSION)
    if request.method == "POST":
        demand(request, PERMISSION)
    today = clock.today()
    year = queries.calendar_year(_year(request, today))
    form = CalendarDayForm(**posted(request), initial=_initial(request, year))
    if request.method == "POST":
        # None is an answer too: the change was taken back.
        form.attempt(change_calendar, by=request.user)
        if form.is_valid() and not form.problems:
            messages.success(request, _g("The calendar is changed."))
            return redirect(f"{reverse('workspace:working_days')}?year={form.cleaned_data['day'].year}")
    changes = [shown for shown in year.days if shown.change]
    return form_page(
        request,
        "workspace/organisation/working_days.html",
        form,
        year=year,
        months=_months(year.days, today),
        weekdays=[(WEEKDAYS_ABBR[number], WEEKDAYS[number]) for number in range(7)],
        changes=[(shown.change, KINDS[shown.counted.kind]) for shown in changes],
        official=[
            (shown.counted.day, _name(shown) or KINDS[shown.counted.kind])
            for shown in year.days
            if shown.counted.kind in (DayKind.HOLIDAY, DayKind.TRANSFERRED_WORKED)
        ],
        in_words=ngettext("%(count)s working day", "%(count)s working days", year.working) % {"count": year.working},
        may_change=may_change,
        earlier=year.year - 1 if year.year > FIRST_YEAR else None,
        later=year.year + 1 if year.year < LAST_YEAR else None,
    )
