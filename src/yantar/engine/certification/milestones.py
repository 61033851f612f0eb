"""The three-year line of dates of a certificate, ready to draw."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from yantar.engine.certification.facts import CertificateFacts, as_of
from yantar.engine.certification.history import History, history
from yantar.engine.certification.obligations import (
    EDITION_TRANSITION,
    RECERTIFICATION_DECISION,
    RECERTIFICATION_START,
    RESTORATION_WINDOW,
    SURVEILLANCE,
    SUSPENSION_END,
    Obligation,
    obligations_of_cycle,
)
from yantar.engine.certification.records import Cycle


class MilestoneState(StrEnum):
    """`DONE` (late or not), `DUE` can be done now, `LATE` overdue and still demanded, `MISSED` never done and no longer demanded,
    `FUTURE` later on, `CANCELLED` not demanded any more before it was due."""

    DONE = "done"
    DUE = "due"
    LATE = "late"
    MISSED = "missed"
    FUTURE = "future"
    CANCELLED = "cancelled"


class Milestone(NamedTuple):
    """A point on the line. `kind`: grant, renewal, surveillance, recertification, recertification_audit, expiry, suspension_end,
    edition_transition or restoration.

    `on` is where to draw it: the day it was done, otherwise the latest day planned, `latest_on`. `number` counts surveillances of the
    cycle from 1, `year` is the calendar year a surveillance is for. `was_late`: done after `latest_on`.
    """

    kind: str
    rule: str
    state: MilestoneState
    on: date
    latest_on: date
    done_on: date | None = None
    opens_on: date | None = None
    number: int | None = None
    year: int | None = None
    confirmed: bool = True

    @property
    def was_late(self) -> bool:
        """Whether it was done, but after its last day."""
        return self.done_on is not None and self.done_on > self.latest_on


_ORDER = {"grant": 0, "renewal": 0, "surveillance": 1, "recertification_audit": 2, "recertification": 3, "expiry": 9}
_KINDS = {
    SURVEILLANCE: "surveillance",
    RECERTIFICATION_START: "recertification_audit",
    RECERTIFICATION_DECISION: "recertification",
    SUSPENSION_END: "suspension_end",
    EDITION_TRANSITION: "edition_transition",
    RESTORATION_WINDOW: "restoration",
}


def line_of_dates(facts: CertificateFacts, on: date) -> tuple[Milestone, ...]:
    """The milestones of the cycle that runs on the day `on` (the last one, once the certificate has ended), in order of their dates.

    Always: its grant or renewal, a surveillance for each year that asks for one, the recertification audit and decision, expiry. When
    there are any in the cycle: the end of a suspension, the move to the next edition, restoration after expiry. Empty before the grant.
    What was decided after `on` is not known yet on the line.
    """
    facts = as_of(facts, on)
    known = history(facts)
    place = sum(candidate.began_on <= on for candidate in known.cycles) - 1
    if place < 0:
        return ()
    cycle = known.cycles[place]
    line = [_opening(cycle)]
    number = 0
    for one in obligations_of_cycle(facts, place):
        if one.kind == RESTORATION_WINDOW and one.opens_on > on:
            continue
        if one.kind == SURVEILLANCE:
            number += 1
        line.append(_milestone(one, on, number if one.kind == SURVEILLANCE else None))
    line.append(_expiry(known, cycle, on))
    line.sort(key=lambda one: (one.on, _ORDER.get(one.kind, 5)))
    return tuple(line)


def _opening(cycle: Cycle) -> Milestone:
    kind, rule = ("grant", "R1") if cycle.initial else ("renewal", "R6")
    return Milestone(kind, rule, MilestoneState.DONE, cycle.decided_on, cycle.decided_on, cycle.decided_on)


def _expiry(known: History, cycle: Cycle, on: date) -> Milestone:
    """The last day of validity; missed when it passed without a renewal, cancelled when the certificate ended before it."""
    last_day = cycle.expires_on
    for lapse in known.lapses:
        if lapse.began_on == cycle.lapsed_on and lapse.last_day < last_day:
            last_day = lapse.last_day
    if cycle.closed_on is not None and cycle.closed_on <= on and cycle.closed_on <= last_day:
        state = MilestoneState.CANCELLED
    else:
        state = MilestoneState.FUTURE if on <= last_day else MilestoneState.MISSED
    return Milestone("expiry", "R1", state, last_day, last_day)


def _milestone(one: Obligation, on: date, number: int | None) -> Milestone:
    done_on = one.met_on if one.met_on is not None and one.met_on <= on else None
    if done_on is not None:
        state = MilestoneState.DONE
    elif one.closed_on is not None and one.closed_on <= on:
        state = MilestoneState.CANCELLED if one.cancelled else MilestoneState.MISSED
    elif one.due_on < on:
        state = MilestoneState.LATE
    else:
        state = MilestoneState.DUE if one.opens_on <= on else MilestoneState.FUTURE
    year = one.year if one.kind == SURVEILLANCE else None
    return Milestone(_KINDS[one.kind], one.rule, state, done_on or one.due_on, one.due_on, done_on, one.opens_on, number, year, one.confirmed)
