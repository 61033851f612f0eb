"""The government's calendar of obligations, and what is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yantar.qms.certification import queries
from yantar.qms.certification.messages import OBLIGATIONS, obligation_name
from yantar.qms.certification.queries import Duty, Holder
from yantar.qms.certification.telling import CLOSE, answerable
from yantar.qms.organisation.models import AuthorityKind
from yantar.web.ui.days import day_asked
from yantar.web.workspace.access import staff

FIRST_YEAR, LAST_YEAR = 1990, 2100
ROWS = 60
"""Certificates on one page of the year's grid."""

STATES: Mapping[str, tuple[str, str, Any]] = {
    "met": ("success", "check", _("done")),
    "late": ("danger", "late", _("late")),
    "missed": ("danger", "cross", _("missed")),
    "open": ("warning", "clock", _("to be done")),
    "ahead": ("secondary", "dot", _("ahead")),
    "cancelled": ("secondary", "cross", _("no longer demanded")),
}
"""State of an obligation → tone, icon and words."""

GROUPS: Mapping[str, tuple[str, ...]] = {"todo": ("late", "open", "ahead"), "done": ("met",), "wrong": ("late", "missed")}


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the year shown with what falls due in it."""

    number: int
    name: Any
    duties: list[Duty] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GridRow:
    """A certificate's year: its obligations month by month."""

    number: str
    holder: Holder | None
    months: list[list[Duty]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter."""

    value: str
    label: Any
    chosen: bool


def _year(request: HttpRequest, on: date) -> int:
    text = request.GET.get("year", "")
    return min(max(int(text), FIRST_YEAR), LAST_YEAR) if text.isdecimal() and len(text) == 4 else on.year


def _choices(pairs: Iterable[tuple[str, Any]], chosen: str, every: Any) -> list[Choice]:
    return [Choice("", every, not chosen), *(Choice(value, label, value == chosen) for value, label in pairs)]


def _grid(duties: Sequence[Duty]) -> list[GridRow]:
    rows: dict[str, GridRow] = {}
    for one in duties:
        row = rows.setdefault(one.number, GridRow(one.number, one.holder, [[] for _month in range(12)]))
        row.months[one.due_on.month - 1].append(one)
    return sorted(rows.values(), key=lambda row: (row.holder.name if row.holder else "", row.number))


@staff
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year, or a quarter of it: by months as a list, or every certificate's year in a line. `?on=` is the day it is seen from."""
    on = day_asked(request)
    year = _year(request, on)
    quarter = int(request.GET["quarter"]) if request.GET.get("quarter") in {"1", "2", "3", "4"} else 0
    kind, of, state = (request.GET.get(name, "") for name in ("kind", "of", "state"))
    first = date(year, quarter * 3 - 2 if quarter else 1, 1)
    end = (first + timedelta(days=93)).replace(day=1) if quarter else date(year + 1, 1, 1)
    everything = queries.obligations(request.user, first, end - timedelta(days=1), on=on)
    duties = [
        one
        for one in everything
        if (kind not in OBLIGATIONS or one.kind == kind)
        and (of not in AuthorityKind.values or (one.holder is not None and one.holder.kind == of))
        and (state not in GROUPS or one.state in GROUPS[state])
    ]
    months = [Month(number, MONTHS[number]) for number in range(first.month, first.month + (3 if quarter else 12))]
    for one in duties:
        months[one.due_on.month - first.month].duties.append(one)
    as_grid = request.GET.get("view") == "grid" and not quarter
    grid = Paginator(_grid(duties) if as_grid else [], ROWS).get_page(request.GET.get("page"))
    states = [("todo", _("to be done")), ("done", _("done")), ("wrong", _("late or missed"))]
    return render(
        request,
        "workspace/certification/calendar.html",
        {
            "on": on,
            "year": year,
            "quarter": quarter,
            "quarters": [0, 1, 2, 3, 4],
            "months": [month for month in months if month.duties] if not as_grid else months,
            "as_grid": as_grid,
            "grid": grid,
            "states": STATES,
            "duties": duties,
            "filtered": bool(kind or of or state),
            "any": bool(everything),
            "kinds": _choices(((key, obligation_name(key)) for key in OBLIGATIONS), kind, _("all")),
            "kinds_of_authority": _choices(AuthorityKind.choices, of, _("all")),
            "state_choices": _choices(states, state, _("all")),
            "this_month": on.month if on.year == year else 0,
        },
    )


@staff
@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """What is overdue as of a day, the longest ago first, with the people who answer for it."""
    on = day_asked(request)
    found = queries.late(request.user, on)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    people = answerable({one.authority_id for one in page.object_list}, CLOSE, on)
    rows = [(one, people.get(one.authority_id, ())) for one in page.object_list]
    return render(request, "workspace/certification/late.html", {"on": on, "rows": rows, "page": page, "total": len(found)})
