"""Decisions of the certification body, and taking a wrong entry back by another entry."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.qms.certification import projections, recording
from yantar.qms.certification.facts import gather
from yantar.qms.certification.models import Certificate, CertificationBody, Decision
from yantar.qms.certification.telling import tell_those_concerned
from yantar.qms.standards.models import Edition


@action("certification.record_decision", permission="certification.record_decision", target="certificate")
def record_decision(
    *,
    by: Actor,
    certificate: Certificate,
    kind: str,
    decided_on: date,
    effective_on: date | None = None,
    expires_on: date | None = None,
    audit_on: date | None = None,
    edition: Edition | None = None,
    body: CertificationBody | None = None,
    scope_ru: str = "",
    scope_en: str = "",
    reason_code: str = "",
    number: str = "",
    note: str = "",
    breach_reason: str = "",
    source: str = "",
) -> Decision:
    """Record what the certification body decided.

    In force from the day of the decision unless said otherwise; a grant, a renewal and a restoration after expiry get the usual expiry
    (R1, R6, R7) unless one is stated. A decision that breaks rules is refused with one problem of code "breach" for each of them until
    a reason is given; then it is recorded and stays flagged. The same decision sent twice is refused with code "already_recorded".
    """
    entry = recording.DecisionEntry(
        kind=kind,
        decided_on=decided_on,
        effective_on=effective_on,
        expires_on=expires_on,
        audit_on=audit_on,
        edition=edition,
        body=body,
        scope_ru=scope_ru,
        scope_en=scope_en,
        reason_code=reason_code,
        number=number,
        note=note,
        breach_reason=breach_reason,
        source=source,
    )
    gathered = gather([certificate], whole=False, found=True)
    row = recording.add_decision(by=by, certificate=certificate, entry=entry, gathered=gathered)
    current().decided["decision"] = row.pk
    projections.settle([certificate], gathered)
    tell_those_concerned(certificate, "certification.decision", by, decision=row.kind, decided_on=row.decided_on, flagged=bool(row.breaches))
    return row


@action("certification.reverse_decision", permission="certification.record_decision", target="decision")
def reverse_decision(*, by: Actor, decision: Decision, reason: str) -> Decision:
    """Take back a wrong entry by another one; both stay visible. The reversed decision never counted, on any day.

    Raises Refused without a reason, for an entry that is reversed already, and for a reversing entry itself (record the decision anew).
    """
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=decision.certificate_id)
    problems = []
    if not reason.strip():
        problems.append(Problem(_("Say why the entry is wrong."), "required", "reason"))
    if decision.reverses_id is not None:
        problems.append(Problem(_("This entry reverses another one. Record the decision anew instead."), "is_reversal"))
    if Decision.objects.filter(reverses=decision).exists():
        problems.append(Problem(_("This entry is reversed already."), "already_reversed"))
    if problems:
        raise Refused(problems)
    row = Decision.objects.create(
        certificate=certificate,
        kind=decision.kind,
        number=decision.number,
        decided_on=decision.decided_on,
        effective_on=decision.effective_on,
        reverses=decision,
        note=reason.strip(),
        recorded_at=clock.now(),
        recorded_by=by if isinstance(by, User) else None,
    )
    running = current()
    running.authority_id = certificate.authority_id
    running.decided["reversal"] = row.pk
    projections.refresh([certificate])
    tell_those_concerned(certificate, "certification.reversed", by, decision=decision.kind, decided_on=decision.decided_on)
    return row
