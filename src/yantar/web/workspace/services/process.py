"""One process: what goes in and comes out, who answers for it, which clauses it answers, what its risk is computed from."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _g
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.qms.people.fields import field_title
from yantar.qms.services import queries
from yantar.qms.services.models import Process
from yantar.web.workspace.access import staff

from . import maps, risks


def opened(request: HttpRequest, pk: int) -> Process:
    """A process that the person may see. Raises Http404 otherwise."""
    found = queries.find_process(request.user, pk)
    if found is None:
        raise Http404(_g("There is no such process, or it belongs to an authority whose processes you do not see."))
    return found


def _by_edition(one: Process) -> list[tuple[Any, list[Any]]]:
    return [(edition, list(clauses)) for edition, clauses in groupby(one.clauses.all(), key=lambda clause: clause.edition)]


@staff
@require_safe
def process(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything known of one process today."""
    one, today = opened(request, pk), clock.today()
    facts = list(one.facts.all())
    risk = risks.of_authority(one.authority_id, today).get(one.pk) if one.authority_id else None
    context = {
        "process": one,
        "crumbs": maps.crumbs(request, one),
        "owner": queries.owner_on(one, today),
        "field": field_title(one.field) if one.field else "",
        "documents": [line for line in one.documents.splitlines() if line],
        "clauses": _by_edition(one),
        "in_force": queries.edition_in_force(today),
        "facts": facts[0] if facts else None,
        "older_facts": facts[1:],
        "parts": list(one.parts.all()),
        "risk": risk,
        "differs": bool(queries.differences(one)),
        "adopted": queries.adopters(request.user, [one], today).get(one.pk, []) if one.authority_id is None else [],
        "ended": one.valid_to is not None and one.valid_to <= today,
        "may_change": request.user.has_perm("services.change_process", one),
    }
    return render(request, "workspace/services/process.html", context)
