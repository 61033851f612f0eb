"""Keys of programs: a secret shown once, one purpose each, nothing of the secret kept anywhere."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from tests.factories import AuthorityFactory, with_role
from yantar.core import clock
from yantar.core.models import JournalEntry
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.models import AccessKey, KeyPurpose, Role

from .conftest import BY, refused

pytestmark = pytest.mark.django_db
ONE_YEAR = timedelta(days=365)


def give(**more: object) -> tuple[AccessKey, str]:
    values: dict[str, object] = {"name": "  Город онлайн ", "purpose": "open311", "last_day": clock.today() + ONE_YEAR} | more
    return actions.give_key(by=BY, **values)


def test_the_secret_is_shown_once_and_kept_nowhere() -> None:
    key, secret = give()
    assert len(secret) == 43 and secret.startswith("yk_") and secret[:8] == key.start
    assert key.name == "Город онлайн"
    kept = [repr(list(model.objects.values())) for model in (AccessKey, JournalEntry, apps.get_model("organisation", "AccessKeyEvent"))]
    assert not any(secret in text or secret[8:] in text for text in kept)
    assert "yk_" not in JournalEntry.objects.get(action="organisation.give_key").decided
    assert JournalEntry.objects.get(action="organisation.give_key").target_id == str(key.pk)
    assert give()[1] != secret


def test_a_key_opens_its_purpose_alone() -> None:
    authority = AuthorityFactory()
    key, secret = give(purpose=KeyPurpose.CASES, authority=authority)
    assert queries.key_of(secret, KeyPurpose.CASES) == key
    assert queries.key_of(secret, KeyPurpose.OPEN311) is None


@pytest.mark.parametrize("wrong", ["", "yk_", "yk_" + "a" * 40, "\ud800", "x" * 10_000, "yk_" + "я" * 40])
def test_what_is_no_key_opens_nothing(wrong: str) -> None:
    _key, secret = give()
    assert queries.key_of(wrong, "open311") is None
    assert queries.key_of(secret + "\n", "open311") is None
    assert queries.key_of(secret[:-1], "open311") is None


def test_it_opens_on_its_last_day_and_not_later() -> None:
    with clock.at(date(2026, 3, 1)):
        key, secret = give(last_day=date(2026, 3, 10))
    with clock.at(date(2026, 3, 10)):
        assert queries.key_of(secret, "open311") == key
    with clock.at(date(2026, 3, 11)):
        assert queries.key_of(secret, "open311") is None


def test_revoked_it_opens_nothing() -> None:
    key, secret = give()
    actions.revoke_key(by=BY, key=key)
    assert queries.key_of(secret, "open311") is None
    with refused("revoked"):
        actions.revoke_key(by=BY, key=key)
    assert AccessKey.objects.filter(pk=key.pk).exists()


def test_everything_wrong_is_said_at_once() -> None:
    with refused("blank", "invalid_choice", "past"):
        give(name=" ", purpose="nonsense", last_day=clock.today() - timedelta(days=1))
    with refused("too_long", "whole"):
        give(last_day=clock.today() + timedelta(days=10_000), authority=AuthorityFactory())


def test_only_an_administrator_gives_revokes_and_sees() -> None:
    key, _secret = give()
    admin, head = with_role(Role.ADMINISTRATOR), with_role(Role.HEAD_OF_QUALITY)
    assert list(queries.keys(admin)) == [key]
    assert not queries.keys(head).exists()
    with pytest.raises(PermissionDenied):
        actions.give_key(by=head, name="x", purpose="open311", last_day=clock.today())
    with pytest.raises(PermissionDenied):
        actions.revoke_key(by=head, key=key)
    assert actions.revoke_key(by=admin, key=key).revoked_at is not None
