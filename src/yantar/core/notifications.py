"""Telling people: rows made inside the running action, shown in the workspace, mailed as a digest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import clock
from .actions import current
from .canonical import plain
from .models import Notification, User


def notify(people: Iterable[User], kind: str, *, url: str = "", key: str | None = None, **params: Any) -> None:
    """Tell each of the people once. `kind` names a message of `MESSAGES`; `key`, where given, makes it unrepeatable per person.

    May be called only inside an action: what is told is part of what was decided.
    """
    running = current()
    for person in {p.pk: p for p in people}.values():
        running.told.append(Notification(recipient=person, at=clock.now(), kind=kind, params=plain(params), url=url, key=key))
