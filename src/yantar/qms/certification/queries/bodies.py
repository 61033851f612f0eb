"""Certification bodies: public facts."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yantar.qms.certification.models import CertificationBody, StatusPeriod


def bodies(on: date | None = None) -> QuerySet[CertificationBody]:
    """Every body; with a day given also `certificate_count`: certificates it answers for then, in force or suspended."""
    found = CertificationBody.objects.order_by("name_ru")
    if on is None:
        return found
    standing = StatusPeriod.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on), begins_on__lte=on, status__in=["active", "suspended"], body=OuterRef("pk")
    )
    number = standing.order_by().values("body").annotate(number=Count("pk")).values("number")
    return found.annotate(certificate_count=Coalesce(Subquery(number, output_field=IntegerField()), 0))


def find_body(code: str) -> CertificationBody | None:
    """A body by its code."""
    return CertificationBody.objects.filter(code=code).first()
