"""Appeals in figures: of a year, by authority. Aggregates of five or more."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.qms.feedback.queries.appeals import figures, figures_by_authority
from yantar.qms.organisation.queries import internal_authority_ids, names_on
from yantar.web.workspace.access import staff

from .opening import crumbs

FIRST_YEAR = 2000


@staff
@require_safe
def appeal_figures(request: HttpRequest) -> HttpResponse:
    """The figures of a year as far as the person sees the authorities."""
    today = clock.today()
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() and FIRST_YEAR <= int(given[:5]) <= today.year else today.year
    since, until = date(year, 1, 1), date(year + 1, 1, 1)
    own = internal_authority_ids(request.user)
    found = {pk: one for pk, one in figures_by_authority(since, until).items() if own is None or pk in own}
    names = names_on(found, today)
    rows = sorted(((names[pk].name if pk in names else str(pk), one) for pk, one in found.items()), key=lambda row: row[0])
    context = {
        "year": year,
        "before": year - 1,
        "after": year + 1 if year < today.year else None,
        "rows": rows,
        "all": figures(found, since, until) if found else None,
        "crumbs": crumbs(None, _("Figures")),
    }
    return render(request, "workspace/feedback/figures.html", context)
