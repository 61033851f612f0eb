"""Steps of a finding and of the parts of it: one page for each, with what the step asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core import clock
from yantar.core.problems import Refused
from yantar.engine.statements import NONCONFORMITIES
from yantar.qms.findings import actions
from yantar.qms.findings.models import Cause, CauseMethod, Finding, Grade, OriginKind, PlannedAction, State
from yantar.qms.findings.queries import one as queries
from yantar.qms.findings.recording import locked
from yantar.qms.findings.states import CANCELLABLE
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.downloads import as_download
from yantar.web.workspace.forms import form_page, posted

from . import forms
from .opening import METHODS, about, opened, page_of
from .words import ACTION_WORDS, CAUSE_WORDS, WORDS, Words

OWNER, SET, VERIFY, LEAD, ATTACH = "findings.act_as_owner", "findings.set_owner", "findings.verify", "findings.lead", "findings.attach"
DRAFT, APPROVE, SECOND, SHARE, ASK = (
    "findings.change_draft",
    "findings.approve",
    "findings.confirm_cancel",
    "findings.share",
    "findings.ask_elsewhere",
)
WITH_REPORT = (OriginKind.AUDIT, OriginKind.EXTERNAL_AUDIT)
ISSUED = tuple(state for state in State if state not in (State.DRAFT, State.REJECTED, State.CANCELLED))
WORKING = tuple(state for state in CANCELLABLE if state != State.DRAFT)
THINKING = (State.ANALYSIS, State.PLAN)


def always(finding: Finding) -> bool:
    """In every finding of the states named."""
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its form and action, the permission it takes, the states it is offered in and on what else; `part` of the page to return to."""

    form: type[forms.AboutFinding]
    act: Callable[..., Any]
    permission: str
    states: tuple[State, ...]
    applies: Callable[[Finding], bool] = always
    part: str = ""
    danger: bool = False

    def fits(self, finding: Finding) -> bool:
        """Whether the step makes sense for the finding as it is; who takes it is asked beside."""
        return finding.state in self.states and self.applies(finding)


def _major(finding: Finding) -> bool:
    return finding.grade == Grade.MAJOR


def _by_hand(finding: Finding) -> bool:
    """A draft of an audit is issued with its report."""
    return finding.origin_kind not in WITH_REPORT


def _ask_why(*, parent: Cause | None = None, **given: Any) -> Any:
    return actions.add_cause(method=CauseMethod.WHY, parent=parent, **given)


def _add_bone(**given: Any) -> Any:
    return actions.add_cause(method=CauseMethod.ISHIKAWA, **given)


def _unshare(**given: Any) -> Any:
    return actions.share_strength(shared=False, **given)


def _complete(*, by: Any, planned: PlannedAction, upload: Any = None, note: str = "", **given: Any) -> Any:
    """An action is done and its file kept, both or neither."""
    with transaction.atomic():
        done = actions.complete_action(by=by, planned=planned, **given)
        if upload:
            try:
                actions.add_attachment(by=by, finding=planned.finding, upload=upload, note=note, planned=planned)
            except Refused as refused:
                raise Refused([replaced(one, field=one.field or "upload") for one in refused.problems]) from refused
    return done


