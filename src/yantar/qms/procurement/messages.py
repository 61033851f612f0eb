"""Sentences of procurement in the reader's language: what notifications say, what went wrong with a load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

NOTIFICATIONS: dict[str, str] = {
    "procurement.loaded": gettext_noop("The procurement records “%(title)s” are loaded: %(procedures)s procedures"),
    "procurement.not_loaded": gettext_noop("The procurement records “%(title)s” could not be loaded"),
    "procurement.asked": gettext_noop("A question about procurement %(procedure)s: answer by %(due_on)s"),
    "procurement.answered": gettext_noop("The question about procurement %(procedure)s is answered"),
    "procurement.question_late": gettext_noop("The question about procurement %(procedure)s was to be answered by %(due_on)s and is not"),
    "procurement.question_over": gettext_noop("The question about procurement %(procedure)s needs no answer any more"),
    "procurement.published": gettext_noop("Figure of savings %(number)s is published"),
    "procurement.withdrawn": gettext_noop("Figure of savings %(number)s is withdrawn: %(reason)s"),
}
"""Kinds of notifications this part makes."""

LABELS: dict[str, str] = {
    "procedure_id": gettext_noop("Procedure"),
    "lot_id": gettext_noop("Lot"),
    "flag": gettext_noop("Flag"),
    "recognised": gettext_noop("Mapping that was recognised"),
    "procurement.settle.asked": gettext_noop("Ask which authority"),
    "procurement.settle.days": gettext_noop("Working days for the answer"),
    "procurement.settle.ended": gettext_noop("Decision that no longer holds"),
    "procurement.settle.settlement": gettext_noop("Decision"),
    "procurement.withdraw_settlement.ended": gettext_noop("Decision that no longer holds"),
}
"""What parameters of its actions are called in the journal, beside the names of its fields."""


def shown(value: Any) -> str:
    """One parameter for the reader: days in their format."""
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" and (day := parse_date(value)):
        return date_format(day, "DATE_FORMAT")
    return str(value)


def notification_sentence(kind: str, params: Mapping[str, Any]) -> str:
    """The sentence of a notification in the language that is active."""
    return gettext(NOTIFICATIONS[kind]) % {name: shown(value) for name, value in params.items()}
