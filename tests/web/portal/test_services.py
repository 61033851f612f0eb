"""Services in public: found, shown with promise and figures, every version, the open table and the same as a file; low vision."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.factories import AuthorityFactory
from tests.qms.services.promises import BY, enacted
from tests.qms.services.shown import delivered_month, promised, rated, with_rows
from yantar.core import clock, freshness
from yantar.qms.services import actions
from yantar.qms.services.models import PassportDocument

QUARTER = [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]
PAGES = ["/services/", "/services/?q=паспорта", "/services/open/", "/services/passport/", "/services/passport/versions/1/", "/sight/", "/"]


@pytest.fixture(autouse=True)
def _a_day() -> Iterator[None]:
    with clock.at(date(2026, 11, 23)):
        yield


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def service(government: Any) -> Any:
    authority = AuthorityFactory(code="interior", version__name_ru="Министерство внутренних дел", version__name_en="Ministry of Interior")
    passport = with_rows(
        promised(
            "passport", "Выдача паспорта гражданина", "Issue of a citizen's passport", purpose_ru="Чтобы удостоверить личность", authority=authority
        )
    )
    for month in QUARTER:
        delivered_month(passport.service, month, on_time=95, late=5)
    rated(passport.service, QUARTER[2], v5=30, v1=10)
    return passport.service


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages(client: Client, service: Any, path: str, prefix: str) -> None:
    answer = client.get(prefix + path)
    assert (answer.status_code, answer["Content-Language"]) == (200, "en" if prefix else "ru")
    body = answer.content.decode()
    assert " style=" not in body and "Set-Cookie" not in answer
    assert client.post(prefix + path).status_code == 405


def test_the_search_finds_and_says_what_is_promised(client: Client, service: Any) -> None:
    said = text_of(client.get("/en/services/?q=passports"))
    assert "1 service found" in said and "10 working days" in said and "Ministry of Interior" in said and "95.0 %" in said.replace("\u00a0", " ")
    assert "Nothing found" in text_of(client.get("/en/services/?q=zzzzz"))
    assert "for “паспорт" in text_of(client.get("/en/services/?q=паспрот"))
    assert client.get("/services/?page=0").status_code == client.get("/services/?page=x").status_code == 400


def test_a_service_says_everything(client: Client, service: Any) -> None:
    said = text_of(client.get("/en/services/passport/")).replace("\u00a0", " ")
    for words in (
        "State service",
        "Residents",
        "A child A document 5 working days 50.00 ₽",
        "You bring Request",
        "Extract on birth Registry office",
        "Untrue data",
        "Intake at most 1 working day",
        "Service centre 1 Amber Street",
        "95.0 % of 300 finished requests",
        "75.0 % of 40 people are satisfied",
        "with 95 % certainty between 59.8 % and 85.8 %",
        "Time of the service 40 answers 75.0 % 4.0",
        "How to complain To the authority",
        "Version 1",
    ):
        assert words in said, words
    page = client.get("/services/passport/").content.decode()
    assert "/services/passport/rate/" in page
    assert client.get("/services/none/").status_code == 404
    assert client.get("/services/PASSPORT/")["Location"] == "/services/passport/"
    assert client.get("/services/passport/?version=1")["Location"] == "/services/passport/versions/1/"
    assert client.get("/services/passport/versions/9/").status_code == 404


def test_too_few_ratings_are_not_shown_and_why(client: Client, government: Any) -> None:
    passport = promised("rare", "Редкая услуга", "Rare service")
    rated(passport.service, QUARTER[0], v5=4)
    said = text_of(client.get("/en/services/rare/"))
    assert "4 people have rated" in said and "Figures are shown from 5 ratings on" in said and "100" not in said.split("What people say")[1]


def test_past_versions_stay_with_what_changed(client: Client, government: Any) -> None:
    old = promised("one", "Старое", "Old name", state="replaced", valid_to=date(2026, 1, 1), limit_days=15)
    PassportDocument.objects.create(passport=old, position=1, source="applicant", name_ru="Справка", name_en="Reference")
    promised("one", "Новое", "New name", version=2, valid_from=date(2026, 1, 1), authority=old.authority, limit_days=10, change_note="Короче")
    said = text_of(client.get("/en/services/one/versions/2/"))
    for words in ("before: Old name now: New name", "before: 15 working days now: 10 working days", "before: Reference", "Короче"):
        assert words in said, words
    assert "before: " not in text_of(client.get("/en/services/one/versions/1/"))
    assert "Old name" in text_of(client.get("/en/services/one/?on=2025-06-01"))


def _table(body: str) -> list[list[str]]:
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", body.split("open-table")[1].split("<tbody")[1], re.S)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in rows]
    return [[" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]


@pytest.mark.parametrize("query", ["", "?sort=-share", "?sort=limit", "?level=municipal", "?q=билет", "?quarter=2026-Q2", "?sort=-received"])
def test_the_file_is_the_table(client: Client, service: Any, query: str) -> None:
    hunting = promised("hunting", "=Охотничий билет", "=Hunting card", level="municipal", limit_days=5, limit_unit="calendar")
    delivered_month(hunting.service, QUARTER[0], on_time=10, late=0)
    promised("empty", "Пустая", "Empty one")
    shown = _table(client.get(f"/en/services/open/{query}").content.decode())
    answer = client.get(f"/en/services/open/services.csv{query}")
    assert answer.content.startswith(b"\xef\xbb\xbf") and answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(shown) == len(rows)
    for cells, row in zip(shown, rows, strict=True):
        assert cells[0].startswith(row["Service"].removeprefix("'"))
        assert not row["Service"].startswith("=")
        assert cells[1] == row["Promise"]
        assert cells[2] == (row["Received"] or "—")
        assert cells[3] == (
            f"{row['On time, %'].removesuffix('.0') if row['On time, %'] == '100.0' else row['On time, %']} % of {row['Done']}"
            if row["Done"]
            else "—"
        )
        assert cells[5].split(" %")[0].split(" ")[0] == (row["Satisfied, %"] or "—")
        assert cells[7] == (row["Place by ratings"] or "—")


def test_the_table_is_sorted_and_what_is_not_known_comes_last(client: Client, service: Any) -> None:
    hunting = promised("hunting", "Охотничий билет", "Hunting card")
    delivered_month(hunting.service, QUARTER[0], on_time=10, late=0)
    promised("empty", "Пустая", "Empty one")
    names = [row[0].split()[0] for row in _table(client.get("/en/services/open/?sort=-share").content.decode())]
    assert names == ["Hunting", "Issue", "Empty"]
    names = [row[0].split()[0] for row in _table(client.get("/en/services/open/?sort=share").content.decode())]
    assert names == ["Issue", "Hunting", "Empty"]
    assert client.get("/services/open/?quarter=2026").status_code == 400


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("/services/", 8), ("/services/open/", 10)])
def test_as_many_queries_whatever_is_found(client: Client, government: Any, path: str, queries: int, n: int, django_assert_num_queries: Any) -> None:
    for number in range(n):
        passport = with_rows(promised(f"s{number}"))
        delivered_month(passport.service, QUARTER[0])
        rated(passport.service, QUARTER[0], v5=40)
    client.get("/sight/")
    freshness.forget()
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


# --- low vision ---------------------------------------------------------------------------


def test_the_choice_is_kept_in_a_cookie_and_every_page_varies_by_it(client: Client, service: Any) -> None:
    plain = client.get("/services/").content.decode()
    assert "data-sight" not in plain and "ui/sight" not in plain
    first = re.search(r"<body[^>]*>\s*<nav[^>]*><a [^>]*href=\"([^\"]+)\"", plain)
    assert first is not None and html.unescape(first[1]).startswith("/sight/?next=")
    answer = client.get(
        "/sight/", {"save": "1", "size": "3", "contrast": "black", "letters": "2", "lines": "3", "pictures": "off", "next": "/services/"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/services/")
    for path in ("/services/", "/", "/services/passport/", "/authorities/", "/services/passport/rate/", "/sight/"):
        body = client.get(path).content.decode()
        for attribute in ('size="3', 'contrast="black', 'letters="2', 'lines="3', 'pictures="off'):
            assert f'data-sight-{attribute}"' in body, path
    assert "data-sight" not in Client().get("/services/").content.decode()
    assert client.get("/sight/?usual=1&next=/").status_code == 302
    assert "data-sight" not in client.get("/services/").content.decode()


@pytest.mark.parametrize("cookie", ["", "x", "9.pink.1.1.on", "1.usual.1.1", "1.usual.1.1.on.more", "<script>.a.b.c.d"])
def test_what_is_not_known_is_as_usual(client: Client, government: Any, cookie: str) -> None:
    client.cookies["yantar-sight"] = cookie
    assert "data-sight" not in client.get("/services/").content.decode()


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere.example", "", "/a\r\nX: y"]
)
def test_nobody_is_led_elsewhere(client: Client, government: Any, back: str) -> None:
    assert client.get("/sight/", {"save": "1", "size": "2", "next": back})["Location"] == "/"


# --- the first page and an authority's ---------------------------------------------------


def test_the_first_page_and_the_authority_say_how_services_are_kept(client: Client, service: Any) -> None:
    first = text_of(client.get("/en/")).replace("\u00a0", " ")
    assert "Services with a promise in force 1" in first and "95.0 % quarter III of 2026, 300 requests" in first and "75.0 % 40 ratings" in first
    page = client.get("/en/authorities/interior/")
    said = text_of(page).replace("\u00a0", " ")
    assert "95.0 % quarter III of 2026, 300 requests" in said and "75.0 % 40 ratings" in said and "Its 1 service" in said
    assert "Appeals answered in time —" in said
    assert "/en/services/passport/" in page.content.decode()


def test_versions_to_come_and_called_back_are_said(client: Client, service: Any) -> None:
    enacted(service, date(2027, 1, 1), limit_days=8, change_note="Быстрее")
    late = enacted(service, date(2027, 2, 1), limit_days=7)
    actions.call_back_passport(by=BY, passport=late, reason="Указ отменён")
    said = text_of(client.get("/en/services/passport/"))
    assert "Version 2 (to come into force)" in said and "Version 3 (called back before its day)" in said
    assert "Called back on 23 Nov 2026 : Указ отменён" in said.replace("\u00a0", " ")
    assert "8 working days" in text_of(client.get("/en/services/passport/versions/2/?on=2027-01-01"))
    assert client.get("/en/services/passport/versions/3/?on=2027-02-01").status_code == 404
    # Nobody knew of it the day before.
    assert "Version 3" not in text_of(client.get("/en/services/passport/?on=2026-11-22"))
