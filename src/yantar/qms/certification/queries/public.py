"""One certificate as anyone may know it, on any day: every fact with where it is from and when it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from yantar.core.freshness import Fresh
from yantar.engine.certification import IAF_STATUS
from yantar.engine.certification import Status as EngineStatus
from yantar.engine.certification.milestones import Milestone, line_of_dates
from yantar.qms.certification.facts import facts_of
from yantar.qms.certification.models import Certificate, CertificationBody, Decision, DecisionKind, Obligation, Status, StatusPeriod

from .holders import holders
from .register import pending
from .shapes import Body, Link, NextStep, Period, Provenance, PublicCertificate, PublicDecision, PublicExclusion, PublicSite

_EDITION = ("edition__key", "edition__designation", "edition__national")
_PERIOD = ("status", "begins_on", "ends_on", "expires_on", "certificate_id", *_EDITION, *(f"body__{field.name}" for field in fields(Body)))
_UNUSED = ("edition__source", "edition__exclusions", "edition__note_ru", "edition__note_en", "reversed_by__breaches", "reversed_by__note")
"""Long columns that no page shows."""

_kept: Fresh[PublicCertificate | None] = Fresh(2000)


def find_certificate(number: str) -> Certificate | None:
    """A certificate by its number, whatever the case and the spaces."""
    return (
        Certificate.objects.select_related("authority", "body", "edition", "superseded_by", "scan")
        .defer("edition__source", "edition__exclusions", "edition__note_ru", "edition__note_en")
        .filter(number__iexact=" ".join(number.split()))
        .first()
    )


def public_certificate(number: str, on: date) -> PublicCertificate | None:
    """A certificate by its number as of a day; None where no such number is recorded. Kept while nothing changes anywhere."""
    number = " ".join(number.split())
    if not number or len(number) > 60 or not number.isprintable():
        return None

    def read() -> PublicCertificate | None:
        certificate = find_certificate(number)
        return describe(certificate, on) if certificate is not None else None

    return _kept.get((number.upper(), on), read)


_lines: Fresh[tuple[Milestone, ...]] = Fresh(2000)


def public_line(number: str, on: date) -> tuple[Milestone, ...]:
    """The line of dates of the cycle that runs on a day: public like the decisions it follows from. Empty where there is none."""
    number = " ".join(number.split())

    def read() -> tuple[Milestone, ...]:
        certificate = find_certificate(number)
        return line_of_dates(facts_of([certificate], whole=False)[certificate.pk], on) if certificate is not None else ()

    return _lines.get((number.upper(), on), read)


def describe(certificate: Certificate, on: date) -> PublicCertificate:
    """The public facts of a certificate as of a day, read anew: a constant number of queries."""
    periods = list(
        StatusPeriod.objects.filter(certificate=certificate, begins_on__lte=on).select_related("edition", "body").only(*_PERIOD).order_by("begins_on")
    )
    decisions = list(
        Decision.objects.filter(certificate=certificate, reverses__isnull=True, decided_on__lte=on)
        .select_related("edition", "body", "reversed_by")
        .defer(*_UNUSED)
        .order_by("decided_on", "pk")
    )
    counting = [row for row in decisions if not _undone(row) and max(row.effective_on, row.decided_on) <= on]
    now = periods[-1] if periods else None
    opening = _last(counting, lambda row: row.kind in (DecisionKind.GRANT, DecisionKind.RENEW))
    scoped = _last(counting, lambda row: bool(row.scope_ru or row.scope_en))
    edition = now.edition if now is not None and now.edition is not None else certificate.edition
    body = now.body if now is not None and now.body is not None else certificate.body
    ahead = None
    if now is not None:
        ahead = Obligation.objects.filter(pending(on), certificate=certificate).order_by("due_on", "pk").first()
    scan = certificate.scan
    return PublicCertificate(
        on=on,
        number=certificate.number,
        identity_number=certificate.identity_number,
        type=certificate.type,
        status=now.status if now else Status.DRAFT.value,
        iaf_status=IAF_STATUS[EngineStatus(now.status if now else "draft")],
        status_since=_since(periods),
        expires_on=now.expires_on if now else None,
        edition_key=edition.key,
        edition=edition.designation,
        edition_national=edition.national,
        scope_ru=scoped.scope_ru if scoped else certificate.scope_ru,
        scope_en=scoped.scope_en if scoped else certificate.scope_en,
        client_ru=certificate.client_ru,
        client_en=certificate.client_en,
        address_ru=certificate.address_ru,
        address_en=certificate.address_en,
        iaf_sector=certificate.iaf_sector,
        original_issue_on=certificate.original_issue_on,
        granted_on=opening.decided_on if opening else None,
        effective_on=opening.effective_on if opening else None,
        holder=holders([certificate.authority_id], on).get(certificate.authority_id),
        body=_body(body),
        next_step=NextStep(ahead.kind, ahead.rule, ahead.opens_on, ahead.due_on, ahead.confirmed) if ahead else None,
        history=_history(periods),
        decisions=tuple(_decision(row) for row in decisions),
        sites=_sites(certificate),
        exclusions=tuple(
            PublicExclusion(*values)
            for values in certificate.exclusions.order_by("pk").values_list("clause_number", "justification", "approved_by", "approved_on")
        ),
        supersedes=tuple(
            Link(*values)
            for values in Certificate.objects.filter(superseded_by=certificate, superseded_on__lte=on)
            .order_by("superseded_on", "number")
            .values_list("number", "superseded_on")
        ),
        superseded_by=_superseded(certificate, on),
        scan_sha256=scan.sha256 if scan else "",
        provenance=_provenance(certificate, counting, opening, scoped),
    )


def _undone(row: Decision) -> bool:
    return getattr(row, "reversed_by", None) is not None


def _last(rows: Sequence[Decision], wanted: Any) -> Decision | None:
    ranked = sorted((row for row in rows if wanted(row)), key=lambda row: (max(row.effective_on, row.decided_on), row.decided_on, row.pk))
    return ranked[-1] if ranked else None


def _since(periods: Sequence[StatusPeriod]) -> date | None:
    """Since when the last status holds, whatever else changed meanwhile."""
    since = None
    for period in reversed(periods):
        if period.status != periods[-1].status:
            break
        since = period.begins_on
    return since


def _superseded(certificate: Certificate, on: date) -> Link | None:
    if certificate.superseded_by is None or certificate.superseded_on is None or certificate.superseded_on > on:
        return None
    return Link(certificate.superseded_by.number, certificate.superseded_on)


def _history(periods: Sequence[StatusPeriod]) -> tuple[Period, ...]:
    return tuple(
        Period(
            status=row.status,
            begins_on=row.begins_on,
            ends_on=row.ends_on,
            edition=row.edition.designation if row.edition else "",
            body_ru=row.body.name_ru if row.body else "",
            body_en=row.body.name_en if row.body else "",
            expires_on=row.expires_on,
        )
        for row in periods
    )


def _body(row: CertificationBody) -> Body:
    return Body(row.code, row.name_ru, row.name_en, row.country, row.address, row.accreditation_body, row.accreditation_number, row.website)


def _decision(row: Decision) -> PublicDecision:
    return PublicDecision(
        id=row.pk,
        kind=row.kind,
        number=row.number,
        decided_on=row.decided_on,
        effective_on=row.effective_on,
        expires_on=row.expires_on,
        audit_on=row.audit_on,
        edition=row.edition.designation if row.edition else "",
        body_ru=row.body.name_ru if row.body else "",
        body_en=row.body.name_en if row.body else "",
        scope_ru=row.scope_ru,
        scope_en=row.scope_en,
        reason_code=row.reason_code,
        flagged=bool(row.breaches),
        reversed_at=row.reversed_by.recorded_at if _undone(row) else None,
        source=row.source,
        recorded_at=row.recorded_at,
    )


def _sites(certificate: Certificate) -> tuple[PublicSite, ...]:
    rows = certificate.certificate_sites.order_by("-is_central", "site__code").values_list(
        "site__code",
        "site__name_ru",
        "site__name_en",
        "site__address_ru",
        "site__address_en",
        "scope_ru",
        "scope_en",
        "is_central",
    )
    return tuple(PublicSite(*values) for values in rows)


def _provenance(certificate: Certificate, counting: Sequence[Decision], opening: Decision | None, scoped: Decision | None) -> tuple[Provenance, ...]:
    entry = (certificate.source, certificate.recorded_at, None)

    def of(decision: Decision | None) -> tuple[str, datetime, int | None]:
        return (decision.source or certificate.source, decision.recorded_at, decision.pk) if decision is not None else entry

    status = _last(counting, lambda row: row.kind != DecisionKind.CONFIRM)
    expires = _last(counting, lambda row: row.expires_on is not None)
    edition = _last(counting, lambda row: row.edition_id is not None)
    body = _last(counting, lambda row: row.body_id is not None)
    confirmed = _last(counting, lambda row: row.kind == DecisionKind.CONFIRM)
    found = {
        "number": entry,
        "client": entry,
        "scope": of(scoped),
        "edition": of(edition),
        "body": of(body),
        "granted_on": of(opening),
        "status": of(status),
        "expires_on": of(expires),
    }
    if confirmed is not None:
        found["confirmed"] = of(confirmed)
    return tuple(Provenance(name, *values) for name, values in found.items())