STEPS: dict[str, Step] = {
    "issue": Step(forms.Plain, actions.open_finding, DRAFT, (State.DRAFT,), _by_hand),
    "drop": Step(forms.Reason, actions.drop_draft, DRAFT, (State.DRAFT,), _by_hand, danger=True),
    "acknowledge": Step(forms.Plain, actions.acknowledge, SET, (State.OPEN,), lambda one: one.acknowledged_on is None),
    "assign": Step(forms.Assign, actions.assign, SET, (State.OPEN,)),
    "correct": Step(forms.Correction, actions.record_correction, OWNER, (State.CONTAINMENT,)),
    "why": Step(forms.Why, _ask_why, OWNER, THINKING, part="causes"),
    "bone": Step(forms.Bone, _add_bone, OWNER, THINKING, part="causes"),
    "elsewhere": Step(forms.Elsewhere, actions.say_elsewhere, OWNER, THINKING, part="elsewhere"),
    "plan": Step(forms.Elsewhere, actions.propose_plan, OWNER, (State.ANALYSIS,)),
    "action": Step(forms.Planned, actions.add_action, OWNER, (State.PLAN, State.IMPLEMENTATION), part="actions"),
    "effect": Step(forms.FixEffect, actions.fix_effect, OWNER, (State.PLAN,), part="effect"),
    "submit": Step(forms.Plain, actions.submit_for_approval, OWNER, (State.PLAN,)),
    "approve": Step(forms.Approve, actions.approve, APPROVE, (State.APPROVAL,)),
    "send-back": Step(forms.Comment, actions.send_back, APPROVE, (State.APPROVAL,)),
    "done": Step(forms.Plain, actions.submit_for_verification, OWNER, (State.IMPLEMENTATION,)),
    "accept": Step(forms.Accept, actions.accept_proof, VERIFY, (State.VERIFICATION,)),
    "refuse-proof": Step(forms.RefuseProof, actions.refuse_proof, VERIFY, (State.VERIFICATION,)),
    "judge": Step(forms.Judge, actions.judge_effect, VERIFY, (State.WAITING_EFFECT,)),
    "postpone": Step(forms.Postpone, actions.postpone_effect, VERIFY, (State.WAITING_EFFECT,)),
    "ask": Step(forms.Ask, actions.ask_elsewhere, ASK, ISSUED, lambda one: one.grade in NONCONFORMITIES, part="elsewhere"),
    "take-up": Step(forms.Plain, actions.take_up, SET, (State.NOTED,), lambda one: one.grade in (Grade.OBSERVATION, Grade.OFI)),
    "share": Step(forms.Plain, actions.share_strength, SHARE, (State.NOTED,), lambda one: one.grade == Grade.STRENGTH and not one.shared),
    "unshare": Step(forms.Plain, _unshare, SHARE, (State.NOTED,), lambda one: one.shared),
    "reopen": Step(forms.Comment, actions.reopen, LEAD, (State.CLOSED,)),
    "confirm-cancel": Step(forms.Plain, actions.confirm_cancel, SECOND, WORKING, lambda one: one.cancel_wanted_on is not None, danger=True),
    "refuse-cancel": Step(forms.Reason, actions.refuse_cancel, SECOND, WORKING, lambda one: one.cancel_wanted_on is not None),
    "attach": Step(forms.Attach, actions.add_attachment, ATTACH, (State.DRAFT, *ISSUED), part="files"),
    "translate": Step(forms.Translate, actions.translate, ATTACH, tuple(State)),
    "hand-over": Step(forms.HandOver, actions.assign, SET, tuple(one for one in WORKING if one != State.OPEN)),
    "verifier": Step(forms.Verifier, actions.set_verifier, LEAD, WORKING),
    "reject": Step(forms.Reason, actions.reject, LEAD, (State.OPEN,), danger=True),
    "cancel": Step(forms.Reason, actions.cancel, LEAD, WORKING, lambda one: not _major(one), danger=True),
    "request-cancel": Step(
        forms.Reason, actions.request_cancel, LEAD, WORKING, lambda one: _major(one) and one.cancel_wanted_on is None, danger=True
    ),
}
"""By the name in the address, in the order in which they are offered."""

CAUSE_STEPS: dict[str, Step] = {
    "why": Step(forms.Why, _ask_why, OWNER, THINKING, part="causes"),
    "root": Step(forms.Root, actions.mark_root, OWNER, THINKING, part="causes"),
    "reject": Step(forms.Reason, actions.reject_cause, OWNER, THINKING, part="causes"),
    "change": Step(forms.Why, actions.change_cause, OWNER, THINKING, part="causes"),
    "remove": Step(forms.Plain, actions.remove_cause, OWNER, THINKING, part="causes", danger=True),
}
"""Steps of one answer."""

ACTION_STEPS: dict[str, Step] = {
    "complete": Step(forms.Complete, _complete, "findings.do_action", (State.IMPLEMENTATION,), part="actions"),
    "assignee": Step(forms.NewAssignee, actions.change_action, OWNER, (State.IMPLEMENTATION,), part="actions"),
    "change": Step(forms.Planned, actions.change_action, OWNER, THINKING, part="actions"),
    "withdraw": Step(forms.Plain, actions.withdraw_action, OWNER, THINKING, part="actions", danger=True),
}
"""Steps of one planned action."""


def _initial(finding: Finding, name: str, row: Any = None) -> dict[str, Any]:
    """What a form begins with."""
    if isinstance(row, PlannedAction):
        return {one: getattr(row, one) for one in ("text", "kind", "cause", "assignee", "due_on", "measure", "target")}
    if isinstance(row, Cause) and name != "why":
        return {one: getattr(row, one) for one in ("text", "evidence", "category", "controllable")}
    if name in ("elsewhere", "plan"):
        return {"elsewhere": finding.elsewhere}
    if name == "translate":
        return {one: getattr(finding, one) for one in ("requirement_en", "evidence_en", "gap_en")}
    if name in ("assign", "hand-over"):
        return {"owner": finding.owner_id}
    if name == "verifier":
        return {"verifier": finding.verifier_id}
    if name == "action":
        root = finding.causes.filter(is_root=True, removed_at__isnull=True).first()
        return {"cause": root}
    effect = finding.effects.filter(round=finding.reopened).first() if name in ("effect", "judge") else None
    if effect is not None and name == "effect":
        fields = ("measure", "unit", "direction", "baseline", "target", "baseline_first", "baseline_last", "minimum_cases")
        return {one: getattr(effect, one) for one in fields}
    if effect is not None:
        return _window(finding, effect)
    return {}


