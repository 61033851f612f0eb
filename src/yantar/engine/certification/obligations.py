"""What has to happen to keep a certificate, from when, at the latest by when, and by which rule."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from yantar.engine.certification.facts import CertificateFacts
from yantar.engine.certification.history import SUSPENSION_MONTHS, History, history
from yantar.engine.certification.records import Cycle, Lapse, Suspension, Transition
from yantar.engine.dates import add_months, day_after

SURVEILLANCE = "surveillance"
RECERTIFICATION_START = "recertification_start"
RECERTIFICATION_DECISION = "recertification_decision"
SUSPENSION_END = "suspension_end"
RESTORATION_WINDOW = "restoration_window"
EDITION_TRANSITION = "edition_transition"

FIRST_SURVEILLANCE_MONTHS = 12
"""The first surveillance after a grant comes within so many months of the decision (R4)."""
LONGEST_CYCLE_YEARS = 10
"""Surveillance is not listed further ahead than this, even if an expiry was mistyped as the year 9999."""

_due_on = attrgetter("due_on")


class Obligation(NamedTuple):
    """One thing that is demanded of a certificate.

    `kind` is one of the constants of this module, `rule` the id in `RULES`. It can be done from `opens_on`, at the latest on `due_on`, and was
    done on `met_on` (which may be later than due). `year`: the calendar year that a surveillance is for, otherwise the year of `due_on`.
    `closed_on`: if not met, the first day on which it is no longer demanded (withdrawn, superseded, expired, renewed); it lies in the future
    where that end is foreseen. `cancelled`: it stopped being demanded before its last day had passed. `confirmed` is false for a date
    that is only expected (an edition's end not yet announced for certain).
    """

    kind: str
    rule: str
    opens_on: date
    due_on: date
    met_on: date | None
    year: int | None
    cancelled: bool = False
    closed_on: date | None = None
    confirmed: bool = True

    def is_open(self, on: date) -> bool:
        """Whether it can be worked on, or is overdue, on the day `on`."""
        return self.opens_on <= on and self.is_pending(on)

    def is_pending(self, on: date) -> bool:
        """Whether it is still to be met on the day `on`, opened already or not."""
        return (self.met_on is None or self.met_on > on) and (self.closed_on is None or self.closed_on > on)

    def is_overdue(self, on: date) -> bool:
        """Whether its last day has passed and it is still demanded on the day `on`."""
        return self.due_on < on and self.is_pending(on)


# A register has hundreds of thousands of these; the constructor with named fields takes twice the time.
_obligation = partial(tuple.__new__, Obligation)


def all_obligations(facts: CertificateFacts) -> tuple[Obligation, ...]:
    """Every obligation the facts give rise to, met or not, in order of due date; independent of today.

    Those of the future are what follows if nothing more is decided; thus a valid certificate has a restoration window after its expiry.
    """
    known = history(facts)
    if known.obligations is None:
        known.obligations = _collect(known)
    return known.obligations


def obligations(facts: CertificateFacts, on: date) -> tuple[Obligation, ...]:
    """Those open on the day `on`, in order of due date, overdue ones included."""
    return tuple(one for one in all_obligations(facts) if one.is_open(on))


def next_obligation(facts: CertificateFacts, on: date) -> Obligation | None:
    """The one with the earliest due date that is still to be met on the day `on`: an overdue one, else the next to come.

    None when nothing is demanded of the certificate, and before its first decision.
    """
    known = history(facts)
    if not known.cycles or on < known.cycles[0].decided_on:
        return None
    for one in all_obligations(facts):
        if one.is_pending(on):
            return one
    return None


def _collect(known: History) -> tuple[Obligation, ...]:
    if not known.marks:
        return ()
    found: list[Obligation] = []
    for cycle in known.cycles:
        _of_cycle(known, cycle, found)
    for suspension in known.suspensions:
        found.append(_of_suspension(suspension))
    for lapse in known.lapses:
        if lapse.is_restorable(known.window_months):
            found.append(_of_lapse(known, lapse))
    for transition in known.transitions:
        found.append(_of_transition(known, transition))
    found.sort(key=_due_on)
    return tuple(found)


def obligations_of_cycle(facts: CertificateFacts, place: int) -> tuple[Obligation, ...]:
    """Those of one cycle of the certificate (0: the first), in order of due date."""
    known = history(facts)
    cycle = known.cycles[place]
    begins_on = cycle.began_on
    ends_on = known.cycles[place + 1].began_on if place + 1 < len(known.cycles) else date.max
    found: list[Obligation] = []
    _of_cycle(known, cycle, found)
    found += [_of_suspension(one) for one in known.suspensions if begins_on <= one.began_on < ends_on]
    found += [_of_lapse(known, one) for one in known.lapses if one.is_restorable(known.window_months) and begins_on <= one.began_on < ends_on]
    for transition in known.transitions:
        if transition.opens_on < ends_on and transition.ends_on >= begins_on and (transition.met_on is None or transition.met_on >= begins_on):
            found.append(_of_transition(known, transition))
    found.sort(key=_due_on)
    return tuple(found)


def _of_cycle(known: History, cycle: Cycle, found: list[Obligation]) -> None:
    stop = cycle.lapsed_on
    closed_on = cycle.closed_on
    if closed_on is not None and (stop is None or closed_on < stop):
        stop = closed_on
    _surveillance(cycle, known.surveyed_on, stop, found)
    _recertification(cycle, known.recertified_on, stop, known, found)


def _of_suspension(suspension: Suspension) -> Obligation:
    """R9: a decision to restore, reduce or withdraw within six months."""
    due_on = add_months(suspension.began_on, SUSPENSION_MONTHS)
    met_on, closed_on = suspension.ended_on, suspension.closed_on
    cancelled = met_on is None and closed_on is not None and closed_on <= due_on
    return _obligation((SUSPENSION_END, "R9", suspension.began_on, due_on, met_on, due_on.year, cancelled, closed_on, True))


def _of_lapse(known: History, lapse: Lapse) -> Obligation:
    """R7, R8, T3: after expiry, the time in which it can still be made good."""
    due_on = add_months(lapse.last_day, known.window_months)
    met_on = None if lapse.revived_by is None else lapse.revived_by.decided_on
    closed_on = day_after(due_on)
    if lapse.closed_on is not None and lapse.closed_on < closed_on:
        closed_on = lapse.closed_on
    rule = "T3" if lapse.by_edition else "R8" if known.facts.covid_extension else "R7"
    cancelled = met_on is None and closed_on <= due_on
    return _obligation((RESTORATION_WINDOW, rule, lapse.began_on, due_on, met_on, due_on.year, cancelled, closed_on, True))


def _of_transition(known: History, transition: Transition) -> Obligation:
    """T1: a move to the next edition before this one ends."""
    due_on, met_on, closed_on = transition.ends_on, transition.met_on, transition.closed_on
    if (closed_on is None and met_on is None) or (met_on is not None and met_on > due_on):
        if transition.confirmed:
            closed_on = day_after(due_on)  # from here on it is a matter of restoration
        elif known.lapse is not None:
            closed_on = known.lapse.began_on
    cancelled = met_on is None and closed_on is not None and closed_on <= due_on
    return _obligation((EDITION_TRANSITION, "T1", transition.opens_on, due_on, met_on, due_on.year, cancelled, closed_on, transition.confirmed))


def _surveillance(cycle: Cycle, surveys: list[date], stop: date | None, found: list[Obligation]) -> None:
    """R3 for every year between the year of decision and the year of recertification, R4 for the first one after a grant.

    `stop` is the first day on which the certificate was no longer valid.
    """
    decided_on = cycle.decided_on
    renewal = cycle.renewal
    year = decided_on.year
    last_year = cycle.expires_on.year - 1
    # Those of this cycle: after its decision and not after the decision that opened the next one.
    low = bisect_right(surveys, decided_on)
    if renewal is None:
        high = len(surveys)
    else:
        end = renewal.decided_on
        high = bisect_right(surveys, end, low) if end > decided_on else low
        if end.year <= last_year:
            last_year = end.year - 1
        if stop is None or end < stop:
            stop = end
    if last_year > year + LONGEST_CYCLE_YEARS:
        last_year = year + LONGEST_CYCLE_YEARS
    if last_year <= year:
        return
    limit = add_months(decided_on, FIRST_SURVEILLANCE_MONTHS) if cycle.initial else None
    if limit is not None and low < high and surveys[low].year == year and (stop is None or surveys[low] <= stop):
        # Early enough for R4, yet the next calendar year still wants one of its own (R3).
        found.append(_obligation((SURVEILLANCE, "R4", decided_on, limit, surveys[low], year, False, None, True)))
        limit = None
    while year < last_year:
        year += 1
        opens_on = date(year, 1, 1)
        while low < high and surveys[low] < opens_on:
            low += 1
        met_on = surveys[low] if low < high else None
        if limit is None:
            rule, due_on = "R3", date(year, 12, 31)
        else:
            rule, opens_on, due_on = "R4", decided_on, limit
            limit = None
        if met_on is not None and (stop is None or met_on <= stop):
            found.append(_obligation((SURVEILLANCE, rule, opens_on, due_on, met_on, year, False, None, True)))
        else:
            found.append(_obligation((SURVEILLANCE, rule, opens_on, due_on, None, year, stop is not None and stop <= due_on, stop, True)))


def _recertification(cycle: Cycle, recertifications: list[date], stop: date | None, known: History, found: list[Obligation]) -> None:
    """R5: an audit early enough, and the decision not later than expiry."""
    expires_on, opened_on = cycle.expires_on, cycle.decided_on
    if expires_on < opened_on:
        return  # stated to have ended before it began: never valid, nothing to renew
    try:
        opens_on, audit_due_on = expires_on - known.start_span, expires_on - known.audit_span
    except OverflowError:
        opens_on = audit_due_on = date.min
    if audit_due_on < opened_on:
        audit_due_on = opened_on
    if opens_on < opened_on:
        opens_on = opened_on
    if opens_on > audit_due_on:
        opens_on = audit_due_on
    place = bisect_right(recertifications, opened_on)
    audited_on = recertifications[place] if place < len(recertifications) else None
    renewal = cycle.renewal
    if renewal is None:
        if audited_on is not None and stop is not None and audited_on > stop:
            audited_on = None  # an audit after the certificate had ended belongs to another story
        decided_on, decision_stop = None, stop
    else:
        decided_on = renewal.decided_on
        decision_stop = stop if stop is not None and stop <= decided_on else None
        if audited_on is None or audited_on > decided_on:
            audited_on = decided_on if renewal.audit_on is None or renewal.audit_on > decided_on else renewal.audit_on
    year = audit_due_on.year
    if audited_on is not None and (stop is None or audited_on < stop):
        found.append(_obligation((RECERTIFICATION_START, "R5", opens_on, audit_due_on, audited_on, year, False, None, True)))
    else:
        cancelled = audited_on is None and stop is not None and stop <= audit_due_on
        found.append(_obligation((RECERTIFICATION_START, "R5", opens_on, audit_due_on, audited_on, year, cancelled, stop, True)))
    cancelled = decided_on is None and stop is not None and stop <= expires_on
    found.append(_obligation((RECERTIFICATION_DECISION, "R5", opens_on, expires_on, decided_on, expires_on.year, cancelled, decision_stop, True)))
