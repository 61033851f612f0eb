"""Which appeals a person sees: those of their authorities, never one that concerns them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from yantar.qms.organisation.queries import internal_authority_ids

from ...models import Appeal

PERMISSIONS = ("feedback.handle", "feedback.answer", "feedback.read_personal", "feedback.raise_finding", "feedback.moderate")


def visible(viewer: Any) -> QuerySet[Appeal]:
    """Appeals that the viewer may see, as `feedback.view_appeal` says of each."""
    ids = internal_authority_ids(viewer)
    rows = Appeal.objects.all()
    if ids is not None:
        rows = rows.filter(authority_id__in=sorted(ids)) if ids else rows.none()
    pk = getattr(viewer, "pk", None)
    return rows.filter(Q(concerns__isnull=True) | ~Q(concerns=pk)) if pk else rows


def find_visible(viewer: Any, number: str) -> Appeal | None:
    """The appeal of a number where the viewer may see it; None otherwise, whichever it is. One query."""
    rows = visible(viewer).select_related("authority", "service", "site", "category", "assigned_to", "concerns", "part_of", "repeats", "finding")
    return rows.filter(number=number[:20]).first()


def may(viewer: Any, appeal: Appeal) -> frozenset[str]:
    """Which of PERMISSIONS the viewer has on an appeal."""
    return frozenset(name for name in PERMISSIONS if viewer.has_perm(name, appeal))
