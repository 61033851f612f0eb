"""The states of a passport and the one table of what may be done in each: draft, agreed, in force, replaced; a draft may be dropped, and what
is enacted for a day to come may be called back before it.
"""

from __future__ import annotations

from enum import StrEnum

from yantar.core.states_page import page

from .models import PassportState as State


class Step(StrEnum):
    """What is done with a passport."""

    CHANGE = "change"
    AGREE = "agree"
    ENACT = "enact"
    DROP = "drop"
    CALL_BACK = "call-back"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.CHANGE): State.DRAFT,
    (State.DRAFT, Step.AGREE): State.AGREED,
    (State.DRAFT, Step.DROP): State.DROPPED,
    (State.AGREED, Step.ENACT): State.IN_FORCE,
    (State.AGREED, Step.DROP): State.DROPPED,
    (State.IN_FORCE, Step.CALL_BACK): State.CALLED_BACK,
}
"""State and step → the state that follows; what is not here is refused."""

BY_TIME: tuple[tuple[State, State], ...] = ((State.IN_FORCE, State.REPLACED),)
"""What happens without a decision: the first day comes on which the passport no longer holds."""

PUBLIC = (State.IN_FORCE, State.REPLACED)
"""States that everybody sees."""
GONE = (State.DROPPED, State.CALLED_BACK)
"""States of versions that never held and never will."""


def possible(state: str) -> tuple[Step, ...]:
    """Steps that the table foresees in a state, in its order."""
    return tuple(step for (one, step) in TRANSITIONS if one == state)


def mermaid() -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {state.value} --> {after.value}: {step.value}" for (state, step), after in TRANSITIONS.items()]
    lines += [f"    {state.value} --> {after.value}" for state, after in BY_TIME]
    return "\n".join(lines) + "\n"


ACTIONS = {
    Step.CHANGE: "change_draft",
    Step.AGREE: "agree_passport",
    Step.ENACT: "enact_passport",
    Step.DROP: "drop_passport",
    Step.CALL_BACK: "call_back_passport",
}
"""The action `services.<name>` of every step."""


def document() -> str:
    """docs/states/passport.md: the diagram and the table, in English."""
    rows = [(f"`{before.value}`", f"`{after.value}`", f"`services.{ACTIONS[step]}`") for (before, step), after in TRANSITIONS.items()]
    rows += [
        (f"`{before.value}`", f"`{after.value}`", "`services.turn_passports`, by time: on the first day of the next version")
        for before, after in BY_TIME
    ]
    return page("States of a service's passport", mermaid(), ("from", "to", "action"), rows)
