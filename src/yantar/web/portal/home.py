"""The government at a glance."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yantar.qms.certification import queries as certification
from yantar.qms.certification.queries.latest import latest_decisions
from yantar.qms.organisation import queries as organisation

from .days import day_or_refuse
from .limits import public
from .shown import authority_rows


@public
def overview(request: HttpRequest) -> HttpResponse:
    """Figures, every authority with what it holds, what changed lately."""
    on = day_or_refuse(request)
    counts = certification.public_counts(on)
    rows = authority_rows(organisation.authorities(None, on), on)
    nearest = min((row for row in rows if row.next_due), key=lambda row: row.next_due, default=None)
    context: dict[str, Any] = {
        "on": on,
        "counts": counts,
        "rows": rows,
        "held": sum(1 for row in rows if row.status == "active"),
        "nearest": nearest,
        "changes": latest_decisions(on, 7),
    }
    return render(request, "portal/home.html", context)
