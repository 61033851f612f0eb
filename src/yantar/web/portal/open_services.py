"""All services side by side: what was promised, delivered and thought of it in a quarter; the same as a file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yantar.core.tabular.tables import Column, TableSpec
from yantar.core.tabular.writing import Sheet, write_csv
from yantar.library.satisfaction import load_satisfaction
from yantar.qms.feedback.queries import complaints, ratings
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.services.models import ServicePassport
from yantar.qms.services.queries import delivery, public
from yantar.web.ui.charts.columns import Group, columns_svg
from yantar.web.ui.quarters import quarter_name

from .days import day_or_refuse
from .limits import page
from .limits import public as open_view
from .quarters import quarter_or_refuse, quarters_before
from .templatetags.services import days_said

PER_PAGE = 40
"""Services on one page of the table; the chart and the file have all of them."""
BANDS: Sequence[tuple[float, float]] = ((0, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1), (1, 2))
"""Shares on time, from (included) to (not included), that the chart counts services in."""


@dataclass(frozen=True, slots=True)
class Line:
    """One service in one quarter. `place`: by ratings, from 30 of them on; `complaints`: of a thousand requests."""

    passport: ServicePassport
    authority: AuthorityVersion | None
    kept: delivery.Delivered | None
    rated: ratings.Rated | None
    place: int | None
    complaints: Decimal | None

    @property
    def name(self) -> str:
        return self.passport.name

    @property
    def received(self) -> int | None:
        return self.kept.received if self.kept else None

    @property
    def share(self) -> float | None:
        return self.kept.share if self.kept else None

    @property
    def median(self) -> Decimal | None:
        return self.kept.median_days if self.kept else None

    @property
    def months_alone(self) -> bool:
        """Whether the median can't be told, because only whole months are known."""
        return self.kept is not None and self.kept.months_alone

    @property
    def satisfied(self) -> Any:
        """Share of 4 and 5; None where too few people rated."""
        return self.rated.overall.share if self.rated else None

    @property
    def ratings(self) -> int:
        return self.rated.n if self.rated else 0


SORTS: Mapping[str, tuple[Any, Any]] = {
    "name": (pgettext_lazy("services", "Service"), lambda line: line.name.casefold()),
    "limit": (gettext_lazy("Promise"), lambda line: (line.passport.limit_unit, line.passport.limit_days)),
    "received": (gettext_lazy("Received"), lambda line: line.received),
    "share": (gettext_lazy("On time"), lambda line: line.share),
    "median": (gettext_lazy("Median, days"), lambda line: line.median),
    "satisfied": (gettext_lazy("Satisfied"), lambda line: line.satisfied),
    "complaints": (gettext_lazy("Complaints per 1,000"), lambda line: line.complaints),
}
"""What the table is sorted by; a minus before it: the other way round. Services without the figure come last either way."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for."""

    on: date
    period: delivery.Period
    filters: public.ServiceFilters
    sort: str
    number: int


def _asked(request: HttpRequest) -> Asked:
    on = day_or_refuse(request)
    words = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "authority", "level")}
    sort = request.GET.get("sort", "name")
    number = request.GET.get("page", "1")
    return Asked(
        on,
        quarter_or_refuse(request.GET.get("quarter", ""), on),
        public.ServiceFilters(words["q"], authority=words["authority"], level=words["level"]),
        sort if sort.removeprefix("-") in SORTS else "name",
        max(1, int(number[:5])) if number.isascii() and number.isdigit() else 1,
    )


def _sorted(lines: list[Line], sort: str) -> list[Line]:
    value = SORTS[sort.removeprefix("-")][1]
    known = [line for line in lines if value(line) is not None]
    known.sort(key=lambda line: line.name.casefold())
    known.sort(key=value, reverse=sort.startswith("-"))
    return known + [line for line in lines if value(line) is None]


def _lines(asked: Asked) -> list[Line]:
    """A line for every service that fits, in the order that is asked for."""
    found = public.search_services(asked.filters, asked.on, limit=100_000)
    kept = delivery.delivered_by_service(asked.period, days=True)
    rated = ratings.by_service(first=asked.period.first, before=asked.period.end)
    places = {place.key: place.place for place in ratings.ranking(rated).places}
    complained = complaints.complaints_by_service(asked.period.first, asked.period.end)
    names = public.choices(asked.on).names
    lines = []
    for row in found.rows:
        mine = kept.get(row.service_id)
        received = mine.received if mine else 0
        per_thousand = (Decimal(1000 * complained.get(row.service_id, 0)) / received).quantize(Decimal("0.1")) if received else None
        lines.append(
            Line(row, names.get(row.authority_id), mine, rated.get(row.service_id), places.get(row.service_id), per_thousand),
        )
    return _sorted(lines, asked.sort)


