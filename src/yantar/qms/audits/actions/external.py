"""Audits of the certification body: planned here, carried out by the body, recorded as facts of certification when they are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem, Refused
from yantar.qms.audits import exchange
from yantar.qms.audits.models import EXTERNAL, Audit, AuditKind, AuditState
from yantar.qms.audits.numbering import next_number
from yantar.qms.audits.recording import check, in_state, move, person, refuse
from yantar.qms.audits.telling import tell
from yantar.qms.certification.actions import record_audit
from yantar.qms.certification.models import Certificate, CertificateSite, CertificationBody, ExternalAuditKind, StatusPeriod
from yantar.qms.findings import actions as findings
from yantar.qms.findings.models import Finding, OriginKind
from yantar.qms.findings.recording import statement_problems
from yantar.qms.organisation.models import Unit
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause, Edition

from .reporting import ITSELF

KINDS: Mapping[str, ExternalAuditKind] = {
    AuditKind.STAGE1: ExternalAuditKind.STAGE1,
    AuditKind.STAGE2: ExternalAuditKind.STAGE2,
    AuditKind.SURVEILLANCE: ExternalAuditKind.SURVEILLANCE,
    AuditKind.RECERTIFICATION: ExternalAuditKind.RECERTIFICATION,
    AuditKind.SPECIAL: ExternalAuditKind.SHORT_NOTICE,
}
"""Kind of an audit here → of the fact of certification."""


def standing(certificate: Certificate, on: date) -> tuple[Edition, CertificationBody]:
    """The edition and the body of a certificate on a day; of its grant where it has not been granted by then."""
    period = StatusPeriod.objects.filter(certificate=certificate, begins_on__lte=on).select_related("edition", "body").order_by("-begins_on").first()
    if period is None:
        return certificate.edition, certificate.body
    return period.edition or certificate.edition, period.body or certificate.body


def body_days(body: CertificationBody, grade: str) -> int | None:
    """Days that a body gives for a finding of a grade: to mend a major, to plan for a minor; None for the others."""
    return {"major": body.major_days, "minor": body.minor_plan_days}.get(grade)


@action("audits.plan_external", permission="audits.plan_external", target="certificate")
def plan_external(
    *,
    by: Actor,
    certificate: Certificate,
    kind: str,
    window_first: date,
    window_last: date,
    first_day: date | None = None,
    last_day: date | None = None,
    person_days: int = 1,
    objective: str = "",
    method: str = "on_site",
) -> Audit:
    """Plan an audit of the certification body: within a window, or on days that are agreed. The authority is told."""
    problems = []
    if kind not in EXTERNAL:
        problems.append(Problem(_("Choose the kind of audit."), "kind", "kind", value=str(kind)))
    if method not in ("on_site", "remote"):
        problems.append(Problem(_("Choose the method."), "method", "method"))
    if window_last < window_first:
        problems.append(Problem(_("The window ends before it begins."), "order", "window_last"))
    if (first_day is None) != (last_day is None):
        problems.append(Problem(_("Enter both days or neither."), "required", "last_day" if last_day is None else "first_day"))
    if first_day is not None and last_day is not None:
        if last_day < first_day:
            problems.append(Problem(_("The first day is later than the last."), "order", "last_day"))
        elif not window_first <= first_day <= last_day <= window_last:
            problems.append(Problem(_("The days are outside the window."), "window", "first_day"))
    if not 1 <= person_days <= 200:
        problems.append(Problem(_("Person-days are from 1 to 200."), "range", "person_days", value=str(person_days)))
    open_ones = Audit.objects.filter(certificate=certificate, kind=kind, state=AuditState.PLANNED)
    if open_ones.filter(window_first__lte=window_last, window_last__gte=window_first).exists():
        problems.append(Problem(_("An audit of this kind is planned within this window already."), "already", "window_first"))
    refuse(problems)
    edition, _body = standing(certificate, clock.today())
    audit = Audit.objects.create(
        number=next_number(window_first.year),
        kind=kind,
        state_since=clock.today(),
        authority_id=certificate.authority_id,
        certificate=certificate,
        edition=edition,
        objective=objective.strip(),
        method=method,
        person_days=person_days,
        window_first=window_first,
        window_last=window_last,
        first_day=first_day,
        last_day=last_day,
        fixed=True,
        recorded_at=clock.now(),
    )
    current().target = audit
    tell(audit, "audits.external_planned", by, authority=True, quality=True, window_first=window_first, window_last=window_last)
    return audit


@action("audits.set_external_days", permission="audits.record_external", target="audit")
def set_external_days(*, by: Actor, audit: Audit, first_day: date, last_day: date) -> Audit:
    """The certification body has named the days. Raises Refused with everything that is wrong."""
    problems = in_state(audit, AuditState.PLANNED)
    if last_day < first_day:
        problems.append(Problem(_("The first day is later than the last."), "order", "last_day"))
    refuse(problems)
    audit.first_day, audit.last_day = first_day, last_day
    audit.window_first, audit.window_last = min(audit.window_first, first_day), max(audit.window_last, last_day)
    audit.save(update_fields=["first_day", "last_day", "window_first", "window_last"])
    return audit


@action("audits.report_external", permission="audits.report_external", target="audit")
def report_external(
    *,
    by: Actor,
    audit: Audit,
    ended_on: date,
    began_on: date | None = None,
    days: Decimal | None = None,
    body_report: str = "",
    sites: tuple[CertificateSite, ...] = (),
) -> Audit:
    """The audit is over: its fact of certification is recorded, the findings of the body's report can be entered, the follow-up runs.

    Raises Refused with everything that is wrong, the fact's own rules included.
    """
    step = check(audit, "audits.report_external", by)
    if audit.certificate is None:
        raise Refused(Problem(_("The audit belongs to no certificate."), "certificate"))
    audit.fact = record_audit(
        by=by,
        certificate=audit.certificate,
        kind=KINDS[audit.kind],
        ended_on=ended_on,
        began_on=began_on,
        days=days,
        report=body_report,
        sites=sites,
        source=audit.number,
    )
    audit.body_report, audit.began_on, audit.ended_on = body_report.strip(), began_on, ended_on
    audit.first_day, audit.last_day = began_on or ended_on, ended_on
    move(audit, step, by, fields=["fact", "body_report", "began_on", "ended_on", "first_day", "last_day"])
    tell(audit, "audits.external_reported", by, authority=True, quality=True)
    return audit


@action("audits.raise_external_finding", permission="audits.record_external", target="audit")
def raise_external_finding(
    *,
    by: Actor,
    audit: Audit,
    grade: str,
    gap: str,
    requirement: str = "",
    evidence: str = "",
    clause: Clause | None = None,
    regulation: str = "",
    unit: Unit | None = None,
    process: Process | None = None,
    raised_on: date | None = None,
) -> Finding:
    """Enter a finding of the body's report: it is open at once, within the certification body's own days."""
    problems = in_state(audit, AuditState.FOLLOW_UP)
    problems += statement_problems(grade=grade, requirement=requirement, evidence=evidence, gap=gap, clause=clause, regulation=regulation)
    refuse(problems)
    assert audit.certificate is not None
    day = raised_on or audit.ended_on or clock.today()
    body = standing(audit.certificate, day)[1]
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
        process=process,
        raised_on=day,
        raised_by=person(by),
        origin_kind=OriginKind.EXTERNAL_AUDIT,
        origin_id=audit.origin,
        origin_label=audit.body_report or audit.number,
        body_days=body_days(body, grade),
    )
    current().decided["finding"] = finding.number
    return finding


@action("audits.import_external_findings", permission="audits.record_external", target="audit", summary=lambda given, made: {"count": made})
def import_external_findings(*, by: Actor, audit: Audit, rows: Sequence[exchange.FindingRow]) -> int:
    """Enter all findings of a table, or none. Raises Refused with everything that is wrong, each thing with its row. Returns their number."""
    rows = list(rows)
    refuse([*in_state(audit, AuditState.FOLLOW_UP), *exchange.check(audit, rows)])
    clauses, units = exchange.known(audit, rows)
    for row in rows:
        raise_external_finding(
            by=by,
            audit=audit,
            grade=row.grade,
            gap=row.gap,
            requirement=row.requirement,
            evidence=row.evidence,
            clause=clauses.get(row.clause),
            unit=units.get(row.unit),
            raised_on=row.day,
        )
    return len(rows)
