"""Certification as a file, in the very tables that the import reads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from yantar.core.tabular import Sheet, write
from yantar.qms.organisation.queries import internal_authority_ids

from ..models import Certificate, CertificationBody, Decision, DecisionKind, ExternalAudit
from .bodies import FIELDS as BODY_FIELDS
from .certificates import FIELDS
from .specs import AUDIT_TABLE, BODY_TABLE, CERTIFICATE_TABLE, DECISION_TABLE

CHUNK = 2000


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """All certificates, decisions and audits up to a day, as XLSX or as CSV files in one ZIP. Importing it changes nothing.

    What was taken back is left out. Notes on decisions and the reasons of breaches are internals: a viewer
    gets those of the authorities they may see. Raises KeyError for an unknown format.
    """
    allowed = internal_authority_ids(viewer)
    target = io.BytesIO()
    sheets = [
        Sheet(BODY_TABLE, _bodies()),
        Sheet(CERTIFICATE_TABLE, _certificates(on)),
        Sheet(DECISION_TABLE, _decisions(on, allowed)),
        Sheet(AUDIT_TABLE, _audits(on)),
    ]
    write(sheets, fmt, target)
    return target.getvalue()


def _bodies() -> Iterator[dict[str, Any]]:
    for body in CertificationBody.objects.order_by("code"):
        yield {"code": body.code, **{key: getattr(body, key) for key in BODY_FIELDS}}


def _certificates(on: date) -> Iterator[dict[str, Any]]:
    granted: dict[int, tuple[date, date | None]] = {}
    grants = Decision.objects.filter(kind=DecisionKind.GRANT, reverses__isnull=True, reversed_by__isnull=True, decided_on__lte=on)
    for pk, decided_on, expires_on in grants.order_by("-decided_on", "-pk").values_list("certificate_id", "decided_on", "expires_on"):
        granted[pk] = (decided_on, expires_on)
    rows = Certificate.objects.select_related("authority", "body", "edition", "superseded_by").order_by("number")
    for certificate in rows.iterator(chunk_size=CHUNK):
        if certificate.pk not in granted and certificate.decisions.exists():
            continue
        superseded = certificate.superseded_by is not None and certificate.superseded_on is not None and certificate.superseded_on <= on
        yield {
            "number": certificate.number,
            "authority": certificate.authority.code,
            "body": certificate.body.code,
            "edition": certificate.edition.designation,
            "granted_on": granted.get(certificate.pk, (None, None))[0],
            "granted_until": granted.get(certificate.pk, (None, None))[1],
            **{key: getattr(certificate, key) for key in FIELDS},
            "superseded_by": certificate.superseded_by.number if superseded and certificate.superseded_by else None,
            "superseded_on": certificate.superseded_on if superseded else None,
        }


def _decisions(on: date, allowed: set[int] | None) -> Iterator[dict[str, Any]]:
    found = Decision.objects.filter(reverses__isnull=True, reversed_by__isnull=True, decided_on__lte=on)
    found = found.select_related("certificate", "edition", "body").order_by("certificate__number", "decided_on", "pk")
    for decision in found.iterator(chunk_size=CHUNK):
        inside = allowed is None or decision.certificate.authority_id in allowed
        yield {
            "certificate": decision.certificate.number,
            "kind": decision.kind,
            "number": decision.number,
            "decided_on": decision.decided_on,
            "effective_on": decision.effective_on,
            "expires_on": decision.expires_on,
            "audit_on": decision.audit_on,
            "edition": decision.edition.designation if decision.edition else None,
            "body": decision.body.code if decision.body else None,
            "scope_ru": decision.scope_ru,
            "scope_en": decision.scope_en,
            "reason_code": decision.reason_code,
            "note": decision.note if inside else None,
            "breach_reason": decision.breach_reason if inside else None,
            "source": decision.source,
        }


def _audits(on: date) -> Iterator[dict[str, Any]]:
    found = ExternalAudit.objects.filter(reversed_at__isnull=True, ended_on__lte=on)
    for audit in found.select_related("certificate").order_by("certificate__number", "ended_on", "pk").iterator(chunk_size=CHUNK):
        yield {
            "certificate": audit.certificate.number,
            "kind": audit.kind,
            "began_on": audit.began_on,
            "ended_on": audit.ended_on,
            "days": audit.days,
            "report": audit.report,
            "source": audit.source,
        }
