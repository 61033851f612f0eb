"""One finding: where it is, who has to act by when, and everything that was said and done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.library.causes import load_causes
from yantar.qms.findings.models import Direction, Effect, Finding, PlannedAction, State, Verdict
from yantar.qms.findings.queries.one import FindingPage, finding_page, order_of, share_closed
from yantar.qms.findings.states import WHO, Who
from yantar.web.ui.charts.measure import Value, measure_svg
from yantar.web.ui.templatetags.ui import number as number_said
from yantar.web.workspace.access import person, staff

from .causes import analysis_of
from .opening import crumbs
from .steps import offered
from .words import ACTION_WORDS, WORDS

WAY: tuple[tuple[State, Any, str], ...] = (
    (State.OPEN, gettext_lazy("Taken note of"), "acknowledge"),
    (State.CONTAINMENT, gettext_lazy("Correction"), "containment"),
    (State.ANALYSIS, gettext_lazy("Cause analysis"), "analysis"),
    (State.PLAN, gettext_lazy("Action plan"), "plan"),
    (State.APPROVAL, gettext_lazy("Approval"), ""),
    (State.IMPLEMENTATION, gettext_lazy("Implementation"), ""),
    (State.VERIFICATION, gettext_lazy("Verification"), ""),
    (State.WAITING_EFFECT, gettext_lazy("Effect"), "effect"),
    (State.CLOSED, gettext_lazy("Closed"), "overall"),
)
"""The way of a finding: states in order, their words, the time limit that each has."""

MAIN: dict[str, tuple[str, ...]] = {
    State.DRAFT: ("issue",),
    State.OPEN: ("assign",),
    State.CONTAINMENT: ("correct",),
    State.APPROVAL: ("approve",),
    State.VERIFICATION: ("accept",),
    State.WAITING_EFFECT: ("judge",),
    State.NOTED: ("take-up", "share"),
}
"""The one next step of a state; where it depends on what is there already, `_next` says."""

BESIDE: dict[str, tuple[str, ...]] = {
    State.DRAFT: ("drop",),
    State.OPEN: ("acknowledge", "reject"),
    State.APPROVAL: ("send-back",),
    State.VERIFICATION: ("refuse-proof",),
    State.WAITING_EFFECT: ("postpone",),
}
"""Steps that stand beside the next one."""

IN_PLACE = frozenset({"why", "bone", "elsewhere", "action", "effect", "ask", "attach", "translate"})
"""Steps that are offered where they belong on the page."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A step as a button: `key` its name, what it says, where it leads."""

    key: str
    button: Any
    note: Any
    url: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stop on the way: "done", "now" or "" ahead; by when it is due, where a day is set."""

    label: Any
    look: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Waits:
    """Who has to act: the part in the table's words, and people by name."""

    who: str
    names: list[str]


@dataclass(frozen=True, slots=True)
class EffectShown:
    """The effect of one round with its picture and how much of the way was made, in per cent."""

    row: Effect
    picture: SafeString
    share: Any


def _address(finding: Finding, step: str) -> str:
    return reverse("workspace:finding_step", args=[finding.number, step])


def _offer(finding: Finding, step: str) -> Offer:
    words = WORDS[step]
    return Offer(step, words.button, words.note, _address(finding, step), step in ("reject", "cancel", "drop", "request-cancel"))


def _complete(page: FindingPage, planned: PlannedAction) -> Offer:
    words = ACTION_WORDS["complete"]
    address = reverse("workspace:finding_action_step", args=[page.finding.number, planned.pk, "complete"])
    return Offer("complete", words.button, planned.text, address)


def _next(page: FindingPage, can: Sequence[str], viewer: Any) -> Offer | None:
    """The one thing for this person to do now; None when it waits for somebody else."""
    finding = page.finding
    if "confirm-cancel" in can:
        return _offer(finding, "confirm-cancel")
    if finding.state == State.ANALYSIS and "plan" in can:
        if page.root is not None:
            return _offer(finding, "plan")
        if not any(one.rejected_on is None for one in page.causes):
            return _offer(finding, "why")
        words = _("Mark the cause that is to be removed.")
        return Offer("root", _("To the causes"), words, "#causes")
    if finding.state == State.PLAN and "submit" in can:
        return _offer(finding, "action" if not page.has_corrective else "effect" if page.effect is None else "submit")
    if finding.state == State.IMPLEMENTATION:
        mine = [one for one in page.undone if one.pk in page.acts_on]
        own = [one for one in mine if one.assignee_id == viewer.pk] or mine
        if own:
            return _complete(page, own[0])
        if "done" in can and not page.undone:
            return _offer(finding, "done")
    return next((_offer(finding, name) for name in MAIN.get(finding.state, ()) if name in can), None)


def _missing(page: FindingPage) -> list[str]:
    """What the owner still has to do in this state."""
    finding, lacking = page.finding, []
    if finding.state == State.ANALYSIS:
        if page.root is None:
            lacking.append(_("no root cause is marked yet"))
        if not finding.elsewhere:
            lacking.append(_("“could it be elsewhere?” is not answered yet"))
    if finding.state == State.PLAN:
        if not page.has_corrective:
            lacking.append(_("no corrective action is planned yet"))
        if page.effect is None:
            lacking.append(_("the measure of the effect is not fixed yet"))
    return lacking


