"""Who may see and change maps of processes, and services with their passports.

A map belongs to its authority; the template is everybody's to read and the head of quality's to change.
"""

from __future__ import annotations

from typing import Any

import rules

from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.rules import (
    authority_id_of,
    coordinates,
    has_any_role,
    holds,
    is_administrator,
    leads_quality,
    roles_held,
    sees_all,
    sees_authority,
)


def _process(obj: Any) -> Any:
    """The process that facts or a part belong to; an authority or a process is itself."""
    return getattr(obj, "process", obj)


@rules.predicate
def coordinates_it(user: User, obj: Any) -> bool:
    """Quality coordinator of the authority whose process it is."""
    return bool(coordinates(user, _process(obj)))


@rules.predicate
def sees_its_authority(user: User, obj: Any) -> bool:
    """Holds some role for the authority whose process it is."""
    one = _process(obj)
    return bool(sees_authority(user, one)) if not is_template(user, obj) else False


@rules.predicate
def is_template(user: User, obj: Any) -> bool:
    """A process of the government's template."""
    one = _process(obj)
    return one is not None and getattr(one, "authority_id", 0) is None


@rules.predicate
def changes_some(user: User) -> bool:
    """May change the map of some authority."""
    return holds(user, {Role.HEAD_OF_QUALITY}) or any(held.role == Role.COORDINATOR for held in roles_held(user))


rules.add_perm("services.view_process", sees_all | sees_its_authority | (has_any_role & is_template))
rules.add_perm("services.change_process", leads_quality | coordinates_it)
rules.add_perm("services.change_some_process", changes_some)
rules.add_perm("services.change_template", leads_quality)
rules.add_perm("services.import_processes", is_administrator | leads_quality)


@rules.predicate
def heads_it(user: User, obj: Any) -> bool:
    """Head of the authority whose service it is."""
    return obj is not None and holds(user, {Role.HEAD_OF_AUTHORITY}, authority_id_of(obj))


@rules.predicate
def did_not_draw(user: User, obj: Any) -> bool:
    """Not the one who drew the passport: nobody agrees to their own draft."""
    return obj is None or getattr(obj, "drawn_by_id", None) != user.pk


rules.add_perm("services.view_service", sees_all | sees_authority)
rules.add_perm("services.change_service", leads_quality | coordinates)
rules.add_perm("services.draw_passport", leads_quality | coordinates)
rules.add_perm("services.choose_authority", leads_quality)
rules.add_perm("services.agree_passport", (leads_quality | heads_it) & did_not_draw)
rules.add_perm("services.enact_passport", leads_quality | heads_it)
rules.add_perm("services.record_delivery", leads_quality | coordinates)
rules.add_perm("services.load_cases", is_administrator | leads_quality)
rules.add_perm("services.import_services", is_administrator | leads_quality)
rules.add_perm("services.change_limits", is_administrator | leads_quality)
