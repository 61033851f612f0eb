"""Signing in: what is let in, what is locked out."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory

from tests.factories import GovernmentFactory, UserFactory, with_role
from yantar.core.accounts import may_sign_in, refuse_demonstration
from yantar.core.clients import client_address
from yantar.core.models import User

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    GovernmentFactory()
    user = with_role("administrator")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password}, **more)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session and client.get("/workspace/").status_code == 200


def test_by_email_however_it_is_written(client: Client, person: User) -> None:
    sign_in(client, person.email.upper())
    assert signed_in(client)


def test_locked_out_after_five_wrong_passwords_even_with_the_right_one(client: Client, person: User) -> None:
    for attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, person.email if attempt % 2 else person.email.upper(), "wrong")
    assert answer.status_code == 429
    answer = sign_in(client, person.email)
    assert answer.status_code == 429
    assert "_auth_user_id" not in client.session
    # The same person from another place is not locked out by somebody else's attempts.
    assert sign_in(client, person.email, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_a_right_password_begins_the_count_anew(client: Client, person: User) -> None:
    for _round in range(2):
        for _attempt in range(settings.AXES_FAILURE_LIMIT - 2):
            sign_in(client, person.email, "wrong")
        sign_in(client, person.email)
        assert signed_in(client)
        client.logout()


def test_nobody_makes_an_account_for_himself(client: Client, person: User) -> None:
    answer = client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


def test_demonstration_accounts_are_let_in_only_where_the_demonstration_is_allowed(client: Client, person: User, settings) -> None:
    User.objects.filter(pk=person.pk).update(is_demo=True)
    sign_in(client, person.email)
    assert signed_in(client)
    settings.DEMO_ALLOWED = False
    assert client.get("/workspace/").status_code == 302, "a session from before must not live on"
    fresh = Client()
    sign_in(fresh, person.email)
    assert "_auth_user_id" not in fresh.session


def test_who_may_sign_in(db: None, settings) -> None:
    assert may_sign_in(UserFactory())
    assert not may_sign_in(UserFactory(is_active=False))
    assert not may_sign_in(None)


def test_a_real_government_does_not_start_on_the_demonstration(db: None, settings) -> None:
    refuse_demonstration()
    UserFactory(is_demo=True)
    refuse_demonstration()
    settings.DEMO_ALLOWED = False
    with pytest.raises(ImproperlyConfigured, match="demonstration"):
        refuse_demonstration()


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        (0, "", "192.0.2.1"),
        (0, "203.0.113.5", "192.0.2.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "203.0.113.5", "192.0.2.1"),
        (1, "nonsense", ""),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_clients_address_behind_proxies(proxies: int, said: str, address: str, settings) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": said} if said else {})
    assert client_address(request) == address
