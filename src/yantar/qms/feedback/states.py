"""The states of an appeal and the one table of what may be done in each: by whom, under which permission, and what follows."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_noop

from yantar.core.states_page import page

from .models import AppealState as State


class Who(StrEnum):
    """Who does it; `rules.py` says which people that is."""

    MODERATOR = "moderator"
    OFFICER = "officer"
    CITIZEN = "citizen"
    TIME = "time"


WHO: dict[Who, str] = {
    Who.MODERATOR: gettext_noop("moderator"),
    Who.OFFICER: gettext_noop("officer for appeals"),
    Who.CITIZEN: gettext_noop("citizen"),
    Who.TIME: gettext_noop("the clock"),
}

SAME: None = None
"""The state stays."""


class Transition(NamedTuple):
    """One row: from any of `before` to `after` (None: the state stays), by `who`, by the action `feedback.<action>` under `permission`.

    permission None: a citizen's own act, proved by the secret code. `guard`: what must be there, a sentence.
    """

    code: str
    before: tuple[State, ...]
    after: State | None
    who: Who
    action: str
    permission: str | None
    guard: str = ""


OPEN = (State.RECEIVED, State.REGISTERED, State.DISPUTED)
"""States in which something is awaited from the authority."""
ENDED = (State.CLOSED, State.DECLINED, State.WITHDRAWN, State.REJECTED)
"""States in which nothing is awaited from anybody."""

_HANDLE, _ANSWER, _MODERATE, _FINDING = "feedback.handle", "feedback.answer", "feedback.moderate", "feedback.raise_finding"
_ACCEPTED = tuple(state for state in State if state not in (State.SUSPECTED, State.REJECTED))

TRANSITIONS: tuple[Transition, ...] = (
    Transition("release", (State.SUSPECTED,), State.RECEIVED, Who.MODERATOR, "release_appeal", _MODERATE),
    Transition("reject", (State.SUSPECTED,), State.REJECTED, Who.MODERATOR, "reject_appeal", _MODERATE, gettext_noop("reason")),
    Transition("register", (State.RECEIVED,), State.REGISTERED, Who.OFFICER, "register_appeal", _HANDLE),
    Transition(
        "forward",
        (State.RECEIVED, State.REGISTERED),
        State.RECEIVED,
        Who.OFFICER,
        "forward_appeal",
        _HANDLE,
        gettext_noop("reason, told to the citizen; not to whom it concerns"),
    ),
    Transition("assign", OPEN, SAME, Who.OFFICER, "assign_appeal", _HANDLE, gettext_noop("not to whom it concerns")),
    Transition("name_concerned", OPEN, SAME, Who.OFFICER, "name_concerned", _HANDLE),
    Transition("extend", (State.REGISTERED,), SAME, Who.OFFICER, "extend_appeal", _HANDLE, gettext_noop("once, by the law's days at most; reason")),
    Transition("answer", (State.REGISTERED,), State.ANSWERED, Who.OFFICER, "answer_appeals", _ANSWER, gettext_noop("text and outcome")),
    Transition(
        "decline", (State.RECEIVED, State.REGISTERED), State.DECLINED, Who.OFFICER, "decline_appeal", _HANDLE, gettext_noop("ground of the law")
    ),
    Transition("withdraw", (State.RECEIVED, State.REGISTERED), State.WITHDRAWN, Who.CITIZEN, "withdraw_appeal", None),
    Transition("dispute", (State.ANSWERED,), State.DISPUTED, Who.CITIZEN, "dispute_appeal", None, gettext_noop("within the time to dispute")),
    Transition("reopen", (State.DISPUTED,), State.REGISTERED, Who.OFFICER, "reopen_appeal", _HANDLE),
    Transition("keep", (State.DISPUTED,), State.CLOSED, Who.OFFICER, "keep_answer", _HANDLE, gettext_noop("reason, told to the citizen")),
    Transition(
        "measures", (State.ANSWERED, State.DISPUTED, State.CLOSED), SAME, Who.OFFICER, "record_measures", _HANDLE, gettext_noop("upheld complaint")
    ),
    Transition(
        "finding",
        (State.REGISTERED, State.ANSWERED, State.DISPUTED, State.CLOSED),
        SAME,
        Who.OFFICER,
        "raise_finding_from",
        _FINDING,
        gettext_noop("none was raised yet"),
    ),
    Transition("publish", _ACCEPTED, SAME, Who.OFFICER, "publish_remark", _HANDLE, gettext_noop("a remark")),
    Transition("note", tuple(State), SAME, Who.OFFICER, "add_note", _HANDLE),
    Transition("close", (State.ANSWERED,), State.CLOSED, Who.TIME, "close_appeal", _HANDLE, gettext_noop("measures taken, where they are due")),
)

_BY_CODE = {row.code: row for row in TRANSITIONS}


def transition(code: str, before: str) -> Transition | None:
    """The row of an act in a state; None where the table has none. KeyError for an unknown act."""
    row = _BY_CODE[code]
    return row if before in row.before else None


def possible(state: str) -> tuple[Transition, ...]:
    """What the table foresees in a state, in its order."""
    return tuple(row for row in TRANSITIONS if state in row.before)


def mermaid() -> str:
    """The table as a Mermaid state diagram, for the documentation; acts that leave the state are left out."""
    lines = ["stateDiagram-v2", "    [*] --> received", "    [*] --> suspected"]
    lines += [f"    {one.value} --> {row.after.value}: {row.code} ({row.who.value})" for row in TRANSITIONS if row.after for one in row.before]
    lines += [f"    {state.value} --> [*]" for state in ENDED]
    return "\n".join(lines) + "\n"


def document() -> str:
    """docs/states/appeal.md: the diagram and the table, in English. What may be done in every state stands first."""
    rows = []
    for row in TRANSITIONS:
        before = "any" if len(row.before) == len(State) else ", ".join(f"`{one.value}`" for one in row.before)
        rows.append((before, f"`{row.after.value}`" if row.after else "the same", WHO[row.who], f"`feedback.{row.action}`", row.guard))
    return page("States of an appeal", mermaid(), ("from", "to", "who", "action", "what must be there"), rows)
