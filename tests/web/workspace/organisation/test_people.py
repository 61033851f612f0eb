"""People, their roles, one's own page: by the browser, and never without an administrator."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, UserFactory, with_role
from yantar.core import clock
from yantar.core.models import JournalEntry, User
from yantar.qms.organisation.models import Role, RoleHolding


@pytest.fixture
def admin(db: None, client: Client) -> User:
    GovernmentFactory()
    user = with_role(Role.ADMINISTRATOR, full_name="Аглая Администраторова")
    client.force_login(user)
    return user


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(admin: User, client: Client, rows: int, django_assert_num_queries) -> None:
    for _number in range(rows):
        with_role(Role.COORDINATOR, AuthorityFactory())
    client.get("/workspace/people/")
    with django_assert_num_queries(9):
        answer = client.get("/workspace/people/")
    assert len(answer.context["rows"]) == rows + 1


def test_found_by_name_or_address(admin: User, client: Client) -> None:
    UserFactory(full_name="Борис Бухгалтеров", email="boris@example.org")
    assert [u.full_name for u, _roles in client.get("/workspace/people/?q=бухгалт").context["rows"]] == ["Борис Бухгалтеров"]
    assert [u.full_name for u, _roles in client.get("/workspace/people/?q=BORIS@").context["rows"]] == ["Борис Бухгалтеров"]
    assert client.get("/workspace/people/?q=nobody").context["rows"] == []


def test_register_and_correct(admin: User, client: Client) -> None:
    wrong = client.post("/workspace/people/new/", {"full_name": "", "email": "nonsense", "post": "Советник", "language": "en"})
    assert wrong.status_code == 422
    assert {"full_name", "email"} == set(wrong.context["form"].errors)
    assert 'value="Советник"' in wrong.content.decode()
    answer = client.post("/workspace/people/new/", {"full_name": "Вера", "email": "vera@example.org", "post": "", "language": "en"})
    user = User.objects.get(email="vera@example.org")
    assert answer["Location"] == f"/workspace/people/{user.pk}/"
    assert not user.has_usable_password()
    taken = client.post("/workspace/people/new/", {"full_name": "Вера", "email": "VERA@example.org", "language": "ru"})
    assert "email" in taken.context["form"].errors
    client.post(f"/workspace/people/{user.pk}/change/", {"full_name": "Вера Ивановна", "email": "vera@example.org", "language": "ru"})
    user.refresh_from_db()
    assert (user.full_name, user.language) == ("Вера Ивановна", "ru")
    assert not any("Вера" in entry.decided or "vera" in entry.decided for entry in JournalEntry.objects.all())


def test_give_and_take_a_role(admin: User, client: Client) -> None:
    AuthorityFactory(code="finance")
    person = UserFactory()
    url = f"/workspace/people/{person.pk}/"
    wrong = client.post(url, {"role": "administrator", "authority": "finance", "valid_from": "2026-01-01", "valid_to": "2025-01-01"})
    assert wrong.status_code == 422
    assert {"authority", "valid_to"} <= set(wrong.context["form"].errors)
    assert 'value="2025-01-01"' in wrong.content.decode()
    no_end = client.post(url, {"role": "certifier", "authority": "", "valid_from": "2026-01-01"})
    assert "valid_to" in no_end.context["form"].errors
    assert client.post(url, {"role": "coordinator", "authority": "finance", "valid_from": "2026-01-01"}).status_code == 302
    held = RoleHolding.objects.get(user=person)
    assert (held.authority.code, held.valid_to) == ("finance", None)
    again = client.post(url, {"role": "coordinator", "authority": "finance", "valid_from": "2026-02-01"})
    assert "valid_from" in again.context["form"].errors
    client.post(f"{url}roles/{held.pk}/take/")
    held.refresh_from_db()
    assert held.valid_to == clock.today()
    client.get(url)
    twice = client.post(f"{url}roles/{held.pk}/take/", follow=True)
    assert [m.level_tag for m in twice.context["messages"]] == ["error"]
    assert client.post(f"{url}roles/{RoleHolding.objects.get(user=admin).pk}/take/").status_code == 404


def test_the_last_administrator_stays(admin: User, client: Client) -> None:
    held = admin.roles.get()
    url = f"/workspace/people/{admin.pk}/"
    for path in (f"{url}roles/{held.pk}/take/", f"{url}activity/"):
        answer = client.post(path, follow=True)
        assert [m.level_tag for m in answer.context["messages"]] == ["error"]
    held.refresh_from_db()
    admin.refresh_from_db()
    assert held.valid_to is None and admin.is_active
    with_role(Role.ADMINISTRATOR)
    client.post(f"{url}roles/{held.pk}/take/")
    held.refresh_from_db()
    assert held.valid_to == clock.today()


def test_forbid_and_allow_to_sign_in(admin: User, client: Client) -> None:
    person = UserFactory()
    client.post(f"/workspace/people/{person.pk}/activity/")
    person.refresh_from_db()
    assert not person.is_active
    role = client.post(f"/workspace/people/{person.pk}/", {"role": "staff", "authority": "", "valid_from": "2026-01-01"})
    assert role.status_code == 422 and role.context["problems"]
    client.post(f"/workspace/people/{person.pk}/activity/")
    person.refresh_from_db()
    assert person.is_active
    assert client.get("/workspace/people/999999/").status_code == 404


# --- one's own page -------------------------------------------------------------------------------
def test_own_page(admin: User, client: Client) -> None:
    authority = AuthorityFactory(version__name_ru="Министерство спорта")
    person = with_role(Role.STAFF, authority, post="Консультант")
    RoleHolding.objects.create(user=person, role=Role.ANALYST, valid_from=date(2001, 1, 1), valid_to=date(2002, 1, 1))
    client.force_login(person)
    answer = client.get("/workspace/me/")
    page = answer.content.decode()
    assert "Консультант" in page and "Министерство спорта" in page
    assert [held.role for held, _name in answer.context["roles"]] == [Role.STAFF]
    assert "/workspace/calendar/mine/" in page and "/accounts/2fa/" in page
    assert client.post("/workspace/me/", {"language": "en"}).status_code == 302
    person.refresh_from_db()
    assert (person.language, person.mail_digest) == ("en", False)
    wrong = client.post("/workspace/me/", {"language": "tlh", "mail_digest": "on"})
    assert wrong.status_code == 422 and "language" in wrong.context["form"].errors
    entry = JournalEntry.objects.get(action="organisation.change_own_settings")
    assert entry.actor == person
