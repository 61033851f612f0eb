"""Every permission, every role, and the authority it is asked for: own, another, a predecessor, a successor."""

from __future__ import annotations

from datetime import date

import pytest
import rules as engine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.core.actions import REGISTRY
from yantar.core.models import User
from yantar.qms.organisation import actions, queries, rules
from yantar.qms.organisation.models import AUTHORITY_ONLY, WHOLE_GOVERNMENT_ONLY, Authority, Role, RoleHolding

from .conftest import BY

pytestmark = pytest.mark.django_db

# For a role held for one authority: where the permission holds. For one held for the whole government: everywhere.
OWN = {"own", "predecessor"}
ALL = {"own", "predecessor", "successor", "other", "none"}
NO: set[str] = set()
WHOLE = "*"
A, Q, C, H = Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY
EVERY_ROLE = dict.fromkeys(Role, OWN)

TABLE: dict[str, dict[str, set[str]]] = {
    "organisation.open_workspace": dict.fromkeys(Role, ALL),
    "organisation.view_internals": {**EVERY_ROLE, A: ALL, Q: ALL, Role.DATA_OFFICER: NO},
    "organisation.view_journal": {A: ALL, Q: ALL},
    "organisation.change_government": {A: ALL},
    "organisation.change_calendar": {A: ALL, Q: ALL},
    "organisation.change_authority": {A: ALL, Q: ALL, C: OWN},
    "organisation.reorganise": {A: ALL, Q: ALL},
    "organisation.import_organisation": {A: ALL, Q: ALL},
    "organisation.give_role": {A: ALL},
    "organisation.change_person": {A: ALL},
    "organisation.give_key": {A: ALL},
    "standards.change_standard": {A: ALL, Q: ALL},
    "certification.change_body": {A: ALL, Q: ALL},
    "certification.change_certificate": {Q: ALL, C: OWN},
    "certification.record_decision": {Q: ALL, C: OWN},
    "certification.import_certificates": {A: ALL, Q: ALL},
}


@pytest.fixture
def places() -> dict[str, Authority | None]:
    """own ← predecessor, and own → successor is recorded for a day to come and counts for nothing yet; `successor` has followed already."""
    predecessor, own, successor, other = (AuthorityFactory(code=code) for code in ("predecessor", "own", "successor", "other"))
    actions.abolish(by=BY, authority=predecessor, effective_on=date(2015, 1, 1), successor=own)
    actions.abolish(by=BY, authority=own, effective_on=date(2018, 1, 1), successor=successor)
    return {"own": own, "predecessor": predecessor, "successor": successor, "other": other, "none": None}


@pytest.mark.parametrize("role", list(Role))
def test_the_table(role: Role, places: dict[str, Authority | None]) -> None:
    holder = with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else places["own"])
    for permission, allowed in TABLE.items():
        for place, obj in places.items():
            assert holder.has_perm(permission, obj) == (place in allowed.get(role, NO)), (permission, role, place)


@pytest.mark.parametrize("role", sorted(set(Role) - AUTHORITY_ONLY - {Role.DATA_OFFICER}))
def test_a_role_for_the_whole_government_sees_everything_inside(role: str, places: dict[str, Authority | None]) -> None:
    holder = with_role(role)
    assert queries.internal_authority_ids(holder) is None
    for place in ("own", "other", "predecessor", "successor"):
        assert holder.has_perm("organisation.view_internals", places[place])
        changes = holder.has_perm("organisation.change_authority", places[place])
        assert changes == (role in (A, Q))


def test_the_data_protection_officer_looks_into_no_authority(places: dict[str, Authority | None]) -> None:
    holder = with_role(Role.DATA_OFFICER)
    assert queries.internal_authority_ids(holder) == set()
    assert {name for name in TABLE if any(holder.has_perm(name, place) for place in places.values())} == {"organisation.open_workspace"}
    assert list(queries.journal(holder)) == []


def test_every_permission_of_the_house_is_in_the_table() -> None:
    known = {name for name in engine.permissions.permissions if name.split(".")[0] in ("organisation", "standards", "certification")}
    assert known == set(TABLE)


