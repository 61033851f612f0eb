"""Who is told what about procurement, and the addresses of the pages that the words lead to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from yantar.core import clock
from yantar.core.actions import Actor
from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.qms.findings.telling import answerable
from yantar.qms.organisation.models import Role

HOME = "/workspace/savings/"


def page_of_dataset(pk: int) -> str:
    """Address of a dataset's page in the workspace."""
    return f"{HOME}{pk}/"


def page_of_question(pk: int) -> str:
    """Address of a question's page in the workspace."""
    return f"{HOME}questions/{pk}/"


def page_of_figure(number: str) -> str:
    """Address of a figure's page in the workspace."""
    return f"{HOME}figures/{number}/"


def coordinators(authority_id: int) -> list[User]:
    """Who answers for an authority today: its coordinators; without one, its head."""
    return answering([authority_id], clock.today())[authority_id]


def answering(authorities: Iterable[int], on: date) -> dict[int, list[User]]:
    """The same of several authorities on a day. Two queries."""
    held = answerable(authorities, (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY), on)
    return {authority: people.get(Role.COORDINATOR) or people.get(Role.HEAD_OF_AUTHORITY) or [] for authority, people in held.items()}


def tell(people: Iterable[User | None], kind: str, by: Actor, url: str, *, key: str | None = None, **params: Any) -> None:
    """Tell people, never the one who did it; with a `key` each of them once for ever. Only inside an action."""
    recipients = {one.pk: one for one in people if one is not None and one.is_active}
    if isinstance(by, User):
        recipients.pop(by.pk, None)
    if recipients:
        notify(recipients.values(), kind, url=url, key=key, **params)
