"""Published figures of savings and what others claim: read by anyone, repeated by anyone who has the same files."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yantar.core.files import place_of
from yantar.qms.procurement import queries
from yantar.qms.procurement.models import FigureState
from yantar.web.ui.savings_answer import answer
from yantar.web.ui.savings_files import KINDS, figure_file

from .limits import page, public


@page
def savings(request: HttpRequest) -> HttpResponse:
    """Every published figure, the latest first, and public claims beside the records."""
    figures = queries.public_figures()
    context = {
        "figures": [one for one in figures if one.figure.state == FigureState.PUBLISHED],
        "withdrawn": [one for one in figures if one.figure.state == FigureState.WITHDRAWN],
        "claims": queries.public_claims(),
    }
    return render(request, "portal/savings.html", context)


def _found(number: str) -> queries.FigureView:
    found = queries.public_figure(number)
    if found is None:
        raise Http404(_("There is no such figure."))
    return found


@page
def figure(request: HttpRequest, number: str) -> HttpResponse:
    """One figure: how much, by what method, how it adds up, how far doubts move it, how to repeat it."""
    found = _found(number)
    context = {
        "view": found,
        "figure": found.figure,
        **answer(found.figure.defended),
        "kinds": KINDS,
        "records": queries.public_records(number),
        "claims": [one for one in queries.public_claims() if one.figure is not None and one.figure.figure.pk == found.figure.pk],
    }
    return render(request, "portal/savings_figure.html", context)


@public
def download(request: HttpRequest, number: str, kind: str) -> Any:
    """The figure as a file."""
    return figure_file(_found(number).figure, kind)


@public
def records(request: HttpRequest, number: str, position: int) -> Any:
    """A file that the figure was computed from, as it was loaded; where the figure was published with its records."""
    files = queries.public_records(_found(number).figure.number)
    if position >= len(files):
        raise Http404(_("There is no such file."))
    stored = files[position]
    response = FileResponse(place_of(stored).open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response
