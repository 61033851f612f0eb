"""Auditors as a file, in the very tables that the import reads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from yantar.core.tabular import Sheet, write

from ..models import Absence, Auditor, Competence
from ..queries import AuditorFilters, auditors
from .specs import ABSENCE_TABLE, AUDITORS, COMPETENCES


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """Auditors of a day whom the viewer may see, with their proofs up to the day and absences not over by it. Importing it changes nothing.

    Cancelled absences are left out. Raises KeyError for an unknown format.
    """
    target = io.BytesIO()
    seen = auditors(viewer, AuditorFilters(), on).select_related("authority", "unit", "site", "user")
    write([Sheet(AUDITORS, _auditors(seen)), Sheet(COMPETENCES, _competences(seen, on)), Sheet(ABSENCE_TABLE, _absences(seen, on))], fmt, target)
    return target.getvalue()


def _auditors(rows: QuerySet[Auditor]) -> Iterator[dict[str, Any]]:
    for one in rows.order_by("code"):
        yield {
            "code": one.code,
            "name": one.name,
            "authority": one.authority.code,
            "unit": one.unit.code if one.unit else None,
            "site": one.site.code if one.site else None,
            "qualification": one.qualification,
            "languages": ", ".join(one.languages),
            "days_per_month": one.days_per_month,
            "audits_before": one.audits_before,
            "email": one.user.email if one.user else None,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "note": one.note,
        }


def _competences(rows: QuerySet[Auditor], on: date) -> Iterator[dict[str, Any]]:
    found = Competence.objects.filter(auditor__in=rows.values("pk"), obtained_on__lte=on).select_related("auditor", "edition")
    for one in found.order_by("auditor__code", "obtained_on", "pk"):
        yield {
            "auditor": one.auditor.code,
            "kind": one.kind,
            "edition": one.edition.designation if one.edition else None,
            "field": one.field,
            "evidence": one.evidence,
            "hours": one.hours,
            "obtained_on": one.obtained_on,
            "valid_until": one.valid_until,
            "withdrawn_on": one.withdrawn_on,
        }


def _absences(rows: QuerySet[Auditor], on: date) -> Iterator[dict[str, Any]]:
    found = Absence.objects.filter(auditor__in=rows.values("pk"), cancelled_at=None, last_day__gte=on).select_related("auditor")
    for one in found.order_by("auditor__code", "first_day"):
        yield {"auditor": one.auditor.code, "first_day": one.first_day, "last_day": one.last_day, "kind": one.kind}
