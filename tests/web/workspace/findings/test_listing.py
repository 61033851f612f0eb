"""The list of findings in the workspace: filters, tabs, saved filters, export, access."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import GovernmentFactory, UserFactory
from tests.qms.findings.support import Cast, cast, raised
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.findings.models import SavedFilter

PATH = "/workspace/findings/"
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[None]:
    GovernmentFactory()
    with clock.at(TODAY):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def numbers(client: Client, query: str = "") -> list[str]:
    answer = client.get(PATH + query)
    assert answer.status_code == 200
    return [row.number for row in answer.context["rows"]]


def test_who_comes_in(people: Cast) -> None:
    assert Client().get(PATH).headers["Location"].startswith("/accounts/login/")
    assert as_(UserFactory()).get(PATH).status_code == 403
    for address in ("filters/save/", "filters/1/rename/", "filters/1/delete/"):
        assert Client().post(PATH + address).status_code == 302
        assert as_(people.lead).get(PATH + address).status_code == 405


def test_the_page_in_both_languages(people: Cast) -> None:
    one = raised(people, owner=people.owner)
    client = as_(people.coordinator)
    russian, english = client.get(PATH).content.decode(), client.get(f"/en{PATH}").content.decode()
    for text in (russian, english):
        assert one.number in text
        assert one.gap in text
        assert "style=" not in text
    assert "1 finding<" in english
    assert people.authority.versions.get().name_en in english
    assert people.authority.versions.get().name_ru in russian


def test_the_authority_next_door_sees_nothing(people: Cast) -> None:
    one = raised(people)
    text = as_(people.stranger).get(PATH).content.decode()
    assert one.number not in text
    assert numbers(as_(people.stranger), f"?authority={people.authority.code}") == []
    assert one.gap not in as_(people.stranger).get(f"{PATH}export.csv").content.decode()


def test_filters_of_the_address(people: Cast) -> None:
    minor, strength = raised(people), raised(people, grade="strength", gap="Хорошо")
    client = as_(people.lead)
    assert numbers(client, "?grade=strength") == [strength.number]
    assert numbers(client, "?state=running&authority=" + people.authority.code) == [minor.number]
    assert numbers(client, f"?authority={people.authority.code}&process={people.process.pk}&since=2026-11-01&until=23.11.2026") == [
        strength.number,
        minor.number,
    ]
    assert numbers(client, "?q=ответы") == [minor.number]
    assert numbers(client, "?grade=castle&state=x&unit=7&process=y&since=yesterday&order=weather&page=z") == [strength.number, minor.number]
    tabs = client.get(f"{PATH}?late=on&grade=minor").context["tabs"]
    assert [tab.chosen for tab in tabs] == [False, False, False, True]
    assert tabs[1].query == "grade=minor&mine=on"
    assert "Take some of them away" in client.get(f"/en{PATH}?grade=ofi").content.decode()


def test_order_of_the_headings(people: Cast) -> None:
    raised(people)
    client = as_(people.lead)
    assert 'aria-sort="descending"' in client.get(PATH).content.decode()
    columns = client.get(f"{PATH}?order=grade").context["columns"]
    assert [(column.order, column.sorted) for column in columns if column.order] == [
        ("-raised", ""),
        ("-grade", "ascending"),
        ("state", ""),
        ("due", ""),
    ]


def test_a_filter_is_saved_renamed_deleted(people: Cast) -> None:
    client = as_(people.owner)
    raised(people, owner=people.owner)
    answer = client.post(f"{PATH}filters/save/", {"name": "Мои", "query": "mine=on&grade=minor&page=3&evil=1"})
    assert answer.headers["Location"] == f"{PATH}?grade=minor&mine=on"
    saved = SavedFilter.objects.get()
    assert saved.query == {"grade": "minor", "mine": "on"}
    shown = client.get(answer.headers["Location"])
    assert [(one.name, query, chosen) for one, query, chosen in shown.context["saved"]] == [("Мои", "grade=minor&mine=on", True)]
    assert client.post(f"{PATH}filters/save/", {"name": "Мои", "query": "late=on"}, follow=True).context["messages"]
    assert SavedFilter.objects.count() == 1
    assert as_(people.lead).post(f"{PATH}filters/{saved.pk}/rename/", {"name": "Чужое"}).status_code == 404
    client.post(f"{PATH}filters/{saved.pk}/rename/", {"name": "Мои незначительные"})
    assert SavedFilter.objects.get().name == "Мои незначительные"
    as_(people.lead).post(f"{PATH}filters/{saved.pk}/delete/")
    assert SavedFilter.objects.exists()
    for _twice in range(2):
        assert client.post(f"{PATH}filters/{saved.pk}/delete/").headers["Location"] == PATH
    assert not SavedFilter.objects.exists()


def test_the_export_is_what_is_shown(people: Cast) -> None:
    one = raised(people, owner=people.owner)
    raised(people, grade="strength", gap="=HYPERLINK()")
    client = as_(people.coordinator)
    answer = client.get(f"{PATH}export.xlsx?grade=minor")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="findings-2026-11-23.xlsx"'
    lines = list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert [line[0] for line in lines] == ["Номер", one.number]
    text = client.get(f"/en{PATH}export.csv").content.decode("utf-8-sig").splitlines()
    assert len(text) == 3
    assert text[0].startswith("Number,Authority,")
    assert "'=HYPERLINK()" in text[1]
    assert client.get(f"{PATH}export.exe").status_code == 404


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_as_many_queries_for_three_as_for_one(people: Cast) -> None:
    client = as_(people.coordinator)
    with clock.at(date(2020, 1, 1)):
        raised(people)
    one = queries_of(client, PATH)
    with clock.at(date(2020, 1, 2)):
        raised(people)
        raised(people, owner=people.owner)
    assert queries_of(client, PATH) == one == 12
