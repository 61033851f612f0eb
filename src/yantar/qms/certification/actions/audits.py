"""Audits that the certification body carried out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem, Refused
from yantar.qms.certification import projections
from yantar.qms.certification.models import Certificate, CertificateSite, ExternalAudit, ExternalAuditKind
from yantar.qms.certification.recording import day_problems
from yantar.qms.certification.telling import tell_those_concerned


@action("certification.record_audit", permission="certification.record_decision", target="certificate")
def record_audit(
    *,
    by: Actor,
    certificate: Certificate,
    kind: str,
    ended_on: date,
    began_on: date | None = None,
    days: Decimal | None = None,
    report: str = "",
    sites: Sequence[CertificateSite] = (),
    source: str = "",
) -> ExternalAudit:
    """Record an audit that is over. `days`: audit days of 8 hours; `sites`: those of the certificate that were visited.

    Raises Refused with everything that is wrong, and when the same audit is recorded already.
    """
    problems = day_problems(ended_on=ended_on, began_on=began_on)
    if kind not in ExternalAuditKind.values:
        problems.append(Problem(_("Choose the kind of audit."), "kind", "kind", value=str(kind)))
    if ended_on > clock.today():
        problems.append(Problem(_("An audit is recorded when it is over."), "future", "ended_on", value=ended_on.isoformat()))
    if began_on is not None and began_on > ended_on:
        problems.append(Problem(_("The first day is later than the last."), "order", "began_on"))
    if days is not None and not 0 < days < 1000:
        problems.append(Problem(_("Audit days are more than 0 and fewer than 1000."), "range", "days", value=str(days)))
    if any(site.certificate_id != certificate.pk for site in sites):
        problems.append(Problem(_("A visited site is not a site of this certificate."), "site", "sites"))
    if certificate.external_audits.filter(kind=kind, ended_on=ended_on, reversed_at__isnull=True).exists():
        problems.append(Problem(_("This audit is already recorded."), "already_recorded", "ended_on"))
    if problems:
        raise Refused(problems)
    row = ExternalAudit.objects.create(
        certificate=certificate,
        kind=kind,
        began_on=began_on,
        ended_on=ended_on,
        days=days,
        report=report.strip(),
        source=source.strip(),
        recorded_at=clock.now(),
    )
    if sites:
        row.sites.set(sites)
    current().decided["audit"] = row.pk
    projections.refresh([certificate])
    tell_those_concerned(certificate, "certification.audit", by, audit=row.kind, ended_on=row.ended_on)
    return row


@action("certification.take_back_audit", permission="certification.record_decision", target="audit")
def take_back_audit(*, by: Actor, audit: ExternalAudit, reason: str) -> ExternalAudit:
    """Take back an audit that was entered wrongly; it stays visible as taken back."""
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=audit.certificate_id)
    problems = []
    if not reason.strip():
        problems.append(Problem(_("Say why the entry is wrong."), "required", "reason"))
    if audit.reversed_at is not None:
        problems.append(Problem(_("This audit is taken back already."), "already_reversed"))
    if problems:
        raise Refused(problems)
    audit.reversed_at = clock.now()
    audit.save(update_fields=["reversed_at"])
    current().authority_id = certificate.authority_id
    projections.refresh([certificate])
    tell_those_concerned(certificate, "certification.audit_taken_back", by, audit=audit.kind, ended_on=audit.ended_on)
    return audit
