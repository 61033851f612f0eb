"""What is done with services and passports, one form and one action each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from yantar.core import clock
from yantar.core.problems import Refused
from yantar.qms.organisation.queries import authorities
from yantar.qms.services import actions, queries
from yantar.qms.services.held import held_by_the_state
from yantar.qms.services.models import Service, ServicePassport
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, form_page, posted

from . import forms
from .lists import crumbs, opened
from .versions import opened_version, version_crumb

FORM = "workspace/passports/form.html"


@dataclass(frozen=True, slots=True)
class Doing:
    """One step: its permission, form, action and words."""

    permission: str
    form: Callable[[HttpRequest, Any], ActionForm]
    act: Callable[..., Any]
    heading: Any
    submit: Any
    done: Any
    note: Any = ""
    danger: bool = False


def _plain(form: type[ActionForm]) -> Callable[[HttpRequest, Any], ActionForm]:
    return lambda request, _one: form(**posted(request))


def _change(request: HttpRequest, service: Service) -> ActionForm:
    return forms.ChangeServiceForm(**posted(request), service=service)


def _places(request: HttpRequest, service: Service) -> ActionForm:
    today = clock.today()
    have = [place.site_id for place in queries.places_of(service) if place.valid_to is None]
    return forms.PlacesForm(**posted(request), offered=queries.sites_offered(service, today), have=have)


SERVICE_STEPS: Mapping[str, Doing] = {
    "change": Doing("services.change_service", _change, actions.change_service, _("Change the service"), _("Save"), _("Saved.")),
    "places": Doing(
        "services.change_service",
        _places,
        actions.set_places,
        _("Where the service is provided"),
        _("Save"),
        _("The places are recorded."),
        _("Places that are not ticked end on the day named."),
    ),
    "end": Doing(
        "services.change_service",
        _plain(forms.EndServiceForm),
        actions.end_service,
        _("End the service"),
        _("Finish"),
        _("The end is recorded."),
        _("Its passport in force and its places end with it, drafts are dropped. Its history stays."),
        danger=True,
    ),
}
PASSPORT_STEPS: Mapping[str, Doing] = {
    "agree": Doing(
        "services.agree_passport",
        _plain(forms.AgreeForm),
        actions.agree_passport,
        _("Agree to the passport"),
        _("Agree"),
        _("The passport is agreed."),
        _("From now on this version does not change; it can be brought into force or dropped."),
    ),
    "enact": Doing(
        "services.enact_passport",
        _plain(forms.EnactForm),
        actions.enact_passport,
        _("Bring into force"),
        _("Bring into force"),
        _("The day of coming into force is recorded."),
        _("From that day on everybody sees this promise, and authorities are measured by it."),
    ),
    "call-back": Doing(
        "services.enact_passport",
        _plain(forms.CallBackForm),
        actions.call_back_passport,
        _("Call the version back"),
        _("Call back"),
        _("The version is called back; what holds now goes on."),
        _("It was announced, so the public page of the service says that it was called back, when and why."),
        danger=True,
    ),
    "drop": Doing(
        "services.draw_passport",
        _plain(forms.DropForm),
        actions.drop_passport,
        _("Drop the version"),
        _("Drop"),
        _("The version is dropped."),
        _("It stays on record and is never public."),
        danger=True,
    ),
}


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new service of an authority that the person keeps services for; its passport is drawn next."""
    rows = [one for one in authorities(request.user, clock.today()) if request.user.has_perm("services.change_service", one.authority)]
    if not rows:
        demand(request, "services.change_service")
    form = forms.ServiceForm(**posted(request), offered=[(one.authority, one.name) for one in rows])
    if request.method == "POST" and (made := form.attempt(actions.add_service, by=request.user)) is not None:
        messages.success(request, _g("The service is entered. Now say what it promises."))
        return redirect("workspace:service", code=made.code)
    back = reverse("workspace:services")
    return form_page(request, FORM, form, title=_g("New service"), submit=_g("Enter"), back=back, crumbs=crumbs(None, (_g("New service"), "")))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def service_step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One step with a service."""
    service, doing = opened(request, code), SERVICE_STEPS.get(step)
    if doing is None:
        raise Http404
    demand(request, doing.permission, service)
    form = doing.form(request, service)
    if request.method == "POST" and form.attempt(doing.act, by=request.user, service=service) is not None:
        messages.success(request, str(doing.done))
        return redirect("workspace:service", code=code)
    back = reverse("workspace:service", args=[code])
    return _page(request, form, doing, back, crumbs(service, (doing.heading, "")))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def passport_step(request: HttpRequest, code: str, version: int, step: str) -> HttpResponse:
    """One step with a version: agreed, brought into force, dropped."""
    service, passport = opened_version(request, code, version)
    doing = PASSPORT_STEPS.get(step)
    if doing is None:
        raise Http404
    demand(request, doing.permission, passport)
    form = doing.form(request, passport)
    if request.method == "POST" and form.attempt(doing.act, by=request.user, passport=passport) is not None:
        messages.success(request, str(doing.done))
        return redirect("workspace:passport", code=code, version=version)
    back = reverse("workspace:passport", args=[code, version])
    held = held_by_the_state(passport) if step == "agree" else []
    way = crumbs(service, (version_crumb(passport), back), (doing.heading, ""))
    return _page(request, form, doing, back, way, passport=passport, held=held)


def _page(request: HttpRequest, form: ActionForm, doing: Doing, back: str, way: Any, **more: Any) -> HttpResponse:
    words = {"title": doing.heading, "submit": doing.submit, "note": doing.note, "danger": doing.danger}
    return form_page(request, FORM, form, back=back, crumbs=way, **words, **more)


@staff
@require_POST
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the next version: a copy of the latest one, or of the one named, else an empty one to fill in."""
    service = opened(request, code)
    demand(request, "services.draw_passport", service)
    rows = queries.versions_for(request.user, service)
    base: ServicePassport | None = next((one for one in rows if queries.holds_on(one, clock.today())), rows[0] if rows else None)
    content = {} if base is not None else {"name_ru": _g("New service"), "limit_days": 30}
    try:
        made = actions.draw_passport(by=person(request), service=service, base=base, content=content)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
        return redirect("workspace:service", code=code)
    return redirect("workspace:passport_edit", code=code, version=made.version)
