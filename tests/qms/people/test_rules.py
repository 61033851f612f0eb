"""Every permission on auditors, every role, at home and elsewhere."""

from __future__ import annotations

import pytest
import rules as engine

from tests.factories import UserFactory, with_role
from yantar.qms.organisation.models import WHOLE_GOVERNMENT_ONLY, Authority, Role
from yantar.qms.people import queries

from .conftest import Enter

ALL, OWN = {"own", "other", "none"}, {"own"}
A, Q, C, H = Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY
TABLE: dict[str, dict[str, set[str]]] = {
    "people.view_auditor": {**dict.fromkeys(Role, OWN), A: ALL, Q: ALL, Role.DATA_OFFICER: set()},
    "people.change_auditor": {Q: ALL, C: OWN},
    "people.change_some_auditor": {Q: ALL, C: ALL},
    "people.record_absence": {Q: ALL, C: OWN},
    "people.declare_conflict": {Q: ALL, C: OWN},
    "people.import_auditors": {A: ALL, Q: ALL},
}


@pytest.mark.parametrize("role", list(Role))
def test_the_table(role: Role, enter: Enter, finance: Authority, health: Authority) -> None:
    holder = with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else finance)
    places = {"own": enter("own"), "other": enter("other", authority=health), "none": None}
    for permission, allowed in TABLE.items():
        for place, obj in places.items():
            assert holder.has_perm(permission, obj) == (place in allowed.get(role, set())), (permission, role, place)
    for place in ("own", "other"):
        proof = places[place].competences.get()
        assert holder.has_perm("people.change_auditor", proof) == (place in TABLE["people.change_auditor"].get(role, set()))


def test_every_permission_is_in_the_table() -> None:
    assert {name for name in engine.permissions.permissions if name.startswith("people.")} == set(TABLE)


def test_an_auditor_sees_themself_and_records_the_own_absences_but_changes_nothing_else(enter: Enter, health: Authority) -> None:
    me = with_role(Role.INTERNAL_AUDITOR, health)
    mine, other = enter("mine", user=me), enter("other")
    assert me.has_perm("people.view_auditor", mine) and me.has_perm("people.record_absence", mine) and me.has_perm("people.declare_conflict", mine)
    assert not me.has_perm("people.change_auditor", mine)
    assert not me.has_perm("people.view_auditor", other) and not me.has_perm("people.record_absence", other)
    assert [one.code for one in queries.auditors(me)] == ["mine"]


def test_without_a_role_nothing(enter: Enter) -> None:
    who, one = UserFactory(), enter()
    assert not any(who.has_perm(permission, one) for permission in TABLE)
    assert list(queries.auditors(who)) == []
