"""Authorities in the workspace: the list as of a day, one authority with its inside, what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core import clock
from yantar.qms.certification import queries as certification
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.models import Authority, AuthorityKind, AuthorityVersion
from yantar.web.portal.days import day_or_refuse
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import form_page, posted

from . import authority_forms as forms


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done with an authority: its form, the action, the permission it asks for, its words."""

    form: type[forms.OfAuthority]
    act: Callable[..., Any]
    permission: str
    heading: Any
    help: Any = ""


CHANGE, REORGANISE = "organisation.change_authority", "organisation.reorganise"

STEPS: dict[str, Step] = {
    "correct": Step(
        forms.CorrectForm,
        actions.correct_authority,
        CHANGE,
        _("Correct the facts"),
        _("For slips of the pen. A new name from a day on is a reorganisation."),
    ),
    "personnel": Step(
        forms.PersonnelForm,
        actions.change_personnel,
        CHANGE,
        _("Change personnel or the head's post"),
        _("From a day on; what was before stays in history."),
    ),
    "unit": Step(forms.UnitForm, actions.create_unit, CHANGE, _("Add a unit")),
    "site": Step(forms.SiteForm, actions.create_site, CHANGE, _("Add a site")),
    "rename": Step(forms.RenameForm, actions.rename, REORGANISE, _("Rename")),
    "merge": Step(forms.MergeForm, actions.merge, REORGANISE, _("Merge"), _("Certificates and history go to the successor.")),
    "split": Step(forms.SplitForm, actions.split, REORGANISE, _("Split or separate a part")),
    "abolish": Step(forms.AbolishForm, actions.abolish, REORGANISE, _("Abolish"), _("Certificates and history go to the successor.")),
    "move-unit": Step(forms.MoveUnitForm, actions.move_unit, REORGANISE, _("Move a unit")),
}
WITHOUT_TARGET = {"merge", "move-unit"}


@staff
@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    """Every authority of the day; those whose inside the viewer may see lead to it, the others to their public page."""
    on = day_or_refuse(request)
    q, kind = request.GET.get("q", "").strip()[:200], request.GET.get("kind", "")
    found = queries.authorities(request.user, on)
    if kind in AuthorityKind.values:
        found = found.filter(kind=kind)
    for word in q.split()[:8]:
        found = found.filter(name_ru__icontains=word) | found.filter(name_en__icontains=word) | found.filter(authority__code__iexact=word)
    allowed = queries.internal_authority_ids(request.user)
    rows = [(version, allowed is None or version.authority_id in allowed) for version in found]
    context = {
        "on": on,
        "q": q,
        "kind": kind,
        "kinds": AuthorityKind.choices,
        "rows": rows,
        "may_create": request.user.has_perm(REORGANISE),
        "may_import": request.user.has_perm("organisation.import_organisation"),
    }
    return render(request, "workspace/organisation/authorities.html", context)


def inside(request: HttpRequest, code: str) -> Authority:
    """The authority, if its inside is for the viewer: otherwise there is no such page."""
    found = queries.find_authority(code)
    allowed = queries.internal_authority_ids(request.user)
    if found is None or (allowed is not None and found.pk not in allowed):
        raise Http404
    return found


def _version_on(versions: Sequence[AuthorityVersion], on: date) -> AuthorityVersion:
    """The version of a day; of what is over the last, of what is to come the first."""
    return next((v for v in versions if v.holds_on(on)), None) or next((v for v in reversed(versions) if v.valid_from <= on), versions[0])


@staff
@require_safe
def authority(request: HttpRequest, code: str) -> HttpResponse:
    """One authority as of a day, with its units, sites, certificates and history."""
    one = inside(request, code)
    on = day_or_refuse(request)
    history = queries.authority_history(one)
    version = _version_on(history.versions, on)
    context = {
        "on": on,
        "authority": one,
        "version": version,
        "exists": one.holds_on(on),
        "history": history,
        "units": queries.units_tree(request.user, one, on),
        "sites": queries.sites(request.user, one, on),
        "may_change": request.user.has_perm(CHANGE, one),
        "supervisor": queries.supervisor_on(one, on),
        "certificates": certification.rows(
            request.user, certification.register(request.user, on=on, authority=code, order="-expires", annotated=False), on
        ),
        "steps": [(name, step.heading) for name, step in STEPS.items() if request.user.has_perm(step.permission, one)]
        if one.valid_to is None
        else [],
    }
    return render(request, "workspace/organisation/authority.html", context)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new authority."""
    demand(request, REORGANISE)
    form = forms.CreateForm(**posted(request))
    if request.method == "POST":
        made = form.attempt(actions.create_authority, by=request.user)
        if made is not None:
            messages.success(request, _g("The authority is entered."))
            return redirect("workspace:authority", code=made.code)
    return form_page(request, "workspace/organisation/authority_form.html", form, heading=_g("New authority"), authority=None)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One step with one authority."""
    one = inside(request, code)
    wanted = STEPS.get(step)
    if wanted is None:
        raise Http404
    demand(request, wanted.permission, one)
    version = _version_on(queries.authority_history(one).versions, clock.today())
    initial = {name: getattr(version, name, getattr(one, name, None)) for name in wanted.form.base_fields}
    if step in ("unit", "site", "split", "merge"):
        initial = {}
    if "supervisor" in wanted.form.base_fields and one.supervisor_id:
        initial["supervisor"] = one.supervisor.code  # type: ignore[union-attr]
    if step in ("rename", "personnel", "abolish"):
        initial["legal_basis"] = ""
    form = wanted.form(**posted(request), authority=one, initial=initial)
    if request.method == "POST":
        target = {} if step in WITHOUT_TARGET else {"authority": one}
        if form.attempt(wanted.act, by=request.user, **target) is not None:
            messages.success(request, _g("Saved."))
            return redirect("workspace:authority", code=code)
    context = {"heading": wanted.heading, "help": wanted.help, "authority": one, "version": version}
    return form_page(request, "workspace/organisation/authority_form.html", form, **context)
