"""Who is to be told of what happens to an audit: its team, the people of the audited authority, the head of quality."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yantar.core import clock
from yantar.core.actions import Actor
from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.qms.certification.telling import answerable
from yantar.qms.organisation.models import Role

from .models import Audit

AUTHORITY = (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY)


def page_of(audit: Audit) -> str:
    """Address of an audit's page in the workspace."""
    return f"/workspace/audits/{audit.number}/"


def team_of(audit: Audit) -> list[User]:
    """Members of the team who can sign in."""
    return list(User.objects.filter(auditor__teams__audit=audit, is_active=True).distinct())


def tell(audit: Audit, kind: str, by: Actor, *, team: bool = False, authority: bool = False, quality: bool = False, **params: Any) -> None:
    """Tell the team, the authority's coordinator and head, the head of quality, as asked; never the person who did it."""
    people: list[User] = team_of(audit) if team else []
    roles = (*(AUTHORITY if authority else ()), *((Role.HEAD_OF_QUALITY,) if quality else ()))
    if roles:
        people += answerable([audit.authority_id], roles, clock.today())[audit.authority_id]
    _tell(people, kind, by, audit, **params)


def _tell(people: Iterable[User], kind: str, by: Actor, audit: Audit, **params: Any) -> None:
    others = [person for person in people if not (isinstance(by, User) and person.pk == by.pk)]
    notify(others, kind, url=page_of(audit), number=audit.number, **params)
