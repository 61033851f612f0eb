"""Audits for somebody: who sees which, the list, one audit with everything around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from yantar.core import clock
from yantar.qms.audits import guards
from yantar.qms.audits.models import (
    EXTERNAL,
    AgendaItem,
    Audit,
    AuditState,
    AuditStep,
    BankQuestion,
    ChecklistLine,
    Evidence,
    Meeting,
    PersonMet,
    ProgrammeState,
    Report,
    TeamMember,
)
from yantar.qms.audits.report import ReportFacts, facts
from yantar.qms.audits.rules import parts_of
from yantar.qms.audits.states import FINAL, Step, steps_from
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.organisation.queries import find_authority, internal_authority_ids, line_of, names_on

ORDERS = ("first_day", "number", "state", "authority")


def visible(viewer: Any) -> QuerySet[Audit]:
    """Audits that a viewer may see: of authorities whose internals they see, and those that they are in the team of."""
    ids = internal_authority_ids(viewer)
    if ids is None:
        return Audit.objects.all()
    mine = TeamMember.objects.filter(auditor__user=getattr(viewer, "pk", None) or 0).values("audit_id")
    # What is only planned is the programme's own affair until its dates are sent.
    unsent = Q(programme__state__in=[ProgrammeState.DRAFT, ProgrammeState.APPROVED], state=AuditState.PLANNED)
    return Audit.objects.filter(Q(authority_id__in=ids) | Q(pk__in=mine)).exclude(unsent)


def find_audit(viewer: Any, number: str) -> Audit | None:
    """An audit by its number, with what its page shows of it joined; None where the viewer may not see it."""
    return visible(viewer).filter(number=number).select_related("authority", "edition", "certificate", "certificate__body", "programme").first()


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A line of the list."""

    audit: Audit
    authority: AuthorityVersion | None
    lead: str
    mine: bool


def listing(
    viewer: Any,
    *,
    kind: str = "",
    state: str = "",
    authority: str = "",
    mine: bool = False,
    begins: date | None = None,
    ends: date | None = None,
    q: str = "",
    late: bool = False,
) -> QuerySet[Audit]:
    """Audits by their days, the coming ones last. `kind`: a kind or "external"; `state`: a state or "open"; `authority`: a code, what it
    took over included; `begins`, `ends`: days that the audit touches; `late`: its days or window passed and it has not been carried out."""
    found = visible(viewer).annotate(begins=Coalesce("first_day", "window_first"), ends=Coalesce("last_day", "window_last"))
    if kind == "external":
        found = found.filter(kind__in=EXTERNAL)
    elif kind:
        found = found.filter(kind=kind)
    if state == "open":
        found = found.exclude(state__in=FINAL)
    elif state:
        found = found.filter(state=state)
    if authority:
        one = find_authority(authority)
        found = found.filter(authority_id__in=line_of([one.pk])) if one else found.none()
    if mine:
        found = found.filter(pk__in=TeamMember.objects.filter(auditor__user=viewer.pk).values("audit_id"))
    if begins is not None:
        found = found.filter(ends__gte=begins)
    if ends is not None:
        found = found.filter(begins__lte=ends)
    if late:
        found = found.filter(state__in=["planned", "prepared"], ends__lt=clock.today())
    if q.strip():
        found = found.filter(number__icontains=q.strip())
    return found.order_by(F("begins").desc(), "-pk")


def rows(viewer: Any, audits: list[Audit], on: date) -> list[AuditRow]:
    """Lines of the list for one page of audits. Two queries, however many there are."""
    names = names_on([one.authority_id for one in audits], on)
    team = TeamMember.objects.filter(audit__in=audits).filter(Q(role="lead") | Q(auditor__user=viewer.pk)).select_related("auditor")
    leads: dict[int, str] = {}
    mine: set[int] = set()
    for member in team:
        if member.role == "lead":
            leads[member.audit_id] = member.auditor.name
        if member.auditor.user_id == viewer.pk:
            mine.add(member.audit_id)
    return [AuditRow(one, names.get(one.authority_id), leads.get(one.pk, ""), one.pk in mine) for one in audits]


def counts(viewer: Any, audits: QuerySet[Audit]) -> dict[str, int]:
    """How many of the audits are in which state."""
    return dict(audits.order_by().values_list("state").annotate(number=Count("pk")))


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step of the table that could be taken, whether this viewer takes it, and what stands in the way now."""

    step: Step
    mine: bool
    obstacles: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Everything of one audit that its page shows."""

    audit: Audit
    authority: AuthorityVersion | None
    team: list[TeamMember]
    steps: list[AuditStep]
    next_steps: list[NextStep]
    facts: ReportFacts
    report: Report | None
    agenda: list[AgendaItem]
    meetings: list[Meeting]
    people_met: list[PersonMet]
    may: frozenset[str]
    drafts: int
    open_nonconformities: int
    unraised: list[ChecklistLine]


PERMISSIONS = (
    "audits.prepare_audit",
    "audits.take_part",
    "audits.raise_finding",
    "audits.draft_report",
    "audits.dispute_report",
    "audits.record_external",
    "audits.see_people_met",
    "audits.sign_report",
)


def obstacles(viewer: Any, audit: Audit, step: Step) -> list[Any]:
    """What stands in the way of a step now, as problems; nothing for whoever may not see the audit."""
    return guards.problems(audit, step.guards) if visible(viewer).filter(pk=audit.pk).exists() else []


def page(viewer: Any, audit: Audit) -> AuditPage:
    """What the page of an audit shows to a viewer who may see it. The names of people met are for those who may know them."""
    may = frozenset(name.partition(".")[2] for name in PERMISSIONS if viewer.has_perm(name, audit))
    parts = parts_of(viewer, audit)
    upcoming = [
        NextStep(step, bool(parts & step.who), tuple(guards.problems(audit, step.guards))) for step in steps_from(audit.state, audit.external)
    ]
    found = facts(audit)
    return AuditPage(
        audit=audit,
        authority=found.authority,
        team=list(found.team),
        steps=list(audit.steps.select_related("by")),
        next_steps=upcoming,
        facts=found,
        report=Report.objects.filter(audit=audit).select_related("signed_by", "answered_by", "pdf_ru", "pdf_en").first(),
        agenda=list(audit.agenda.select_related("auditor", "unit")),
        meetings=list(audit.meetings.all()),
        people_met=list(audit.people_met.all()) if "see_people_met" in may else [],
        may=may,
        drafts=guards.drafts(audit).count(),
        open_nonconformities=guards.open_nonconformities(audit).count(),
        unraised=list(guards.not_raised(audit).order_by("order")) if "raise_finding" in may else [],
    )


def checklist(viewer: Any, audit: Audit, *, dropped: bool = False) -> list[ChecklistLine]:
    """The questions of an audit in order with what belongs to them joined (`kept_evidence` too); `dropped`: those that were dropped instead."""
    rows = audit.lines.filter(dropped_at__isnull=not dropped).select_related("clause", "process", "finding", "assigned")
    kept = Prefetch("evidence_files", Evidence.objects.filter(removed_at__isnull=True).select_related("file"), to_attr="kept_evidence")
    return list(rows.prefetch_related("answers", "raised", kept).order_by("order", "pk"))


def bank(viewer: Any) -> list[BankQuestion]:
    """The questions of the bank that are asked, the latest first."""
    return list(BankQuestion.objects.filter(withdrawn_at__isnull=True).select_related("clause", "edition", "added_by").order_by("-pk"))
