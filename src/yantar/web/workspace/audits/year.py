"""A programme as a calendar and as bars over the year, by auditor and by authority."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _g
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.engine.working_days import WorkingCalendar
from yantar.qms.audits.calendar import working_calendar
from yantar.qms.audits.models import MemberRole, Programme
from yantar.qms.audits.planning import shown_day
from yantar.qms.audits.queries import programme as queries
from yantar.qms.audits.queries.programme import Row
from yantar.qms.people.models import Absence
from yantar.web.ui.charts.timeline import Bar, Line, timeline_svg
from yantar.web.workspace.access import person, staff

from .programmes import STATES, choices_of, filters_of, find

LINES = 40
"""Rows of one page of the chart."""
MANY = 3
"""Audits on one day from which it is drawn full."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the year's grid; None as its date: the month has no such day."""

    on: date | None
    count: int = 0
    working: bool = True

    @property
    def look(self) -> str:
        if self.on is None:
            return "none"
        if self.count:
            return "many" if self.count >= MANY else "some"
        return "" if self.working else "off"

    @property
    def words(self) -> str:
        """What the day holds, for those who don't see colours."""
        if self.on is None:
            return ""
        count = ngettext("%(count)s audit", "%(count)s audits", self.count) % {"count": self.count} if self.count else ""
        rest = "" if self.working else _g("day off")
        return ", ".join(part for part in (shown_day(self.on), count, rest) if part)


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    name: Any
    days: list[Day]
    audits: int


def days_of(row: Row, works: WorkingCalendar) -> tuple[date, ...]:
    """Every working day of an audit."""
    if row.audit.first_day is None or row.audit.last_day is None:
        return ()
    return works.working_days(row.audit.first_day, row.audit.last_day)


@staff
@require_safe
def calendar(request: HttpRequest, year: int) -> HttpResponse:
    """Months and days with how many audits there are; a month chosen: its audits day by day."""
    one = find(request, year)
    filters = filters_of(request)
    everything = [row for row in queries.rows(person(request), one) if row.audit.first_day is not None and not row.put_off]
    rows = [
        row
        for row in everything
        if (not filters.authority or row.audit.authority.code == filters.authority)
        and (not filters.auditor or any(member.auditor.code == filters.auditor for member in row.team))
    ]
    works = working_calendar()
    counts: dict[date, int] = defaultdict(int)
    for row in rows:
        for day in days_of(row, works):
            counts[day] += 1
    months = [_month(year, number, counts, rows, works) for number in range(1, 13)]
    chosen = filters.month
    listed = [row for row in rows if chosen and _touches(row, year, chosen)]
    context = {
        "programme": one,
        "year": year,
        "months": months,
        "numbers": range(1, 32),
        "today": clock.today(),
        "filters": filters,
        "month_name": MONTHS[chosen] if chosen else "",
        "rows": listed,
        "states": STATES,
        "total": len(rows),
        "whole": queries.sees_whole(person(request)),
        "tab": "calendar",
        **choices_of(everything),
    }
    return render(request, "workspace/audits/programme_calendar.html", context)


def _touches(row: Row, year: int, month: int) -> bool:
    first, last = row.audit.first_day, row.audit.last_day
    assert first is not None
    assert last is not None
    begins = date(year, month, 1)
    return first < (begins + timedelta(days=32)).replace(day=1) and last >= begins


def _month(year: int, number: int, counts: dict[date, int], rows: Sequence[Row], works: WorkingCalendar) -> Month:
    days = []
    for place in range(1, 32):
        try:
            day = date(year, number, place)
        except ValueError:
            days.append(Day(None))
        else:
            days.append(Day(day, counts.get(day, 0), works.is_working(day)))
    return Month(number, MONTHS[number], days, sum(_touches(row, year, number) for row in rows))


@dataclass
class Load:
    """One line of the chart as a row of the table beneath: an auditor or an authority."""

    key: str
    label: str
    second: str = ""
    rows: list[Row] = field(default_factory=list)
    days: int = 0

    def line(self, programme: Programme, shades: Sequence[Bar], by: str) -> Line:
        """As it is drawn."""
        return Line(self.label, [_bar(row, programme, by) for row in self.rows], shades)


