"""The government's template of processes, and its adoption by an authority."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core import clock
from yantar.qms.organisation.queries import names_on
from yantar.qms.services import actions, queries
from yantar.qms.services.models import ProcessKind
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import form_page, posted

from . import forms, maps
from .changes import CHANGE, FORM, asked_editions


@staff
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The processes that authorities adopt, band by band, with who works by each."""
    today = clock.today()
    rows = list(queries.template(today))
    adopters = queries.adopters(request.user, rows, today)
    names = names_on({one.authority_id or 0 for found in adopters.values() for one in found}, today)
    bands = [
        (
            kind,
            kind.label,
            [(one, [(made, names.get(made.authority_id or 0)) for made in adopters.get(one.pk, ())]) for one in rows if one.kind == kind],
        )
        for kind in ProcessKind
    ]
    context = {"bands": bands, "count": len(rows), "may_change": request.user.has_perm("services.change_template")}
    return render(request, "workspace/services/template.html", context)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Another process of the template."""
    demand(request, "services.change_template")
    form = forms.ProcessForm(**posted(request), viewer=request.user, authority=None, editions=asked_editions(None))
    if request.method == "POST" and (made := form.attempt(actions.add_process, by=request.user, authority=None)):
        messages.success(request, _g("The process is entered."))
        return redirect("workspace:process", pk=made.pk)
    back = reverse("workspace:process_template")
    crumbs = [(_g("Processes"), reverse("workspace:processes")), (_g("Template"), back), (_g("New process"), "")]
    return form_page(request, FORM, form, title=_g("New process of the template"), submit=_g("Enter"), back=back, crumbs=crumbs)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Choose what of the template an authority takes."""
    authority = maps.inside(request, code)
    demand(request, CHANGE, authority)
    today = clock.today()
    found = queries.map_of(request.user, authority, today)
    taken = {row.process.code.casefold() for band in found.bands for row in band.processes} if found else set()
    offered = [one for one in queries.template(today) if one.code.casefold() not in taken]
    form = forms.AdoptForm(**posted(request), offered=offered)
    if request.method == "POST" and (made := form.attempt(actions.adopt_template, by=request.user, authority=authority)):
        said = ngettext("%(n)d process is adopted. Now name its owner.", "%(n)d processes are adopted. Now name their owners.", len(made))
        messages.success(request, said % {"n": len(made)})
        return redirect("workspace:process_map", code=code)
    name = names_on([authority.pk], today).get(authority.pk)
    back = reverse("workspace:process_map", args=[code])
    crumbs = [(_g("Processes"), reverse("workspace:processes")), (name.short if name else code, back), (_g("Adopt the template"), "")]
    bands = [(kind.label, [one for one in offered if one.kind == kind]) for kind in ProcessKind]
    context = {"title": _g("Adopt the template"), "crumbs": crumbs, "back": back, "bands": bands, "offered": bool(offered), "name": name}
    return form_page(request, "workspace/services/adopt.html", form, **context)
