"""From an answer to a finding; the report, its sign-off, and what the authority says to it."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System, action, current
from yantar.core.files import PDF, store_upload
from yantar.core.models import StoredFile
from yantar.core.problems import Problem, Refused
from yantar.qms.audits import guards, report
from yantar.qms.audits.models import Audit, AuditState, ChecklistLine, Report, ReportState
from yantar.qms.audits.recording import check, in_state, move, needed, person, refuse
from yantar.qms.audits.telling import tell
from yantar.qms.findings import actions as findings
from yantar.qms.findings.models import Finding, OriginKind
from yantar.qms.findings.recording import statement_problems
from yantar.qms.organisation.models import Site, Unit
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause

ITSELF = System("audits")
"""The part of Yantar that acts on findings for the auditor, whose permission was checked here."""
RAISING = (AuditState.UNDER_WAY, AuditState.REPORT_DRAFTED)
TEXTS = ("conclusion", "fulfilment", "uncovered", "disagreements", "distribution")


@action("audits.raise_finding", permission="audits.raise_finding", target="audit")
def raise_finding(
    *,
    by: Actor,
    audit: Audit,
    grade: str,
    gap: str,
    requirement: str = "",
    evidence: str = "",
    line: ChecklistLine | None = None,
    clause: Clause | None = None,
    regulation: str = "",
    unit: Unit | None = None,
    site: Site | None = None,
    process: Process | None = None,
    repeats: Finding | None = None,
) -> Finding:
    """Raise a finding of an audit under way, from a question or beside them; it stays a draft until the report is signed.

    A nonconformity is refused until its statement is whole: requirement, evidence and gap, without vague words (audits.md §4).
    """
    problems = in_state(audit, *RAISING)
    if line is not None and (line.audit_id != audit.pk or line.dropped_at is not None):
        problems.append(Problem(_("This question is not asked any more."), "line", "line"))
    problems += statement_problems(grade=grade, requirement=requirement, evidence=evidence, gap=gap, clause=clause, regulation=regulation)
    refuse(problems)
    finding = findings.raise_finding(
        by=ITSELF,
        authority=audit.authority,
        grade=grade,
        gap=gap,
        requirement=requirement,
        evidence=evidence,
        clause=clause,
        regulation=regulation,
        unit=unit,
        site=site,
        process=process,
        repeats=repeats,
        origin_kind=OriginKind.AUDIT,
        origin_id=str(audit.pk),
        origin_label=audit.number,
        raised_by=person(by),
        opened=False,
    )
    if line is not None:
        line.raised.add(finding)
    current().decided["finding"] = finding.number
    return finding


def _own_draft(audit: Audit, finding: Finding) -> list[Problem]:
    problems = in_state(audit, *RAISING)
    if not guards.drafts(audit).filter(pk=finding.pk).exists():
        problems.append(Problem(_("This is no draft of this audit."), "finding", "finding"))
    return problems


@action("audits.correct_finding", permission="audits.raise_finding", target="audit")
def correct_finding(
    *,
    by: Actor,
    audit: Audit,
    finding: Finding,
    grade: str,
    gap: str,
    requirement: str = "",
    evidence: str = "",
    clause: Clause | None = None,
    regulation: str = "",
    unit: Unit | None = None,
    process: Process | None = None,
) -> Finding:
    """Say a draft of this audit anew, all of it. The statement is checked as when it was raised."""
    problems = _own_draft(audit, finding)
    problems += statement_problems(grade=grade, requirement=requirement, evidence=evidence, gap=gap, clause=clause, regulation=regulation)
    refuse(problems)
    empty = [name for name, value in (("clause", clause), ("unit", unit), ("process", process)) if value is None]
    corrected: Finding = findings.correct_draft(
        by=ITSELF,
        finding=finding,
        grade=grade,
        gap=gap,
        requirement=requirement,
        evidence=evidence,
        clause=clause,
        regulation=regulation,
        unit=unit,
        process=process,
        clear=empty,
    )
    return corrected


@action("audits.drop_finding", permission="audits.raise_finding", target="audit")
def drop_finding(*, by: Actor, audit: Audit, finding: Finding, reason: str) -> Finding:
    """Drop a draft of this audit, with a reason: it stays as cancelled, its question counts as unraised again."""
    refuse([*_own_draft(audit, finding), *needed(reason)])
    return findings.drop_draft(by=ITSELF, finding=finding, reason=reason)


@action("audits.draft_report", permission="audits.draft_report", target="audit")
def draft_report(
    *, by: Actor, audit: Audit, conclusion: str = "", fulfilment: str = "", uncovered: str = "", disagreements: str = "", distribution: str = ""
) -> Report:
    """Write the texts of the report, as often as wanted until it is signed; figures are computed and never typed."""
    refuse(in_state(audit, AuditState.UNDER_WAY, AuditState.REPORT_DRAFTED))
    row = Report.objects.filter(audit=audit).first() or Report(audit=audit)
    if row.state != ReportState.DRAFT:
        raise Refused(Problem(_("The report is signed."), "state"))
    for name, value in zip(TEXTS, (conclusion, fulfilment, uncovered, disagreements, distribution), strict=True):
        setattr(row, name, value.strip())
    row.save()
    return row


@action("audits.sign_report", permission="audits.sign_report", target="audit")
def sign_report(*, by: Actor, audit: Audit) -> Report:
    """The lead signs: the findings are opened and their time limits begin, the PDFs in both languages are made once and kept, the authority
    is asked to acknowledge or dispute. Raises Refused with every statement that can't be issued and everything else that is missing."""
    step = check(audit, "audits.sign_report", by)
    row = audit.report
    for finding in guards.drafts(audit).order_by("number"):
        findings.open_finding(by=ITSELF, finding=finding)
    row.state, row.signed_on, row.signed_by = ReportState.SIGNED, clock.today(), person(by)
    row.pdf_ru, row.pdf_en = _kept(audit, row, "ru", by), _kept(audit, row, "en", by)
    row.save()
    move(audit, step, by)
    tell(audit, "audits.reported", by, team=True, authority=True, quality=True)
    return row


