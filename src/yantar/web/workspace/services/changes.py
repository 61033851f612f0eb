"""Forms that change processes, one action each."""

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
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import names_on
from yantar.qms.services import actions, queries
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Edition
from yantar.qms.standards.queries import editions
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import ActionForm, form_page, posted

from . import forms, maps
from .process import opened

FORM = "workspace/services/form.html"
CHANGE = "services.change_process"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done with a process."""

    form: Callable[..., ActionForm]
    act: Callable[..., Any]
    heading: Any
    submit: Any
    done: Any
    note: Any = ""
    of_template: bool = True


def asked_editions(authority: Authority | None, process: Process | None = None) -> list[Edition]:
    """Editions whose clauses a form asks for: those the process names, the one in force and the one expected, the youngest first."""
    wanted = {clause.edition_id for clause in process.clauses.all()} if process is not None else set()
    in_force = queries.edition_in_force(clock.today())
    rows = [one for one in editions() if not one.own or one.pk in wanted]
    found = [one for one in rows if one.pk in wanted or (in_force is not None and one.pk == in_force.pk)]
    return sorted(found, key=lambda one: -one.order)


def _change_form(request: HttpRequest, one: Process) -> ActionForm:
    asked = asked_editions(one.authority, one)
    return forms.ProcessForm(**posted(request), viewer=request.user, authority=one.authority, editions=asked, process=one)


def _end_form(request: HttpRequest, one: Process) -> ActionForm:
    return forms.EndForm(**posted(request))


def _facts_form(request: HttpRequest, one: Process) -> ActionForm:
    last = one.facts.all()[:1]
    initial = {name: getattr(last[0], name) for name in forms.FactsForm.base_fields} if last else {}
    return forms.FactsForm(**posted(request), initial={**initial, "known_on": clock.today()})


def _part_form(request: HttpRequest, one: Process) -> ActionForm:
    return forms.PartForm(**posted(request), viewer=request.user, authority=one.authority)


STEPS: Mapping[str, Step] = {
    "change": Step(_change_form, actions.change_process, _("Change the process"), _("Save"), _("Saved.")),
    "end": Step(_end_form, actions.end_process, _("End the process"), _("Finish"), _("The end is recorded."), _("Its history stays.")),
    "facts": Step(
        _facts_form,
        actions.record_facts,
        _("Facts for the risk"),
        _("Record"),
        _("The facts are recorded."),
        _("What nobody knows stays empty: the risk then says so instead of taking it for zero."),
        of_template=False,
    ),
    "part": Step(_part_form, actions.set_part, _("Part of an auditor"), _("Record"), _("The part is recorded."), of_template=False),
}


def page(request: HttpRequest, form: ActionForm, one: Process, title: Any, submit: Any, note: Any = "") -> HttpResponse:
    """A form about a process."""
    back = reverse("workspace:process", args=[one.pk])
    crumbs = maps.crumbs(request, one, title)
    return form_page(request, FORM, form, title=title, submit=submit, back=back, note=note, crumbs=crumbs, pretitle=f"{one.code} {one.name}")


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step with a process."""
    one, wanted = opened(request, pk), STEPS.get(step)
    if wanted is None or (one.authority_id is None and not wanted.of_template):
        raise Http404
    demand(request, CHANGE, one)
    form = wanted.form(request, one)
    if request.method == "POST" and form.attempt(wanted.act, by=request.user, process=one) is not None:
        messages.success(request, str(wanted.done))
        return redirect("workspace:process", pk=pk)
    return page(request, form, one, wanted.heading, wanted.submit, wanted.note)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """A process of an authority that is not in the template."""
    authority = maps.inside(request, code)
    demand(request, CHANGE, authority)
    form = forms.ProcessForm(**posted(request), viewer=request.user, authority=authority, editions=asked_editions(authority))
    if request.method == "POST" and (made := form.attempt(actions.add_process, by=request.user, authority=authority)):
        messages.success(request, _g("The process is entered."))
        return redirect("workspace:process", pk=made.pk)
    back = reverse("workspace:process_map", args=[code])
    name = names_on([authority.pk], clock.today()).get(authority.pk)
    crumbs = [(_g("Processes"), reverse("workspace:processes")), (name.short if name else code, back), (_g("New process"), "")]
    return form_page(request, FORM, form, title=_g("New process"), submit=_g("Enter"), back=back, crumbs=crumbs)


@staff
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an adopted process what the template says today."""
    one = opened(request, pk)
    demand(request, CHANGE, one)
    return _press(request, pk, actions.take_over_template, _g("The process now says what the template says."), process=one)


@staff
@require_POST
def end_part(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Say that an auditor has a part no longer from today on."""
    one = opened(request, pk)
    demand(request, CHANGE, one)
    found = next((row for row in one.parts.all() if row.pk == part), None)
    if found is None:
        raise Http404
    return _press(request, pk, actions.end_part, _g("The part ends today."), part=found)


def _press(request: HttpRequest, pk: int, act: Callable[..., Any], said: str, **given: Any) -> HttpResponse:
    try:
        act(by=request.user, **given)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, said)
    return redirect("workspace:process", pk=pk)
