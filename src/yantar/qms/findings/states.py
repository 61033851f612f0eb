"""The states of a finding and the one table of its transitions (audits.md §6), with who may make each and what must be there first.

Three rows are ours beside it: what asks for no corrective action is noted, may be taken up after all, and a draft may be dropped.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_noop

from yantar.core.states_page import page

from .models import FINAL, State


class Who(StrEnum):
    """Who makes a transition; `rules.py` says which people that is."""

    AUTHOR = "author"
    OWNER = "owner"
    APPROVER = "approver"
    VERIFIER = "verifier"
    LEAD = "lead"


WHO: dict[Who, str] = {
    Who.AUTHOR: gettext_noop("author"),
    Who.OWNER: gettext_noop("owner"),
    Who.APPROVER: gettext_noop("approver"),
    Who.VERIFIER: gettext_noop("verifier"),
    Who.LEAD: gettext_noop("quality lead"),
}


class Transition(NamedTuple):
    """One row: from `before` to `after`, by `who`, made by the action `findings.<action>` under `permission` when `guard` (a sentence) holds."""

    code: str
    before: State
    after: State
    who: Who
    action: str
    permission: str
    guard: str = ""


_AUTHOR, _SET, _OWNER = "findings.change_draft", "findings.set_owner", "findings.act_as_owner"
_APPROVE, _VERIFY, _LEAD = "findings.approve", "findings.verify", "findings.lead"

_TABLE = (
    Transition("open", State.DRAFT, State.OPEN, Who.AUTHOR, "open_finding", _AUTHOR, gettext_noop("finding or complaint linked")),
    Transition("reject", State.OPEN, State.REJECTED, Who.LEAD, "reject", _LEAD, gettext_noop("reason")),
    Transition("assign", State.OPEN, State.CONTAINMENT, Who.OWNER, "assign", _SET, gettext_noop("owner and due date set")),
    Transition(
        "correct",
        State.CONTAINMENT,
        State.ANALYSIS,
        Who.OWNER,
        "record_correction",
        _OWNER,
        gettext_noop("correction recorded, or not possible and why"),
    ),
    Transition(
        "plan", State.ANALYSIS, State.PLAN, Who.OWNER, "propose_plan", _OWNER, gettext_noop("cause with evidence; “could it be elsewhere?” answered")
    ),
    Transition(
        "submit",
        State.PLAN,
        State.APPROVAL,
        Who.OWNER,
        "submit_for_approval",
        _OWNER,
        gettext_noop("each action: who, by when, measure, target; the effect's measure fixed"),
    ),
    Transition("send_back", State.APPROVAL, State.PLAN, Who.APPROVER, "send_back", _APPROVE, gettext_noop("comment")),
    Transition(
        "approve",
        State.APPROVAL,
        State.IMPLEMENTATION,
        Who.APPROVER,
        "approve",
        _APPROVE,
        gettext_noop("neither the owner nor an author of the cause analysis"),
    ),
    Transition(
        "done",
        State.IMPLEMENTATION,
        State.VERIFICATION,
        Who.OWNER,
        "submit_for_verification",
        _OWNER,
        gettext_noop("all actions done with proof"),
    ),
    Transition("refuse_proof", State.VERIFICATION, State.IMPLEMENTATION, Who.VERIFIER, "refuse_proof", _VERIFY, gettext_noop("proof insufficient")),
    Transition(
        "accept_proof", State.VERIFICATION, State.WAITING_EFFECT, Who.VERIFIER, "accept_proof", _VERIFY, gettext_noop("day of judging the effect set")
    ),
    Transition(
        "effective",
        State.WAITING_EFFECT,
        State.CLOSED,
        Who.VERIFIER,
        "judge_effect",
        _VERIFY,
        gettext_noop("target met, no recurrence in the window"),
    ),
    Transition(
        "not_effective", State.WAITING_EFFECT, State.ANALYSIS, Who.VERIFIER, "judge_effect", _VERIFY, gettext_noop("not effective; reopened + 1")
    ),
    Transition(
        "reopen",
        State.CLOSED,
        State.ANALYSIS,
        Who.LEAD,
        "reopen",
        _LEAD,
        gettext_noop("recurrence of the same clause and process within 12 months"),
    ),
)

CANCELLABLE = tuple(state for state in State if state not in FINAL)
"""Every state before closing."""

_CANCEL = tuple(
    Transition("cancel", state, State.CANCELLED, Who.LEAD, "cancel", _LEAD, gettext_noop("reason; a second approver for majors"))
    for state in CANCELLABLE
)

_OURS = (
    Transition("note", State.DRAFT, State.NOTED, Who.AUTHOR, "open_finding", _AUTHOR, gettext_noop("no nonconformity")),
    Transition("take_up", State.NOTED, State.OPEN, Who.OWNER, "take_up", _SET, gettext_noop("observation or opportunity")),
    Transition("drop", State.DRAFT, State.CANCELLED, Who.AUTHOR, "drop_draft", _AUTHOR, gettext_noop("reason")),
)

TRANSITIONS: tuple[Transition, ...] = (*_TABLE, *_CANCEL, *_OURS)

_BY_CODE = {(row.code, row.before): row for row in TRANSITIONS}


def transition(code: str, before: str) -> Transition | None:
    """The row of a transition from a state; None where the table has none."""
    return _BY_CODE.get((code, State(before)))


def possible(state: str) -> tuple[Transition, ...]:
    """What the table foresees in a state, in its order."""
    return tuple(row for row in TRANSITIONS if row.before == state)


def mermaid() -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {row.before.value} --> {row.after.value}: {row.code} ({row.who.value})" for row in TRANSITIONS if row.code != "cancel"]
    lines += [f"    {row.before.value} --> {row.after.value}: cancel (lead)" for row in TRANSITIONS if row.code == "cancel"]
    lines += [f"    {state.value} --> [*]" for state in State if state in FINAL]
    return "\n".join(lines) + "\n"


def document() -> str:
    """docs/states/finding.md: the diagram and the table, in English."""
    rows = [(f"`{r.before.value}`", f"`{r.after.value}`", WHO[r.who], f"`findings.{r.action}`", r.guard) for r in TRANSITIONS]
    return page("States of a finding", mermaid(), ("from", "to", "who", "action", "what must be there"), rows)
