"""The system notices that a finding comes again, and reopens or links (audits.md §6, §4). Runs inside actions only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from yantar.core import clock
from yantar.core.actions import Actor, System, current
from yantar.engine import effect, statements
from yantar.engine.dates import add_months
from yantar.qms.organisation.lines import edges, line_of, same_line
from yantar.qms.organisation.models import Role
from yantar.qms.standards.models import Clause, Correspondence, Edition

from . import timing
from .models import Escalation, Finding, Grade, Recurrence, State, Verdict
from .recording import locked, move
from .telling import LEAD, RUNNING, tell

SERIOUS = frozenset({Grade.MAJOR, Grade.MINOR})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding belongs as far as recurrence is concerned: authorities of one line, the clause in every edition, the process by its code."""

    authorities: frozenset[int]
    clauses: frozenset[int]
    process: str

    def findings(self) -> Q:
        """The findings of this place."""
        return Q(authority_id__in=self.authorities, clause_id__in=self.clauses, process__code=self.process)


def same_clause(clause: Clause) -> frozenset[int]:
    """The clause itself and what corresponds to it in other editions: by the correspondence, or by number where one edition is built on the other."""
    ids = {clause.pk}
    for old, new in Correspondence.objects.filter(Q(old=clause) | Q(new=clause)).values_list("old_id", "new_id"):
        ids |= {old, new}
    edition = Edition.objects.only("key", "built_on").get(pk=clause.edition_id)
    family = {key for key in (edition.key, edition.built_on) if key}
    kin = Clause.objects.filter(Q(edition__key__in=family) | Q(edition__built_on__in=family), number=clause.number)
    return frozenset(ids | set(kin.values_list("pk", flat=True)))


def place_of(finding: Finding) -> Place | None:
    """Where a finding belongs; None where clause or process is not named."""
    if finding.clause is None or finding.process is None:
        return None
    known = edges(clock.today())
    line = line_of(same_line(finding.authority_id, known), known)
    return Place(frozenset(line), same_clause(finding.clause), finding.process.code)


def earlier_of(finding: Finding, place: Place) -> Finding | None:
    """The latest finding of the place that was closed within the months of recurrence before this one was raised."""
    since = add_months(finding.raised_on, -timing.timers().recurrence_months)
    closed = Finding.objects.filter(place.findings(), state=State.CLOSED, closed_on__gte=since, closed_on__lte=finding.raised_on).exclude(
        pk=finding.pk
    )
    rows = {row.pk: row for row in closed.order_by("closed_on", "pk")}
    # Clause and process were matched by the query, across editions and predecessors; the engine judges the days.
    facts = (effect.Earlier(row.pk, "same", "same", row.closed_on) for row in rows.values())
    found = effect.recurrence_of("same", "same", finding.raised_on, facts, timing.timers())
    return rows[int(found.id)] if found else None


def look_back(finding: Finding, by: Actor) -> Recurrence | None:
    """Find what the new nonconformity repeats: the earlier one is reopened when it was a nonconformity, else linked.

    From the library's number of recurrences on, or when the last action was not effective, the government's head of quality is told.
    """
    place = place_of(finding)
    earlier = earlier_of(finding, place) if place else None
    if place is None or earlier is None:
        return None
    earlier = locked(earlier.pk)
    # Somebody may have reopened it at this moment: then the new one only belongs to it.
    reopens = earlier.grade in SERIOUS and finding.grade in SERIOUS and earlier.state == State.CLOSED
    row = Recurrence.objects.create(
        earlier=earlier,
        later=finding,
        found_on=clock.today(),
        outcome=Recurrence.Outcome.REOPENED if reopens else Recurrence.Outcome.LINKED,
    )
    if finding.repeats_id is None:
        finding.repeats = earlier
        finding.save(update_fields=["repeats"])
    current().decided["recurs"] = {"earlier": earlier.number, "outcome": str(row.outcome)}
    if reopens:
        begin_again(earlier, "reopen", System("recurrence"), comment=finding.number)
    tell(earlier, f"findings.{row.outcome}", by, roles=(*RUNNING, *LEAD), people=[earlier.owner, earlier.verifier], later=finding.number)
    _escalate(finding, place, earlier, by)
    return row


def begin_again(finding: Finding, code: str, by: Actor, *, comment: str, fields: Iterable[str] = ()) -> None:
    """Back to the cause analysis for another round: time limits count from today, last round's answers stay.

    The root that did not help is no root until somebody marks it again; it may as well be rejected now.
    """
    finding.causes.filter(is_root=True).update(is_root=False, explains_all=False, would_prevent=False)
    today = clock.today()
    finding.reopened += 1
    finding.counted_from = today
    finding.closed_on = finding.effect_on = None
    finding.cause_by = None
    finding.overall_due_on = timing.deadlines(finding).get(effect.OVERALL)
    changed = ["reopened", "counted_from", "closed_on", "effect_on", "overall_due_on", "cause_by", *fields]
    move(finding, code, by, comment=comment, fields=changed)


def _escalate(finding: Finding, place: Place, earlier: Finding, by: Actor) -> None:
    count = (
        Recurrence.objects.filter(later__authority_id__in=place.authorities, later__clause_id__in=place.clauses)
        .filter(later__process__code=place.process)
        .count()
    )
    judged = earlier.effects.exclude(verdict="").order_by("-round").values_list("verdict", flat=True).first()
    effective = None if judged is None else judged == Verdict.EFFECTIVE
    if not statements.to_be_escalated(count, effective, timing.timers()):
        return
    Escalation.objects.get_or_create(
        finding=finding,
        state=finding.state,
        state_since=finding.state_since,
        level=Escalation.Level.GOVERNMENT,
        defaults={"due_on": clock.today(), "escalated_on": clock.today()},
    )
    tell(finding, "findings.recurs_often", by, roles=(Role.HEAD_OF_AUTHORITY, *LEAD), count=count)
