"""What Yantar does on its own every morning."""

from __future__ import annotations

from datetime import date

from yantar.core.actions import Actor, action, current
from yantar.qms.findings import reminders


@action("findings.remind", permission="findings.lead", summary=lambda kwargs, result: {"on": kwargs["on"], "told": result})
def remind(*, by: Actor, on: date) -> int:
    """Escalate what is too late and remind of what falls due on a day, each thing once; returns the number of notifications prepared."""
    current().decided["escalated"] = reminders.escalate(on)
    reminders.remind(on)
    return len(current().told)
