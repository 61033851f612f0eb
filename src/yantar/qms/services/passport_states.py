"""The states of a passport and the one table of what may be done in each: draft, agreed, in force, replaced; a draft may be dropped."""

from __future__ import annotations

from enum import StrEnum

from .models import PassportState as State


class Step(StrEnum):
    """What is done with a passport."""

    CHANGE = "change"
    AGREE = "agree"
    ENACT = "enact"
    DROP = "drop"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.CHANGE): State.DRAFT,
    (State.DRAFT, Step.AGREE): State.AGREED,
    (State.DRAFT, Step.DROP): State.DROPPED,
    (State.AGREED, Step.ENACT): State.IN_FORCE,
    (State.AGREED, Step.DROP): State.DROPPED,
}
"""State and step → the state that follows; what is not here is refused."""

BY_TIME: tuple[tuple[State, State], ...] = ((State.IN_FORCE, State.REPLACED),)
"""What happens without a decision: the first day comes on which the passport no longer holds."""

PUBLIC = (State.IN_FORCE, State.REPLACED)
"""States that everybody sees."""


def possible(state: str) -> tuple[Step, ...]:
    """Steps that the table foresees in a state, in its order."""
    return tuple(step for (one, step) in TRANSITIONS if one == state)


def mermaid() -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {state.value} --> {after.value}: {step.value}" for (state, step), after in TRANSITIONS.items()]
    lines += [f"    {state.value} --> {after.value}" for state, after in BY_TIME]
    return "\n".join(lines) + "\n"
