"""Steps of an appeal: one page for each, with what the step asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yantar.qms.feedback import clocks
from yantar.qms.feedback.actions import appeals as actions
from yantar.qms.feedback.models import Appeal, AppealKind, AppealState
from yantar.qms.feedback.states import transition
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import form_page, posted

from . import forms
from .opening import METHODS, about, opened, page_of
from .words import WORDS


def always(appeal: Appeal) -> bool:
    """In every appeal of the states in the table."""
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its form and action, the row of the table that says in which states and by whose permission, and on what else it hangs."""

    form: type[forms.AboutAppeal]
    act: Callable[..., Any]
    code: str
    applies: Callable[[Appeal], bool] = always
    part: str = ""
    danger: bool = False

    def permission(self, appeal: Appeal) -> str | None:
        """What it takes in this state; None where the table has no such step."""
        row = transition(self.code, appeal.state)
        return row.permission if row is not None else None

    def fits(self, appeal: Appeal) -> bool:
        """Whether the step makes sense for the appeal as it is; who takes it is asked beside."""
        return self.permission(appeal) is not None and self.applies(appeal)


def _upheld(appeal: Appeal) -> bool:
    return appeal.outcome in ("upheld", "partly") and appeal.measures_done_on is None


def _may_extend(appeal: Appeal) -> bool:
    return appeal.extended_on is None and clocks.rules_of(appeal).extension is not None


STEPS: dict[str, Step] = {
    "release": Step(forms.Plain, actions.release_appeal, "release"),
    "reject": Step(forms.Told, actions.reject_appeal, "reject", danger=True),
    "register": Step(forms.Register, actions.register_appeal, "register"),
    "assign": Step(forms.Assign, actions.assign_appeal, "assign"),
    "reopen": Step(forms.Reopen, actions.reopen_appeal, "reopen"),
    "keep": Step(forms.Told, actions.keep_answer, "keep"),
    "forward": Step(forms.Forward, actions.forward_appeal, "forward"),
    "extend": Step(forms.Extend, actions.extend_appeal, "extend", _may_extend),
    "measures": Step(forms.Measures, actions.record_measures, "measures", _upheld),
    "finding": Step(forms.FindingForm, actions.raise_finding_from, "finding", lambda one: one.finding_id is None),
    "publish": Step(forms.Publish, actions.publish_remark, "publish", lambda one: one.kind == AppealKind.REMARK),
    "name-concerned": Step(forms.Concerned, actions.name_concerned, "name_concerned", lambda one: one.state != AppealState.DISPUTED),
    "note": Step(forms.Note, actions.add_note, "note", part="notes"),
    "decline": Step(forms.Decline, actions.decline_appeal, "decline", danger=True),
}
"""By the name in the address, in the order in which they are offered. Answering has a page of its own."""

MAIN: dict[str, str] = {
    AppealState.SUSPECTED: "release",
    AppealState.RECEIVED: "register",
    AppealState.REGISTERED: "answer",
    AppealState.DISPUTED: "reopen",
}
"""The one next step of a state."""
BESIDE: dict[str, tuple[str, ...]] = {
    AppealState.SUSPECTED: ("reject",),
    AppealState.RECEIVED: ("forward",),
    AppealState.REGISTERED: ("forward", "extend"),
    AppealState.DISPUTED: ("keep", "finding"),
    AppealState.ANSWERED: ("measures", "finding"),
}
"""Steps that stand beside the next one."""


@sensitive_post_parameters()
@staff
@require_http_methods(METHODS)
def appeal_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Ask, then take a step; refused, it says everything that stands in the way."""
    appeal = opened(request, number)
    found = STEPS.get(step)
    if found is None:
        raise Http404(_("There is no such step."))
    words = WORDS[step]
    permission = found.permission(appeal)
    demand(request, permission or "feedback.handle", appeal)
    if request.method != "POST" and not found.fits(appeal):
        messages.info(request, _("“%(step)s” is not possible now: somebody may have gone on.") % {"step": words.button})
        return redirect(page_of(appeal))
    form = found.form(**posted(request), appeal=appeal, viewer=person(request))
    if request.method == "POST" and form.attempt(found.act, by=person(request), appeal=appeal) is not None:
        messages.success(request, _("Done: %(step)s.") % {"step": words.button})
        return _after(request, appeal, found.part)
    context = about(appeal, str(words.button), submit=words.button, note=words.note, danger=found.danger, step=step)
    return form_page(request, "workspace/feedback/step.html", form, **context)


def _after(request: HttpRequest, appeal: Appeal, part: str) -> HttpResponse:
    """Back to the appeal, or to the queue where it went to others and is no longer theirs to see."""
    from yantar.qms.feedback.queries.appeals import find_visible

    seen = find_visible(person(request), appeal.number)
    return redirect(page_of(appeal, part)) if seen is not None else redirect("workspace:appeals")


def offered(appeal: Appeal, may: Iterable[str]) -> list[str]:
    """Names of the steps that a person with these permissions can take now, answering among them."""
    allowed = set(may)
    names = [name for name, step in STEPS.items() if step.fits(appeal) and step.permission(appeal) in allowed]
    if transition("answer", appeal.state) is not None and "feedback.answer" in allowed:
        names.append("answer")
    return names
