"""The register: filters with counts, order, pages, any day, export of what is shown."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from django.test import Client

from tests.factories import AuthorityFactory
from yantar.core.models import User
from yantar.qms.certification.models import Certificate
from yantar.qms.organisation.models import Authority
from yantar.web.workspace.certification import register

from .conftest import queries_of

As = Callable[[User], Client]
PATH = "/workspace/certificates/"
QUERIES = (20, 13)
"""Just after a change, and without one."""


@pytest.fixture
def three(enter, finance: Authority, health: Authority) -> list[Certificate]:
    agency = AuthorityFactory(code="konkurs", version__kind="agency", version__name_ru="Конкурсное агентство", version__name_en="Competition Agency")
    return [
        enter(finance, "YA-0001"),
        enter(health, "YA-0002", decided_on=date(2023, 1, 10)),
        enter(agency, "YA-0003", decided_on=date(2026, 6, 1), scope_ru="Закупки"),
    ]


def numbers(client: Client, query: str = "") -> list[str]:
    return [row.number for row in client.get(PATH + query).context["rows"]]


def test_filters_and_their_counts(as_: As, head: User, three: list[Certificate]) -> None:
    client = as_(head)
    assert numbers(client) == ["YA-0003", "YA-0002", "YA-0001"]
    assert numbers(client, "?status=active") == ["YA-0003", "YA-0001"]
    assert numbers(client, "?kind=agency") == ["YA-0003"]
    assert numbers(client, "?q=закупки") == ["YA-0003"]
    assert numbers(client, "?q=Ministry+of+Health") == ["YA-0002"]
    assert numbers(client, f"?body={three[0].body.code}&edition=2015&due_within=30") == ["YA-0001"]
    assert numbers(client, "?q=нет-такого") == []
    tabs = client.get(f"{PATH}?kind=ministry").context["tabs"]
    assert [(code, number) for code, _label, number, _chosen in tabs] == [("", 2), ("active", 1), ("expired", 1)]


def test_what_is_no_choice_is_passed_over(as_: As, head: User, three: list[Certificate]) -> None:
    answer = as_(head).get(f"{PATH}?kind=castle&due_within=x&edition=1887&status=lost&order=weather&page=99&on=yesterday")
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == 3


@pytest.mark.parametrize(
    ("order", "expected"),
    [("number", ["YA-0001", "YA-0002", "YA-0003"]), ("-number", ["YA-0003", "YA-0002", "YA-0001"]), ("expires", ["YA-0002", "YA-0001", "YA-0003"])],
)
def test_order(as_: As, head: User, three: list[Certificate], order: str, expected: list[str]) -> None:
    client = as_(head)
    assert numbers(client, f"?order={order}") == expected
    text = client.get(f"{PATH}?order={order}").content.decode()
    assert f'aria-sort="{"descending" if order.startswith("-") else "ascending"}"' in text


def test_pages(as_: As, head: User, three: list[Certificate], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "PER_PAGE", 2)
    client = as_(head)
    assert numbers(client, "?order=number&page=2") == ["YA-0003"]
    assert "order=number" in client.get(f"{PATH}?order=number").content.decode()


def test_any_day(as_: As, head: User, three: list[Certificate]) -> None:
    client = as_(head)
    assert numbers(client, "?on=2023-06-01") == ["YA-0002"]
    assert client.get(f"{PATH}?on=2023-06-01").context["rows"][0].status == "active"
    assert numbers(client, "?on=01.06.2020") == []


def test_own_lead_into_the_workspace_others_to_the_public_page(as_: As, coordinator: User, three: list[Certificate]) -> None:
    text = as_(coordinator).get(PATH).content.decode()
    assert 'href="/workspace/certificates/YA-0001/"' in text
    assert 'href="/certificates/YA-0002/"' in text
    assert 'href="/workspace/certificates/YA-0002/"' not in text


def test_the_export_is_what_is_shown(as_: As, head: User, three: list[Certificate]) -> None:
    client = as_(head)
    answer = client.get(f"{PATH}export.xlsx?kind=ministry&order=number")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="certificates-2026-11-23.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["YA-0001", "YA-0002"]
    assert rows[1][1] == "Министерство финансов"
    lines = client.get(f"/en{PATH}export.csv?q=закупки").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("YA-0003,Competition Agency,")
    assert client.get(f"{PATH}export.exe").status_code == 404


def test_as_many_queries_for_three_as_for_one(as_: As, head: User, enter, finance: Authority) -> None:
    client = as_(head)
    enter(finance, "YA-0001")
    one = queries_of(client, PATH)
    enter(finance, "YA-0002")
    enter(finance, "YA-0003")
    assert queries_of(client, PATH) == one == QUERIES
