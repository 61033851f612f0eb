"""How many complaints there were about services: counts only, for everybody."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from ..models import Appeal, AppealKind, AppealState

HIDDEN = (AppealState.SUSPECTED, AppealState.REJECTED)
"""What a moderator holds back or rejected is no complaint."""


def complaints_by_service(first: date, end: date) -> dict[int, int]:
    """By the key of a service how many complaints about it came from `first` until `end` (not included). One query."""
    rows = Appeal.objects.exclude(state__in=HIDDEN).filter(received_on__gte=first, received_on__lt=end)
    about = rows.filter(kind=AppealKind.SERVICE_COMPLAINT, service__isnull=False).order_by()
    return dict(about.values_list("service_id").annotate(Count("pk")))
