"""Every permission on processes, every role: own authority, another one, the template, nothing."""

from __future__ import annotations

import pytest
import rules as engine

from tests.factories import UserFactory, with_role
from yantar.qms.organisation.models import WHOLE_GOVERNMENT_ONLY, Authority, Role
from yantar.qms.services import queries

from .conftest import TODAY, Add

ALL, OWN = {"own", "other", "template", "none"}, {"own"}
A, Q, C = Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY, Role.COORDINATOR
TABLE: dict[str, dict[str, set[str]]] = {
    "services.view_process": {**dict.fromkeys(Role, {"own", "template"}), A: ALL, Q: ALL},
    "services.change_process": {Q: ALL, C: OWN},
    "services.change_some_process": {Q: ALL, C: ALL},
    "services.change_template": {Q: ALL},
    "services.import_processes": {A: ALL, Q: ALL},
}


@pytest.mark.parametrize("role", list(Role))
def test_the_table(role: Role, add: Add, finance: Authority, health: Authority) -> None:
    holder = with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else finance)
    places = {"own": add(), "other": add(authority=health), "template": add(authority=None), "none": None}
    for permission, allowed in TABLE.items():
        for place, obj in places.items():
            assert holder.has_perm(permission, obj) == (place in allowed.get(role, set())), (permission, role, place)


def test_every_permission_is_in_the_table() -> None:
    assert {name for name in engine.permissions.permissions if name.startswith("services.")} == set(TABLE)


def test_without_a_role_nothing(add: Add, finance: Authority) -> None:
    who, one, common = UserFactory(), add(), add(authority=None)
    assert not any(who.has_perm(permission, obj) for permission in TABLE for obj in (one, common, None))
    assert queries.find_process(who, one.pk) is None and queries.find_process(who, common.pk) is None
    assert queries.map_of(who, finance, TODAY) is None and queries.completeness(who, TODAY) == []