def _bands(lines: Sequence[Line]) -> list[tuple[str, int, str]]:
    """How many services kept their promise how often: words, number, tone."""
    shares = [line.share for line in lines if line.share is not None]
    found = []
    for low, high in BANDS:
        words = "100 %" if low == 1 else f"{low:.0%}–{high:.0%}".replace("%–", "–").replace("%", " %")
        tone = "danger" if high <= 0.8 else "warning" if high <= 0.95 else "success"
        found.append((words, sum(low <= share < high for share in shares), tone))
    return found


@page
def table(request: HttpRequest) -> HttpResponse:
    """The open table with its chart."""
    asked = _asked(request)
    lines = _lines(asked)
    shown = Paginator(lines, PER_PAGE).get_page(asked.number)
    bands = _bands(lines)
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {
        "on": asked.on,
        "asked": asked,
        "filters": asked.filters,
        "quarter": quarter_name(asked.period.first),
        "quarters": quarters_before(asked.on),
        "page": shown,
        "count": len(lines),
        "choices": public.choices(asked.on),
        "heads": [(key, label, _next_sort(key, asked.sort), _aria(key, asked.sort)) for key, (label, _value) in SORTS.items()],
        "bands": bands,
        "chart": columns_svg(
            [Group(words, [(number, tone)]) for words, number, tone in bands],
            _("Services by the share of requests done on time"),
            _("The same figures stand in the table beneath."),
        ),
        "rules": load_satisfaction(),
        "csv_query": query.urlencode(),
    }
    return render(request, "portal/services_open.html", context)


def _next_sort(key: str, sort: str) -> str:
    return f"-{key}" if sort == key else key


def _aria(key: str, sort: str) -> str:
    return "ascending" if sort == key else "descending" if sort == f"-{key}" else ""


COLUMNS: Sequence[tuple[str, str, str, Any]] = (
    ("code", "Код", "Code", "code"),
    ("name", "Услуга", "Service", "text"),
    ("authority", "Орган власти", "Authority", "text"),
    ("level", "Уровень", "Level", "text"),
    ("limit", "Обещанный срок", "Promise", "text"),
    ("quarter", "Квартал", "Quarter", "code"),
    ("received", "Поступило", "Received", "int"),
    ("done", "Завершено", "Done", "int"),
    ("share", "В срок, %", "On time, %", "decimal"),
    ("median", "Медиана, дней", "Median, days", "decimal"),
    ("p90", "90-й процентиль, дней", "90th percentile, days", "decimal"),
    ("satisfied", "Довольны, %", "Satisfied, %", "decimal"),
    ("ratings", "Оценок", "Ratings", "int"),
    ("place", "Место по оценкам", "Place by ratings", "int"),
    ("complaints", "Жалоб на 1000", "Complaints per 1,000", "decimal"),
)
"""The columns of the file: those of the table."""


def table_spec() -> TableSpec:
    """The file as a table."""
    columns = tuple(Column(key=key, ru=ru, en=en, kind=kind) for key, ru, en, kind in COLUMNS)
    return TableSpec(key="services", ru="Услуги", en="Services", columns=columns)


def _percent(share: Any) -> Decimal | None:
    if share is None:
        return None
    exact = Decimal(share.numerator) / Decimal(share.denominator) if isinstance(share, Fraction) else Decimal(repr(share))
    return (exact * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def row_of(line: Line, period: delivery.Period) -> dict[str, Any]:
    """A line of the table as a row of the file."""
    passport = line.passport
    return {
        "code": passport.service.code,
        "name": line.name,
        "authority": line.authority.name if line.authority else "",
        "level": passport.service.get_level_display(),
        "limit": days_said(passport.limit_days, passport.limit_unit),
        "quarter": period.key,
        "received": line.received,
        "done": line.kept.n if line.kept else None,
        "share": _percent(line.share),
        "median": line.median,
        "p90": line.kept.p90_days if line.kept else None,
        "satisfied": _percent(line.satisfied),
        "ratings": line.ratings,
        "place": line.place,
        "complaints": line.complaints,
    }


@open_view
def as_csv(request: HttpRequest) -> HttpResponse:
    """The rows of all pages of the table for the same question, in the same order."""
    asked = _asked(request)
    target = io.BytesIO()
    write_csv(Sheet(table_spec(), [row_of(line, asked.period) for line in _lines(asked)]), target)
    response = HttpResponse(target.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="services-{asked.period.key}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
