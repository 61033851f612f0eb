"""Who is to be told of what happens to a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import quote

from django.db.models import Q

from yantar.core import clock
from yantar.core.actions import Actor
from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.qms.organisation.lines import edges, same_line
from yantar.qms.organisation.models import Role, RoleHolding

from .models import Finding

RUNNING = (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY)
"""Those who run an authority's quality system."""
LEAD = (Role.HEAD_OF_QUALITY,)
ELSEWHERE_PAGE = "/workspace/findings/elsewhere/"
CASES_PAGE = "/workspace/findings/cases/"


def page_of(number: str) -> str:
    """Address of a finding's page in the workspace."""
    return f"/workspace/findings/{quote(number, safe='')}/"


def answerable(authorities: Iterable[int], roles: Iterable[str], on: date) -> dict[int, dict[str, list[User]]]:
    """By authority and role: who holds it on a day for the authority, for one that followed it by then, or for the whole government. Two queries."""
    known = edges(on)
    lines = {authority: same_line(authority, known) for authority in set(authorities)}
    wanted = Q(authority__isnull=True) | Q(authority__in=set().union(*lines.values()) if lines else set())
    held: dict[int | None, list[RoleHolding]] = defaultdict(list)
    for holding in RoleHolding.objects.on(on).filter(wanted, role__in=list(roles), user__is_active=True).select_related("user").order_by("user_id"):
        held[holding.authority_id].append(holding)
    found: dict[int, dict[str, list[User]]] = {}
    for authority, line in lines.items():
        people: dict[str, list[User]] = defaultdict(list)
        for one in (None, *line):
            for holding in held.get(one, ()):
                people[holding.role].append(holding.user)
        found[authority] = people
    return found


def tell(finding: Finding, kind: str, by: Actor, *, roles: Iterable[str] = (), people: Iterable[User | None] = (), **params: Any) -> None:
    """Tell people named and whoever holds one of the roles for the finding's authority; never the person who did it."""
    roles = tuple(roles)
    recipients = {person.pk: person for person in people if person is not None and person.is_active}
    if roles:
        for holders in answerable([finding.authority_id], roles, clock.today())[finding.authority_id].values():
            recipients |= {person.pk: person for person in holders}
    if isinstance(by, User):
        recipients.pop(by.pk, None)
    if recipients:
        notify(recipients.values(), kind, url=page_of(finding.number), number=finding.number, **params)
