"""Steps of an audit: one page for each, with what the step asks for and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yantar.qms.audits import actions
from yantar.qms.audits.models import Audit
from yantar.qms.audits.queries.audits import obstacles
from yantar.qms.audits.states import find
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, Lines, form_page, posted

from .opening import crumbs, opened
from .words import STEPS


class Plain(ActionForm):
    """Nothing to type: the press is the decision."""


class Reason(ActionForm):
    reason = Lines(label=gettext_lazy("Reason"))


class Window(ActionForm):
    window_first = DayField(label=gettext_lazy("Not before"))
    window_last = DayField(label=gettext_lazy("Not after"))
    layout = (("window_first", "window_last"),)


class Closing(ActionForm):
    hours_spent = forms.DecimalField(
        label=gettext_lazy("Audit hours spent"),
        help_text=gettext_lazy("Hours of all auditors together, preparation and report included."),
        max_digits=6,
        decimal_places=1,
        required=False,
        localize=True,
    )
    conclusion = Lines(label=gettext_lazy("Comment"), required=False)


class AnswerDispute(ActionForm):
    answer = Lines(label=gettext_lazy("Answer"), rows=6)


FORMS: dict[str, tuple[type[ActionForm], Callable[..., Any]]] = {
    "audits.finish_preparation": (Plain, actions.finish_preparation),
    "audits.prepare_again": (Plain, actions.prepare_again),
    "audits.begin": (Plain, actions.begin),
    "audits.finish_on_the_spot": (Plain, actions.finish_on_the_spot),
    "audits.resume": (Plain, actions.resume),
    "audits.sign_report": (Plain, actions.sign_report),
    "audits.acknowledge_report": (Plain, actions.acknowledge_report),
    "audits.answer_dispute": (AnswerDispute, actions.answer_dispute),
    "audits.close": (Closing, actions.close),
    "audits.postpone": (Reason, actions.postpone),
    "audits.plan_again": (Window, actions.plan_again),
    "audits.cancel": (Reason, actions.cancel),
}
"""Step → its form and its action; the external audit's report has a page of its own."""


def name_of(action: str) -> str:
    """A step as it stands in an address."""
    return action.partition(".")[2].replace("_", "-")


BY_NAME = {name_of(action): action for action in FORMS}


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def audit_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Ask, then take a step; refused, it says everything that stands in the way."""
    audit = opened(request, number)
    action = BY_NAME.get(step)
    if action is None:
        raise Http404(_("There is no such step."))
    demand(request, action, audit)
    kind, act = FORMS[action]
    form = kind(**posted(request))
    if request.method == "POST" and form.attempt(act, by=person(request), audit=audit):
        messages.success(request, _("Done: %(step)s.") % {"step": STEPS[action].button})
        return redirect("workspace:audit", number=audit.number)
    return form_page(request, "workspace/audits/step.html", form, **_about(request, audit, action))


def _about(request: HttpRequest, audit: Audit, action: str) -> dict[str, Any]:
    words = STEPS[action]
    step = find(audit.state, action, audit.external)
    if step is None and request.method != "POST":
        raise PermissionDenied(_("This step is not possible now."))
    return {
        "title": words.button,
        "pretitle": audit.number,
        "crumbs": crumbs(audit, str(words.button)),
        "back": reverse("workspace:audit", args=[audit.number]),
        "submit": words.button,
        "note": words.note,
        "danger": words.danger,
        "obstacles": obstacles(person(request), audit, step) if step is not None else [],
        "audit": audit,
    }
