"""The conditions of the table of steps, each as one named question to an audit. Reads, never writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import Exists, OuterRef, QuerySet

from yantar.core import clock
from yantar.core.problems import Problem
from yantar.qms.findings.models import FINAL, Finding, OriginKind
from yantar.qms.findings.models import State as FindingState
from yantar.qms.findings.recording import statement_problems

from .messages import GUARDS
from .models import Answer, AnswerGrade, Audit, ChecklistLine, MeetingKind, MemberRole
from .states import Guard

NONCONFORMITIES = (AnswerGrade.MAJOR, AnswerGrade.MINOR)


def findings_of(audit: Audit) -> QuerySet[Finding]:
    """Every finding that was raised in the audit, dropped drafts included."""
    kind = OriginKind.EXTERNAL_AUDIT if audit.external else OriginKind.AUDIT
    return Finding.objects.filter(origin_kind=kind, origin_id=audit.origin)


def standing_findings(audit: Audit) -> QuerySet[Finding]:
    """Findings of the audit without the drafts that were dropped."""
    return findings_of(audit).exclude(state=FindingState.CANCELLED, opened_on__isnull=True)


def unanswered(audit: Audit) -> QuerySet[ChecklistLine]:
    """Questions to which nobody has given a result."""
    given = Answer.objects.filter(line=OuterRef("pk")).exclude(grade="")
    return audit.lines.filter(~Exists(given), dropped_at__isnull=True)


def not_raised(audit: Audit) -> QuerySet[ChecklistLine]:
    """Questions with an answer that speaks of a nonconformity, from which no finding was raised."""
    spoken = Answer.objects.filter(line=OuterRef("pk"), grade__in=NONCONFORMITIES)
    through = ChecklistLine.raised.through
    raised = through.objects.filter(checklistline=OuterRef("pk")).exclude(finding__state=FindingState.CANCELLED)
    return audit.lines.filter(Exists(spoken), ~Exists(raised), dropped_at__isnull=True)


def open_nonconformities(audit: Audit) -> QuerySet[Finding]:
    """Majors and minors of the audit on which something is still awaited."""
    return findings_of(audit).filter(grade__in=["major", "minor"]).exclude(state__in=FINAL)


def drafts(audit: Audit) -> QuerySet[Finding]:
    """Findings that are not issued yet."""
    return findings_of(audit).filter(state=FindingState.DRAFT)


def statements_wrong(audit: Audit) -> list[Problem]:
    """What must be mended in the drafts before they are issued, with the number of each."""
    found = []
    for one in drafts(audit).order_by("number"):
        for problem in statement_problems(
            grade=one.grade, requirement=one.requirement, evidence=one.evidence, gap=one.gap, clause=one.clause_id, regulation=one.regulation
        ):
            found.append(Problem(f"{one.number}: {problem.message}", problem.code, value=problem.value))
    return found


def _numbers(lines: QuerySet[ChecklistLine]) -> str:
    return ", ".join(str(order) for order in lines.values_list("order", flat=True)[:12])


def _met(audit: Audit, kind: MeetingKind) -> bool:
    return audit.meetings.filter(kind=kind).exists()


def _report_says(audit: Audit) -> bool:
    report = getattr(audit, "report", None)
    return report is not None and bool(report.conclusion.strip()) and bool(report.fulfilment.strip())


def _leads(audit: Audit) -> bool:
    return audit.team.filter(role=MemberRole.LEAD, auditor__user__is_active=True).exists()


CHECKS: dict[Guard, Callable[[Audit], bool]] = {
    Guard.DAYS: lambda audit: audit.first_day is not None and audit.last_day is not None,
    Guard.TEAM: _leads,
    Guard.CHECKLIST: lambda audit: audit.lines.filter(dropped_at__isnull=True).exists(),
    Guard.AGENDA: lambda audit: audit.agenda.exists(),
    Guard.BEGUN: lambda audit: audit.first_day is not None and audit.first_day <= clock.today(),
    Guard.OPENING: lambda audit: _met(audit, MeetingKind.OPENING),
    Guard.ANSWERED: lambda audit: not unanswered(audit).exists(),
    Guard.RAISED: lambda audit: not not_raised(audit).exists(),
    Guard.CLOSING: lambda audit: _met(audit, MeetingKind.CLOSING),
    Guard.CONCLUSION: _report_says,
    Guard.NO_DRAFTS: lambda audit: not drafts(audit).exists(),
    Guard.SETTLED: lambda audit: not open_nonconformities(audit).exists(),
}
"""Conditions that the recorded facts answer; those on what is typed with the step are checked by its action."""

LISTED: dict[Guard, Callable[[Audit], str]] = {
    Guard.ANSWERED: lambda audit: _numbers(unanswered(audit)),
    Guard.RAISED: lambda audit: _numbers(not_raised(audit)),
    Guard.SETTLED: lambda audit: ", ".join(open_nonconformities(audit).order_by("number").values_list("number", flat=True)[:12]),
}
"""Which ones, where a condition speaks of several."""


def problems(audit: Audit, guards: Iterable[Guard]) -> list[Problem]:
    """Everything that stands in the way, in the order of the table."""
    found: list[Problem] = []
    for guard in guards:
        if guard == Guard.STATEMENTS:
            found += statements_wrong(audit)
        elif guard in CHECKS and not CHECKS[guard](audit):
            found.append(Problem(GUARDS[guard], guard.value, value=LISTED[guard](audit) if guard in LISTED else ""))
    return found
