"""Who is told of what happens to an appeal: staff by notifications, the citizen by e-mail. Never the person whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.db.models import Q

from yantar.core import clock
from yantar.core.actions import Actor
from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.qms.organisation.lines import edges, same_line
from yantar.qms.organisation.models import Role, RoleHolding

from .models import Appeal, Rating

OFFICERS = (Role.CITIZENS_OFFICER,)
HEADS = (Role.HEAD_OF_AUTHORITY,)
LEAD = (Role.HEAD_OF_QUALITY,)
FOLLOW_PAGE = "/appeals/follow/"
"""Where citizens ask by number and code; neither is ever part of an address."""


def page_of(appeal: Appeal) -> str:
    """Address of an appeal's page in the workspace."""
    return f"/workspace/appeals/{quote(appeal.number, safe='')}/"


def holders(authority_id: int, roles: Iterable[str], *, but: int | None = None) -> list[User]:
    """Who holds one of the roles today for the authority (or one that followed it) or the whole government, without the person `but`.

    One query, two where authorities followed one another.
    """
    on = clock.today()
    place = Q(authority__isnull=True) | Q(authority__in=same_line(authority_id, edges(on)))
    held = RoleHolding.objects.on(on).filter(place, role__in=list(roles))
    return list(User.objects.filter(is_active=True, pk__in=held.values("user_id")).exclude(pk=but or 0).order_by("pk"))


def moderators(authority_id: int, *, but: int | None = None) -> list[User]:
    """Who looks at what lies in quarantine: the officers for appeals; where there are none the head, else the head of quality."""
    for roles in (OFFICERS, HEADS, LEAD):
        if found := holders(authority_id, roles, but=but):
            return found
    return []


def heads_of(authority_id: int) -> list[User]:
    """The heads of an authority today."""
    on = clock.today()
    held = RoleHolding.objects.on(on).filter(role=Role.HEAD_OF_AUTHORITY, authority__in=same_line(authority_id, edges(on)))
    return list(User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("pk"))


def officers_of_government() -> list[User]:
    """Officers for appeals of the whole government today."""
    held = RoleHolding.objects.on(clock.today()).filter(role=Role.CITIZENS_OFFICER, authority__isnull=True)
    return list(User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("pk"))


def tell(
    appeal: Appeal, kind: str, by: Actor, *, roles: Iterable[str] = (), people: Iterable[User | None] = (), key: str | None = None, **params: Any
) -> None:
    """Tell people named and whoever holds one of the roles for the appeal's authority; neither who did it nor whom it concerns."""
    told = {person.pk: person for person in people if person is not None and person.is_active}
    if roles := tuple(roles):
        told |= {person.pk: person for person in holders(appeal.authority_id, roles)}
    told.pop(appeal.concerns_id or 0, None)
    if isinstance(by, User):
        told.pop(by.pk, None)
    if told:
        notify(told.values(), kind, url=page_of(appeal), key=key, number=appeal.number, **params)


RATING_MODERATION = "/workspace/ratings/moderation/"
APPEAL_MODERATION = "/workspace/appeals/?state=suspected"


def tell_moderators(landed: Appeal | Rating) -> None:
    """Tell the moderators that something landed in quarantine: each once a day at most, whatever follows. Never whom an appeal concerns."""
    appeal = isinstance(landed, Appeal)
    people = moderators(landed.authority_id, but=landed.concerns_id if isinstance(landed, Appeal) else None)
    kind, url = ("feedback.appeal_waits", APPEAL_MODERATION) if appeal else ("feedback.rating_waits", RATING_MODERATION)
    notify(people, kind, url=url, key=f"feedback.quarantine {clock.today():%Y-%m-%d}")
