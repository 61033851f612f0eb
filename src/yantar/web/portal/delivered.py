"""What the government and each authority delivered, for the pages that show it among other things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from yantar.qms.feedback.queries import ratings
from yantar.qms.feedback.queries.appeals.figures import AppealFigures, figures
from yantar.qms.organisation.lines import line_of
from yantar.qms.organisation.models import Authority
from yantar.qms.services.queries import delivery, public
from yantar.web.ui.quarters import quarter_name

SHOWN = 10
"""Services of an authority on its page; the others are one step away."""


@dataclass(frozen=True, slots=True)
class AtAGlance:
    """The last quarter that had ended: in words, what was delivered in it; ratings of twelve months; appeals of the quarter (None: not asked)."""

    quarter: str
    kept: delivery.Delivered | None
    rated: ratings.Rated
    services: int
    appeals: AppealFigures | None = None
    rows: tuple[Any, ...] = ()


def of_government(on: date) -> AtAGlance:
    """All services together. Three queries."""
    quarter, months = delivery.quarter_before(on), delivery.last_months(on, 12)
    rated = ratings.together(first=months.first, before=months.end)
    return AtAGlance(quarter_name(quarter.first), delivery.delivered(quarter), rated, public.passports_on(on).count())


def of_authority(authority: Authority, on: date) -> AtAGlance:
    """The services of an authority, with what its predecessors delivered and how it answered appeals."""
    quarter, months = delivery.quarter_before(on), delivery.last_months(on, 12)
    found = public.search_services(public.ServiceFilters(authority=authority.code), on, limit=SHOWN)
    line = line_of([authority.pk])
    return AtAGlance(
        quarter_name(quarter.first),
        delivery.delivered(quarter, authority=authority),
        ratings.together(authorities=line, first=months.first, before=months.end),
        found.count,
        figures(line, quarter.first, quarter.end),
        tuple(found.rows),
    )
