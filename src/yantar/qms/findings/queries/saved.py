"""Filters that a person saved."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from ..models import SavedFilter


def saved_filters(viewer: Any) -> QuerySet[SavedFilter]:
    """The viewer's own saved filters by name; nobody sees another's."""
    return SavedFilter.objects.filter(user_id=getattr(viewer, "pk", None) or 0)