def _bar(row: Row, programme: Programme, by: str) -> Bar:
    audit = row.audit
    assert audit.first_day is not None
    assert audit.last_day is not None
    who = row.name if by == "auditor" else (row.lead.auditor.name if row.lead is not None else "")
    words = f"{audit.number}, {shown_day(audit.first_day)} – {shown_day(audit.last_day)}, {who}"
    tone = "success" if audit.state in queries.DONE else "secondary" if audit.fixed else "primary"
    return Bar(audit.first_day, audit.last_day, words, tone, reverse("workspace:programme_audit", args=[programme.year, audit.number]))


@staff
@require_safe
def chart(request: HttpRequest, year: int) -> HttpResponse:
    """Who is where when: a line for each auditor or each authority, the same as a table beneath."""
    one = find(request, year)
    filters = filters_of(request)
    by = "authority" if request.GET.get("by") == "authority" else "auditor"
    everything = [row for row in queries.rows(person(request), one) if row.audit.first_day is not None and not row.put_off]
    rows = [row for row in everything if not filters.month or _touches(row, year, filters.month)]
    loads = (_by_auditor if by == "auditor" else _by_authority)(rows, working_calendar())
    chosen = filters.auditor if by == "auditor" else filters.authority
    shown = [load for load in loads if not chosen or load.key == chosen]
    page = Paginator(shown, LINES).get_page(request.GET.get("page"))
    first, last = date(year, 1, 1), date(year, 12, 31)
    if filters.month:
        first = date(year, filters.month, 1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    shades = _absences([load.key for load in page.object_list], first, last) if by == "auditor" and queries.sees_whole(person(request)) else {}
    title = _g("Auditors over the year %(year)s") if by == "auditor" else _g("Authorities over the year %(year)s")
    svg = timeline_svg(
        [load.line(one, shades.get(load.key, ()), by) for load in page.object_list], first, last, title % {"year": year}, today=clock.today()
    )
    context = {
        "programme": one,
        "year": year,
        "by": by,
        "page": page,
        "chart": svg if page.object_list else "",
        "filters": filters,
        "month_choices": [(number, MONTHS[number]) for number in range(1, 13)],
        "even": round(sum(load.days for load in loads) / len(loads), 1) if by == "auditor" and loads else None,
        "whole": queries.sees_whole(person(request)),
        "tab": "chart",
        **choices_of(everything),
    }
    return render(request, "workspace/audits/programme_chart.html", context)


def _by_auditor(rows: Sequence[Row], works: WorkingCalendar) -> list[Load]:
    found: dict[str, Load] = {}
    for row in rows:
        count = len(days_of(row, works))
        for member in row.team:
            load = found.setdefault(member.auditor.code, Load(member.auditor.code, member.auditor.name))
            load.rows.append(row)
            load.days += count if member.role in (MemberRole.LEAD, MemberRole.AUDITOR) else 0
    return sorted(found.values(), key=lambda load: load.label.casefold())


def _by_authority(rows: Sequence[Row], works: WorkingCalendar) -> list[Load]:
    found: dict[str, Load] = {}
    for row in rows:
        load = found.setdefault(row.audit.authority.code, Load(row.audit.authority.code, row.name))
        load.rows.append(row)
        load.days += len(days_of(row, works))
    return sorted(found.values(), key=lambda load: load.label.casefold())


def _absences(codes: Sequence[str], first: date, last: date) -> dict[str, list[Bar]]:
    """Days on which auditors are away, without the reason. One query."""
    found: dict[str, list[Bar]] = defaultdict(list)
    rows = Absence.objects.filter(auditor__code__in=codes, cancelled_at=None, first_day__lte=last, last_day__gte=first)
    for code, begins, ends in rows.values_list("auditor__code", "first_day", "last_day"):
        words = _g("away %(first)s – %(last)s") % {"first": shown_day(begins), "last": shown_day(ends)}
        found[code].append(Bar(max(begins, first), min(ends, last), words))
    return found
