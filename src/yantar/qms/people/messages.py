"""Sentences about auditors in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import lazystr
from django.utils.translation import gettext, gettext_noop

from .fields import field_title
from .standing import Reason

REASONS: dict[str, str] = {
    "too_few_audits": gettext_noop("Audits as auditor: %(audits)s; a lead auditor needs %(needed)s."),
    "no_competence": gettext_noop("No competence for any edition is valid."),
    "requalification": gettext_noop("No audit and no new proof since %(since)s, for more than %(months)s months: requalification is needed."),
    "requalification_near": gettext_noop("Without an audit, requalification is needed from %(due_on)s."),
    "evaluation_late": gettext_noop("The evaluation was due on %(due_on)s."),
    "evaluation_near": gettext_noop("The next evaluation is due by %(due_on)s."),
    "competence_expired": gettext_noop("%(edition)s, %(field)s: the competence ended on %(until)s."),
    "competence_near": gettext_noop("%(edition)s, %(field)s: the competence ends on %(until)s."),
}
"""Why an auditor may not be what is recorded, or soon won't, by the code of `standing`."""

NOTIFICATIONS: dict[str, str] = {
    "people.competence_ending": gettext_noop("%(auditor)s: competence for %(edition)s (%(field)s) ends on %(until)s"),
    "people.competence_over": gettext_noop("%(auditor)s: competence for %(edition)s (%(field)s) ended on %(until)s"),
}


def shown(name: str, value: Any) -> str:
    """One value of a sentence for the reader."""
    if name == "field":
        return field_title(str(value))
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" and (day := parse_date(value)):
        value = day
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value)


class _Sentence:
    def __init__(self, text: str, params: Mapping[str, Any]) -> None:
        self.text, self.params = text, dict(params)

    def __str__(self) -> str:
        return gettext(self.text) % {name: shown(name, value) for name, value in self.params.items()}


def reason_sentence(reason: Reason) -> Any:
    """A reason of a standing in words; translated when it is shown."""
    return lazystr(_Sentence(REASONS[reason.code], reason.params))


def notification_sentence(kind: str, params: Mapping[str, Any]) -> Any:
    """The sentence of a notification of this capability; translated when it is shown."""
    return lazystr(_Sentence(NOTIFICATIONS[kind], params))
