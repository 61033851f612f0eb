"""The journal and the government's own facts."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.organisation.actions import correct_authority
from yantar.qms.organisation.models import Government, Role


@pytest.fixture
def admin(db: None, client: Client) -> User:
    GovernmentFactory()
    user = with_role(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def changed(number: int, by: User | System) -> None:
    correct_authority(by=by, authority=AuthorityFactory(), short_ru=f"Орган {number}")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_journal_asks_the_same_number_of_queries(admin: User, client: Client, rows: int, django_assert_num_queries) -> None:
    for number in range(rows):
        changed(number, admin)
    client.get("/workspace/journal/")
    with django_assert_num_queries(8):
        answer = client.get("/workspace/journal/")
    assert len(answer.context["rows"]) == rows
    assert "Орган 0" in answer.content.decode()


def test_the_journal_is_narrowed(admin: User, client: Client) -> None:
    changed(1, System("import"))
    today = clock.today().isoformat()

    def count(query: str) -> int:
        return len(client.get(f"/workspace/journal/?{query}").context["rows"])

    assert count("action=organisation.correct") == count(f"day_from={today}") == count(f"day_to={today}") == 1
    assert count("action=certification") == count("day_to=2001-01-01") == 0
    wrong = client.get("/workspace/journal/?day_from=yesterday")
    assert "day_from" in wrong.context["form"].errors
    assert 'value="yesterday"' in wrong.content.decode() and len(wrong.context["rows"]) == 1


def test_the_journal_calls_parameters_by_their_names(admin: User, client: Client) -> None:
    changed(1, admin)
    page = client.get("/en/workspace/journal/").content.decode()
    assert "<dt>Authority</dt>" in page and "<dt>authority</dt>" not in page


def test_the_journal_comes_page_by_page(admin: User, client: Client) -> None:
    for number in range(51):
        changed(number, admin)
    assert len(client.get("/workspace/journal/?page=2").context["rows"]) == 1
    assert 'rel="next"' in client.get("/workspace/journal/").content.decode()


def test_settings(admin: User, client: Client) -> None:
    wrong = client.post("/workspace/settings/", {"name_ru": "Правительство Озёрного края", "name_en": "", "inhabitants": "0"})
    assert wrong.status_code == 422
    assert {"name_en", "languages", "inhabitants"} == set(wrong.context["form"].errors)
    assert 'value="Правительство Озёрного края"' in wrong.content.decode()
    good = {"name_ru": "Правительство Озёрного края", "name_en": "Government of Lake Territory", "languages": ["ru", "en"], "inhabitants": "120000"}
    assert client.post("/workspace/settings/", good).status_code == 302
    assert Government.objects.get().inhabitants == 120_000
    emptied = client.post("/workspace/settings/", {**good, "inhabitants": ""})
    assert "inhabitants" in emptied.context["form"].errors


def test_the_head_of_quality_reads_the_journal_but_changes_no_settings(admin: User, client: Client) -> None:
    client.force_login(with_role(Role.HEAD_OF_QUALITY))
    assert client.get("/workspace/journal/").status_code == 200
    assert client.get("/workspace/settings/").status_code == 403
    assert client.get("/workspace/people/").status_code == 403
