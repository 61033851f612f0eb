"""A dataset at a glance, and how its discounts are spread."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _g
from django.views.decorators.http import require_safe

from yantar.qms.procurement import queries
from yantar.qms.procurement.models import DatasetState
from yantar.web.ui import savings_charts as charts
from yantar.web.ui.savings_answer import answer
from yantar.web.workspace.access import person, staff

from .opening import glanced, opened, tabs


@staff
@require_safe
def dataset(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of a dataset with what stands behind them; while it is being loaded, how far that is."""
    one = opened(request, pk, ready=False)
    if one.state != DatasetState.READY:
        return redirect("workspace:savings_loading", pk=pk)
    found = glanced(request, one)
    frame = tabs(one, "glance", found)
    context = {
        **frame,
        **answer(found.result),
        "glance": found,
        "charts": charts.all_dimensions(found.groups, found.currency, frame["drill"]),
        "claims": [claim for claim in queries.claims(person(request)) if claim.figure is not None and claim.figure.figure.dataset_id == one.pk],
        "figures": queries.figures(person(request), one.pk),
        "may_publish": person(request).has_perm("procurement.publish"),
    }
    return render(request, "workspace/procurement/dataset.html", context)


@staff
@require_safe
def spread(request: HttpRequest, pk: int) -> HttpResponse:
    """How many procedures saved how much; what another bidder is worth; authorities side by side, ranked only where there are enough."""
    one = opened(request, pk)
    found = glanced(request, one)
    compared = queries.comparison(person(request), one)
    rows: Sequence[queries.Compared] = compared.rows if compared is not None else ()
    ranked = sorted((row for row in rows if row.rank is not None), key=lambda row: (row.rank or 0, row.name))
    few = sorted((row for row in rows if row.rank is None), key=lambda row: (-row.n, row.name))
    bidders = [group for group in found.groups.get("bidders", ()) if group.e2.procedures]
    context = {
        **tabs(one, "spread", found),
        "currency": found.currency,
        "distribution": charts.distribution(found.distribution),
        "bidders": bidders,
        "bidders_picture": charts.worth_of_bidders(bidders),
        "compared": compared,
        "ranked": ranked,
        "few": few,
        "strips": charts.strips([*ranked, *few], _g("Spread of discounts by authority")),
    }
    return render(request, "workspace/procurement/spread.html", context)
