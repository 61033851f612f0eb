"""Who may do what with findings: roles of the organisation, and the people that a finding itself names.

Staff and certification body's auditors read. Independence is part of the permission: nobody approves or verifies their own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import rules

from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.rules import authority_id_of, has_any_role, holds, is_administrator, leads_quality, sees_all, sees_authority

Origins = Callable[[Any], Iterable[str]]

SEES_ORIGIN: dict[str, Origins] = {}
"""By kind of origin: the ids of origins (e.g. audits) whose findings a person sees, filled by the capabilities above."""


def sees_origin(kind: str, origins: Origins) -> None:
    """Let people see the findings of origins that they worked on, e.g. the team of an audit. `origins(user)` gives origin ids as text."""
    SEES_ORIGIN[kind] = origins


def _of(obj: Any) -> Any:
    """The finding that a cause, an action or an effect belongs to; anything else is itself."""
    return getattr(obj, "finding", obj)


@rules.predicate
def runs_authority(user: User, obj: Any) -> bool:
    """Quality coordinator or head of the authority that the object belongs to."""
    return obj is not None and holds(user, {Role.COORDINATOR, Role.HEAD_OF_AUTHORITY}, authority_id_of(_of(obj)))


@rules.predicate
def heads(user: User, obj: Any) -> bool:
    """Head of the authority that the object belongs to."""
    return obj is not None and holds(user, {Role.HEAD_OF_AUTHORITY}, authority_id_of(_of(obj)))


@rules.predicate
def works_for(user: User, obj: Any) -> bool:
    """Member of staff, coordinator, head or internal auditor of the authority; an internal auditor of the whole government too."""
    mine = {Role.STAFF, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY, Role.INTERNAL_AUDITOR}
    return obj is not None and holds(user, mine, authority_id_of(_of(obj)))


@rules.predicate
def is_owner(user: User, obj: Any) -> bool:
    obj = _of(obj)
    return obj is not None and obj.owner_id is not None and obj.owner_id == user.pk


@rules.predicate
def is_verifier(user: User, obj: Any) -> bool:
    obj = _of(obj)
    return obj is not None and obj.verifier_id is not None and obj.verifier_id == user.pk


@rules.predicate
def is_author(user: User, obj: Any) -> bool:
    """Raised it."""
    obj = _of(obj)
    return obj is not None and obj.raised_by_id is not None and obj.raised_by_id == user.pk


@rules.predicate
def is_assignee(user: User, obj: Any) -> bool:
    """Has an action of the finding to do."""
    obj = _of(obj)
    return obj is not None and obj.actions.filter(assignee_id=user.pk, withdrawn_at__isnull=True).exists()


@rules.predicate
def found_the_cause(user: User, obj: Any) -> bool:
    """Wrote part of the cause analysis of the present round, or marked the cause."""
    if obj is None:
        return False
    return bool(obj.cause_by_id == user.pk) or obj.causes.filter(author_id=user.pk, removed_at__isnull=True).exists()


@rules.predicate
def is_shared(user: User, obj: Any) -> bool:
    """A strength that its authority shares with everybody."""
    return obj is not None and bool(obj.shared)


@rules.predicate
def worked_on_origin(user: User, obj: Any) -> bool:
    """Belongs to those who found it, e.g. the team of the audit."""
    if obj is None or obj.origin_kind not in SEES_ORIGIN or not obj.origin_id:
        return False
    return obj.origin_id in {str(one) for one in SEES_ORIGIN[obj.origin_kind](user)}


@rules.predicate
def wanted_the_cancelling(user: User, obj: Any) -> bool:
    return obj is not None and obj.cancel_wanted_by_id is not None and obj.cancel_wanted_by_id == user.pk


answers_for = leads_quality | runs_authority
"""Who runs the authority, or all of the quality system."""
named = is_owner | is_verifier | is_author | is_assignee

rules.add_perm(
    "findings.view", sees_all | sees_authority | is_owner | is_verifier | is_author | (is_shared & has_any_role) | is_assignee | worked_on_origin
)
rules.add_perm("findings.raise_finding", leads_quality | works_for)
rules.add_perm("findings.change_draft", is_author | leads_quality)
rules.add_perm("findings.set_owner", answers_for | is_owner)
rules.add_perm("findings.act_as_owner", is_owner)
rules.add_perm("findings.approve", answers_for & ~is_owner & ~found_the_cause)
rules.add_perm("findings.verify", is_verifier & ~is_owner)
rules.add_perm("findings.lead", leads_quality)
rules.add_perm("findings.confirm_cancel", (leads_quality | heads) & ~is_owner & ~wanted_the_cancelling)
rules.add_perm("findings.do_action", is_owner | is_assignee)
rules.add_perm("findings.attach", answers_for | named)
rules.add_perm("findings.ask_elsewhere", answers_for | is_owner)
rules.add_perm("findings.answer_elsewhere", runs_authority)
rules.add_perm("findings.share", answers_for)
rules.add_perm("findings.import_findings", is_administrator | leads_quality)
