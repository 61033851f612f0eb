"""What has to happen to keep a certificate, from when, at the latest by when, and by which rule."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from yantar.engine.certification.facts import AuditKind, CertificateFacts, DecisionKind
from yantar.engine.certification.history import SUSPENSION_MONTHS, Cycle, History, history
from yantar.engine.dates import add_days, add_months, day_after

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

_CONFIRM = DecisionKind.CONFIRM
_SURVEILLANCE_AUDIT = AuditKind.SURVEILLANCE
_RECERTIFICATION_AUDIT = AuditKind.RECERTIFICATION
_due_on = attrgetter("due_on")


@dataclass(frozen=True, slots=True)
class Obligation:
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


def all_obligations(facts: CertificateFacts) -> tuple[Obligation, ...]:
    """Every obligation the facts give rise to, met or not, in order of due date; independent of today.

    Those of the future are what follows if nothing more is decided; thus a valid certificate has a restoration window after its expiry.
    """
    known = history(facts)
    if known.obligations is None:
        known.obligations = _collect(facts, known)
    return known.obligations  # type: ignore[no-any-return]


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


def _collect(facts: CertificateFacts, known: History) -> tuple[Obligation, ...]:
    if not known.marks:
        return ()
    surveys: list[date] = []
    for step in known.steps:
        decision = step.decision
        if decision.kind is _CONFIRM:
            surveys.append(decision.audit_on or decision.decided_on)
    recertifications: list[date] = []
    for audit in facts.audits:
        if audit.kind is _SURVEILLANCE_AUDIT:
            surveys.append(audit.ended_on)
        elif audit.kind is _RECERTIFICATION_AUDIT:
            recertifications.append(audit.ended_on)
    surveys.sort()
    recertifications.sort()

    found: list[Obligation] = []
    for cycle in known.cycles:
        _surveillance(cycle, surveys, found)
        _recertification(cycle, recertifications, facts, found)
    for suspension in known.suspensions:
        due_on = add_months(suspension.began_on, SUSPENSION_MONTHS)
        met_on, closed_on = suspension.ended_on, suspension.closed_on
        cancelled = met_on is None and closed_on is not None and closed_on <= due_on
        found.append(Obligation(SUSPENSION_END, "R9", suspension.began_on, due_on, met_on, due_on.year, cancelled, closed_on))
    for lapse in known.lapses:
        revived_by = lapse.revived_by
        if revived_by is not None and revived_by.decided_on <= lapse.last_day:
            continue  # decided in time, only in force after a gap: there was nothing to restore
        opens_on, due_on = day_after(lapse.last_day), add_months(lapse.last_day, known.window_months)
        met_on = None if revived_by is None else revived_by.decided_on
        closed_on = day_after(due_on)
        if lapse.closed_on is not None and lapse.closed_on < closed_on:
            closed_on = lapse.closed_on
        rule = "T3" if lapse.by_edition else "R8" if facts.covid_extension else "R7"
        cancelled = met_on is None and closed_on <= due_on
        found.append(Obligation(RESTORATION_WINDOW, rule, opens_on, due_on, met_on, due_on.year, cancelled, closed_on))
    for transition in known.transitions:
        due_on, met_on = transition.ends_on, transition.met_on
        closed_on = transition.closed_on
        if closed_on is None and met_on is None or met_on is not None and met_on > due_on:
            if transition.confirmed:
                closed_on = day_after(due_on)  # from here on it is a matter of restoration
            elif known.lapse is not None:
                closed_on = known.lapse.began_on
        cancelled = met_on is None and closed_on is not None and closed_on <= due_on
        found.append(
            Obligation(EDITION_TRANSITION, "T1", transition.opens_on, due_on, met_on, due_on.year, cancelled, closed_on, transition.confirmed)
        )
    found.sort(key=_due_on)
    return tuple(found)


def _surveillance(cycle: Cycle, surveys: list[date], found: list[Obligation]) -> None:
    """R3 for every year between the year of decision and the year of recertification, R4 for the first one after a grant."""
    decided_on = cycle.decided_on
    renewal = cycle.renewal
    decision_year = decided_on.year
    recertification_year = cycle.expires_on.year
    stop = cycle.lapsed_on
    end = None
    if renewal is not None:
        end = renewal.decided_on
        if end.year < recertification_year:
            recertification_year = end.year
        if stop is None or end < stop:
            stop = end
    if cycle.closed_on is not None and (stop is None or cycle.closed_on < stop):
        stop = cycle.closed_on
    last_year = min(recertification_year - 1, decision_year + LONGEST_CYCLE_YEARS)
    if last_year <= decision_year:
        return
    # Those of this cycle: after its decision and not after the decision that opened the next one.
    low = bisect_right(surveys, decided_on)
    high = len(surveys) if end is None else bisect_right(surveys, end)
    first_year = decision_year + 1
    limit = add_months(decided_on, FIRST_SURVEILLANCE_MONTHS) if cycle.initial else None
    if limit is not None and low < high and surveys[low].year == decision_year:
        # Early enough for R4, yet the next calendar year still wants one of its own (R3).
        found.append(Obligation(SURVEILLANCE, "R4", decided_on, limit, surveys[low], decision_year, False, None))
        limit = None
    for year in range(first_year, last_year + 1):
        place = bisect_left(surveys, date(year, 1, 1), low, high)
        met_on = surveys[place] if place < high else None
        if limit is not None and year == first_year:
            rule, opens_on, due_on = "R4", decided_on, limit
        else:
            rule, opens_on, due_on = "R3", date(year, 1, 1), date(year, 12, 31)
        closed_on = None if met_on is not None and (stop is None or met_on <= stop) else stop
        if closed_on is not None:
            met_on = None
        found.append(Obligation(SURVEILLANCE, rule, opens_on, due_on, met_on, year, closed_on is not None and closed_on <= due_on, closed_on))


def _recertification(cycle: Cycle, recertifications: list[date], facts: CertificateFacts, found: list[Obligation]) -> None:
    """R5: an audit early enough, and the decision not later than expiry."""
    expires_on = cycle.expires_on
    limits = facts.limits
    opens_on = max(add_days(expires_on, -limits.recert_start_days), cycle.decided_on)
    audit_due_on = max(add_days(expires_on, -limits.recert_audit_days), cycle.decided_on)
    if opens_on > audit_due_on:
        opens_on = audit_due_on
    if opens_on > expires_on:
        opens_on = audit_due_on = expires_on
    renewal = cycle.renewal
    low = bisect_right(recertifications, cycle.decided_on)
    audited_on = recertifications[low] if low < len(recertifications) else None
    decided_on = None
    if renewal is not None:
        decided_on = renewal.decided_on
        if audited_on is None or audited_on > decided_on:
            audited_on = renewal.audit_on or decided_on
    stop = cycle.lapsed_on
    if cycle.closed_on is not None and (stop is None or cycle.closed_on < stop):
        stop = cycle.closed_on
    if audited_on is not None and stop is not None and audited_on > stop and decided_on is None:
        audited_on = None  # an audit after the certificate had ended belongs to another story
    audit_stop = None if audited_on is not None else stop
    decision_stop = stop if decided_on is None or (stop is not None and decided_on >= stop) else None
    found.append(
        Obligation(
            RECERTIFICATION_START, "R5", opens_on, audit_due_on, audited_on, audit_due_on.year,
            audit_stop is not None and audit_stop <= audit_due_on, audit_stop,
        )
    )  # fmt: skip
    found.append(
        Obligation(
            RECERTIFICATION_DECISION, "R5", opens_on, expires_on, decided_on, expires_on.year,
            decided_on is None and decision_stop is not None and decision_stop <= expires_on, decision_stop,
        )
    )  # fmt: skip
