"""A service is found by the words people use: any form, a beginning, a slip of the pen, either language; only promises in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories import AuthorityFactory
from tests.qms.services.shown import SINCE, promised, with_rows
from yantar.qms.services.queries.public import Found, ServiceFilters, choices, find_service, search_services, versions, with_lists
from yantar.qms.services.spelling import Vocabulary, distance

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def found(q: str = "", on: date = TODAY, **filters: Any) -> list[str]:
    return [row.service.code for row in search_services(ServiceFilters(q=q, **filters), on).rows]


@pytest.fixture
def services() -> None:
    promised("passport", "Выдача паспорта гражданина", "Issue of a citizen's passport", purpose_ru="Чтобы получить или заменить паспорт")
    promised("reference", "Справка о составе семьи", "Certificate of the family's composition", purpose_ru="Кому нужна справка для школы", fee=100)
    promised("hunting", "Охотничий билет", "Hunting card", level="municipal", channels=["post"], purpose_ru="Билет охотника")


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("паспорт", "passport"),
        ("паспорта", "passport"),
        ("замена паспортов", "passport"),
        ("получить справку", "reference"),
        ("справок", "reference"),
        ("СПРАВКИ семьям", "reference"),
        ("passports", "passport"),
        ("certificates of families", "reference"),
        ("охотн", "hunting"),
        ("hunt", "hunting"),
        ("билет охот", "hunting"),
        ("паспрот", "passport"),
        ("пасспорт", "passport"),
        ("справака", "reference"),
        ("pasport", "passport"),
        ("охотничий блет", "hunting"),
    ],
)
def test_words_people_use(services: None, q: str, code: str) -> None:
    assert found(q)[:1] == [code]


def test_what_was_mended_is_said_and_what_fits_is_not_touched(services: None) -> None:
    assert search_services(ServiceFilters(q="паспрот"), TODAY).mended in ("паспорт", "паспорта")
    assert search_services(ServiceFilters(q="паспорт"), TODAY).mended == ""


def test_some_of_the_words_when_none_has_all(services: None) -> None:
    answer = search_services(ServiceFilters(q="паспорт билет"), TODAY)
    assert answer.loose and {row.service.code for row in answer.rows} == {"passport", "hunting"}


def test_nothing_is_nothing(services: None) -> None:
    assert search_services(ServiceFilters(q="ёжик"), TODAY) == Found([], 0)


@pytest.mark.parametrize("q", ["'", '"', "a & | ! ( ) :*", "\\", "паспорт:*", "'; drop table", "<->", "\0", "!!", "-паспорт", "паспорт " * 200])
def test_signs_break_nothing(services: None, q: str) -> None:
    assert len(found(q)) <= 3


def test_the_name_counts_most(services: None) -> None:
    promised("other", "Замена документа", purpose_ru="Если утрачен билет")
    assert found("билет") == ["hunting", "other"]


def test_filters(services: None) -> None:
    with_rows(promised("with-site", "Паспорт места", authority=AuthorityFactory(code="places")))
    assert found(level="municipal") == ["hunting"]
    assert found(channel="post") == ["hunting"]
    assert "reference" not in found(free=True) and "passport" in found(free=True)
    assert found(authority="places") == found(site="with-site-centre") == ["with-site"]
    assert found("паспорт", site="with-site-centre") == ["with-site"]
    assert found("паспорт", level="municipal") == []


def test_only_promises_in_force_on_the_day() -> None:
    first = promised("one", "Старое имя", state="replaced", valid_to=date(2026, 1, 1))
    promised("one", "Новое имя", version=2, valid_from=date(2026, 1, 1), authority=first.authority)
    promised("draft", "Имя черновика", state="draft", valid_from=None)
    promised("later", "Имя будущего", valid_from=TODAY + timedelta(days=1))
    gone = promised("gone", "Имя прежнего")
    gone.service.valid_to = TODAY
    gone.service.save()
    assert found("имя") == ["one"]
    assert [row.name_ru for row in search_services(ServiceFilters(), date(2025, 6, 1)).rows] == ["Имя прежнего", "Старое имя"]
    assert found(on=SINCE - timedelta(days=1)) == []
    assert find_service("ONE") is not None and find_service("draft") is None
    assert [row.version for row in versions(first.service, TODAY)] == [2, 1]
    assert [row.version for row in versions(first.service, date(2025, 12, 31))] == [1]


def test_pages(services: None) -> None:
    answer = search_services(ServiceFilters(), TODAY, page=2, limit=2)
    assert (len(answer.rows), answer.count) == (1, 3)


@pytest.mark.parametrize("n", [1, 3])
def test_as_many_queries_whatever_is_found(n: int, django_assert_num_queries: Any) -> None:
    rows = [with_rows(promised(f"s{number}", f"Паспорт {number}")) for number in range(n)]
    with django_assert_num_queries(1):
        assert len(search_services(ServiceFilters(q="паспорта"), TODAY).rows) == n
    with django_assert_num_queries(4):  # one of them asks whether anything has changed
        assert len(choices(TODAY).sites) == n
    with django_assert_num_queries(5):
        assert all(row.documents.all() for row in with_lists(rows))


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("паспорт", "паспорт", 0), ("паспрот", "паспорт", 1), ("пасспорт", "паспорт", 1), ("билет", "блет", 1), ("кот", "кит", 1), ("кот", "крот", 1)],
)
def test_distance(one: str, other: str, far: int) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == far


def test_far_words_stay_apart() -> None:
    assert distance("паспорт", "справка", 2) > 2
    vocabulary = Vocabulary(["Паспорт паспорта", "справка"])
    assert vocabulary.near("паспрта") == ["паспорта"]
    assert vocabulary.near("км") == [] and vocabulary.near("вертолёт") == []
