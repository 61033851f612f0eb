"""The states of an audit and the one table of its steps: from where to where, by whom, on what conditions.

Internal audits go the whole way; an audit of the certification body is planned, then reported when it is over, for what happens in
between is the body's own. Who is named by a word of `WHO`; conditions by a word of `GUARDS`, checked in `actions/lifecycle`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .models import AuditState as State


class Who(StrEnum):
    """Who takes a step. A person may be several of these at once."""

    LEAD = "lead"
    HEAD_OF_QUALITY = "head_of_quality"
    AUTHORITY = "authority"
    """Coordinator or head of the audited authority."""
    COORDINATOR = "coordinator"
    """Coordinator of the audited authority."""


class Guard(StrEnum):
    """What must be so before a step."""

    DAYS = "days"
    TEAM = "team"
    CHECKLIST = "checklist"
    AGENDA = "agenda"
    BEGUN = "begun"
    OPENING = "opening"
    ANSWERED = "answered"
    RAISED = "raised"
    CLOSING = "closing"
    STATEMENTS = "statements"
    CONCLUSION = "conclusion"
    NO_DRAFTS = "no_drafts"
    SETTLED = "settled"
    HOURS = "hours"
    REASON = "reason"
    WINDOW = "window"
    OVER = "over"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table. `action`: the action that takes the step."""

    before: State
    after: State
    who: frozenset[Who]
    guards: tuple[Guard, ...]
    action: str


def _step(before: State, after: State, who: set[Who], action: str, *guards: Guard) -> Step:
    return Step(before, after, frozenset(who), guards, action)


_LEAD, _HEAD, _AUTHORITY, _COORDINATOR = {Who.LEAD}, {Who.HEAD_OF_QUALITY}, {Who.AUTHORITY}, {Who.COORDINATOR}

INTERNAL: tuple[Step, ...] = (
    _step(State.PLANNED, State.PREPARED, _LEAD | _HEAD, "audits.finish_preparation", Guard.DAYS, Guard.TEAM, Guard.CHECKLIST, Guard.AGENDA),
    _step(State.PREPARED, State.PLANNED, _LEAD | _HEAD, "audits.prepare_again"),
    _step(State.PREPARED, State.UNDER_WAY, _LEAD, "audits.begin", Guard.BEGUN, Guard.OPENING),
    _step(State.UNDER_WAY, State.REPORT_DRAFTED, _LEAD, "audits.finish_on_the_spot", Guard.ANSWERED, Guard.RAISED, Guard.CLOSING),
    _step(State.REPORT_DRAFTED, State.UNDER_WAY, _LEAD, "audits.resume"),
    _step(State.REPORT_DRAFTED, State.REPORTED, _LEAD, "audits.sign_report", Guard.STATEMENTS, Guard.CONCLUSION),
    _step(State.REPORTED, State.FOLLOW_UP, _AUTHORITY, "audits.acknowledge_report"),
    _step(State.REPORTED, State.FOLLOW_UP, _LEAD | _HEAD, "audits.answer_dispute", Guard.REASON),
    _step(State.FOLLOW_UP, State.CLOSED, _LEAD | _HEAD, "audits.close", Guard.SETTLED, Guard.HOURS),
    _step(State.PLANNED, State.POSTPONED, _LEAD | _HEAD, "audits.postpone", Guard.REASON),
    _step(State.PREPARED, State.POSTPONED, _LEAD | _HEAD, "audits.postpone", Guard.REASON),
    _step(State.POSTPONED, State.PLANNED, _HEAD, "audits.plan_again", Guard.WINDOW),
    _step(State.PLANNED, State.CANCELLED, _HEAD, "audits.cancel", Guard.REASON),
    _step(State.PREPARED, State.CANCELLED, _HEAD, "audits.cancel", Guard.REASON),
    _step(State.UNDER_WAY, State.CANCELLED, _HEAD, "audits.cancel", Guard.REASON, Guard.NO_DRAFTS),
    _step(State.POSTPONED, State.CANCELLED, _HEAD, "audits.cancel", Guard.REASON),
)
"""Steps of an internal audit."""

EXTERNAL: tuple[Step, ...] = (
    _step(State.PLANNED, State.FOLLOW_UP, _HEAD | _COORDINATOR, "audits.report_external", Guard.OVER, Guard.FACT),
    _step(State.FOLLOW_UP, State.CLOSED, _HEAD | _COORDINATOR, "audits.close", Guard.SETTLED),
    _step(State.PLANNED, State.POSTPONED, _HEAD | _COORDINATOR, "audits.postpone", Guard.REASON),
    _step(State.POSTPONED, State.PLANNED, _HEAD | _COORDINATOR, "audits.plan_again", Guard.WINDOW),
    _step(State.PLANNED, State.CANCELLED, _HEAD | _COORDINATOR, "audits.cancel", Guard.REASON),
    _step(State.POSTPONED, State.CANCELLED, _HEAD | _COORDINATOR, "audits.cancel", Guard.REASON),
)
"""Steps of an audit of the certification body: reported means that its fact of certification is recorded, and follow-up begins at once."""

ORDER: tuple[State, ...] = (
    State.PLANNED,
    State.PREPARED,
    State.UNDER_WAY,
    State.REPORT_DRAFTED,
    State.REPORTED,
    State.FOLLOW_UP,
    State.CLOSED,
)
"""The straight way, for the line of steps on the page."""

FINAL = frozenset({State.CLOSED, State.CANCELLED})
"""Nothing more is awaited."""

EDITABLE = frozenset({State.PLANNED, State.PREPARED})
"""Checklist, agenda and team can still be changed freely; on the spot only own questions are added."""

ON_THE_SPOT = frozenset({State.UNDER_WAY})
"""Answers are taken."""


def table(external: bool) -> tuple[Step, ...]:
    """The steps of one of the two kinds of audits."""
    return EXTERNAL if external else INTERNAL


def steps_from(state: str, external: bool) -> tuple[Step, ...]:
    """Steps that the table foresees from a state, in its order."""
    return tuple(step for step in table(external) if step.before == state)


def find(before: str, action: str, external: bool) -> Step | None:
    """The step that an action takes from a state; None: not from there."""
    return next((step for step in table(external) if step.before == before and step.action == action), None)


def who_may(action: str, external: bool) -> frozenset[Who]:
    """Everybody who takes the steps of an action, from whatever state."""
    found: set[Who] = set()
    for step in table(external):
        if step.action == action:
            found |= step.who
    return frozenset(found)


def mermaid(external: bool = False) -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> planned"]
    lines += [f"    {step.before.value} --> {step.after.value}: {step.action.partition('.')[2]}" for step in table(external)]
    return "\n".join(lines) + "\n"
