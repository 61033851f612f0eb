"""The government at a glance."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from yantar.core.freshness import Fresh
from yantar.qms.certification import queries as certification
from yantar.qms.certification.queries.latest import latest_decisions
from yantar.qms.organisation import queries as organisation
from yantar.qms.procurement import queries as procurement
from yantar.qms.procurement.models import FigureState

from .days import day_or_refuse
from .delivered import of_government
from .limits import page

SHOWN = 25
"""Authorities on the first page; the others are one step away."""

_glances: Fresh[dict[str, Any]] = Fresh(64)


def _glance(on: date) -> dict[str, Any]:
    """Every authority weighed once: figures, and those shown first (without a certificate in force, then by the next deadline)."""
    rows = certification.authority_rows(organisation.authorities(None, on), on)
    urgent = sorted(rows, key=lambda row: (row.status == "active", row.next_due or date.max, row.version.name))
    # An overdue step is shown in its row; the nearest day that is still ahead is a next step or the end of validity.
    ahead = [(day, row) for row in rows if row.status == "active" for day in (row.next_due, row.expires_on) if day and day >= on]
    return {
        "authorities": len(rows),
        "rows": urgent[:SHOWN],
        "held": sum(1 for row in rows if row.status == "active"),
        "nearest": min(ahead, key=lambda pair: pair[0], default=None),
    }


@page
def overview(request: HttpRequest) -> HttpResponse:
    """Figures, every authority with what it holds, what changed lately."""
    on = day_or_refuse(request)
    counts = certification.public_counts(on)
    glance = _glances.get((on, get_language()), lambda: _glance(on))
    context: dict[str, Any] = {
        "on": on,
        "counts": counts,
        **glance,
        "changes": latest_decisions(on, 7),
        "services": of_government(on),
        "savings": next((one for one in procurement.public_figures() if one.figure.state == FigureState.PUBLISHED), None),
    }
    return render(request, "portal/home.html", context)
