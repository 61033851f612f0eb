"""Keys of programs, personal data of one citizen, subjects of remarks: by the browser, each for whom it is meant alone."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.feedback.citizens import EMAIL, PLANTED, PORTAL, appeal, category
from yantar.core import clock
from yantar.core.models import JournalEntry, User
from yantar.qms.feedback.actions import personal
from yantar.qms.feedback.models import Appeal, AppealState, RemarkCategory
from yantar.qms.organisation.actions import give_key
from yantar.qms.organisation.models import AccessKey, Role
from yantar.qms.organisation.queries import key_of
from yantar.web.workspace.protection.categories import read_lines, written

pytestmark = pytest.mark.django_db
PAGES = {
    "/workspace/keys/": Role.ADMINISTRATOR,
    "/workspace/personal-data/": Role.DATA_OFFICER,
    "/workspace/personal-data/readings/": Role.DATA_OFFICER,
    "/workspace/remark-subjects/": Role.HEAD_OF_QUALITY,
}
LAST = (clock.today() + timedelta(days=30)).isoformat()


@pytest.fixture
def enter(db: None, client: Client) -> Callable[[Role], User]:
    """Sign somebody in."""
    GovernmentFactory()

    def sign_in(role: Role) -> User:
        user = with_role(role)
        client.force_login(user)
        return user

    return sign_in


@pytest.mark.parametrize("address", PAGES)
def test_only_who_may_sees_it(enter: Callable[[Role], User], client: Client, address: str) -> None:
    assert client.get(address).status_code == 302
    for role in (Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY, Role.DATA_OFFICER, Role.INTERNAL_AUDITOR):
        enter(role)
        may = role == PAGES[address] or (role == Role.ADMINISTRATOR and address == "/workspace/remark-subjects/")
        assert client.get(address).status_code == (200 if may else 403), (role, address)
    for path in (
        "/workspace/keys/1/revoke/",
        "/workspace/personal-data/export/",
        "/workspace/personal-data/erase/",
        "/workspace/remark-subjects/x/end/",
    ):
        enter(Role.INTERNAL_AUDITOR)
        assert client.post(path, {"email": EMAIL}).status_code == 403
        assert client.get(path).status_code == 405


# --- keys ----------------------------------------------------------------------------------------------
def test_a_secret_is_in_one_answer_and_nowhere_else(enter: Callable[[Role], User], client: Client) -> None:
    enter(Role.ADMINISTRATOR)
    wrong = client.post("/workspace/keys/", {"name": "", "purpose": "open311", "last_day": "2020-01-01"})
    assert wrong.status_code == 422 and {"name"} <= set(wrong.context["form"].errors)
    answer = client.post("/workspace/keys/", {"name": "Город", "purpose": "open311", "authority": "", "last_day": LAST})
    secret = answer.context["secret"]
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"] and secret in answer.content.decode()
    assert key_of(secret, "open311") == AccessKey.objects.get()
    assert secret not in client.get("/workspace/keys/").content.decode()
    assert secret not in repr(list(JournalEntry.objects.values())) and secret not in repr(dict(client.session))
    key = AccessKey.objects.get()
    client.post(f"/workspace/keys/{key.pk}/revoke/")
    assert key_of(secret, "open311") is None
    again = client.post(f"/workspace/keys/{key.pk}/revoke/", follow=True)
    assert "error" in [m.level_tag for m in again.context["messages"]]
    assert client.post("/workspace/keys/999/revoke/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_keys_asks_the_same_number_of_queries(
    enter: Callable[[Role], User], client: Client, rows: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    admin = enter(Role.ADMINISTRATOR)
    for _number in range(rows):
        give_key(by=admin, name="x", purpose="cases", authority=AuthorityFactory(), last_day=clock.today())
    client.get("/workspace/keys/")
    with django_assert_max_num_queries(10):
        assert len(client.get("/workspace/keys/").context["rows"]) == rows


# --- personal data -------------------------------------------------------------------------------------
def test_found_given_out_and_erased(enter: Callable[[Role], User], client: Client) -> None:
    ended, still_open = appeal(), appeal()
    Appeal.objects.filter(pk=ended.pk).update(state=AppealState.CLOSED)
    enter(Role.DATA_OFFICER)
    assert client.post("/workspace/personal-data/", {"email": "", "number": ""}).status_code == 422
    page = client.post("/workspace/personal-data/", {"email": EMAIL.upper(), "number": ""})
    body = page.content.decode()
    assert page.status_code == 200 and ended.number in body and still_open.number in body and "no-store" in page["Cache-Control"]
    assert not any(word in body for word in PLANTED if word not in EMAIL)
    packed = client.post("/workspace/personal-data/export/", {"email": EMAIL, "number": ""})
    assert packed["Content-Type"] == "application/zip" and "example" not in packed["Content-Disposition"]
    assert len(json.loads(zipfile.ZipFile(io.BytesIO(packed.content)).read("data.json"))["appeals"]) == 2
    bare = client.post("/workspace/personal-data/erase/", {"email": EMAIL, "number": "", "reason": " "})
    assert bare.status_code == 422 and bare.context["reason_errors"] and ended.number in bare.content.decode()
    done = client.post("/workspace/personal-data/erase/", {"email": EMAIL, "number": "", "reason": "Просьба"}, follow=True)
    assert [m.level_tag for m in done.context["messages"]] == ["success", "warning"]
    assert set(Appeal.objects.filter(erased_at__isnull=False)) == {ended}
    nothing = client.post("/workspace/personal-data/export/", {"email": "nobody@example.org", "number": ""})
    assert nothing.status_code == 422
    assert not any("example.org" in row.decided for row in JournalEntry.objects.all())


def test_the_register_names_who_read_which_paper_and_nothing_of_it(enter: Callable[[Role], User], client: Client) -> None:
    first, second = appeal(), appeal()
    officer = with_role(Role.CITIZENS_OFFICER, first.authority)
    personal.read_person(by=officer, appeal=first)
    personal.read_person(by=PORTAL, appeal=first)
    personal.read_notes(by=with_role(Role.CITIZENS_OFFICER, second.authority), appeal=second)
    enter(Role.DATA_OFFICER)
    page = client.get("/workspace/personal-data/readings/")
    body = page.content.decode()
    assert [(row.entry.action, row.number) for row, _name in page.context["rows"]] == [
        ("feedback.read_notes", second.number),
        ("feedback.read_person", first.number),
    ]
    assert officer.full_name in body and not any(word in body for word in PLANTED)
    assert len(page.context["kept"]) == 4

    def found(**asked: str) -> list[str]:
        return [row.number for row, _name in client.get("/workspace/personal-data/readings/", asked).context["rows"]]

    assert found(number=first.number) == [first.number] and found(number="26-99999-9") == [] == found(number="nonsense")
    assert found(day_to="2001-01-01") == [] and len(found(day_from=clock.today().isoformat())) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_asks_the_same_number_of_queries(
    enter: Callable[[Role], User], client: Client, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _number in range(rows):
        one = appeal()
        personal.read_person(by=with_role(Role.CITIZENS_OFFICER, one.authority), appeal=one)
    enter(Role.DATA_OFFICER)
    client.get("/workspace/personal-data/readings/")
    with django_assert_num_queries(9):
        assert len(client.get("/workspace/personal-data/readings/").context["rows"]) == rows


# --- subjects of remarks -------------------------------------------------------------------------------
QUESTIONS = "DEPTH; number; no; Глубина; Depth\nLANE; singlevaluelist; да; Полоса; Lane; left=Левая/Left, right=Правая"


def test_a_subject_is_added_changed_and_ended(enter: Callable[[Role], User], client: Client) -> None:
    enter(Role.HEAD_OF_QUALITY)
    AuthorityFactory(code="roads")
    form = {"code": "holes", "authority": "roads", "name_ru": "Ямы", "needs_place": "on", "attributes": "A B; nonsense; ; ;\n" + QUESTIONS}
    wrong = client.post("/workspace/remark-subjects/new/", form | {"name_ru": ""})
    assert wrong.status_code == 422 and "name_ru" in wrong.context["form"].errors and "nonsense" in wrong.content.decode()
    assert "attributes" in client.post("/workspace/remark-subjects/new/", form).context["form"].errors
    assert client.post("/workspace/remark-subjects/new/", form | {"attributes": QUESTIONS}).status_code == 302
    one = RemarkCategory.objects.get()
    assert [(row["code"], row["required"], len(row["values"]), row["order"]) for row in one.attributes] == [
        ("DEPTH", False, 0, 1),
        ("LANE", True, 2, 2),
    ]
    assert "code" in client.post("/workspace/remark-subjects/new/", form | {"attributes": ""}).context["form"].errors
    page = client.get("/workspace/remark-subjects/holes/").content.decode()
    assert "left=Левая/Left, right=Правая/" in page
    assert client.post("/workspace/remark-subjects/holes/", form | {"name_ru": "Ямы и люки", "attributes": ""}).status_code == 302
    one.refresh_from_db()
    assert (one.name_ru, one.attributes) == ("Ямы и люки", [])
    client.post("/workspace/remark-subjects/holes/end/")
    one.refresh_from_db()
    assert one.valid_to is not None
    assert client.get("/workspace/remark-subjects/none/").status_code == 404


def test_questions_are_written_as_they_are_read() -> None:
    rows = read_lines(QUESTIONS)
    assert read_lines(written(rows)) == rows
    assert read_lines("\n \n") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_subjects_asks_the_same_number_of_queries(
    enter: Callable[[Role], User], client: Client, rows: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    enter(Role.HEAD_OF_QUALITY)
    for number in range(rows):
        category(code=f"c{number}", valid_from=date(2020, 1, 1))
    client.get("/workspace/remark-subjects/")
    with django_assert_max_num_queries(9):
        assert len(client.get("/workspace/remark-subjects/").context["rows"]) == rows
