"""What to remind people of, and how urgently (section 7 of the certification facts)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from yantar.engine.certification.breaches import breaches_on
from yantar.engine.certification.facts import AuditKind, CertificateFacts, Status
from yantar.engine.certification.obligations import (
    EDITION_TRANSITION,
    RECERTIFICATION_DECISION,
    RECERTIFICATION_START,
    SURVEILLANCE,
    SUSPENSION_END,
    obligations,
)
from yantar.engine.certification.status import period_on
from yantar.engine.dates import add_days, add_months


class Level(StrEnum):
    """How near: not more than 90, 60 or 30 days are left, or a rule is broken."""

    DAYS_90 = "90"
    DAYS_60 = "60"
    DAYS_30 = "30"
    BREACH = "breach"


ALARM_CODES = (
    "surv_due",
    "recert_start",
    "recert_due",
    "expired_restorable",
    "expired_final",
    "suspension_over_6m",
    "major_due",
    "major_open_before_decision",
    "major_6m_after_stage2",
    "edition_end",
    "cert_missing_field",
    "effective_before_decision",
    "site_not_in_any_audit_3y",
    "scope_mismatch",
)
"""Every code an alarm can have; `recert_due` (expiry itself) and `major_due` (the body's own limit) are added to those of section 7."""

SITE_MONTHS = 36
"""A site should be visited by an audit at least once in so many months (C2)."""

_OF_OBLIGATION = {
    SURVEILLANCE: "surv_due",
    RECERTIFICATION_START: "recert_start",
    RECERTIFICATION_DECISION: "recert_due",
    SUSPENSION_END: "suspension_over_6m",
    EDITION_TRANSITION: "edition_end",
}
_OF_BREACH = ("expired_restorable", "expired_final", "major_open_before_decision", "major_6m_after_stage2", "effective_before_decision")
_LIVE = (Status.ACTIVE, Status.SUSPENDED)


class Alarm(NamedTuple):
    """A reminder: `code` of `ALARM_CODES`, `rule` of `RULES`, the last day `due_on` and the days left to it (negative: late by so many).

    `due_on` is None where there is no deadline, only something to put right. `params` are pairs for the message, sorted by name.
    """

    code: str
    rule: str
    due_on: date | None
    days_left: int | None
    level: Level
    params: tuple[tuple[str, Any], ...] = ()

    @property
    def values(self) -> Mapping[str, Any]:
        """`params` as a mapping."""
        return dict(self.params)

    @property
    def key(self) -> tuple[str, date | None, Level, tuple[tuple[str, Any], ...]]:
        """The same for the same reminder on whatever day: whoever remembers the keys reminds once."""
        return self.code, self.due_on, self.level, self.params


def alarm_level(days_left: int) -> Level | None:
    """The level for so many days left (0: today is the last day), None while more than 90 are left."""
    if days_left < 0:
        return Level.BREACH
    if days_left <= 30:
        return Level.DAYS_30
    if days_left <= 60:
        return Level.DAYS_60
    return Level.DAYS_90 if days_left <= 90 else None


def alarms(facts: CertificateFacts, on: date) -> tuple[Alarm, ...]:
    """What to remind of on the day `on`: by due date, those without one last.

    A withdrawn or superseded certificate, and one not yet granted, raises none but for nonconformities before its first decision.
    """
    period = period_on(facts, on)
    status = Status.DRAFT if period is None else period.status
    found: list[Alarm] = []
    if status is Status.WITHDRAWN or status is Status.SUPERSEDED:
        return ()
    if status is not Status.DRAFT:
        for duty in obligations(facts, on):
            code = _OF_OBLIGATION.get(duty.kind)
            if code is not None:
                days_left = (duty.due_on - on).days
                level = alarm_level(days_left)
                if level is not None:
                    params: tuple[tuple[str, Any], ...] = (("confirmed", duty.confirmed), ("year", duty.year))
                    found.append(Alarm(code, duty.rule, duty.due_on, days_left, level, params))
        for breach in breaches_on(facts, on):
            if breach.code in _OF_BREACH:
                due_on = breach.values.get("restorable_until")
                days_left_or_none = None if due_on is None else (due_on - on).days
                found.append(Alarm(breach.code, breach.rule, due_on, days_left_or_none, Level.BREACH, breach.params))
    if status in _LIVE or status is Status.DRAFT:
        found += _of_nonconformities(facts, on, status)
    if status in _LIVE:
        found += _of_contents(facts, on)
    found.sort(key=lambda alarm: (alarm.due_on or date.max, alarm.code, str(alarm.params)))
    return tuple(found)


def _of_nonconformities(facts: CertificateFacts, on: date, status: Status) -> list[Alarm]:
    """Major nonconformities still open: six months after stage 2 before a first decision (N1), otherwise the body's own limit (N3)."""
    found = []
    for one in facts.nonconformities:
        raised_on = one.audit_ended_on
        if one.grade != "major" or raised_on > on or (one.closed_on is not None and one.closed_on <= on):
            continue
        params: tuple[tuple[str, Any], ...] = (("nonconformity", one.id), ("raised_on", raised_on))
        if one.audit in (AuditKind.STAGE1, AuditKind.STAGE2):
            if status is not Status.DRAFT:
                continue  # granted all the same: told by the breach of that decision
            due_on = add_months(raised_on, 6)
            code, rule = "major_6m_after_stage2", "N1"
        else:
            due_on = add_days(raised_on, facts.limits.major_days)
            code, rule = "major_due", "N4" if one.audit is AuditKind.RECERTIFICATION else "N3"
        days_left = (due_on - on).days
        level = alarm_level(days_left)
        if level is not None:
            found.append(Alarm(code, rule, due_on, days_left, level, params))
    return found


def _of_contents(facts: CertificateFacts, on: date) -> list[Alarm]:
    found = []
    if facts.missing_fields:
        found.append(Alarm("cert_missing_field", "C1", None, None, Level.BREACH, (("fields", tuple(sorted(facts.missing_fields))),)))
    oldest = add_months(on, -SITE_MONTHS)
    for site in facts.sites:
        if site.since <= oldest and (site.until is None or site.until >= on):
            visited = max((day for day in site.audited_on if day <= on), default=None)
            if visited is None or visited < oldest:
                due_on = add_months(visited or site.since, SITE_MONTHS)
                params = (("site", site.name), ("visited_on", visited))
                found.append(Alarm("site_not_in_any_audit_3y", "C2", due_on, (due_on - on).days, Level.BREACH, params))
    if facts.uncovered_services:
        params_of_scope = (("services", tuple(sorted(facts.uncovered_services))),)
        found.append(Alarm("scope_mismatch", "C3", None, None, Level.BREACH, params_of_scope))
    return found
