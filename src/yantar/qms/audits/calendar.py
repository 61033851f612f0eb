"""The working days that audits are planned by."""

from __future__ import annotations

from yantar.engine.working_days import WorkingCalendar


def working_calendar() -> WorkingCalendar:
    """The government's working days."""
    return WorkingCalendar()
