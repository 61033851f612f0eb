"""What planning an audit of the certification body takes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from yantar.qms.certification.models import Certificate
from yantar.qms.certification.queries import may_grant_for


def certificates_to_plan(viewer: Any) -> QuerySet[Certificate]:
    """Certificates for which the viewer may plan an audit of the certification body; those that another took the place of are left out."""
    mine = may_grant_for(viewer)
    found = Certificate.objects.filter(superseded_by__isnull=True).order_by("number")
    return found if mine is None else found.filter(authority_id__in=mine)
