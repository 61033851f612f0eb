"""Sentences about certificates in the reader's language: broken rules, obligations, what notifications say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import lazystr
from django.utils.translation import get_language, gettext, gettext_noop

from yantar.engine.certification.rules import RULES

from .models import DecisionKind, ExternalAuditKind, Status

BREACHES: dict[str, str] = {
    "decided_in_future": gettext_noop("The decision is dated %(decided_on)s, later than today."),
    "effective_before_decision": gettext_noop("In force from %(effective_on)s, before it was decided on %(decided_on)s."),
    "audit_after_decision": gettext_noop("The audit ended on %(audit_on)s, after the decision of %(decided_on)s."),
    "decision_not_allowed": gettext_noop("“%(kind)s” is not foreseen for a certificate in the state “%(status)s”."),
    "transfer_of_invalid": gettext_noop("Only a certificate in force can be transferred; this one is in the state “%(status)s”."),
    "suspension_reason_missing": gettext_noop("The suspension has no ground."),
    "expiry_too_late": gettext_noop("Valid until %(expires_on)s, later than %(limit_on)s."),
    "expiry_before_effective": gettext_noop("Valid until %(expires_on)s, before it is in force on %(effective_on)s."),
    "stage1_missing": gettext_noop("No stage 1 audit is recorded before the decision."),
    "stage2_missing": gettext_noop("No stage 2 audit is recorded before the decision."),
    "stage1_stale": gettext_noop("Stage 1 ended on %(stage1_on)s, more than six months before stage 2 on %(stage2_on)s."),
    "renewal_after_expiry": gettext_noop("Renewed on %(decided_on)s, after it expired on %(expired_on)s."),
    "restoration_too_late": gettext_noop("Decided on %(decided_on)s; it could be restored until %(limit_on)s."),
    "recertification_audit_missing": gettext_noop("No recertification audit is recorded before the decision."),
    "renewed_without_stage1": gettext_noop("Renewed without a stage 1 after the reorganisation of %(reorganised_on)s."),
    "move_after_edition_end": gettext_noop("Moved on %(decided_on)s, after the end of the edition on %(expired_on)s."),
    "edition_unchanged": gettext_noop("The certificate is to edition %(edition)s already."),
    "edition_backwards": gettext_noop("Edition %(edition)s is older than %(previous)s."),
    "edition_missing": gettext_noop("The decision names no edition."),
    "edition_unknown": gettext_noop("Edition %(edition)s is not known here."),
    "edition_not_published": gettext_noop("Edition %(edition)s was published on %(published_on)s, after the decision."),
    "edition_ended": gettext_noop("Certificates to edition %(edition)s ended on %(ends_on)s."),
    "edition_closed_to_new": gettext_noop("New certificates to edition %(edition)s were possible until %(new_until)s."),
    "expiry_beyond_edition": gettext_noop("Valid until %(expires_on)s, beyond the end of edition %(edition)s on %(ends_on)s."),
    "minor_plan_missing": gettext_noop("No accepted plan for a minor nonconformity of %(raised_on)s."),
    "major_open_before_decision": gettext_noop("A major nonconformity of %(raised_on)s was open at the decision."),
    "major_closed_after_expiry": gettext_noop("A major nonconformity was closed on %(closed_on)s, after expiry."),
    "major_6m_after_stage2": gettext_noop("A major nonconformity was closed on %(closed_on)s, more than six months after stage 2."),
    "surveillance_missing": gettext_noop("Renewed although surveillance is missing: %(years)s."),
    "surveillance_late": gettext_noop("Surveillance for %(year)s was due on %(due_on)s."),
    "recertification_audit_late": gettext_noop("The recertification audit was due on %(due_on)s."),
    "suspension_over_6m": gettext_noop("Suspended since %(suspended_on)s, longer than six months."),
    "expired_restorable": gettext_noop("Expired on %(expired_on)s; it can be restored until %(restorable_until)s."),
    "expired_final": gettext_noop("Expired on %(expired_on)s and can't be restored any more."),
    "cert_missing_field": gettext_noop("The certificate does not show: %(fields)s."),
    "stage1_needed": gettext_noop("Reorganised on %(reorganised_on)s: recertification may need a stage 1."),
}
"""What is wrong, by the engine's code. A code that is not here is told by its rule alone."""

OBLIGATIONS: dict[str, str] = {
    "surveillance": gettext_noop("Surveillance"),
    "recertification_start": gettext_noop("Recertification audit"),
    "recertification_decision": gettext_noop("Recertification decision"),
    "suspension_end": gettext_noop("End of the suspension"),
    "restoration_window": gettext_noop("Restoration"),
    "edition_transition": gettext_noop("Move to the next edition"),
}