def test_every_action_of_the_organisation_asks_for_a_permission() -> None:
    mine = {name: info for name, info in REGISTRY.items() if info.function.__module__.startswith("yantar.qms.organisation.actions")}
    assert len(mine) > 20
    # What people do to their own things needs no rule: the bodies take `by` and nobody else.
    own = {"organisation.new_calendar_token", "organisation.change_own_settings"}
    assert {name for name, info in mine.items() if info.permission is None} <= own
    assert {info.permission for info in mine.values() if info.permission} <= set(TABLE)


def test_nobody_without_a_role_may_anything(places: dict[str, Authority | None]) -> None:
    for who in (UserFactory(), AnonymousUser()):
        for permission in TABLE:
            assert not who.has_perm(permission, places["own"])
        assert queries.internal_authority_ids(who) == set()
    inactive = with_role(Role.ADMINISTRATOR)
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    assert not User.objects.get(pk=inactive.pk).has_perm("organisation.view_journal")


@pytest.mark.parametrize(("begins", "ends"), [(date(2000, 1, 1), date(2010, 1, 1)), (date(2090, 1, 1), None)])
def test_a_role_counts_only_in_its_days(begins: date, ends: date | None) -> None:
    home, person = AuthorityFactory(), UserFactory()
    RoleHolding.objects.create(user=person, role=Role.COORDINATOR, authority=home, valid_from=begins, valid_to=ends)
    assert not person.has_perm("organisation.change_authority", home)
    assert not person.has_perm("organisation.open_workspace")


def test_internals_are_those_of_the_line_backwards(places: dict[str, Authority | None]) -> None:
    ids = {name: obj.pk for name, obj in places.items() if obj}
    seen = {name: queries.internal_authority_ids(with_role(Role.STAFF, places[name])) for name in ids}
    assert seen["successor"] == {ids["successor"], ids["own"], ids["predecessor"]}
    assert seen["own"] == {ids["own"], ids["predecessor"]}
    assert seen["predecessor"] == {ids["predecessor"]}
    assert seen["other"] == {ids["other"]}
    assert queries.same_line(ids["predecessor"]) == {ids["predecessor"], ids["own"], ids["successor"]}
    assert queries.line_of([ids["own"]]) == {ids["own"], ids["predecessor"]}
    assert queries.line_of([]) == set()


def test_a_separated_part_begins_a_line_of_its_own() -> None:
    home = AuthorityFactory()
    part = actions.NewAuthority("part", "agency", "Часть", "Part")
    actions.split(by=BY, authority=home, parts=[part], keep=True, effective_on=date(2015, 1, 1))
    made = Authority.objects.get(code="part")
    assert queries.internal_authority_ids(with_role(Role.COORDINATOR, made)) == {made.pk}
    assert queries.internal_authority_ids(with_role(Role.COORDINATOR, home)) == {home.pk}


def test_permissions_ask_the_database_once(places: dict[str, Authority | None], django_assert_num_queries: object) -> None:
    person = User.objects.get(pk=with_role(Role.COORDINATOR, places["own"]).pk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        for _time in range(3):
            assert person.has_perm("organisation.change_authority", places["own"])
    with django_assert_num_queries(1):  # type: ignore[operator]
        for place in ("other", "predecessor", "successor"):
            person.has_perm("organisation.change_authority", places[place])
        queries.internal_authority_ids(person)


def test_what_a_reorganisation_gives_counts_at_once_for_who_did_it() -> None:
    home, heir, lead = AuthorityFactory(), AuthorityFactory(), with_role(Role.HEAD_OF_QUALITY)
    RoleHolding.objects.create(user=lead, role=Role.COORDINATOR, authority=heir, valid_from=date(2000, 1, 1))
    assert not rules.holds(lead, {Role.COORDINATOR}, home.pk)
    actions.abolish(by=lead, authority=home, effective_on=date(2020, 1, 1), successor=heir)
    assert rules.holds(lead, {Role.COORDINATOR}, home.pk)


def test_a_coordinator_of_another_authority_can_t_touch_it(places: dict[str, Authority | None]) -> None:
    with pytest.raises(PermissionDenied):
        actions.correct_authority(by=with_role(Role.COORDINATOR, places["own"]), authority=places["other"], short_ru="x")
