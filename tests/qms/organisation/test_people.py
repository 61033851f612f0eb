"""People and roles."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.core import clock
from yantar.core.models import JournalEntry, User
from yantar.qms.organisation import actions, queries, rules
from yantar.qms.organisation.models import Role, RoleHolding

from .conftest import BY, refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
LATER = date(2027, 6, 1)


@pytest.fixture(autouse=True)
def _today() -> object:
    with clock.at(TODAY):
        yield


def add(email: str = "new@example.org", **kwargs: object) -> User:
    made: User = actions.add_person(by=BY, **({"email": email, "full_name": "Пример Примерович"} | kwargs))
    return made


def test_a_person_is_registered_and_nothing_personal_reaches_the_journal() -> None:
    made = add("  Person@Example.org ", full_name=" Пример  Примерович ", post="Советник", password="a long pass phrase 7")
    made.refresh_from_db()
    assert (made.email, made.full_name, made.language) == ("Person@Example.org", "Пример Примерович", "ru")
    assert made.check_password("a long pass phrase 7")
    actions.change_person(by=BY, user=made, email="other@example.org", full_name="Другой Человек")
    for entry in JournalEntry.objects.all():
        for secret in ("example.org", "Пример", "Другой", "Советник", "phrase"):
            assert secret.lower() not in entry.decided.lower()
    decided = [json.loads(e.decided) for e in JournalEntry.objects.order_by("seq")]
    assert decided == [{}, {"user": {"type": "core.user", "id": str(made.pk)}}]
    assert not add().has_usable_password()


def test_wrong_people_are_refused() -> None:
    add("one@example.org")
    with refused("taken", "blank", "invalid_choice", "password", "password"):
        add("ONE@example.org", full_name="", language="fr", password="qwerty")
    with refused("invalid"):
        add("not an address")
    second = add("two@example.org")
    with refused("taken"):
        actions.change_person(by=BY, user=second, email="One@example.org")
    assert actions.change_person(by=BY, user=second, email="TWO@example.org").email == "TWO@example.org"


def test_demonstration_accounts_only_by_the_system_and_where_allowed(settings: object) -> None:
    assert add("demo@example.org", is_demo=True, password="demo").is_demo
    with pytest.raises(PermissionDenied):
        actions.add_person(by=with_role(Role.ADMINISTRATOR), email="x@example.org", full_name="x", is_demo=True)
    settings.DEMO_ALLOWED = False  # type: ignore[attr-defined]
    with pytest.raises(PermissionDenied):
        add("demo2@example.org", is_demo=True)
    with refused("demo"):
        actions.activate_person(by=BY, user=User.objects.get(email="demo@example.org"))


def test_roles_are_given_and_taken() -> None:
    home, person = AuthorityFactory(), UserFactory()
    given = actions.give_role(by=BY, user=person, role=Role.COORDINATOR, authority=home, valid_from=date(2020, 1, 1))
    assert queries.roles_of(person) == [given]
    assert list(queries.people_with_role(Role.COORDINATOR, home.pk, TODAY)) == [person]
    actions.take_role(by=BY, holding=given, on=TODAY)
    assert not queries.people_with_role(Role.COORDINATOR, home.pk, TODAY).exists()
    assert queries.people_with_role(Role.COORDINATOR, home.pk, TODAY - timedelta(days=1)).exists()
    with refused("over"):
        actions.take_role(by=BY, holding=given, on=TODAY)
    again = actions.give_role(by=BY, user=person, role=Role.COORDINATOR, authority=home, valid_from=TODAY)
    with refused("past"):
        actions.take_role(by=BY, holding=again, on=TODAY - timedelta(days=1))
    assert actions.take_role(by=BY, holding=again, on=TODAY) is None
    assert queries.roles_of(person) == [given]


def test_wrong_roles_are_refused_with_everything_at_once() -> None:
    home, person = AuthorityFactory(), UserFactory(is_active=False)
    give: Callable[..., RoleHolding] = actions.give_role
    with refused("unknown", "dates_reversed", "inactive"):
        give(by=BY, user=person, role="tsar", authority=home, valid_from=TODAY, valid_to=TODAY)
    with refused("whole_government", "inactive"):
        give(by=BY, user=person, role=Role.HEAD_OF_QUALITY, authority=home, valid_from=TODAY)
    with refused("authority_needed", "inactive"):
        give(by=BY, user=person, role=Role.STAFF, valid_from=TODAY)
    with refused("end_needed", "inactive"):
        give(by=BY, user=person, role=Role.CERTIFIER, authority=home, valid_from=TODAY)


@pytest.mark.parametrize(
    ("starts", "ends", "allowed"),
    [
        (date(2026, 1, 1), date(2026, 3, 1), True),
        (date(2026, 1, 1), date(2026, 3, 2), False),
        (date(2026, 4, 1), None, False),
        (date(2026, 6, 1), None, True),
        (date(2026, 1, 1), None, False),
    ],
)
def test_the_same_role_is_not_held_twice_at_a_time(starts: date, ends: date | None, allowed: bool) -> None:
    home, person = AuthorityFactory(), UserFactory()
    role = Role.INTERNAL_AUDITOR
    actions.give_role(by=BY, user=person, role=role, authority=home, valid_from=date(2026, 3, 1), valid_to=date(2026, 6, 1))
    if allowed:
        actions.give_role(by=BY, user=person, role=role, authority=home, valid_from=starts, valid_to=ends)
    else:
        with refused("overlap"):
            actions.give_role(by=BY, user=person, role=role, authority=home, valid_from=starts, valid_to=ends)
    # Another authority, or the whole government, is another matter.
    actions.give_role(by=BY, user=person, role=role, authority=AuthorityFactory(), valid_from=starts, valid_to=ends)
    actions.give_role(by=BY, user=person, role=role, valid_from=starts, valid_to=ends)
    assert person.roles.count() == 3 + allowed


def test_the_last_administrator_stays() -> None:
    first = with_role(Role.ADMINISTRATOR)
    holding = first.roles.get()
    with refused("last_administrator"):
        actions.take_role(by=first, holding=holding, on=TODAY)
    with refused("last_administrator"):
        actions.deactivate_person(by=first, user=first)
    # Neither one for a time, nor one who may not sign in, nor one who begins later is enough.
    for values in ({"valid_to": LATER}, {"valid_from": LATER}):
        other = UserFactory()
        actions.give_role(by=first, user=other, role=Role.ADMINISTRATOR, **({"valid_from": TODAY} | values))
        with refused("last_administrator"):
            actions.take_role(by=first, holding=holding, on=TODAY)
    second = UserFactory()
    actions.give_role(by=first, user=second, role=Role.ADMINISTRATOR, valid_from=TODAY)
    actions.deactivate_person(by=first, user=second)
    with refused("last_administrator"):
        actions.take_role(by=first, holding=holding, on=TODAY)
    actions.activate_person(by=first, user=second)
    actions.take_role(by=first, holding=holding, on=TODAY)
    assert not rules.is_administrator(User.objects.get(pk=first.pk))
    assert rules.is_administrator(User.objects.get(pk=second.pk))


def test_who_may_not_sign_in_holds_nothing() -> None:
    home = AuthorityFactory()
    person = with_role(Role.COORDINATOR, home)
    actions.deactivate_person(by=BY, user=person)
    person = User.objects.get(pk=person.pk)
    assert not person.has_perm("organisation.change_authority", home)
    assert not queries.people_with_role(Role.COORDINATOR, home.pk, TODAY).exists()


def test_only_an_administrator_changes_people_and_roles() -> None:
    home, person = AuthorityFactory(), UserFactory()
    for other in (with_role(Role.HEAD_OF_QUALITY), with_role(Role.COORDINATOR, home), with_role(Role.CERTIFIER), UserFactory()):
        for call in (
            lambda p: actions.add_person(by=p, email="x@example.org", full_name="x"),
            lambda p: actions.change_person(by=p, user=person, full_name="x"),
            lambda p: actions.deactivate_person(by=p, user=person),
            lambda p: actions.give_role(by=p, user=p, role=Role.ADMINISTRATOR, valid_from=TODAY),
            lambda p: actions.take_role(by=p, holding=RoleHolding.objects.first() or pytest.fail("no role"), on=TODAY),
        ):
            with pytest.raises(PermissionDenied):
                call(other)


def test_a_new_address_of_one_s_calendar() -> None:
    person = UserFactory()
    old = person.calendar_token
    actions.new_calendar_token(by=person)
    person.refresh_from_db()
    assert len(person.calendar_token) >= 40
    assert person.calendar_token != old
    assert person.calendar_token not in JournalEntry.objects.get().decided
    with pytest.raises(PermissionDenied):
        actions.new_calendar_token(by=BY)


def test_who_sees_whom() -> None:
    home, other, heir = AuthorityFactory(), AuthorityFactory(), AuthorityFactory()
    staff, stranger, past = with_role(Role.STAFF, home), with_role(Role.STAFF, other), with_role(Role.STAFF, heir)
    actions.abolish(by=BY, authority=home, effective_on=date(2020, 1, 1), successor=heir)
    coordinator = with_role(Role.COORDINATOR, heir)
    everybody = set(User.objects.all())
    assert set(queries.people(coordinator)) == {coordinator, staff, past}
    assert set(queries.people(stranger)) == {stranger}
    assert set(queries.people(None)) == set()
    leads = [with_role(Role.ADMINISTRATOR), with_role(Role.HEAD_OF_QUALITY)]
    everybody.update(leads)
    for viewer in leads:
        assert set(queries.people(viewer)) == everybody
    # A certifier sees the evidence of everybody, not their addresses.
    certifier = with_role(Role.CERTIFIER)
    assert set(queries.people(certifier)) == {certifier}


def test_reminders_reach_those_who_followed() -> None:
    home, heir, after = AuthorityFactory(), AuthorityFactory(), AuthorityFactory()
    actions.abolish(by=BY, authority=home, effective_on=date(2020, 1, 1), successor=heir)
    actions.abolish(by=BY, authority=heir, effective_on=LATER, successor=after)
    old, now, then = (with_role(Role.COORDINATOR, one) for one in (home, heir, after))
    assert set(queries.people_with_role(Role.COORDINATOR, home.pk, TODAY)) == {old, now}
    assert set(queries.people_with_role(Role.COORDINATOR, home.pk, LATER)) == {old, now, then}
    assert set(queries.people_with_role(Role.COORDINATOR, heir.pk, TODAY)) == {now}
    lead = with_role(Role.HEAD_OF_QUALITY)
    assert list(queries.people_with_role(Role.HEAD_OF_QUALITY, None, TODAY)) == [lead]