FIELDS: dict[str, str] = {
    "client": gettext_noop("name of the client"),
    "address": gettext_noop("address of the client"),
    "scope": gettext_noop("scope"),
    "body_address": gettext_noop("address of the certification body"),
    "accreditation": gettext_noop("number of accreditation"),
    "expiry": gettext_noop("day of expiry"),
}

NOTIFICATIONS: dict[str, str] = {
    "certification.decision": gettext_noop("%(number)s: %(decision)s on %(decided_on)s"),
    "certification.reversed": gettext_noop("%(number)s: the entry “%(decision)s” of %(decided_on)s was reversed"),
    "certification.audit": gettext_noop("%(number)s: audit “%(audit)s” ended on %(ended_on)s"),
    "certification.audit_taken_back": gettext_noop("%(number)s: the audit “%(audit)s” of %(ended_on)s was taken back"),
    "certification.superseded": gettext_noop("%(number)s is superseded by %(follower)s from %(on)s"),
    "certification.reminder": gettext_noop("%(number)s: %(obligation)s by %(due_on)s, days left: %(days)s"),
    "certification.breach": gettext_noop("%(number)s: %(obligation)s was due on %(due_on)s"),
}
"""Kinds of notifications this capability makes; their parameters are worded by `shown`."""


def shown(name: str, value: Any) -> str:
    """One parameter of a sentence for the reader: days in their format, codes as words."""
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" and (day := parse_date(value)):
        value = day
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, (list, tuple)):
        return ", ".join(shown("field" if name == "fields" else name, item) for item in value)
    if name in ("kind", "decision") and value in DecisionKind.values:
        return str(DecisionKind(value).label)
    if name == "audit" and value in ExternalAuditKind.values:
        return str(ExternalAuditKind(value).label)
    if name == "status" and value in Status.values:
        return str(Status(value).label)
    if name == "obligation":
        return gettext(OBLIGATIONS.get(value, value))
    if name == "field":
        return gettext(FIELDS.get(value, value))
    return str(value)


class _Sentence:
    def __init__(self, text: str, rule: str, params: Mapping[str, Any]) -> None:
        self.text, self.rule, self.params = text, rule, dict(params)

    def __str__(self) -> str:
        words = gettext(self.text) % {name: shown(name, value) for name, value in self.params.items()} if self.text else ""
        return f"{words} {rule_sentence(self.rule)}".strip() if self.rule else words


def breach_sentence(code: str, rule: str, params: Mapping[str, Any]) -> Any:
    """What is wrong and which rule says so; translated when it is shown."""
    return lazystr(_Sentence(BREACHES.get(code, ""), rule, params))


def notification_sentence(kind: str, params: Mapping[str, Any]) -> Any:
    """The sentence of a notification of this capability; translated when it is shown."""
    return lazystr(_Sentence(NOTIFICATIONS[kind], "", params))


def rule_sentence(rule: str) -> str:
    """A rule with its text in the reader's language, "" for an unknown one."""
    found = RULES.get(rule)
    if found is None:
        return ""
    return f"{found.id}: {found.text_en if get_language() == 'en' else found.text_ru}"


def obligation_name(kind: str) -> str:
    """An obligation in words."""
    return gettext(OBLIGATIONS.get(kind, kind))


ALARMS: dict[str, str] = {
    "surv_due": gettext_noop("Surveillance is due by %(due_on)s."),
    "recert_start": gettext_noop("The recertification audit is due by %(due_on)s."),
    "recert_due": gettext_noop("The recertification decision is due by %(due_on)s."),
    "expired_restorable": gettext_noop("Expired on %(expired_on)s; it can be restored until %(restorable_until)s."),
    "expired_final": gettext_noop("Expired on %(expired_on)s and can't be restored any more."),
    "suspension_over_6m": gettext_noop("The suspension must end by %(due_on)s."),
    "major_due": gettext_noop("A major nonconformity of %(raised_on)s must be closed by %(due_on)s."),
    "major_open_before_decision": gettext_noop("A major nonconformity of %(raised_on)s was open at the decision."),
    "major_6m_after_stage2": gettext_noop("A major nonconformity of %(raised_on)s must be closed by %(due_on)s."),
    "edition_end": gettext_noop("Certificates to this edition end on %(due_on)s."),
    "cert_missing_field": gettext_noop("The certificate does not show: %(fields)s."),
    "effective_before_decision": gettext_noop("In force from %(effective_on)s, before it was decided on %(decided_on)s."),
    "site_not_in_any_audit_3y": gettext_noop("The site “%(site)s” was in no audit for three years."),
    "scope_mismatch": gettext_noop("No certificate covers these services: %(services)s."),
}
"""What to be reminded of, by the engine's code."""


def alarm_sentence(code: str, rule: str, params: Mapping[str, Any]) -> Any:
    """What to be reminded of and which rule says so; translated when it is shown."""
    return lazystr(_Sentence(ALARMS.get(code, ""), rule, params))
