"""Sentences about appeals in the reader's language: what notifications say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from .models import AppealKind

NOTIFICATIONS: dict[str, str] = {
    "feedback.received": gettext_noop("%(number)s: received (%(about)s), to be registered by %(due_on)s"),
    "feedback.forwarded": gettext_noop("%(number)s: forwarded to you, to be registered by %(due_on)s"),
    "feedback.assigned": gettext_noop("%(number)s: given to you, due on %(due_on)s"),
    "feedback.withdrawn": gettext_noop("%(number)s: withdrawn by the citizen"),
    "feedback.disputed": gettext_noop("%(number)s: the citizen says it is not solved; decide by %(due_on)s"),
    "feedback.reopened": gettext_noop("%(number)s: taken up again, due on %(due_on)s"),
    "feedback.appeal_waits": gettext_noop("An appeal waits for moderation; what else comes today waits there as well"),
    "feedback.rating_waits": gettext_noop("A rating waits for moderation; what else comes today waits there as well"),
    "feedback.alarm": gettext_noop("%(number)s: %(percent)s %% of the time has run, due on %(due_on)s"),
    "feedback.due_today": gettext_noop("%(number)s: the last day is %(due_on)s"),
    "feedback.late": gettext_noop("%(number)s: late, it was due on %(due_on)s"),
}
"""Kinds of notifications about appeals and ratings; their parameters are worded by `shown`."""


def shown(name: str, value: Any) -> str:
    """One parameter of a sentence for the reader: days in their format, codes as words."""
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" and (day := parse_date(value)):
        value = day
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if value is None:
        return "–"
    return str(AppealKind(value).label) if name == "about" and value in AppealKind.values else str(value)


def notification_sentence(kind: str, params: Mapping[str, Any]) -> str:
    """What a notification of a kind says, in the language that is active."""
    return gettext(NOTIFICATIONS[kind]) % {name: shown(name, value) for name, value in params.items()}
