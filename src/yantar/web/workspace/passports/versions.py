"""One version of a passport: read, edited as a draft, compared with another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core import clock
from yantar.core.problems import Refused
from yantar.qms.services import actions, queries
from yantar.qms.services.actions.passports import steps_for
from yantar.qms.services.held import held_by_the_state
from yantar.qms.services.models import Channel, PassportState, Service, ServicePassport
from yantar.qms.services.passport_states import GONE, Step
from yantar.qms.services.promise import content_of, rows_of
from yantar.web.workspace.access import demand, person, staff

from .forms import Draft
from .lists import crumbs, opened
from .words import TONES, days_text, part_title, state_text, value_text


def opened_version(request: HttpRequest, code: str, version: int) -> tuple[Service, ServicePassport]:
    """A version of a service that the person sees from within. Raises Http404 otherwise."""
    service = opened(request, code)
    for one in queries.versions_for(request.user, service):
        if one.version == version:
            one.service = service
            return service, one
    raise Http404(_g("This service has no such version."))


def version_crumb(passport: ServicePassport) -> str:
    """What the way calls a version."""
    return _g("Version %(number)s") % {"number": passport.version}


@staff
@require_safe
def version(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Everything that a version promises."""
    service, one = opened_version(request, code, version)
    draft = one.state == PassportState.DRAFT
    context = {
        "service": service,
        "passport": one,
        "state": state_text(one, clock.today()),
        "tone": TONES[PassportState(one.state)],
        "limit": days_text(one.limit_days, one.limit_unit),
        "channels": [Channel(channel).label for channel in one.channels],
        "basis": one.legal_basis.splitlines(),
        "steps": [(row, days_text(row.limit_days, row.limit_unit)) for row in _rows(one, "steps")],
        "variants": [(row, days_text(row.limit_days, row.limit_unit)) for row in _rows(one, "variants")],
        "documents": _rows(one, "documents"),
        "grounds": _rows(one, "grounds"),
        "indicators": _rows(one, "indicators"),
        "held": held_by_the_state(one) if draft or one.state == PassportState.AGREED else [],
        "may": [step.value for step in steps_for(person(request), one)],
        "own_draft": draft and one.drawn_by_id == person(request).pk,
        "crumbs": crumbs(service, (version_crumb(one), "")),
    }
    return render(request, "workspace/passports/version.html", context)


def _rows(passport: ServicePassport, name: str) -> list[Any]:
    return rows_of(passport, name)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Change a draft: its texts, its figures, its lists. "Add rows" gives empty rows and keeps everything that was typed."""
    service, one = opened_version(request, code, version)
    demand(request, "services.draw_passport", one)
    if Step.CHANGE not in steps_for(person(request), one):
        messages.error(request, _g("Only a draft can be changed; draw a new version."))
        return redirect("workspace:passport", code=code, version=version)
    stored = {**content_of(one), "change_note": one.change_note, "authority": one.authority.code}
    offered = queries.authorities_offered(one, clock.today()) if person(request).has_perm("services.choose_authority") else []
    offered = offered if len(offered) > 1 else []
    if request.method != "POST":
        return _page(request, service, one, Draft(stored, offered=offered))
    adding = request.POST.get("add", "")
    draft = Draft(stored, request.POST, adding, offered)
    if adding:
        return _page(request, service, one, draft)
    content = draft.content()
    if content is not None:
        try:
            actions.change_draft(by=person(request), passport=one, content=content, authority=draft.authority)
        except Refused as refused:
            draft.refuse(refused.problems)
        else:
            messages.success(request, _g("The draft is saved."))
            return redirect("workspace:passport", code=code, version=version)
    return _page(request, service, one, draft, 422)


def _page(request: HttpRequest, service: Service, one: ServicePassport, draft: Draft, status: int = 200) -> HttpResponse:
    context = {
        "service": service,
        "passport": one,
        "draft": draft,
        "form": draft.form,
        "problems": draft.problems,
        "crumbs": crumbs(service, (version_crumb(one), reverse("workspace:passport", args=[service.code, one.version])), (_g("Change"), "")),
    }
    return render(request, "workspace/passports/edit.html", context, status=status)


@staff
@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """In what one version differs from another; without a choice the last one from the one before it."""
    service = opened(request, code)
    rows = [one for one in queries.versions_for(request.user, service) if one.state not in GONE]
    by_number = {str(one.version): one for one in rows}
    newer = by_number.get(request.GET.get("newer", ""), rows[0] if rows else None)
    older = by_number.get(request.GET.get("older", ""))
    if older is None and newer is not None:
        older = next((one for one in rows if one.version < newer.version), None)
    found = []
    if older is not None and newer is not None:
        for one in queries.compare(older, newer):
            title = part_title(one.part, one.column)
            found.append(
                {
                    "part": part_title(one.part) if one.row else "",
                    "row": one.row,
                    "title": title if not one.row or one.column else "",
                    "before": value_text(one.before, one.part, one.column),
                    "after": value_text(one.after, one.part, one.column),
                    "came": one.row and not one.column and one.before is None,
                    "went": one.row and not one.column and one.after is None,
                }
            )
    context = {"service": service, "rows": rows, "older": older, "newer": newer, "found": found, "crumbs": crumbs(service, (_g("Compare"), ""))}
    return render(request, "workspace/passports/compare.html", context)
