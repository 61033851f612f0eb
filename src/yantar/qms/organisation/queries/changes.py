"""The journal for those who may read it, and what of it everybody may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from yantar.core import clock
from yantar.core.models import JournalEntry

from ..models import AuthorityVersion
from .authorities import names_on


@dataclass(frozen=True, slots=True)
class JournalFilters:
    """Which rows of the journal are wanted; what is not given is not asked. Days are of the government's time zone, both included."""

    actor_id: int | None = None
    action: str = ""
    target_type: str = ""
    target_id: str = ""
    authority_id: int | None = None
    day_from: date | None = None
    day_to: date | None = None


def _begins(day: date | None) -> datetime | None:
    """The first moment of a day in the government's time zone."""
    return None if day is None else timezone.make_aware(datetime.combine(day, time.min))


def journal(viewer: Any, filters: JournalFilters | None = None) -> QuerySet[JournalEntry]:
    """Rows of the journal, the latest first, who acted joined; nothing for who may not read it.

    `filters.action`: a name or the beginning of names, e.g. "organisation.".
    """
    if viewer is None or not viewer.has_perm("organisation.view_journal"):
        return JournalEntry.objects.none()
    asked = filters or JournalFilters()
    conditions = {
        "actor_id": asked.actor_id,
        "action__startswith": asked.action or None,
        "target_type": asked.target_type or None,
        "target_id": asked.target_id or None,
        "authority_id": asked.authority_id,
        "at__gte": _begins(asked.day_from),
        "at__lt": _begins(asked.day_to and asked.day_to + timedelta(days=1)),
    }
    rows = JournalEntry.objects.filter(**{name: value for name, value in conditions.items() if value is not None})
    return rows.select_related("actor").order_by("-seq")


PUBLIC_CHANGES = frozenset(
    f"organisation.{name}"
    for name in ("create_authority", "correct_authority", "change_personnel", "rename", "abolish", "merge", "split", "move_unit", "create_site")
)
"""Actions of the organisation that everybody may know to have happened; other capabilities add their own."""


@dataclass(frozen=True, slots=True)
class Change:
    """That something happened, to whom and when; not who did it and not what was entered."""

    seq: int
    at: datetime
    action: str
    target_type: str
    target_id: str
    authority: AuthorityVersion | None


def last_changes(limit: int, actions: Iterable[str] = PUBLIC_CHANGES) -> list[Change]:
    """The latest public changes with the authorities as they are called today. No personal data. Two queries."""
    rows = list(
        JournalEntry.objects.filter(action__in=set(actions))
        .order_by("-seq")
        .values_list("seq", "at", "action", "target_type", "target_id", "authority_id")[:limit]
    )
    named = names_on({row[5] for row in rows if row[5] is not None}, clock.today())
    return [Change(*row[:5], authority=named.get(row[5]) if row[5] is not None else None) for row in rows]