def _waits(page: FindingPage) -> Waits | None:
    """Who makes the next transition of the table, cancelling aside."""
    finding = page.finding
    rows = [row for row in page.possible if row.code not in ("cancel", "drop", "take_up", "reopen", "reject")]
    if not rows:
        return None
    who = rows[0].who
    if finding.state == State.OPEN:
        return Waits(_("head or coordinator of the authority"), [str(finding.owner)] if finding.owner else [])
    if who is Who.APPROVER:
        return Waits(_("head or coordinator of the authority, or the head of quality; not the owner nor who found the cause"), [])
    if finding.state == State.IMPLEMENTATION and page.undone:
        return Waits(_("those who carry out the plan"), sorted({str(one.assignee) for one in page.undone}))
    people = {Who.OWNER: finding.owner, Who.VERIFIER: finding.verifier, Who.AUTHOR: finding.raised_by}
    named = people.get(who)
    return Waits(_(WHO[who]), [str(named)] if named is not None else [])


def _way(page: FindingPage) -> list[Stage]:
    finding = page.finding
    here = order_of([state for state, _label, _limit in WAY], finding.state)
    if here < 0 and finding.state != State.DRAFT:
        return []
    stages = []
    for place, (state, label, limit) in enumerate(WAY):
        done = place < here or finding.state == State.CLOSED
        look = "done" if done else "now" if place == here else ""
        day = finding.due_on if look == "now" else page.due.get(limit)
        if limit == "effect" and look != "now":
            day = finding.effect_on
        if state == State.CLOSED:
            day = finding.closed_on or finding.overall_due_on
        stages.append(Stage(label, look, None if done and state != State.CLOSED else day))
    return stages


def _effect(row: Effect) -> EffectShown:
    def said(value: Decimal) -> str:
        places = max(-int(value.normalize().as_tuple().exponent), 0)
        return f"{number_said(value, places)}\u00a0{row.unit}" if row.unit else number_said(value, places)

    tone = {Verdict.EFFECTIVE.value: "success", Verdict.PARTLY.value: "warning", Verdict.NOT_EFFECTIVE.value: "danger"}
    values = [
        Value(_("Before"), float(row.baseline), said(row.baseline), "secondary"),
        Value(_("Target"), float(row.target), said(row.target), "primary"),
    ]
    if row.observed is not None:
        values.append(Value(_("After"), float(row.observed), said(row.observed), tone.get(row.verdict, "primary")))
    way = Direction(row.direction).label if row.direction in Direction.values else ""
    return EffectShown(row, measure_svg(values, f"{row.measure}, {way}"), share_closed(row))


def _beside(page: FindingPage, can: Sequence[str], chosen: Offer | None) -> tuple[list[Offer], list[Offer]]:
    """Steps beside the next one, and those that are needed now and then."""
    finding = page.finding
    names = [name for name in can if name not in IN_PLACE and (chosen is None or name != chosen.key)]
    names = [name for name in names if name not in ("plan", "submit", "done") or not _hidden(page, name)]
    near = [name for name in (*BESIDE.get(finding.state, ()), "refuse-cancel", *MAIN.get(finding.state, ())) if name in names]
    return [_offer(finding, name) for name in near], [_offer(finding, name) for name in names if name not in near]


def _hidden(page: FindingPage, name: str) -> bool:
    """Steps that would only be refused are not offered yet: what is missing is said in words."""
    if name == "plan":
        return page.root is None
    if name == "submit":
        return not page.has_corrective or page.effect is None
    return bool(page.undone)


@staff
@require_safe
def finding(request: HttpRequest, number: str) -> HttpResponse:
    """The page of one finding."""
    me = person(request)
    page = finding_page(me, number)
    if page is None:
        raise Http404(_("There is no such finding, or it belongs to an authority whose internals you do not see."))
    row = page.finding
    can = offered(row, page.may)
    step = _next(page, can, me)
    near, further = _beside(page, can, step)
    owner_acts = "findings.act_as_owner" in page.may
    context = {
        "page": page,
        "finding": row,
        "crumbs": crumbs(row),
        "can": can,
        "next": step,
        "near": near,
        "further": further,
        "missing": _missing(page) if owner_acts else [],
        "waits": _waits(page),
        "way": _way(page),
        "who": [(one, _(WHO[one.who]), _(one.guard), State(one.after).label) for one in page.possible if one.code != "cancel"],
        "analysis": analysis_of(page.causes, row.gap_said),
        "category": load_causes().title(row.cause_category, "en" if getattr(request, "LANGUAGE_CODE", "ru") == "en" else "ru")
        if row.cause_category
        else "",
        "effects": [_effect(one) for one in page.effects],
        "thinks": owner_acts and row.state in (State.ANALYSIS, State.PLAN),
        "plans": owner_acts and row.state in (State.ANALYSIS, State.PLAN),
        "acts": owner_acts and row.state == State.IMPLEMENTATION,
        "asks_causes": row.state not in (State.DRAFT, State.NOTED, State.OPEN, State.CONTAINMENT) or bool(page.causes),
        "untranslated": not (row.gap_en or row.requirement_en or row.evidence_en),
        "on": clock.today(),
    }
    return render(request, "workspace/findings/finding.html", context)
