"""The states of a certificate and the one table of what may be decided in each (rule D1; R6, R7, R9, R16, T3).

A decision that is not in the table can still be recorded: it is a fact. It is then a broken rule and asks for a reason.
"""

from __future__ import annotations

from .models import DecisionKind as Kind
from .models import Status

TRANSITIONS: dict[tuple[Status, Kind], Status] = {
    (Status.DRAFT, Kind.GRANT): Status.ACTIVE,
    (Status.ACTIVE, Kind.CONFIRM): Status.ACTIVE,
    (Status.ACTIVE, Kind.SUSPEND): Status.SUSPENDED,
    (Status.ACTIVE, Kind.REDUCE_SCOPE): Status.ACTIVE,
    (Status.ACTIVE, Kind.WITHDRAW): Status.WITHDRAWN,
    (Status.ACTIVE, Kind.RENEW): Status.ACTIVE,
    (Status.ACTIVE, Kind.MOVE_EDITION): Status.ACTIVE,
    (Status.ACTIVE, Kind.TRANSFER): Status.ACTIVE,
    (Status.SUSPENDED, Kind.RESTORE): Status.ACTIVE,
    (Status.SUSPENDED, Kind.REDUCE_SCOPE): Status.ACTIVE,
    (Status.SUSPENDED, Kind.WITHDRAW): Status.WITHDRAWN,
    (Status.EXPIRED, Kind.RESTORE): Status.ACTIVE,
    (Status.EXPIRED, Kind.RENEW): Status.ACTIVE,
    (Status.EXPIRED, Kind.MOVE_EDITION): Status.ACTIVE,
    (Status.EXPIRED, Kind.GRANT): Status.ACTIVE,
    (Status.EXPIRED, Kind.WITHDRAW): Status.WITHDRAWN,
    (Status.WITHDRAWN, Kind.GRANT): Status.ACTIVE,
}
"""Status and decision → the status that follows. Restoration and a move after expiry are bound to their windows (R7, T3)."""

BY_TIME: tuple[tuple[Status, Status], ...] = (
    (Status.ACTIVE, Status.EXPIRED),
    (Status.SUSPENDED, Status.EXPIRED),
    (Status.ACTIVE, Status.SUPERSEDED),
    (Status.SUSPENDED, Status.SUPERSEDED),
)
"""What happens without a decision: the last day of validity passes, or another certificate takes the place."""


def possible(status: str) -> tuple[Kind, ...]:
    """Decisions that the table foresees in a status, in its order."""
    return tuple(kind for (state, kind) in TRANSITIONS if state == status)


def mermaid() -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {state.value} --> {after.value}: {kind.value}" for (state, kind), after in TRANSITIONS.items()]
    lines += [f"    {state.value} --> {after.value}" for state, after in BY_TIME]
    return "\n".join(lines) + "\n"
