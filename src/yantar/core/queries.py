"""Reading the spine for somebody."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from .models import Job, Notification, User


def job_for(viewer: Any, job_id: uuid.UUID) -> Job | None:
    """A job that the viewer started; None for anybody else's."""
    if not getattr(viewer, "is_authenticated", False):
        return None
    return Job.objects.filter(pk=job_id, started_by_id=viewer.pk).first()


def notifications(viewer: Any) -> QuerySet[Notification]:
    """What the viewer was told, the latest first; nobody sees another person's."""
    return Notification.objects.filter(recipient_id=getattr(viewer, "pk", None)).order_by("-at", "-pk")


def owner_of_calendar(token: str) -> User | None:
    """Whose private calendar a secret address leads to; None for a wrong one and for a person who may not sign in any more."""
    return User.objects.filter(calendar_token=token, is_active=True).first() if token else None


def jobs_of(viewer: Any, kinds: Iterable[str]) -> QuerySet[Job]:
    """Work of some kinds that the viewer started, the latest first, without its results."""
    return Job.objects.filter(started_by_id=getattr(viewer, "pk", None), kind__in=list(kinds)).defer("result").order_by("-created_at", "-pk")
