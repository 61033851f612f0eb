"""Published figures of savings for programs: what the public pages show, with everything that repeats it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema

from yantar.core.clients import absolute
from yantar.engine.savings.result import Measure, Result, measure
from yantar.qms.procurement import queries

from .schemas import LONGEST_PAGE, ProblemBody
from .surface import known_only

router = Router()
Number = Annotated[str, Path(max_length=20, pattern=r"^[A-Za-z0-9-]+$", description="Number of the figure, like S-2026-001.")]
REFUSED: dict[int, Any] = {422: ProblemBody, 429: ProblemBody}


class FigureFilters(Schema):
    """A page of the figures."""

    page: int = Field(1, ge=1, le=1_000_000, description="Number of the page, from 1; beyond the last one `items` is empty.")
    limit: int = Field(50, ge=1, le=LONGEST_PAGE, description="Items of a page.")


class Nothing(Schema):
    """No parameters."""


class FigureRow(Schema):
    """A published figure: what was saved where bidders competed (E1) and with one-bid procedures (E2), with the decisions counted."""

    number: str
    url: str = Field(description="Page of the figure.")
    state: Literal["published", "withdrawn"]
    title_ru: str
    title_en: str
    period_from: date | None
    period_to: date | None = Field(description="Last day of the period.")
    published_at: datetime
    withdrawn_at: datetime | None
    withdrawn_why: str
    currency: str
    method: str
    E1: Measure
    E2: Measure


class Figures(Schema):
    """Published figures, the latest first; withdrawn ones stay, marked. `count`: figures on all pages."""

    count: int
    page: int
    limit: int
    items: list[FigureRow]


class Decided(Schema):
    """A decision on a doubtful procedure that the defended figure counts."""

    procedure: str
    choice: Literal["include", "exclude"]
    reason: str


class Records(Schema):
    """The records that it was computed from."""

    title: str
    origin: str
    sha256: str = Field(description="Of the manifest.")
    data_on: date | None


class FigureFacts(FigureRow):
    """A figure with everything that repeats it: both answers of `yantar savings` (docs/savings/result.schema.json), raw and with the decisions."""

    population: int | None
    records: Records
    decisions: list[Decided]
    raw: Result
    defended: Result


def _measure(counted: queries.Sum) -> Measure:
    return measure(counted.procedures, counted.baseline, counted.awarded)


def _row(request: HttpRequest, view: queries.FigureView) -> dict[str, Any]:
    one = view.figure
    names = ("number", "state", "title_ru", "title_en", "period_from", "period_to", "published_at", "withdrawn_at", "withdrawn_why", "method")
    url = absolute(request, reverse("portal:savings_figure", args=[one.number]).removeprefix("/en"))
    facts = {name: getattr(one, name) for name in names}
    return {**facts, "url": url, "currency": view.currency, "E1": _measure(view.e1), "E2": _measure(view.e2)}


@router.get("", response={200: Figures, **REFUSED}, operation_id="savings", summary="Published figures of savings", url_name="savings")
def savings(request: HttpRequest, asked: Query[FigureFilters]) -> dict[str, Any]:
    """Published figures of savings, the latest first."""
    known_only(request, FigureFilters)
    found = queries.public_figures()
    shown = found[(asked.page - 1) * asked.limit : asked.page * asked.limit]
    return {"count": len(found), "page": asked.page, "limit": asked.limit, "items": [_row(request, one) for one in shown]}


@router.get(
    "/{number}",
    response={200: FigureFacts, 404: ProblemBody, **REFUSED},
    operation_id="savings_figure",
    summary="One figure of savings",
    url_name="savings_figure",
)
def savings_figure(request: HttpRequest, number: Number) -> dict[str, Any]:
    """A published figure by its number, with both answers of the engine."""
    known_only(request, Nothing)
    view = queries.public_figure(number)
    if view is None:
        raise Http404(_("There is no such figure."))
    one = view.figure
    records = {name: getattr(one.dataset, name) for name in ("title", "origin", "sha256", "data_on")}
    return {
        **_row(request, view),
        "population": one.population,
        "records": records,
        "decisions": one.settlements,
        "raw": one.raw,
        "defended": one.defended,
    }
