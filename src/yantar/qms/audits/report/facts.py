"""Every figure of a report, computed in one place. The screen and the paper show these and nothing of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yantar.qms.audits import guards
from yantar.qms.audits.checklist import clauses_in_scope, processes_in_scope
from yantar.qms.audits.models import Answer, AnswerGrade, Audit, Evidence, TeamMember
from yantar.qms.findings.models import Finding, Grade
from yantar.qms.organisation.models import AuthorityVersion, UnitVersion
from yantar.qms.organisation.queries import names_on
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause

CHECKED = frozenset(set(AnswerGrade.values) - {AnswerGrade.NOT_CHECKED})
ORDER = (Grade.MAJOR, Grade.MINOR, Grade.OBSERVATION, Grade.OFI, Grade.STRENGTH, Grade.CONFORM)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `total` things in scope `checked` were; `left` are those that were not."""

    total: int
    checked: int
    left: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 100 only when nothing is left."""
        return 100 * self.checked // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding with the name of its unit on the day of the audit."""

    finding: Finding
    unit: str


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a report says in figures. `person_days`: planned; `auditor_days`: days of the audit times auditors and lead."""

    audit: Audit
    authority: AuthorityVersion | None
    day: date
    team: tuple[TeamMember, ...]
    findings: tuple[FindingFact, ...]
    by_grade: tuple[tuple[Grade, int], ...]
    clauses: Coverage
    processes: Coverage
    questions: Coverage
    person_days: int
    auditor_days: int
    evidence: int

    @property
    def nonconformities(self) -> int:
        """Majors and minors."""
        return sum(count for grade, count in self.by_grade if grade in (Grade.MAJOR, Grade.MINOR))


def facts(audit: Audit) -> ReportFacts:
    """The figures as they are recorded now. Dropped questions, drafts that were dropped and evidence taken back do not count."""
    day = audit.ended_on or audit.last_day or audit.window_first
    rows = list(guards.standing_findings(audit).select_related("clause", "process", "site").order_by("number"))
    rows.sort(key=lambda one: (ORDER.index(Grade(one.grade)), one.number))
    units = _units({one.unit_id for one in rows if one.unit_id}, day)
    lines = list(audit.lines.filter(dropped_at__isnull=True).order_by("order"))
    checked = set(Answer.objects.filter(line__audit=audit, grade__in=CHECKED).values_list("line_id", flat=True))
    team = tuple(audit.team.select_related("auditor", "auditor__authority").order_by("pk"))
    auditors = sum(member.role in ("lead", "auditor") for member in team)
    days = (audit.last_day - audit.first_day).days + 1 if audit.first_day and audit.last_day else 0
    done_clauses = {line.clause_id for line in lines if line.pk in checked}
    done_processes = {line.process_id for line in lines if line.pk in checked} | {one.process_id for one in rows}
    clauses = [one for one in clauses_in_scope(audit) if one.question_ru or one.question_en]
    return ReportFacts(
        audit=audit,
        authority=names_on([audit.authority_id], day).get(audit.authority_id),
        day=day,
        team=team,
        findings=tuple(FindingFact(one, units.get(one.unit_id or 0, "")) for one in rows),
        by_grade=tuple((grade, sum(one.grade == grade for one in rows)) for grade in ORDER if grade != Grade.CONFORM),
        clauses=_clauses(clauses, done_clauses),
        processes=_processes(processes_in_scope(audit), done_processes),
        questions=Coverage(len(lines), sum(line.pk in checked for line in lines), tuple(str(line.order) for line in lines if line.pk not in checked)),
        person_days=audit.person_days,
        auditor_days=days * auditors,
        evidence=_evidence(audit),
    )


def _evidence(audit: Audit) -> int:
    return Evidence.objects.filter(line__audit=audit, line__dropped_at__isnull=True, removed_at__isnull=True).count()


def _units(ids: set[int], day: date) -> dict[int, str]:
    return {one.unit_id: one.name for one in UnitVersion.objects.on(day).filter(unit_id__in=ids)} if ids else {}


def _clauses(wanted: list[Clause], done: set[int | None]) -> Coverage:
    left = tuple(one.number for one in wanted if one.pk not in done)
    return Coverage(len(wanted), len(wanted) - len(left), left)


def _processes(wanted: list[Process], done: set[int | None]) -> Coverage:
    left = tuple(one.name for one in wanted if one.pk not in done)
    return Coverage(len(wanted), len(wanted) - len(left), left)
