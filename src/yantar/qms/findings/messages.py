"""Sentences about findings in the reader's language: notifications, and what each person has to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import lazystr
from django.utils.translation import get_language, gettext, gettext_noop

from yantar.library.causes import load_causes

from .models import ElsewhereAnswer, Grade, State, Verdict

NOTIFICATIONS: dict[str, str] = {
    "findings.opened": gettext_noop("%(number)s: %(grade)s, to be acknowledged by %(due_on)s: %(gap)s"),
    "findings.noted": gettext_noop("%(number)s: %(grade)s: %(gap)s"),
    "findings.taken_up": gettext_noop("%(number)s: taken up, a corrective action follows"),
    "findings.acknowledged": gettext_noop("%(number)s: acknowledged"),
    "findings.rejected": gettext_noop("%(number)s: rejected: %(reason)s"),
    "findings.assigned": gettext_noop("%(number)s: you are the owner; correct it by %(due_on)s"),
    "findings.handed_over": gettext_noop("%(number)s: you are the owner now; state: %(state)s"),
    "findings.corrected": gettext_noop("%(number)s: the case is corrected, the cause is being looked for"),
    "findings.analysed": gettext_noop("%(number)s: the cause is found: %(category)s"),
    "findings.to_approve": gettext_noop("%(number)s: the plan of action waits for approval"),
    "findings.sent_back": gettext_noop("%(number)s: the plan was sent back: %(comment)s"),
    "findings.approved": gettext_noop("%(number)s: the plan is approved"),
    "findings.action_assigned": gettext_noop("%(number)s: an action for you by %(due_on)s: %(text)s"),
    "findings.action_done": gettext_noop("%(number)s: done: %(text)s"),
    "findings.verifier": gettext_noop("%(number)s: you verify the corrective action"),
    "findings.to_verify": gettext_noop("%(number)s: all actions are done, the proof waits for you"),
    "findings.proof_refused": gettext_noop("%(number)s: the proof is not sufficient: %(comment)s"),
    "findings.proof_accepted": gettext_noop("%(number)s: the proof is accepted; the effect is judged on %(effect_on)s"),
    "findings.effect_postponed": gettext_noop("%(number)s: the effect is judged on %(effect_on)s"),
    "findings.closed": gettext_noop("%(number)s: effective, closed"),
    "findings.not_effective": gettext_noop("%(number)s: %(verdict)s, back to the cause analysis"),
    "findings.reopened": gettext_noop("%(number)s: reopened, it came again as %(later)s"),
    "findings.reopened_by_hand": gettext_noop("%(number)s: reopened: %(comment)s"),
    "findings.linked": gettext_noop("%(number)s: it came again as %(later)s"),
    "findings.recurs_often": gettext_noop("%(number)s: it keeps coming back, recurrences so far: %(count)s"),
    "findings.cancelled": gettext_noop("%(number)s: cancelled: %(reason)s"),
    "findings.cancel_wanted": gettext_noop("%(number)s: is to be cancelled, a second approval is needed: %(reason)s"),
    "findings.cancel_refused": gettext_noop("%(number)s: is not cancelled: %(reason)s"),
    "findings.shared": gettext_noop("A strength worth a look: %(gap)s"),
    "findings.asked_elsewhere": gettext_noop("Could it be with you too? Answer by %(due_on)s: %(text)s"),
    "findings.answered_elsewhere": gettext_noop("%(number)s: %(authority)s answered: %(answer)s"),
    "findings.case_opened": gettext_noop("%(number)s: one cause in %(count)s authorities, a government-wide case: %(title)s"),
    "findings.case_decided": gettext_noop("%(number)s: decided for all: %(decision)s"),
    "findings.case_closed": gettext_noop("%(number)s: the government-wide case is closed"),
    "findings.escalated": gettext_noop("%(number)s: %(days)s days late in the state “%(state)s”"),
    "findings.reminder": gettext_noop("%(number)s: “%(state)s” is due on %(due_on)s"),
    "findings.effect_due": gettext_noop("%(number)s: the effect is to be judged on %(due_on)s"),
    "findings.action_due": gettext_noop("%(number)s: your action is due on %(due_on)s: %(text)s"),
    "findings.answer_due": gettext_noop("Could it be with you too? The answer is due on %(due_on)s: %(text)s"),
}
"""Kinds of notifications this capability makes; their parameters are worded by `shown`."""

DUTIES: dict[str, str] = {
    "issue": gettext_noop("Issue the draft"),
    "acknowledge": gettext_noop("Acknowledge it and name an owner"),
    "assign": gettext_noop("Name an owner"),
    "correct": gettext_noop("Record the correction"),
    "analyse": gettext_noop("Find the cause"),
    "plan": gettext_noop("Plan the actions"),
    "approve": gettext_noop("Approve the plan"),
    "implement": gettext_noop("Carry out the plan"),
    "submit": gettext_noop("All is done: hand it over for verification"),
    "act": gettext_noop("Do the action"),
    "verify": gettext_noop("Check the proof"),
    "judge": gettext_noop("Judge the effect"),
    "confirm_cancel": gettext_noop("Confirm the cancelling"),
    "answer": gettext_noop("Answer: could it be with you too?"),
    "decide_case": gettext_noop("Decide the case for all"),
}
"""What a person is to do next, by code."""

_WORDS: dict[str, Any] = {"grade": Grade, "state": State, "verdict": Verdict, "answer": ElsewhereAnswer.Answer}


def shown(name: str, value: Any) -> str:
    """One parameter of a sentence for the reader: days in their format, codes as words."""
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" and (day := parse_date(value)):
        value = day
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if value is None:
        return "—"
    if isinstance(value, Mapping):
        return str(value.get(get_language() or "ru") or value.get("ru") or "—")
    if name == "category":
        return load_causes().title(str(value), get_language() or "ru")
    if name in _WORDS and value in _WORDS[name].values:
        return str(_WORDS[name](value).label)
    return str(value)


class _Sentence:
    def __init__(self, text: str, params: Mapping[str, Any]) -> None:
        self.text, self.params = text, dict(params)

    def __str__(self) -> str:
        return gettext(self.text) % {name: shown(name, value) for name, value in self.params.items()}


def notification_sentence(kind: str, params: Mapping[str, Any]) -> Any:
    """The sentence of a notification of this capability; translated when it is shown."""
    return lazystr(_Sentence(NOTIFICATIONS[kind], params))


def duty_sentence(code: str) -> str:
    """What is to be done, in the reader's language."""
    return gettext(DUTIES[code])
