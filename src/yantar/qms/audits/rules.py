"""Who may do what with audits. Who takes which step is said by the table of `states`; the predicates here only read it."""

from __future__ import annotations

from typing import Any

import rules

from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.rules import coordinates, holds, is_administrator, leads_quality, sees_all, sees_authority

from .models import Audit, Evidence, MemberRole, TeamMember
from .states import EXTERNAL, INTERNAL, Who, who_may

ASKS = frozenset({MemberRole.LEAD, MemberRole.AUDITOR, MemberRole.TRAINEE, MemberRole.EXPERT})
"""Members of a team who note answers; observers only look on."""
JUDGES = frozenset({MemberRole.LEAD, MemberRole.AUDITOR})
"""Members of a team who raise findings."""


def audit_of(obj: Any) -> Audit | None:
    """The audit that an object is, or belongs to."""
    if isinstance(obj, Audit):
        return obj
    if isinstance(obj, Evidence):
        return obj.line.audit
    return getattr(obj, "audit", None)


def member_role(user: Any, obj: Any) -> str:
    """The part a person has in an audit's team, "" for none; asked once per user object and audit."""
    audit = audit_of(obj)
    if audit is None or not getattr(user, "is_authenticated", False):
        return ""
    cache: dict[int, str] = user.__dict__.setdefault("_audit_roles", {})
    if audit.pk not in cache:
        found = TeamMember.objects.filter(audit=audit, auditor__user=user.pk).values_list("role", flat=True).first()
        cache[audit.pk] = found or ""
    return cache[audit.pk]


def forget_teams(user: User) -> None:
    """Ask the database again: a team was changed."""
    user.__dict__.pop("_audit_roles", None)


def audits_worked_on(user: Any) -> list[str]:
    """Keys of the audits that a person is or was in the team of, as findings name their origin."""
    found = TeamMember.objects.filter(auditor__user=getattr(user, "pk", None) or 0).values_list("audit_id", flat=True)
    return [str(one) for one in found]


@rules.predicate
def leads_audit(user: User, obj: Any) -> bool:
    """Lead auditor of this audit."""
    return member_role(user, obj) == MemberRole.LEAD


@rules.predicate
def asks_in_audit(user: User, obj: Any) -> bool:
    """Member of the team who asks questions."""
    return member_role(user, obj) in ASKS


@rules.predicate
def judges_in_audit(user: User, obj: Any) -> bool:
    """Lead or auditor: raises findings."""
    return member_role(user, obj) in JUDGES


@rules.predicate
def is_in_team(user: User, obj: Any) -> bool:
    """In the team in whatever part."""
    return bool(member_role(user, obj))


@rules.predicate
def stands_for_authority(user: User, obj: Any) -> bool:
    """Coordinator or head of the audited authority."""
    audit = audit_of(obj)
    return audit is not None and holds(user, {Role.COORDINATOR, Role.HEAD_OF_AUTHORITY}, audit.authority_id)


@rules.predicate
def is_external(user: User, obj: Any) -> bool:
    audit = audit_of(obj)
    return audit is not None and audit.external


PARTS = {Who.LEAD: leads_audit, Who.HEAD_OF_QUALITY: leads_quality, Who.AUTHORITY: stands_for_authority, Who.COORDINATOR: coordinates}


def parts_of(user: Any, audit: Audit) -> frozenset[Who]:
    """What a person is to an audit, in the words of the table."""
    return frozenset(who for who, predicate in PARTS.items() if predicate.test(user, audit))


def takes(action: str) -> Any:
    """A predicate: may take the steps of an action, by the table."""

    @rules.predicate(f"takes:{action}")
    def predicate(user: User, obj: Any) -> bool:
        audit = audit_of(obj)
        return audit is not None and bool(parts_of(user, audit) & who_may(action, audit.external))

    return predicate


STEP_ACTIONS = tuple(dict.fromkeys(step.action for step in (*INTERNAL, *EXTERNAL)))
for _action in STEP_ACTIONS:
    rules.add_perm(_action, takes(_action))

rules.add_perm("audits.view_audit", sees_all | sees_authority | is_in_team)
rules.add_perm("audits.prepare_audit", ~is_external & (leads_audit | leads_quality))
rules.add_perm("audits.take_part", ~is_external & asks_in_audit)
rules.add_perm("audits.raise_finding", ~is_external & judges_in_audit)
rules.add_perm("audits.draft_report", ~is_external & leads_audit)
rules.add_perm("audits.dispute_report", ~is_external & stands_for_authority)
rules.add_perm("audits.change_bank", leads_quality | asks_in_audit)
rules.add_perm("audits.plan_external", leads_quality | coordinates)
rules.add_perm("audits.record_external", is_external & (leads_quality | coordinates))
rules.add_perm("audits.see_people_met", is_in_team | leads_quality | is_administrator)

# The programme of the year, its risks, wants and runs are for those who see the whole government; an authority's people and the members
# of teams see the dates that concern them once these were sent (queries.programme).
rules.add_perm("audits.view_programme", sees_all)
rules.add_perm("audits.change_programme", leads_quality)
rules.add_perm("audits.approve_programme", leads_quality)
