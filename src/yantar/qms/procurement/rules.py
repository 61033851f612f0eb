"""Who may do what with procurement. Records name no citizens; still they are internal until a figure is published."""

from __future__ import annotations

import rules

from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.rules import coordinates, holds, leads_quality, sees_all, sees_authority

from .models import Settlement


@rules.predicate
def analyses(user: User) -> bool:
    """Procurement analyst of the government."""
    return holds(user, {Role.ANALYST})


@rules.predicate
def answers_for(user: User, obj: Settlement | None) -> bool:
    """Coordinator or head of the authority that was asked."""
    return obj is not None and obj.asked_id is not None and bool(coordinates(user, obj.asked) or holds(user, {Role.HEAD_OF_AUTHORITY}, obj.asked_id))


@rules.predicate
def sees_asked(user: User, obj: Settlement | None) -> bool:
    """Holds a role for the authority that was asked."""
    return obj is not None and obj.asked_id is not None and bool(sees_authority(user, obj.asked))


rules.add_perm("procurement.view", sees_all)
rules.add_perm("procurement.load", analyses | leads_quality)
rules.add_perm("procurement.match_buyers", analyses | leads_quality)
rules.add_perm("procurement.settle", analyses | leads_quality)
rules.add_perm("procurement.answer", answers_for)
rules.add_perm("procurement.view_question", sees_all | sees_asked)
rules.add_perm("procurement.publish", analyses | leads_quality)
rules.add_perm("procurement.change_claim", analyses | leads_quality)
rules.add_perm("procurement.raise_finding", analyses | leads_quality)
