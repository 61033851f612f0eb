"""Which rules were, are or will be broken: by a decision as it was recorded, or by time passing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from yantar.engine.certification.decisions import remarks
from yantar.engine.certification.facts import AuditKind, CertificateFacts, Decision, Status
from yantar.engine.certification.history import SUSPENSION_MONTHS, History, history
from yantar.engine.certification.obligations import RECERTIFICATION_START, SURVEILLANCE, all_obligations
from yantar.engine.dates import add_months, day_after

Severity = Literal["breach", "warning"]

_since = attrgetter("since", "code")


class Breach(NamedTuple):
    """A rule that does not hold from `since` to the day before `until` (None: until it is corrected).

    `code` names the case, `rule` the id in `RULES`. `params` are the values for its message, as pairs sorted by name (`values` gives them as a
    mapping); dates are dates, lists are tuples of strings or numbers. `severity`: a "warning" is a doubt to look at, not a broken rule.
    `decision_id` is set where one recorded decision is at fault.
    """

    code: str
    rule: str
    since: date
    until: date | None
    params: tuple[tuple[str, Any], ...] = ()
    severity: Severity = "breach"
    decision_id: int | None = None

    @property
    def values(self) -> Mapping[str, Any]:
        """`params` as a mapping."""
        return dict(self.params)

    def holds(self, on: date) -> bool:
        """Whether the rule is broken on the day `on`."""
        return self.since <= on and (self.until is None or on < self.until)


def breaches(facts: CertificateFacts) -> tuple[Breach, ...]:
    """Everything that breaks a rule, over all time, by the day it began.

    A decision at fault weighs on its cycle: until the next grant or renewal. What time does to a certificate about which nothing more is
    decided is included with days in the future; `breaches_on` and `breaches_until` leave that out.
    """
    known = history(facts)
    if known.breaches is None:
        known.breaches = _collect(facts, known)
    return known.breaches


def breaches_on(facts: CertificateFacts, on: date) -> tuple[Breach, ...]:
    """Those that hold on the day `on`."""
    return tuple(one for one in breaches(facts) if one.holds(on))


def breaches_until(facts: CertificateFacts, on: date) -> tuple[Breach, ...]:
    """Those that had begun by the day `on`, cured or not."""
    return tuple(one for one in breaches(facts) if one.since <= on)


def check_decision(facts: CertificateFacts, decision: Decision, today: date | None = None) -> tuple[Breach, ...]:
    """What recording `decision` on top of the facts would break, by it or by making a recorded later one wrong.

    A decision with the number 0 counts as the newest of its day. With `today` given a decision dated later is a breach too. Nothing is
    refused here: whoever records it gives a reason.
    """
    numbers = [other.id for other in facts.decisions]
    if decision.id == 0 or decision.id in numbers:
        decision = replace(decision, id=max(numbers, default=0) + 1)
    together = replace(facts, decisions=(*facts.decisions, decision))
    before = {(one.code, one.decision_id, one.params) for one in breaches(facts)}
    found: list[Breach] = []
    if today is not None and decision.decided_on > today:
        params = (("decided_on", decision.decided_on), ("today", today))
        found.append(Breach("decided_in_future", "D2", decision.decided_on, None, params, "breach", decision.id))
    for one in breaches(together):
        number = one.decision_id
        if number == decision.id or (number is not None and (one.code, number, one.params) not in before):
            found.append(one)
    return tuple(found)


def _collect(facts: CertificateFacts, known: History) -> tuple[Breach, ...]:
    found: list[Breach] = []
    for step in known.steps:
        for code, rule, params, severity in remarks(known, step):
            decision = step.decision
            found.append(Breach(code, rule, decision.decided_on, _next_cycle(known, step.day), params, severity, decision.id))
    _from_time(facts, known, found)
    if facts.missing_fields and known.marks:
        since, until = known.marks[0].begins_on, _end_of_validity(known)
        if until is None or until > since:
            params = (("fields", tuple(sorted(facts.missing_fields))),)
            found.append(Breach("cert_missing_field", "C1", since, until, params, "warning"))
    if facts.reorganised_on:
        _reorganised(facts, known, found)
    found.sort(key=_since)
    return tuple(found)


def _from_time(facts: CertificateFacts, known: History, found: list[Breach]) -> None:
    missed: dict[date, list[int]] = {}
    for kind, rule, _, due_on, met_on, year, cancelled, closed_on, _ in all_obligations(facts):
        if (met_on is not None and met_on <= due_on) or cancelled or (kind != SURVEILLANCE and kind != RECERTIFICATION_START):
            continue
        since = day_after(due_on)
        # The day on which something is done late is still a day late.
        until = closed_on
        if met_on is not None and (closed_on is None or met_on < closed_on):
            until = day_after(met_on)
        if until is not None and until <= since:
            continue
        if kind == RECERTIFICATION_START:
            found.append(Breach("recertification_audit_late", "R5", since, until, (("due_on", due_on),), "warning"))
            continue
        found.append(Breach("surveillance_late", rule, since, until, (("due_on", due_on), ("year", year))))
        if met_on is None and until is not None and year is not None:
            missed.setdefault(until, []).append(year)
    if missed:
        for cycle in known.cycles:
            renewal = cycle.renewal
            if renewal is None:
                continue
            years = missed.get(renewal.decided_on, []) + (missed.get(cycle.lapsed_on, []) if cycle.lapsed_on is not None else [])
            if years:
                params = (("years", tuple(years)),)
                until = _next_cycle(known, renewal.in_force_on)
                found.append(Breach("surveillance_missing", "R3", renewal.decided_on, until, params, "breach", renewal.id))
    for suspension in known.suspensions:
        due_on = add_months(suspension.began_on, SUSPENSION_MONTHS)
        ended_on, closed_on = suspension.ended_on, suspension.closed_on
        since, until = day_after(due_on), closed_on if ended_on is None else day_after(ended_on)
        if until is None or until > since:
            number = None if suspension.ended_by is None else suspension.ended_by.id
            late: tuple[tuple[str, Any], ...] = (("due_on", due_on), ("suspended_on", suspension.began_on))
            found.append(Breach("suspension_over_6m", "R9", since, until, late, "breach", number))
    for lapse in known.lapses:
        last_day = lapse.last_day
        window_end = add_months(last_day, known.window_months)
        since, final = lapse.began_on, day_after(window_end)
        rule = "T3" if lapse.by_edition else "R7"
        until = lapse.revived_on or lapse.closed_on
        expired: tuple[tuple[str, Any], ...] = (("expired_on", last_day), ("restorable_until", window_end))
        if since < final and (until is None or until > since):
            found.append(Breach("expired_restorable", rule, since, final if until is None or until > final else until, expired))
        since = max(since, final)
        if until is None or until > since:
            found.append(Breach("expired_final", rule, since, until, expired))


def _next_cycle(known: History, day: date) -> date | None:
    """When the first cycle after `day` begins: a decision at fault weighs until then."""
    for cycle in known.cycles:
        if cycle.began_on > day:
            return cycle.began_on
    return None


def _end_of_validity(known: History) -> date | None:
    last = known.marks[-1]
    return None if last.status in (Status.ACTIVE, Status.SUSPENDED) else last.begins_on


def _reorganised(facts: CertificateFacts, known: History, found: list[Breach]) -> None:
    """R17: a reorganisation leaves the question of a stage 1 open until the next stage 1, renewal or the end."""
    for day in sorted(set(facts.reorganised_on)):
        for cycle in known.cycles:
            ends_on = cycle.renewal.decided_on if cycle.renewal is not None else cycle.closed_on or cycle.lapsed_on
            if cycle.decided_on <= day and (ends_on is None or day < ends_on):
                answered = [audit.ended_on for audit in facts.audits if audit.kind is AuditKind.STAGE1 and audit.ended_on >= day]
                until = min((value for value in (*answered, ends_on) if value is not None), default=None)
                if until is None or until > day:
                    found.append(Breach("stage1_needed", "R17", day, until, (("reorganised_on", day),), "warning"))
                break
