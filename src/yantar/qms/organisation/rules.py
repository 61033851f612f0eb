"""Who may do what, as named predicates. Nothing is allowed that no rule allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import rules

from yantar.core import clock
from yantar.core.models import User

from .lines import Edges, edges, same_line
from .models import Role, RoleHolding

LOOKS_IN = frozenset(Role) - {Role.DATA_OFFICER}
"""Roles that open the internals of what they are held for. The data protection officer works with personal data alone, and needs no internals."""
WRITERS = {Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY}
"""Roles that may change something of the quality system; the others read, each within their bounds."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role held today: for one authority, or (None) for the whole government."""

    role: str
    authority_id: int | None


def roles_held(user: Any) -> tuple[Held, ...]:
    """The roles a person holds today, asked once per user object and day (a request holds one such object)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    today = clock.today()
    cached: tuple[Any, tuple[Held, ...]] | None = getattr(user, "_roles_held", None)
    if cached is None or cached[0] != today:
        rows = RoleHolding.objects.on(today).filter(user_id=user.pk).values_list("role", "authority_id")
        cached = (today, tuple(Held(role, authority) for role, authority in rows))
        user._roles_held = cached
    return cached[1]


def succession_known(user: Any) -> Edges:
    """The steps of succession by today, asked once per user object and day."""
    today = clock.today()
    cached: tuple[Any, Edges] | None = getattr(user, "_succession_known", None)
    if cached is None or cached[0] != today:
        cached = (today, edges(today))
        user._succession_known = cached
    return cached[1]


def forget_roles(user: User) -> None:
    """Ask the database again: a role was given or taken, or an authority got a successor."""
    for name in ("_roles_held", "_succession_known"):
        if hasattr(user, name):
            delattr(user, name)


def holds(user: Any, wanted: Iterable[str], authority_id: int | None = None) -> bool:
    """Whether the person holds one of the roles for the whole government, or for that authority or one that followed it.

    A role goes back in time along the line of main successors, never forward: the coordinator of the successor
    answers for what its predecessors left; the coordinator of an authority that ended keeps its history, no more.
    A succession counts from the day on which it takes effect.
    """
    wanted = set(wanted)
    mine = [held for held in roles_held(user) if held.role in wanted]
    if any(held.authority_id is None for held in mine):
        return True
    if authority_id is None or not mine:
        return False
    own = {held.authority_id for held in mine}
    # Almost always the authority itself: no question to the database then.
    return authority_id in own or bool(own & same_line(authority_id, succession_known(user)))


def authority_id_of(obj: Any) -> int | None:
    """The authority that an object belongs to."""
    if obj is None:
        return None
    if obj._meta.label_lower == "organisation.authority":
        return int(obj.pk)
    if obj._meta.label_lower == "organisation.unit":
        version = obj.versions.order_by("-valid_from").first()
        return version.authority_id if version else None
    if hasattr(obj, "authority_id"):
        return cast("int | None", obj.authority_id)
    if hasattr(obj, "certificate"):
        return cast("int | None", obj.certificate.authority_id)
    return None


@rules.predicate
def is_administrator(user: User) -> bool:
    return holds(user, {Role.ADMINISTRATOR})


@rules.predicate
def leads_quality(user: User) -> bool:
    """Head of quality of the government."""
    return holds(user, {Role.HEAD_OF_QUALITY})


@rules.predicate
def coordinates(user: User, obj: Any) -> bool:
    """Quality coordinator of the authority that the object belongs to."""
    return holds(user, {Role.COORDINATOR}, authority_id_of(obj)) if obj is not None else False


@rules.predicate
def has_any_role(user: User) -> bool:
    return bool(roles_held(user))


@rules.predicate
def sees_all(user: User) -> bool:
    """Holds a role for the whole government that looks into its authorities."""
    return any(held.authority_id is None and held.role in LOOKS_IN for held in roles_held(user))


@rules.predicate
def sees_authority(user: User, obj: Any) -> bool:
    """Holds a role that looks in, for the authority that the object belongs to or for the whole government."""
    return obj is not None and holds(user, LOOKS_IN, authority_id_of(obj))


rules.add_perm("organisation.open_workspace", has_any_role)
rules.add_perm("organisation.view_internals", sees_all | sees_authority)
rules.add_perm("organisation.view_journal", is_administrator | leads_quality)
rules.add_perm("organisation.change_government", is_administrator)
rules.add_perm("organisation.change_calendar", is_administrator | leads_quality)
rules.add_perm("organisation.change_authority", is_administrator | leads_quality | coordinates)
rules.add_perm("organisation.reorganise", is_administrator | leads_quality)
rules.add_perm("organisation.import_organisation", is_administrator | leads_quality)
rules.add_perm("organisation.give_role", is_administrator)
rules.add_perm("organisation.change_person", is_administrator)
rules.add_perm("organisation.give_key", is_administrator)
rules.add_perm("standards.change_standard", is_administrator | leads_quality)
rules.add_perm("certification.change_body", is_administrator | leads_quality)
rules.add_perm("certification.change_certificate", leads_quality | coordinates)
rules.add_perm("certification.record_decision", leads_quality | coordinates)
rules.add_perm("certification.import_certificates", is_administrator | leads_quality)
