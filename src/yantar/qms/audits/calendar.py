"""The working days that audits are planned by: the government's."""

from yantar.qms.organisation.queries.calendar import working_calendar

__all__ = ["working_calendar"]
