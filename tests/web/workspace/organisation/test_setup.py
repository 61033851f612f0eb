"""Before a government exists every page leads to the set-up; afterwards none does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import GovernmentFactory
from yantar.core.models import JournalEntry, User
from yantar.qms.organisation.models import Government, Role, RoleHolding

GOOD = {
    "name_ru": "Правительство Озёрного края",
    "name_en": "Government of Lake Territory",
    "languages": ["ru", "en"],
    "inhabitants": "120000",
    "full_name": "Вера Вымыслова",
    "email": "vera@example.org",
    "password": "correct horse battery",
    "again": "correct horse battery",
}


@pytest.mark.parametrize(("asked", "led_to"), [("/", "/setup/"), ("/en/certificates/", "/en/setup/"), ("/workspace/", "/setup/")])
def test_every_page_leads_to_the_setup(client: Client, db: None, asked: str, led_to: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer["Location"]) == (302, led_to)
    assert client.get("/healthz").status_code == 200


def test_the_government_and_its_first_administrator(client: Client, db: None) -> None:
    assert "Мастер" in client.get("/setup/").content.decode() or client.get("/setup/").status_code == 200
    answer = client.post("/setup/", GOOD)
    assert (answer.status_code, answer["Location"]) == (302, "/workspace/import/")
    user = User.objects.get(email="vera@example.org")
    assert set(RoleHolding.objects.filter(user=user).values_list("role", flat=True)) == {Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY}
    assert Government.objects.get().name_en == "Government of Lake Territory"
    assert not any("vera" in entry.decided or "battery" in entry.decided for entry in JournalEntry.objects.all())
    assert client.get("/workspace/").status_code == 200
    assert client.get("/setup/").status_code == 404


def test_everything_wrong_is_said_at_once_and_nothing_is_half_made(client: Client, db: None) -> None:
    answer = client.post("/setup/", {**GOOD, "password": "123", "again": "123", "name_ru": "   ", "email": "nobody"})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert {"name_ru", "email"} <= set(form.errors)
    assert 'value="Government of Lake Territory"' in answer.content.decode()
    answer = client.post("/setup/", {**GOOD, "password": "123", "again": "123"})
    assert "password" in answer.context["form"].errors
    assert not Government.objects.exists()
    assert not User.objects.exists()


def test_on_a_server_nobody_may_set_up_by_browser(client: Client, db: None, settings: Any) -> None:
    settings.SETUP_OPEN = False
    assert "yantar setup" in client.get("/setup/").content.decode()
    client.post("/setup/", GOOD)
    assert not Government.objects.exists()


def test_a_second_government_is_not_possible(client: Client, db: None) -> None:
    GovernmentFactory()
    assert client.post("/setup/", GOOD).status_code == 404
    assert Government.objects.count() == 1
