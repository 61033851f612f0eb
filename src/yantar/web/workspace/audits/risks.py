"""Risks with their inputs, and how the cycle of each authority is covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.library.audit_facts import RiskTable
from yantar.qms.audits.models import RiskAssessment
from yantar.qms.audits.queries import programme as queries
from yantar.qms.audits.risk import risk_table
from yantar.qms.audits.wants import Covered, covered
from yantar.qms.organisation.queries import names_on
from yantar.qms.standards.models import Clause
from yantar.web.workspace.access import person, staff

from .programmes import whole

RISK_ROWS = 40
ACROSS = 10
"""Authorities beside each other in one table of coverage."""
BANDS = {"high": "danger", "medium": "warning", "low": "success"}


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a score in the reader's language."""

    title: str
    value: str
    known: bool
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An assessment as it is shown."""

    name: str
    row: RiskAssessment
    band: str
    tone: str
    percent: int
    factors: Sequence[Factor]


@dataclass(frozen=True, slots=True)
class Line:
    """An authority and its processes."""

    code: str
    whole: Shown
    processes: Sequence[Shown]


def _shown(name: str, row: RiskAssessment, table: RiskTable) -> Shown:
    english = get_language() == "en"
    bands = {one.key: one.title_en if english else one.title_ru for one in table.bands}
    rules = {one.key: one for one in table.factors}
    factors = []
    for one in row.factors:
        rule = rules.get(one["code"])
        if rule is None:
            continue
        value = "" if one["value"] is None else str(one["value"])
        option = next((each for each in rule.options if each.key == value), None)
        if option is not None:
            value = option.title_en if english else option.title_ru
        elif value:
            value = f"{value} {rule.unit_en if english else rule.unit_ru}".strip()
        factors.append(Factor(rule.title_en if english else rule.title_ru, value, one["known"], one["points"], one["weight"] * 3))
    return Shown(name, row, bands.get(row.band, row.band), BANDS.get(row.band, "secondary"), round(row.score * 100), factors)


@staff
@require_safe
def risks(request: HttpRequest, year: int) -> HttpResponse:
    """Every authority with its processes, the riskiest first, each score with what it was computed from."""
    one = whole(request, year)
    table = risk_table()
    band = request.GET.get("band", "")
    lines = queries.risks(person(request), clock.today())
    counts = {key: sum(line.whole.band == key for line in lines) for key in BANDS}
    chosen = [line for line in lines if band not in BANDS or line.whole.band == band]
    page = Paginator(chosen, RISK_ROWS).get_page(request.GET.get("page"))
    shown = [
        Line(
            line.authority.authority.code,
            _shown(line.authority.short, line.whole, table),
            [_shown(row.process.name if row.process is not None else "", row, table) for row in line.processes],
        )
        for line in page.object_list
    ]
    context: dict[str, Any] = {
        "programme": one,
        "year": year,
        "page": page,
        "lines": shown,
        "assessed_on": queries.assessed_on(),
        "counts": [(key, title, BANDS[key], counts[key]) for key, title in _bands(table).items()],
        "band": band,
        "total": len(lines),
        "table": table,
        "tab": "risks",
        "whole": True,
    }
    return render(request, "workspace/audits/programme_risks.html", context)


def _bands(table: RiskTable) -> Mapping[str, str]:
    english = get_language() == "en"
    return {one.key: one.title_en if english else one.title_ru for one in table.bands if one.key in BANDS}


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a clause is covered in the cycle of an authority: the year of its audit, or why there is none."""

    look: str
    day: date | None = None


def _cells(found: Sequence[Covered], year: int) -> list[tuple[str, str, list[Cell]]]:
    """Clause by clause; an authority of another edition, or that leaves a clause out, has none of it."""
    titles: dict[str, str] = {}
    order: dict[str, tuple[int, ...]] = {}
    by_authority = []
    for one in found:
        days = {clause.number: day for clause, day in one.clauses}
        by_authority.append(days)
        for clause, _day in one.clauses:
            titles.setdefault(clause.number, clause.title)
            order.setdefault(clause.number, tuple(int(part) for part in clause.number.split(".") if part.isdecimal()))
    rows = []
    for number in sorted(titles, key=lambda key: (order[key], key)):
        cells = []
        for days in by_authority:
            if number not in days:
                cells.append(Cell("out"))
            else:
                day = days[number]
                cells.append(Cell("open" if day is None else "this-year" if day.year >= year else "before", day))
        rows.append((number, titles[number], cells))
    return rows


@staff
@require_safe
def coverage(request: HttpRequest, year: int) -> HttpResponse:
    """Clauses and authorities over the three years of each cycle: what was audited, what is planned, what is open."""
    one = whole(request, year)
    everything = covered(one, clock.today())
    names = names_on([each.authority_id for each in everything], date(year, 1, 1))
    everything = [each for each in everything if each.clauses or each.processes]
    everything.sort(key=lambda each: (not each.certified, names[each.authority_id].short.casefold() if each.authority_id in names else ""))
    page = Paginator(everything, ACROSS).get_page(request.GET.get("page"))
    here = list(page.object_list)
    _titles(here)
    heads = [(names.get(each.authority_id), each) for each in here]
    open_processes = [(names.get(each.authority_id), [process for process, day in each.processes if day is None]) for each in here]
    context = {
        "programme": one,
        "year": year,
        "page": page,
        "heads": heads,
        "rows": _cells(here, year),
        "open_processes": [pair for pair in open_processes if pair[1]],
        "missing": sum(each.missing for each in everything),
        "tab": "coverage",
        "whole": True,
    }
    return render(request, "workspace/audits/programme_coverage.html", context)


def _titles(found: Sequence[Covered]) -> None:
    """Titles of the clauses on this page; the rows that cover a cycle carry only numbers. One query."""
    clauses = {clause.pk: clause for each in found for clause, _day in each.clauses}
    for pk, ru, en in Clause.objects.filter(pk__in=clauses).values_list("pk", "title_ru", "title_en"):
        clauses[pk].title_ru, clauses[pk].title_en = ru, en
    for each in found:
        for clause, _day in each.clauses:
            clause.title_ru, clause.title_en = clauses[clause.pk].title_ru, clauses[clause.pk].title_en
