"""Remarks in public: those that staff published, in the staff's words, on a map where a map server is set."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yantar.core import clock
from yantar.qms.feedback.queries import remarks as queries
from yantar.qms.organisation.queries import names_on

from .limits import page
from .maps import with_tiles

PER_PAGE = 50


@with_tiles
@page
def remarks(request: HttpRequest) -> HttpResponse:
    """The list with its map, by subject and state, the newest first."""
    category = request.GET.get("category", "")[:40]
    state = request.GET.get("state", "")
    state = state if state in ("open", "closed") else ""
    shown = Paginator(queries.published(category, state), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(shown)
    names = names_on({one.authority_id for one in rows}, clock.today())
    context = {
        "page": shown,
        "rows": [(one, names.get(one.authority_id), queries.days_taken(one), one.state in queries.CLOSED) for one in rows],
        "categories": queries.categories(),
        "category": category,
        "state": state,
        "with_places": any(one.latitude is not None for one in rows),
    }
    return render(request, "portal/remarks.html", context)
