"""Which findings a viewer sees: the rule `findings.view` as a condition of the database."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from yantar.core.actions import System
from yantar.qms.organisation.queries import internal_authority_ids
from yantar.qms.organisation.rules import has_any_role

from ..models import Finding, PlannedAction
from ..rules import SEES_ORIGIN


def seen_by(viewer: Any) -> Q | None:
    """What a viewer sees beyond nothing: the findings of their authorities, those that name them, those of what they worked on, what is shared
    with all. None: everything. A test compares it with `findings.view` finding by finding.
    """
    if isinstance(viewer, System):
        return None
    if not getattr(viewer, "is_authenticated", False) or not viewer.is_active:
        return Q(pk__in=[])
    authorities = internal_authority_ids(viewer)
    if authorities is None:
        return None
    # What lies in other tables is asked for by keys, so that the rest is answered from one index.
    to_do = PlannedAction.objects.filter(assignee_id=viewer.pk, withdrawn_at__isnull=True).order_by()
    seen = Q(owner_id=viewer.pk) | Q(verifier_id=viewer.pk) | Q(raised_by_id=viewer.pk) | Q(pk__in=to_do.values("finding_id"))
    if authorities:
        seen |= Q(authority_id__in=sorted(authorities))
    if has_any_role(viewer):
        seen |= Q(shared=True)
    for kind, origins in SEES_ORIGIN.items():
        worked_on = sorted({str(one) for one in origins(viewer)})
        if worked_on:
            seen |= Q(pk__in=Finding.objects.filter(origin_kind=kind, origin_id__in=worked_on).order_by().values("pk"))
    return seen


def visible(viewer: Any) -> QuerySet[Finding]:
    """The findings that a viewer sees."""
    seen = seen_by(viewer)
    return Finding.objects.all() if seen is None else Finding.objects.filter(seen)


def find_visible(viewer: Any, number: str) -> Finding | None:
    """A finding by its number with its authority, clause, process and people joined; None also where the viewer does not see it."""
    joined = ("authority", "clause__edition", "process", "unit", "owner", "verifier", "raised_by")
    return visible(viewer).filter(number=number).select_related(*joined).first()