def _window(finding: Finding, effect: Any) -> dict[str, Any]:
    """The check begins when the last action was done, and is as long as the period before."""
    done = [one.done_on for one in finding.actions.filter(withdrawn_at__isnull=True, round=finding.reopened) if one.done_on]
    if not done:
        return {}
    first, today = max(done), clock.today()
    given: dict[str, Any] = {"check_first": first, "check_last": today, "recurrences": 0}
    if effect.baseline_first and effect.baseline_last:
        given["check_last"] = min(today, first + (effect.baseline_last - effect.baseline_first))
    elif finding.effect_on:
        given["check_last"] = min(today, max(finding.effect_on - timedelta(days=1), first))
    return given


def _sent_twice(request: HttpRequest, form: Any, finding: Finding, name: str, row: Any) -> bool:
    """Whether the same form came a moment ago: a second press of the button adds nothing."""
    given = form.cleaned_data
    if name in ("why", "bone"):
        return queries.said_already(person(request), finding, given["text"], row if isinstance(row, Cause) else None)
    if name == "action":
        return queries.planned_already(finding, given["text"], given["assignee"], given["due_on"])
    return False


ADDS = ("why", "bone", "action")


def _take(request: HttpRequest, form: Any, step: Step, finding: Finding, name: str, row: Any, target: dict[str, Any]) -> bool:
    """Take the step. Those that add something look first, with the finding locked, whether it is there already."""
    if not form.is_valid():
        return False
    with transaction.atomic():
        if name in ADDS:
            locked(finding.pk)
            if _sent_twice(request, form, finding, name, row):
                return True
        return form.attempt(step.act, by=person(request), **target) is not None


def _page(request: HttpRequest, finding: Finding, name: str, step: Step, words: Words, row: Any, target: dict[str, Any], **more: Any) -> HttpResponse:
    demand(request, step.permission, row if row is not None else finding)
    if request.method != "POST" and not step.fits(finding):
        messages.info(request, _("“%(step)s” is not possible now: somebody may have gone on.") % {"step": words.button})
        return redirect(page_of(finding))
    form = step.form(**posted(request), finding=finding, about=row, initial=_initial(finding, name, row))
    if request.method == "POST" and _take(request, form, step, finding, name, row, target):
        messages.success(request, _("Done: %(step)s.") % {"step": words.button})
        return redirect(page_of(finding, step.part))
    context = about(finding, str(words.button), submit=words.button, note=words.note, danger=step.danger, step=name, row=row, **more)
    return form_page(request, "workspace/findings/step.html", form, **context)


@staff
@require_http_methods(METHODS)
def finding_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Ask, then take a step of the finding; refused, it says everything that stands in the way."""
    finding = opened(request, number)
    found = STEPS.get(step)
    if found is None:
        raise Http404(_("There is no such step."))
    more: dict[str, Any] = {}
    if step == "judge":
        more["effect"] = finding.effects.filter(round=finding.reopened).first()
    if step in ("approve", "submit", "accept", "refuse-proof"):
        more["plan"] = list(finding.actions.filter(withdrawn_at__isnull=True, round=finding.reopened).select_related("assignee"))
    return _page(request, finding, step, found, WORDS[step], None, {"finding": finding}, **more)


@staff
@require_http_methods(METHODS)
def finding_cause_step(request: HttpRequest, number: str, pk: int, step: str) -> HttpResponse:
    """A step of one answer of the analysis."""
    finding = opened(request, number)
    found, cause = CAUSE_STEPS.get(step), queries.find_cause(finding, pk)
    if found is None or cause is None:
        raise Http404(_("There is no such answer, or no such step."))
    target = {"finding": finding, "parent": cause} if step == "why" else {"cause": cause}
    return _page(request, finding, step, found, CAUSE_WORDS[step], cause, target, chain=chain_of(finding, cause))


@staff
@require_http_methods(METHODS)
def finding_action_step(request: HttpRequest, number: str, pk: int, step: str) -> HttpResponse:
    """A step of one planned action."""
    finding = opened(request, number)
    found, planned = ACTION_STEPS.get(step), queries.find_action(finding, pk)
    if found is None or planned is None:
        raise Http404(_("There is no such action, or no such step."))
    return _page(request, finding, step, found, ACTION_WORDS[step], planned, {"planned": planned})


@staff
@require_safe
def finding_file(request: HttpRequest, number: str, pk: int) -> Any:
    """A file of the finding, as a download."""
    found = queries.find_attachment(opened(request, number), pk)
    if found is None:
        raise Http404(_("There is no such file."))
    return as_download(found.file)


def chain_of(finding: Finding, cause: Cause) -> list[Cause]:
    """The answers from the first “why?” to this one."""
    rows = {row.pk: row for row in finding.causes.all()}
    chain = [cause]
    while (parent := rows.get(chain[-1].parent_id or 0)) is not None:
        chain.append(parent)
    return chain[::-1]


def offered(finding: Finding, may: Iterable[str]) -> list[str]:
    """Names of the steps that a person with these permissions can take now."""
    allowed = set(may)
    return [name for name, step in STEPS.items() if step.permission in allowed and step.fits(finding)]
