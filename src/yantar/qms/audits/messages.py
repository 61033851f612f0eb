"""Sentences about audits in the reader's language: what stands in the way of a step, what notifications say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from .models import AuditState
from .states import Guard

GUARDS: dict[Guard, Any] = {
    Guard.DAYS: _("The days of the audit are not set."),
    Guard.TEAM: _("The audit has no lead auditor who can sign in."),
    Guard.CHECKLIST: _("The checklist is empty."),
    Guard.AGENDA: _("There is no plan of the day."),
    Guard.BEGUN: _("The first day of the audit has not come yet."),
    Guard.OPENING: _("The opening meeting is not recorded."),
    Guard.ANSWERED: _("Some questions have no answer: answer them, mark them as not checked, or drop them."),
    Guard.RAISED: _("Some answers speak of a nonconformity, but no finding is raised from them."),
    Guard.CLOSING: _("The closing meeting is not recorded."),
    Guard.STATEMENTS: _("Some statements of findings can't be issued as they are."),
    Guard.CONCLUSION: _("The report has no conclusion or no degree of fulfilment."),
    Guard.NO_DRAFTS: _("The audit has drafts of findings: drop them first."),
    Guard.SETTLED: _("Some nonconformities of this audit are still open."),
    Guard.HOURS: _("Enter the audit hours spent."),
    Guard.REASON: _("Give the reason."),
    Guard.WINDOW: _("Enter a new window that has not passed."),
    Guard.OVER: _("The audit is not over yet."),
    Guard.FACT: _("The audit is not recorded on the certificate."),
}
"""What stands in the way of a step, by its condition."""

NOTIFICATIONS: dict[str, str] = {
    "audits.dates": gettext_noop("Internal audit %(number)s: %(first_day)s – %(last_day)s"),
    "audits.dates_changed": gettext_noop("Internal audit %(number)s has other days or another team: %(first_day)s – %(last_day)s"),
    "audits.prepared": gettext_noop("Audit %(number)s is prepared: %(first_day)s – %(last_day)s"),
    "audits.postponed": gettext_noop("Audit %(number)s is postponed: %(reason)s"),
    "audits.planned_again": gettext_noop("Audit %(number)s is planned again: %(window_first)s – %(window_last)s"),
    "audits.cancelled": gettext_noop("Audit %(number)s is cancelled: %(reason)s"),
    "audits.reported": gettext_noop("The report of audit %(number)s is signed: acknowledge or dispute it"),
    "audits.acknowledged": gettext_noop("The report of audit %(number)s is acknowledged"),
    "audits.disputed": gettext_noop("The report of audit %(number)s is disputed"),
    "audits.dispute_answered": gettext_noop("The dispute over audit %(number)s is answered"),
    "audits.closed": gettext_noop("Audit %(number)s is closed"),
    "audits.external_planned": gettext_noop("An audit of the certification body is planned: %(number)s, %(window_first)s – %(window_last)s"),
    "audits.external_reported": gettext_noop("The audit of the certification body is reported: %(number)s"),
}
"""Kinds of notifications this part makes."""


def shown(value: Any) -> str:
    """One parameter for the reader: days in their format."""
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" and (day := parse_date(value)):
        return date_format(day, "DATE_FORMAT")
    return str(value)


def notification_sentence(kind: str, params: Mapping[str, Any]) -> str:
    """The sentence of a notification in the language that is active."""
    return gettext(NOTIFICATIONS[kind]) % {name: shown(value) for name, value in params.items()}


def state_name(state: str) -> str:
    """A state in words."""
    return str(AuditState(state).label)
