"""Who may see and change auditors. Their names are personal data: beyond the whole-government roles only the home authority sees them."""

from __future__ import annotations

from typing import Any

import rules

from yantar.core.models import User
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.organisation.rules import coordinates, holds, is_administrator, leads_quality, roles_held, sees_all, sees_authority


def _home(obj: Any) -> Authority | None:
    """The home authority of an auditor, or of the auditor that a competence, an absence, … belongs to; an authority is its own."""
    if obj is None or isinstance(obj, Authority):
        return obj
    auditor = getattr(obj, "auditor", obj)
    home: Authority = auditor.authority
    return home


@rules.predicate
def coordinates_home(user: User, obj: Any) -> bool:
    """Quality coordinator of the auditor's home authority."""
    return bool(coordinates(user, _home(obj)))


@rules.predicate
def shares_home(user: User, obj: Any) -> bool:
    """Holds some role for the auditor's home authority."""
    return bool(sees_authority(user, _home(obj)))


@rules.predicate
def is_self(user: User, obj: Any) -> bool:
    """The auditor in question."""
    auditor = getattr(obj, "auditor", obj)
    return obj is not None and user.pk is not None and getattr(auditor, "user_id", None) == user.pk


@rules.predicate
def changes_some(user: User) -> bool:
    """May enter auditors of some authority."""
    return holds(user, {Role.HEAD_OF_QUALITY}) or any(held.role == Role.COORDINATOR for held in roles_held(user))


rules.add_perm("people.view_auditor", sees_all | shares_home | is_self)
rules.add_perm("people.change_auditor", leads_quality | coordinates_home)
rules.add_perm("people.change_some_auditor", changes_some)
rules.add_perm("people.record_absence", leads_quality | coordinates_home | is_self)
rules.add_perm("people.declare_conflict", leads_quality | coordinates_home | is_self)
rules.add_perm("people.import_auditors", is_administrator | leads_quality)
