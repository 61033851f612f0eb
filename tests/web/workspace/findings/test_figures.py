"""The page of figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import GovernmentFactory, UserFactory
from tests.qms.findings.support import Cast, cast, clause, raised
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.findings.models import Finding
from yantar.web.ui.charts.columns import Group, columns_svg, meter_svg

PATH = "/workspace/findings/figures/"


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[None]:
    GovernmentFactory()
    with clock.at(date(2026, 11, 23)):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_who_comes_in(people: Cast) -> None:
    assert Client().get(PATH).status_code == 302
    assert as_(UserFactory()).get(PATH).status_code == 403
    assert "Nothing to count yet" in as_(people.stranger).get(f"/en{PATH}").content.decode()


def test_figures_in_both_languages(people: Cast) -> None:
    one = raised(people)
    raised(people, clause=clause("7.2"))
    Finding.objects.filter(pk=one.pk).update(state="closed", closed_on=date(2026, 11, 20))
    client = as_(people.coordinator)
    english = client.get(f"/en{PATH}").content.decode()
    for words in ("100.0\u00a0%", "1 of 1", "How old the open ones are", 'class="chart-columns"', "clause=7.2"):
        assert words in english
    russian = client.get(PATH).content.decode()
    assert "100,0\u00a0%" in russian
    for text in (english, russian):
        assert "style=" not in text
    assert "authority" not in client.get(PATH).context["form"].fields
    assert "authority" in as_(people.lead).get(PATH).context["form"].fields


def test_narrowed_by_the_address(people: Cast) -> None:
    raised(people)
    client = as_(people.lead)
    answer = client.get(f"{PATH}?first=2026&last=2026&grade=minor&source=audit&authority={people.authority.code}")
    assert answer.context["found"].raised == 1
    assert answer.context["list_query"] == f"authority={people.authority.code}&grade=minor&source=audit&since=2026-01-01&until=2026-12-31"
    assert client.get(f"{PATH}?grade=major").context["found"].raised == 0
    assert client.get(f"{PATH}?first=x&grade=castle&authority=nobody").context["found"].raised == 1


def queries_of(client: Client) -> int:
    client.get(PATH)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(PATH).status_code == 200
    return len(asked)


def test_as_many_queries_for_three_as_for_one(people: Cast) -> None:
    client = as_(people.coordinator)
    with clock.at(date(2020, 1, 1)):
        raised(people)
    one = queries_of(client)
    with clock.at(date(2020, 1, 2)):
        raised(people)
        raised(people, clause=clause("7.2"))
    assert queries_of(client) == one == 13


def test_a_picture_of_nothing_and_of_much() -> None:
    assert "<rect" not in columns_svg([], "x")
    many = columns_svg([Group(str(2000 + n), [(n, "primary"), (1, "success")], n / 40) for n in range(40)], "t", "d<")
    assert many.count("<rect") == 80
    assert many.count("chart-label") < 40
    assert "d&lt;" in many
    assert 'width="100.0"' in meter_svg(7)
