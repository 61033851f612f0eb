"""People and their roles. Personal data: each function says who gets what."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from yantar.core.models import User

from .. import rules
from ..lines import edges, line_of, same_line
from ..models import Role, RoleHolding


def people(viewer: Any) -> QuerySet[User]:
    """People whom the viewer may see, with their roles (`roles`, the authority joined), by name.

    Administrators and the head of quality see everybody; a coordinator and a head of an authority those who ever
    held a role for it or its predecessors; everybody else only themselves.
    """
    roles = Prefetch("roles", RoleHolding.objects.select_related("authority").order_by("valid_from", "pk"))
    everybody = User.objects.prefetch_related(roles).order_by("full_name", "pk")
    if rules.holds(viewer, {Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY}):
        return everybody
    leads = [h.authority_id for h in rules.roles_held(viewer) if h.role in (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY) and h.authority_id]
    myself = Q(pk=getattr(viewer, "pk", None) or 0)
    if not leads:
        return everybody.filter(myself)
    mine = line_of(leads, rules.succession_known(viewer))
    return everybody.filter(myself | Q(pk__in=RoleHolding.objects.filter(authority_id__in=mine).values("user_id")))


def roles_of(user: User) -> list[RoleHolding]:
    """Every role a person held, holds or will hold, the latest first, the authority joined."""
    return list(user.roles.select_related("authority").order_by("-valid_from", "-pk"))


def people_with_role(role: str, authority_id: int | None, on: date) -> QuerySet[User]:
    """Who holds a role on a day and may sign in: for an authority or one that followed it by then; None: for the whole government."""
    held = RoleHolding.objects.on(on).filter(role=role)
    held = held.filter(authority__isnull=True) if authority_id is None else held.filter(authority_id__in=same_line(authority_id, edges(on)))
    return User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("pk")
