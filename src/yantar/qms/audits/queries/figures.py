"""What the audit programme achieved in figures: audits done of those planned, findings per hour of audit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, Q, Sum
from django.db.models.functions import Cast

from yantar.qms.audits.models import AuditKind, AuditState
from yantar.qms.findings.models import Finding, OriginKind, State
from yantar.qms.findings.queries import Share

from .audits import visible


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """`done`: internal audits carried out, of those wanted and not cancelled. `hours`: audit hours of all auditors in audits that are closed.

    `findings`: issued findings of these closed audits, of every grade.
    """

    done: Share
    hours: Decimal
    findings: int

    @property
    def per_hour(self) -> Decimal | None:
        """Findings per audit hour; None where no hours are known."""
        return Decimal(self.findings) / self.hours if self.hours else None


def audit_figures(viewer: Any, *, authority: str = "", first: int | None = None, last: int | None = None) -> AuditFigures:
    """Figures of the internal audits that a viewer sees, wanted within years (of the last day of their windows), both included; two queries."""
    rows = visible(viewer).filter(kind=AuditKind.INTERNAL).exclude(state=AuditState.CANCELLED)
    if authority:
        rows = rows.filter(authority__code=authority)
    if first is not None:
        rows = rows.filter(window_last__year__gte=first)
    if last is not None:
        rows = rows.filter(window_last__year__lte=last)
    counted = rows.aggregate(wanted=Count("pk"), done=Count("pk", filter=Q(ended_on__isnull=False)), hours=Sum("hours_spent"))
    spent = rows.filter(hours_spent__gt=0).order_by().annotate(key=Cast("pk", CharField())).values("key")
    issued = Finding.objects.filter(origin_kind=OriginKind.AUDIT, origin_id__in=spent).exclude(
        state__in=(State.DRAFT, State.REJECTED, State.CANCELLED)
    )
    return AuditFigures(Share(counted["done"], counted["wanted"]), counted["hours"] or Decimal(0), issued.count())