def _kept(audit: Audit, row: Report, language: str, by: Actor) -> StoredFile:
    pdf = report.pdf(audit, row, language)
    stored: StoredFile = store_upload(by=by, upload=ContentFile(pdf, name=f"audit-{audit.number}-{language}.pdf"), allowed=(PDF,))
    return stored


def _signed(audit: Audit, *states: ReportState) -> tuple[Report, list[Problem]]:
    row = audit.report
    return row, [] if row.state in states else [Problem(_("The report has been answered already."), "state")]


@action("audits.acknowledge_report", permission="audits.acknowledge_report", target="audit")
def acknowledge_report(*, by: Actor, audit: Audit) -> Report:
    """The authority takes note of the report; the follow-up begins."""
    step = check(audit, "audits.acknowledge_report", by)
    row, problems = _signed(audit, ReportState.SIGNED, ReportState.DISPUTED)
    refuse(problems)
    row.state, row.answered_on, row.answered_by = ReportState.ACKNOWLEDGED, clock.today(), person(by)
    row.save()
    move(audit, step, by)
    tell(audit, "audits.acknowledged", by, team=True, quality=True)
    return row


@action("audits.dispute_report", permission="audits.dispute_report", target="audit")
def dispute_report(*, by: Actor, audit: Audit, dispute: str) -> Report:
    """The authority disputes the report, with its reasons; the lead or the head of quality answers. The report itself stands as signed."""
    refuse([*in_state(audit, AuditState.REPORTED), *needed(dispute, "dispute", _("Say what is disputed and why."))])
    row, problems = _signed(audit, ReportState.SIGNED)
    refuse(problems)
    row.state, row.dispute, row.answered_on, row.answered_by = ReportState.DISPUTED, dispute.strip(), clock.today(), person(by)
    row.save()
    tell(audit, "audits.disputed", by, team=True, quality=True)
    return row


@action("audits.answer_dispute", permission="audits.answer_dispute", target="audit")
def answer_dispute(*, by: Actor, audit: Audit, answer: str) -> Report:
    """Answer a dispute; the follow-up begins. A finding that was raised wrongly is then rejected or cancelled in its own way."""
    step = check(audit, "audits.answer_dispute", by, needed(answer, "answer", _("Write the answer.")))
    row, problems = _signed(audit, ReportState.DISPUTED)
    refuse(problems)
    row.dispute_answer = answer.strip()
    row.save(update_fields=["dispute_answer"])
    move(audit, step, by, comment=answer)
    tell(audit, "audits.dispute_answered", by, team=True, authority=True, quality=True)
    return row


@action("audits.share_strength", permission="audits.raise_finding", target="audit")
def share_strength(*, by: Actor, audit: Audit, finding: Finding, shared: bool = True) -> Finding:
    """Say of a strength among the drafts that all authorities may learn of it."""
    refuse(_own_draft(audit, finding))
    return findings.correct_draft(by=ITSELF, finding=finding, shared=shared)
