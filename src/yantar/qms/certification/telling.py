"""Who is to be told of what happens to a certificate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import quote

from yantar.core import clock
from yantar.core.actions import Actor
from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.qms.organisation.models import Role, RoleHolding
from yantar.qms.organisation.queries import successor_map

from .models import Certificate

CLOSE = (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY)


def page_of(number: str) -> str:
    """Address of a certificate's page in the workspace."""
    return f"/workspace/certificates/{quote(number, safe='')}/"


def answerable(authorities: Iterable[int], roles: Iterable[str], on: date) -> dict[int, list[User]]:
    """Who holds one of the roles on a day for each authority, or for whoever followed it by then, or for the whole government."""
    authorities = set(authorities)
    holders = successor_map(on)
    held: dict[int | None, list[User]] = defaultdict(list)
    for holding in RoleHolding.objects.on(on).filter(role__in=list(roles), user__is_active=True).select_related("user").order_by("user_id"):
        held[holding.authority_id].append(holding.user)
    found = {}
    for authority in authorities:
        people = [*held[None], *held[authority]]
        holder = holders.get(authority)
        if holder is not None:
            people += held[holder]
        found[authority] = list({person.pk: person for person in people}.values())
    return found


def tell_those_concerned(certificate: Certificate, kind: str, by: Actor, **params: Any) -> None:
    """Tell the authority's coordinator and head and the head of quality; not the person who did it."""
    people = answerable([certificate.authority_id], (*CLOSE, Role.HEAD_OF_QUALITY), clock.today())[certificate.authority_id]
    others = [person for person in people if not (isinstance(by, User) and person.pk == by.pk)]
    notify(others, kind, url=page_of(certificate.number), number=certificate.number, **params)
