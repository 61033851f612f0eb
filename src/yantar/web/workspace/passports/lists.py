"""The list of services, and one service with its promise, its versions and its places."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.qms.organisation.queries import authorities, internal_authority_ids, names_on
from yantar.qms.services import queries
from yantar.qms.services.actions.passports import steps_for
from yantar.qms.services.models import Level, PassportState, Service, ServicePassport
from yantar.qms.services.passport_states import GONE
from yantar.web.workspace.access import person, staff

from .words import TONES, days_text, state_text

STATES = (PassportState.IN_FORCE, PassportState.DRAFT, PassportState.AGREED)


def opened(request: HttpRequest, code: str) -> Service:
    """A service that the person sees from within. Raises Http404 otherwise."""
    found = queries.seen_service(request.user, code)
    if found is None:
        raise Http404(_g("There is no such service, or it belongs to an authority that you do not see from within."))
    return found


def _to_come(passport: ServicePassport, on: date) -> bool:
    return passport.state == PassportState.IN_FORCE and passport.valid_from is not None and passport.valid_from > on


def _shown(passport: ServicePassport, on: date) -> tuple[ServicePassport, str, str]:
    return passport, TONES[PassportState(passport.state)], state_text(passport, on)


def crumbs(service: Service | None = None, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of services."""
    way: list[tuple[Any, str]] = [(_g("Services"), reverse("workspace:services"))]
    if service is not None:
        way.append((service.code, reverse("workspace:service", args=[service.code])))
    way += more
    way[-1] = (way[-1][0], "")
    return way


@staff
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Services by authority, level, state and words."""
    today = clock.today()
    asked = {name: request.GET.get(name, "")[:200] for name in ("q", "authority", "level", "state")}
    number = request.GET.get("page", "1")
    wanted = queries.Wanted(asked["q"], asked["authority"], asked["level"], asked["state"])
    found = queries.services(request.user, today, wanted, int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1)
    allowed = internal_authority_ids(request.user)
    offered = [one for one in authorities(request.user, today) if allowed is None or one.authority_id in allowed]
    context = {
        "found": found,
        "rows": [
            (row, TONES[PassportState(row.passport.state)] if row.passport else "", state_text(row.waiting, today) if row.waiting else "")
            for row in found.rows
        ],
        "asked": asked,
        "authorities": [(one.authority.code, one.name) for one in offered],
        "levels": Level.choices,
        "states": [*((state.value, state.label) for state in STATES), (queries.NONE, _g("Nothing in force"))],
        "may_import": request.user.has_perm("services.import_services"),
        "may_add": any(request.user.has_perm("services.change_service", one.authority) for one in offered),
        "may_limits": request.user.has_perm("services.change_limits"),
    }
    return render(request, "workspace/passports/services.html", context)


@staff
@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One service."""
    one, today = opened(request, code), clock.today()
    versions = queries.versions_for(request.user, one)
    present = next((row for row in versions if queries.holds_on(row, today)), None)
    waiting = [row for row in versions if row.state in (PassportState.DRAFT, PassportState.AGREED) or _to_come(row, today)]
    alive = one.valid_to is None or one.valid_to > today
    context = {
        "service": one,
        "title": (present or versions[0]).name if versions else one.code,
        "authority": names_on([one.authority_id], today).get(one.authority_id),
        "present": present,
        "limit": days_text(present.limit_days, present.limit_unit) if present else "",
        "waiting": [(*_shown(row, today), [step.value for step in steps_for(person(request), row)]) for row in waiting],
        "drawing": any(row.state in (PassportState.DRAFT, PassportState.AGREED) for row in waiting),
        "versions": [_shown(row, today) for row in versions],
        "compared": [row for row in versions if row.state not in GONE],
        "places": [(place, place.holds_on(today)) for place in queries.places_of(one)],
        "alive": alive,
        "may_change": alive and request.user.has_perm("services.change_service", one),
        "may_draw": alive and request.user.has_perm("services.draw_passport", one),
        "crumbs": crumbs(one),
    }
    return render(request, "workspace/passports/service.html", context)
