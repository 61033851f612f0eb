"""Every permission on processes and on services, every role: own authority, another one, the template, nothing."""

from __future__ import annotations

import pytest
import rules as engine

from tests.factories import UserFactory, with_role
from yantar.qms.organisation.models import WHOLE_GOVERNMENT_ONLY, Authority, Role
from yantar.qms.services import actions, queries

from .conftest import TODAY, Add
from .promises import BY, content, service_of

ALL, OWN = {"own", "other", "template", "none"}, {"own"}
A, Q, C, H, D = Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY, Role.DATA_OFFICER
TABLE: dict[str, dict[str, set[str]]] = {
    "services.view_process": {**dict.fromkeys(Role, {"own", "template"}), A: ALL, Q: ALL, D: {"template"}},
    "services.change_process": {Q: ALL, C: OWN},
    "services.change_some_process": {Q: ALL, C: ALL},
    "services.change_template": {Q: ALL},
    "services.import_processes": {A: ALL, Q: ALL},
}
PLACES = {"own", "other", "none"}
SERVICES: dict[str, dict[str, set[str]]] = {
    "services.view_service": {**dict.fromkeys(Role, {"own"}), A: PLACES, Q: PLACES, D: set()},
    "services.change_service": {Q: PLACES, C: OWN},
    "services.draw_passport": {Q: PLACES, C: OWN},
    "services.choose_authority": {Q: PLACES},
    "services.agree_passport": {Q: PLACES, H: OWN},
    "services.enact_passport": {Q: PLACES, H: OWN},
    "services.record_delivery": {Q: PLACES, C: OWN},
    "services.load_cases": {A: PLACES, Q: PLACES},
    "services.import_services": {A: PLACES, Q: PLACES},
    "services.change_limits": {A: PLACES, Q: PLACES},
}
"""Asked of a service, of a passport alike."""


@pytest.mark.parametrize("role", list(Role))
def test_the_table(role: Role, add: Add, finance: Authority, health: Authority) -> None:
    holder = with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else finance)
    places = {"own": add(), "other": add(authority=health), "template": add(authority=None), "none": None}
    for permission, allowed in TABLE.items():
        for place, obj in places.items():
            assert holder.has_perm(permission, obj) == (place in allowed.get(role, set())), (permission, role, place)


@pytest.mark.parametrize("role", list(Role))
def test_the_table_of_services(role: Role, finance: Authority, health: Authority) -> None:
    holder = with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else finance)
    own, other = service_of(finance, "own"), service_of(health, "other")
    drafts = {place: actions.draw_passport(by=BY, service=one, content=content()) for place, one in (("own", own), ("other", other))}
    for permission, allowed in SERVICES.items():
        for places in ({"own": own, "other": other, "none": None}, {**drafts, "none": None}):
            for place, obj in places.items():
                assert holder.has_perm(permission, obj) == (place in allowed.get(role, set())), (permission, role, place)


def test_every_permission_is_in_a_table() -> None:
    assert {name for name in engine.permissions.permissions if name.startswith("services.")} == set(TABLE) | set(SERVICES)


def test_without_a_role_nothing(add: Add, finance: Authority) -> None:
    who, one, common = UserFactory(), add(), add(authority=None)
    assert not any(who.has_perm(permission, obj) for permission in TABLE for obj in (one, common, None))
    assert queries.find_process(who, one.pk) is None and queries.find_process(who, common.pk) is None
    assert queries.map_of(who, finance, TODAY) is None and queries.completeness(who, TODAY) == []
