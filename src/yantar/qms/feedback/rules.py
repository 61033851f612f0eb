"""Who may do what with what citizens say. Appeals hold personal data: only those who deal with them read them, and never whom they concern."""

from __future__ import annotations

from typing import Any

import rules

from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.rules import authority_id_of, coordinates, holds, is_administrator, leads_quality, roles_held, sees_all, sees_authority


def _appeal(obj: Any) -> Any:
    """The appeal that a note, an event or a file belongs to; anything else is itself."""
    return getattr(obj, "appeal", obj)


@rules.predicate
def deals_with_appeals(user: User, obj: Any) -> bool:
    """Officer for appeals, or head, of the authority that the object belongs to."""
    return obj is not None and holds(user, {Role.CITIZENS_OFFICER, Role.HEAD_OF_AUTHORITY}, authority_id_of(_appeal(obj)))


@rules.predicate
def deals_with_some(user: User) -> bool:
    """Officer for appeals, or head, of some authority."""
    return any(held.role in (Role.CITIZENS_OFFICER, Role.HEAD_OF_AUTHORITY) for held in roles_held(user))


@rules.predicate
def heads_it(user: User, obj: Any) -> bool:
    """Head of the authority that the object belongs to."""
    return obj is not None and holds(user, {Role.HEAD_OF_AUTHORITY}, authority_id_of(_appeal(obj)))


@rules.predicate
def is_not_concerned(user: User, obj: Any) -> bool:
    """Not the person complained about (59-FZ art. 8 part 6)."""
    return obj is None or getattr(_appeal(obj), "concerns_id", None) != user.pk


@rules.predicate
def protects_data(user: User) -> bool:
    """Data protection officer of the government."""
    return holds(user, {Role.DATA_OFFICER})


rules.add_perm("feedback.view_ratings", sees_all | sees_authority)
rules.add_perm("feedback.moderate", leads_quality | deals_with_appeals)
rules.add_perm("feedback.read_rating_text", leads_quality | deals_with_appeals | coordinates)
rules.add_perm("feedback.import_ratings", is_administrator | leads_quality)
rules.add_perm("feedback.view_appeal", (sees_all | sees_authority) & is_not_concerned)
rules.add_perm("feedback.handle", deals_with_appeals & is_not_concerned)
rules.add_perm("feedback.handle_some", deals_with_some)
rules.add_perm("feedback.answer", deals_with_appeals & is_not_concerned)
rules.add_perm("feedback.read_personal", deals_with_appeals & is_not_concerned)
rules.add_perm("feedback.raise_finding", (deals_with_appeals | coordinates | leads_quality) & is_not_concerned)
rules.add_perm("feedback.change_template", leads_quality | deals_with_appeals)
rules.add_perm("feedback.change_category", is_administrator | leads_quality)
rules.add_perm("feedback.import_appeals", is_administrator | leads_quality)
rules.add_perm("feedback.protect_data", protects_data)
