"""One walk over a certificate's decisions, from which status, obligations and breaches are all read.

The walk never refuses a decision. One that the state machine does not foresee is kept with the state it met, so that `breaches` can name it,
and has the effect that is safest for whoever relies on the certificate: it can end validity or extend a term, but only a grant, a renewal,
a restoration in time or a timely move to a living edition makes an invalid certificate valid.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from yantar.engine.certification.facts import AuditKind, CertificateFacts, Decision, DecisionKind, EditionFact, Status
from yantar.engine.certification.records import Cycle, Lapse, Mark, Step, Suspension, Transition
from yantar.engine.certification.transitions import effective_expiry, transition_opens
from yantar.engine.dates import add_months, day_after, day_before

CYCLE_MONTHS = 36
"""Length of a certification cycle (R1)."""
THIRD_YEAR_MONTHS = 12
"""A renewal decided in these last months of the cycle may keep the old rhythm of expiry (R5, R6)."""
RESTORATION_MONTHS = 6
"""After expiry certification can be restored for so long (R7)."""
COVID_RESTORATION_MONTHS = 12
"""The same under the historic exception (R8)."""
SUSPENSION_MONTHS = 6
"""A suspension should not last longer (R9)."""

if TYPE_CHECKING:
    from yantar.engine.certification.breaches import Breach
    from yantar.engine.certification.obligations import Obligation
    from yantar.engine.certification.status import StatusPeriod

_GRANT = DecisionKind.GRANT
_CONFIRM = DecisionKind.CONFIRM
_SUSPEND = DecisionKind.SUSPEND
_RESTORE = DecisionKind.RESTORE
_REDUCE_SCOPE = DecisionKind.REDUCE_SCOPE
_WITHDRAW = DecisionKind.WITHDRAW
_RENEW = DecisionKind.RENEW
_MOVE_EDITION = DecisionKind.MOVE_EDITION
_SURVEILLANCE_AUDIT = AuditKind.SURVEILLANCE
_RECERTIFICATION_AUDIT = AuditKind.RECERTIFICATION
_STAGE1 = AuditKind.STAGE1
_STAGE2 = AuditKind.STAGE2
_DRAFT = Status.DRAFT
_ACTIVE = Status.ACTIVE
_SUSPENDED = Status.SUSPENDED
_WITHDRAWN = Status.WITHDRAWN
_EXPIRED = Status.EXPIRED
_SUPERSEDED = Status.SUPERSEDED


# Written this way because a walk makes dozens of them; the constructor with named fields takes twice the time.
_step = partial(tuple.__new__, Step)
_mark = partial(tuple.__new__, Mark)


def ordered(decisions: Sequence[Decision]) -> list[tuple[date, date, int, Decision]]:
    """Day in force, day of decision, number and decision, in the one order that does not depend on the order given."""
    rows: list[tuple[date, date, int, Decision]] = []
    for decision in decisions:
        decided = decision.decided_on
        effective = decision.effective_on
        rows.append((decided if effective is None or effective < decided else effective, decided, decision.id, decision))
    try:
        rows.sort()
    except TypeError:  # two of one day with one number: decisions themselves have no order
        rows.sort(key=_full_key)
    return rows


def _full_key(row: tuple[date, date, int, Decision]) -> tuple[Any, ...]:
    """Decisions that share a number are told apart by their whole contents."""
    day, decided, number, decision = row
    contents = (decision.kind.value, decision.effective_on, decision.expires_on, decision.edition, decision.audit_on, decision.reason)
    return day, decided, number, tuple(str(value or "") for value in contents)


def renewal_term(cycle_expires_on: date, last_day: date, decided_on: date, window_months: int) -> tuple[date, date, str]:
    """Usual new expiry, latest allowed expiry and the rule for them, for a renewal.

    In the third year the new cycle follows the old one (R6), likewise within the window after `last_day` of validity (R7); a renewal much
    earlier or later starts a cycle of its own (R1).
    """
    if decided_on <= last_day:
        # Counting whole months first spares the exact date, which only matters in the month of the boundary.
        months = (cycle_expires_on.year - decided_on.year) * 12 + cycle_expires_on.month - decided_on.month
        if months < THIRD_YEAR_MONTHS or decided_on >= add_months(cycle_expires_on, -THIRD_YEAR_MONTHS):
            following = add_months(cycle_expires_on, CYCLE_MONTHS)
            return following, following if months >= 0 else max(following, add_months(decided_on, CYCLE_MONTHS)), "R6"
    elif decided_on <= add_months(last_day, window_months):
        following = add_months(cycle_expires_on, CYCLE_MONTHS)
        return following, following, "R7"
    own_end = add_months(decided_on, CYCLE_MONTHS)
    return day_before(own_end), own_end, "R1"


class History:
    """The walk and what it leaves behind. Not part of the public contract; ask `timeline`, `all_obligations`, `breaches`."""

    __slots__ = (
        "audit_span", "start_span", "breaches", "cycle", "cycles", "edition", "edition_key", "effective", "end_of_line", "facts", "lapse",
        "lapses", "marks", "obligations", "periods", "recertified_on", "stage1_on", "stage2_on", "status", "steps",
        "surveyed_on", "suspension", "suspensions", "transition", "transitions", "window_months",
    )  # fmt: skip

    def __init__(self, facts: CertificateFacts) -> None:
        self.facts = facts
        self.steps: list[Step] = []  # decisions of which something may have to be said; an ordinary confirmation is not among them
        self.surveyed_on: list[date] = []
        self.recertified_on: list[date] = []
        self.stage1_on: list[date] = []
        self.stage2_on: list[date] = []
        self.marks: list[Mark] = []
        self.cycles: list[Cycle] = []
        self.suspensions: list[Suspension] = []
        self.lapses: list[Lapse] = []
        self.transitions: list[Transition] = []
        # Filled in by those who are asked first.
        self.periods: tuple[StatusPeriod, ...] | None = None
        self.obligations: tuple[Obligation, ...] | None = None
        self.breaches: tuple[Breach, ...] | None = None
        self.window_months = COVID_RESTORATION_MONTHS if facts.covid_extension else RESTORATION_MONTHS
        self.start_span = timedelta(days=facts.limits.recert_start_days)
        self.audit_span = timedelta(days=facts.limits.recert_audit_days)
        self.end_of_line = facts.superseded_on
        self.status = _DRAFT
        self.cycle: Cycle | None = None
        self.edition_key = ""
        self.edition: EditionFact | None = None
        self.effective = date.max
        self.suspension: Suspension | None = None
        self.lapse: Lapse | None = None
        self.transition: Transition | None = None
        end_of_line = self.end_of_line
        steps = self.steps
        for day, decided_on, _, decision in ordered(facts.decisions):
            if day > self.effective or end_of_line is not None:
                self._advance(day)
            if decision.kind is _CONFIRM:
                audit_on = decision.audit_on
                self.surveyed_on.append(audit_on or decided_on)
                if (
                    self.status is _ACTIVE
                    and decision.effective_on is None
                    and (audit_on is None or audit_on <= decided_on)
                    and (end_of_line is None or day < end_of_line)
                ):
                    continue  # the everyday case: changes nothing, and nothing can be wrong with it
            cycle = self.cycle
            closed = end_of_line is not None and day >= end_of_line
            status = _SUPERSEDED if closed else self.status
            expires_on = None if cycle is None else cycle.expires_on
            steps.append(_step((decision, day, status, cycle, expires_on, self.edition_key, self.suspension, self.lapse)))
            if decision.kind is _CONFIRM:
                continue
            if closed:
                self._too_late(decision, day)
            else:
                self._apply(decision, day)
        self._advance(date.max)
        self._sort_audits()

    def _sort_audits(self) -> None:
        """The last days of the audits by kind; surveillance is known from confirmations too."""
        for audit in self.facts.audits:
            kind = audit.kind
            if kind is _SURVEILLANCE_AUDIT:
                self.surveyed_on.append(audit.ended_on)
            elif kind is _RECERTIFICATION_AUDIT:
                self.recertified_on.append(audit.ended_on)
            elif kind is _STAGE1:
                self.stage1_on.append(audit.ended_on)
            elif kind is _STAGE2:
                self.stage2_on.append(audit.ended_on)
        self.surveyed_on.sort()
        self.recertified_on.sort()
        self.stage1_on.sort()
        self.stage2_on.sort()

    # -- what time does ---------------------------------------------------------------------------------------------

    def _advance(self, day: date) -> None:
        """Bring the state to the beginning of `day`: expiry and replacement happen without a decision."""
        end = self.end_of_line
        until = day if end is None or day < end else end
        if self.effective < until and (self.status is _ACTIVE or self.status is _SUSPENDED):
            self._expire()
        if end is not None and day >= end and self.status is not _DRAFT and self.status is not _SUPERSEDED:
            self._close(end)
            if self.status is _ACTIVE or self.status is _SUSPENDED:
                self.status = _SUPERSEDED
                self._mark(end)

    def _expire(self) -> None:
        cycle = self.cycle
        assert cycle is not None
        began_on = max(day_after(self.effective), self.marks[-1].begins_on)
        if self.lapses and self.lapses[-1].last_day == self.effective and self.lapses[-1].closed_on is None:
            # A revival that could not help, such as a renewal to an edition that has ended: the same lapse goes on.
            lapse = self.lapses[-1]
            lapse.revived_on = lapse.revived_by = None
        else:
            lapse = Lapse(self.effective, began_on, self.effective < cycle.expires_on)
            self.lapses.append(lapse)
        self.lapse = lapse
        cycle.lapsed_on = began_on
        if self.suspension is not None:
            self.suspension.closed_on = began_on
            self.suspension = None
        self.status = _EXPIRED
        self._mark(began_on)

    def _close(self, day: date) -> None:
        """Nothing is demanded of the certificate from `day`."""
        if self.cycle is not None and self.cycle.closed_on is None:
            self.cycle.closed_on = day
        if self.suspension is not None:
            self.suspension.closed_on = day
            self.suspension = None
        if self.lapse is not None and self.lapse.closed_on is None:
            self.lapse.closed_on = day
        if self.transition is not None:
            self.transition.closed_on = day
            self.transition = None

    def _mark(self, day: date) -> None:
        marks = self.marks
        status, edition = self.status, self.edition_key
        expires_on = None if self.cycle is None else self.effective
        while marks:
            begins_on, last_status, last_edition, last_expiry = marks[-1]
            if begins_on >= day:
                day = begins_on
                marks.pop()
            elif last_status is status and last_expiry == expires_on and last_edition == edition:
                return
            else:
                break
        marks.append(_mark((day, status, edition, expires_on)))

    # -- what decisions do ------------------------------------------------------------------------------------------

    def _too_late(self, decision: Decision, day: date) -> None:
        """A certificate first granted after it was replaced exists, but was never valid."""
        if decision.kind is _GRANT and not self.marks:
            self.status = _SUPERSEDED
            self.edition_key = decision.edition or ""
            self._mark(day)

    def _apply(self, decision: Decision, day: date) -> None:
        kind = decision.kind
        status = self.status
        if kind is _GRANT:
            self._grant(decision, day)
        elif status is _DRAFT or status is _WITHDRAWN:
            return
        elif kind is _WITHDRAW:
            self._end_suspension(decision, day)
            self._close(day)
            self.lapse = None
            self.status = _WITHDRAWN
        elif kind is _RENEW:
            self._renew(decision, day)
        elif status is _EXPIRED:
            if kind is _RESTORE or kind is _MOVE_EDITION:
                self._revive(decision, day)
            else:
                return
        else:
            if kind is _SUSPEND:
                if status is _ACTIVE:
                    self.status = _SUSPENDED
                    self.suspension = Suspension(day)
                    self.suspensions.append(self.suspension)
            else:
                if kind is _RESTORE or kind is _REDUCE_SCOPE:
                    self._end_suspension(decision, day)
                    self.status = _ACTIVE
                self._reissue(decision, day)
        self._mark(day)

    def _grant(self, decision: Decision, day: date) -> None:
        self._end_suspension(decision, day)
        self._close(day)
        self.lapse = None
        limit_on = add_months(decision.decided_on, CYCLE_MONTHS)
        self.cycle = Cycle(decision, day, True, decision.expires_on or day_before(limit_on), limit_on, "R1")
        self.cycles.append(self.cycle)
        self.status = _ACTIVE
        self._hold(decision.edition or "", day, decision.decided_on)

    def _renew(self, decision: Decision, day: date) -> None:
        old = self.cycle
        assert old is not None
        last_day = old.expires_on if self.lapse is None else self.lapse.last_day
        usual, limit_on, rule = renewal_term(old.expires_on, last_day, decision.decided_on, self.window_months)
        old.renewal = decision
        self._end_lapse(decision, day)
        self.cycle = Cycle(decision, day, False, decision.expires_on or usual, limit_on, rule)
        self.cycles.append(self.cycle)
        if self.status is _EXPIRED:
            self.status = _ACTIVE
        self._hold(decision.edition or self.edition_key, day, decision.decided_on)

    def _revive(self, decision: Decision, day: date) -> None:
        """Restoration or a move to the new edition after expiry: of effect only within the window (R7, T3)."""
        lapse = self.lapse
        assert lapse is not None and self.cycle is not None
        if decision.decided_on > add_months(lapse.last_day, self.window_months):
            return
        if not lapse.by_edition:
            if decision.kind is _RESTORE:
                self._renew(decision, day)
            return
        if decision.edition in (None, self.edition_key):
            return
        self._end_lapse(decision, day)
        self.cycle.lapsed_on = None
        self.status = _ACTIVE
        self._reissue(decision, day)

    def _reissue(self, decision: Decision, day: date) -> None:
        """A new version of the certificate within the cycle: it may state another expiry, and a move another edition."""
        assert self.cycle is not None
        edition = self.edition_key
        if decision.edition and (decision.kind is _MOVE_EDITION or decision.kind is _RESTORE):
            edition = decision.edition
        if decision.expires_on is not None:
            self.cycle.expires_on = decision.expires_on
        elif edition == self.edition_key:
            return  # nothing in it for status and dates
        self._hold(edition, day, decision.decided_on)

    def _end_suspension(self, decision: Decision, day: date) -> None:
        if self.suspension is not None:
            self.suspension.ended_on = day
            self.suspension.ended_by = decision
            self.suspension = None

    def _end_lapse(self, decision: Decision, day: date) -> None:
        if self.lapse is not None:
            self.lapse.revived_on = day
            self.lapse.revived_by = decision
            self.lapse = None

    def _hold(self, key: str, day: date, decided_on: date) -> None:
        """From `day` the certificate is to edition `key`; works out when validity ends and whether a transition is ahead."""
        assert self.cycle is not None
        if key != self.edition_key or self.edition is None:
            self.edition_key = key
            self.edition = self.facts.editions.get(key)
            if self.transition is not None and self.transition.edition != key:
                self.transition.met_on = decided_on
                self.transition = None
        edition = self.edition
        expires_on = self.cycle.expires_on
        if edition is None:
            self.effective = expires_on
            return
        self.effective = effective_expiry(expires_on, edition)
        ends_on = edition.ends_on
        if ends_on is not None and self.transition is None and day <= ends_on < expires_on:
            opens_on = transition_opens(edition, self.facts.editions) or day
            self.transition = Transition(key, min(max(opens_on, day), ends_on), ends_on, edition.confirmed)
            self.transitions.append(self.transition)


_last: tuple[CertificateFacts, History] | None = None


def history(facts: CertificateFacts) -> History:
    """The walk over these facts.

    The latest walk is kept, since questions about one certificate come together; keeping more would fill the memory of whoever goes
    through a whole register. The pair is read and replaced as one, so threads can at worst walk twice.
    """
    global _last
    last = _last
    if last is not None and last[0] is facts:
        return last[1]
    known = History(facts)
    _last = (facts, known)
    return known
