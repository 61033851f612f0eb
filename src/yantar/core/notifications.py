"""Telling people: rows made inside the running action, shown in the workspace, mailed as a digest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied

from . import clock
from .actions import Actor, action, current
from .canonical import plain
from .models import Notification, User


def notify(people: Iterable[User], kind: str, *, url: str = "", key: str | None = None, **params: Any) -> None:
    """Tell each of the people once. `kind` names a message of `MESSAGES`; `key`, where given, makes it unrepeatable per person.

    May be called only inside an action: what is told is part of what was decided.
    """
    running = current()
    for person in {p.pk: p for p in people}.values():
        running.told.append(Notification(recipient=person, at=clock.now(), kind=kind, params=plain(params), url=url, key=key))


@action("notifications.read", permission=None)
def mark_read(*, by: Actor, notifications: Iterable[int] | None = None) -> int:
    """Mark one's own notifications as read, by primary key (None: all of them); other people's are passed over. Returns how many changed."""
    if not isinstance(by, User):
        raise PermissionDenied("notifications.read")
    mine = Notification.objects.filter(recipient=by, read_at__isnull=True)
    if notifications is not None:
        mine = mine.filter(pk__in=list(notifications))
    return mine.update(read_at=clock.now())
