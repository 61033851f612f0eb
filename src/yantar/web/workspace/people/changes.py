"""Forms that change auditors, one action each."""

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

from yantar.core.problems import Refused
from yantar.qms.people import actions
from yantar.qms.people.models import Auditor
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import ActionForm, form_page, posted

from . import forms
from .auditors import opened

FORM = "workspace/people/form.html"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done with an auditor. `for_viewer`, `for_auditor`: what the form wants to know."""

    form: type[ActionForm]
    act: Callable[..., Any]
    permission: str
    heading: Any
    submit: Any
    done: Any
    for_viewer: bool = False
    for_auditor: bool = False
    note: Any = ""


CHANGE = "people.change_auditor"
STEPS: Mapping[str, Step] = {
    "change": Step(forms.AuditorForm, actions.change_auditor, CHANGE, _("Correct"), _("Save"), _("Saved."), True, True),
    "end": Step(
        forms.EndForm,
        actions.end_auditor,
        CHANGE,
        _("End the work as auditor"),
        _("Finish"),
        _("The end is recorded."),
        note=_("What was audited stays as it is; the planner no longer sends this person from that day on."),
    ),
    "link": Step(
        forms.LinkForm,
        actions.link_user,
        CHANGE,
        _("Person who signs in"),
        _("Save"),
        _("Saved."),
        True,
        True,
        note=_("Whoever signs in as this person sees the audits they take part in."),
    ),
    "competence": Step(forms.CompetenceForm, actions.record_competence, CHANGE, _("Record a proof"), _("Record"), _("The proof is recorded.")),
    "absence": Step(
        forms.AbsenceForm, actions.record_absence, "people.record_absence", _("Record an absence"), _("Record"), _("The absence is recorded.")
    ),
    "evaluate": Step(forms.EvaluateForm, actions.evaluate, CHANGE, _("Evaluate"), _("Record"), _("The evaluation is recorded.")),
    "conflict": Step(
        forms.ConflictForm,
        actions.declare_conflict,
        "people.declare_conflict",
        _("Declare a conflict of interest"),
        _("Declare"),
        _("The conflict is declared."),
        for_auditor=True,
        note=_("The planner never sends this auditor to that authority. The reason is not asked for."),
    ),
}


def _page(request: HttpRequest, form: ActionForm, title: Any, submit: Any, one: Auditor | None = None, note: Any = "") -> HttpResponse:
    back = reverse("workspace:auditor", args=[one.code]) if one else reverse("workspace:auditors")
    crumbs: list[tuple[Any, str]] = [(_("Auditors"), reverse("workspace:auditors"))]
    if one is not None:
        crumbs.append((one.name, back))
    return form_page(request, FORM, form, title=title, submit=submit, back=back, note=note, crumbs=[*crumbs, (title, "")])


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter an auditor."""
    demand(request, "people.change_some_auditor")
    form = forms.AuditorForm(**posted(request), viewer=request.user)
    if request.method == "POST" and (made := form.attempt(actions.add_auditor, by=request.user)):
        messages.success(request, _g("The auditor is entered. Now record what they are proven to be able to do."))
        return redirect("workspace:auditor", code=made.code)
    return _page(request, form, _g("New auditor"), _g("Enter"))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One step with an auditor."""
    one, wanted = opened(request, code), STEPS.get(step)
    if wanted is None:
        raise Http404
    demand(request, wanted.permission, one)
    more: dict[str, Any] = {"viewer": request.user} if wanted.for_viewer else {}
    if wanted.for_auditor:
        more["auditor"] = one
    form = wanted.form(**posted(request), **more)
    if request.method == "POST" and form.attempt(wanted.act, by=request.user, auditor=one) is not None:
        messages.success(request, str(wanted.done))
        return redirect("workspace:auditor", code=code)
    return _page(request, form, wanted.heading, wanted.submit, one, wanted.note)


def _competence(request: HttpRequest, code: str, pk: int) -> tuple[Auditor, Any]:
    one = opened(request, code)
    found = next((row for row in one.competences.all() if row.pk == pk), None)
    if found is None:
        raise Http404
    demand(request, CHANGE, one)
    return one, found


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def correct_competence(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Correct a proof, or add its scan."""
    one, found = _competence(request, code, pk)
    initial = {name: getattr(found, name) for name in ("evidence", "hours", "valid_until")}
    form = forms.CorrectCompetenceForm(**posted(request), initial=initial)
    if request.method == "POST" and form.attempt(actions.correct_competence, by=request.user, competence=found):
        messages.success(request, _g("Saved."))
        return redirect("workspace:auditor", code=code)
    return _page(request, form, _g("Correct a proof"), _g("Save"), one)


def _press(request: HttpRequest, code: str, act: Callable[..., Any], said: str, **given: Any) -> HttpResponse:
    """Carry out an action behind a button; what it refuses is told on the page."""
    try:
        act(by=request.user, **given)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, said)
    return redirect("workspace:auditor", code=code)


@staff
@require_POST
def withdraw_competence(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say that a proof no longer counts from today on."""
    _one, found = _competence(request, code, pk)
    return _press(request, code, actions.withdraw_competence, _g("The proof no longer counts."), competence=found)


@staff
@require_POST
def cancel_absence(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say that an absence does not take place."""
    one = opened(request, code)
    found = next((row for row in one.absences.all() if row.pk == pk), None)
    if found is None:
        raise Http404
    return _press(request, code, actions.cancel_absence, _g("The absence is cancelled."), absence=found)


@staff
@require_POST
def end_conflict(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say that a conflict is over from today on."""
    one = opened(request, code)
    found = next((row for row in one.conflicts.all() if row.pk == pk), None)
    if found is None:
        raise Http404
    return _press(request, code, actions.end_conflict, _g("The conflict has ended."), conflict=found)
