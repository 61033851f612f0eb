"""The state of a certificate on every day of its life (state machine of the certification rules, R6, R7, R9, T1)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import NamedTuple

from yantar.engine.certification.facts import CertificateFacts, DecisionKind, Status
from yantar.engine.certification.history import CYCLE_MONTHS, history, renewal_term
from yantar.engine.certification.records import Mark
from yantar.engine.dates import add_months, day_before

_ISSUES_ANEW = (DecisionKind.REDUCE_SCOPE, DecisionKind.MOVE_EDITION, DecisionKind.TRANSFER)


class StatusPeriod(NamedTuple):
    """From `begins_on` to the day before `ends_on` (None: no end known) status, edition and expiry stay the same.

    `expires_on` is the last day of validity as it stood in the period, the end of the edition already applied (T1).
    """

    status: Status
    begins_on: date
    ends_on: date | None
    edition: str
    expires_on: date | None


def timeline(facts: CertificateFacts) -> tuple[StatusPeriod, ...]:
    """The contiguous periods of the certificate's life, from the day its first grant came into force; empty without a grant.

    Later periods are what will be if nothing more is decided: a valid certificate ends with a period `EXPIRED`.
    """
    known = history(facts)
    if known.periods is None:
        periods = []
        ends_on: date | None = None
        for mark in reversed(known.marks):
            begins_on, standing, edition, expires_on = mark
            periods.append(StatusPeriod(standing, begins_on, ends_on, edition, expires_on))
            ends_on = begins_on
        periods.reverse()
        known.periods = tuple(periods)
    return known.periods


def period_on(facts: CertificateFacts, on: date) -> StatusPeriod | None:
    """The period that holds the day `on`, or None before the first grant."""
    marks = history(facts).marks
    place = bisect_right(marks, on, key=_begins_on)
    return timeline(facts)[place - 1] if place else None


def status(facts: CertificateFacts, on: date) -> Status:
    """The status on the day `on`, which belongs to it wholly: a certificate is valid through its day of expiry."""
    marks = history(facts).marks
    place = bisect_right(marks, on, key=_begins_on)
    return marks[place - 1].status if place else Status.DRAFT


def _begins_on(mark: Mark) -> date:
    return mark.begins_on


def proposed_expiry(facts: CertificateFacts, kind: DecisionKind, decided_on: date) -> date | None:
    """The usual expiry to state in a decision of `kind` taken on `decided_on`, or None when it states none.

    Grant: three years less a day (R1). Renewal, and restoration after expiry: three years after the old expiry in the third year and up to
    six months after expiry (R6, R7), otherwise as for a grant. Reduced scope, move and transfer keep the expiry of the running cycle.
    29 February + 3 years is taken as 28 February.
    """
    kind = DecisionKind(kind)
    if kind is DecisionKind.GRANT:
        return day_before(add_months(decided_on, CYCLE_MONTHS))
    if kind not in _ISSUES_ANEW and kind is not DecisionKind.RENEW and kind is not DecisionKind.RESTORE:
        return None
    known = history(facts)
    cycle = None
    for candidate in known.cycles:
        if candidate.decided_on <= decided_on:
            cycle = candidate
    if cycle is None:
        return None
    period = period_on(facts, decided_on)
    if period is not None and period.status in (Status.WITHDRAWN, Status.SUPERSEDED):
        return None
    if kind in _ISSUES_ANEW:
        return cycle.expires_on
    lapsed = period is not None and period.status is Status.EXPIRED
    if kind is DecisionKind.RESTORE and not lapsed:
        return None
    last_day = cycle.expires_on
    if lapsed and period is not None and period.expires_on is not None:
        last_day = period.expires_on
    return renewal_term(cycle.expires_on, last_day, decided_on, known.window_months)[0]
