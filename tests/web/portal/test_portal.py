"""The public pages: read by anyone, about any day, in both languages."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache  # noqa: F401 - the pages must not need it
from django.test import Client

from tests.web.portal.conftest import LIFE, certified
from yantar.core import clients
from yantar.qms.certification import actions

PAGES = ["/", "/authorities/", "/certificates/", "/verify", "/certificates/YA-1/", "/certificates/YA-1.json", "/certificates/YA-1/qr.svg"]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_without_sign_in_in_both_languages(client: Client, government: Any, path: str, prefix: str) -> None:
    certified("YA-1")
    answer = client.get(prefix + path)
    assert answer.status_code == 200
    assert answer["Content-Language"] == ("en" if prefix else "ru")
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_written_by_the_public(client: Client, government: Any, path: str) -> None:
    certified("YA-1")
    assert client.post(path).status_code == 405


def test_status_today_and_on_any_day(client: Client, government: Any) -> None:
    certificate = certified("YA-1")
    actions.record_decision(by=LIFE, certificate=certificate, kind="suspend", decided_on=date(2026, 9, 1), reason_code="S2")

    def status(day: str) -> str:
        return json.loads(client.get(f"/certificates/YA-1.json?on={day}").content)["status"]

    assert [status(day) for day in ("2025-01-01", "2025-03-14", "2026-08-31", "2026-09-01", "")] == [
        "draft",
        "active",
        "active",
        "suspended",
        "suspended",
    ]
    page = client.get("/en/certificates/YA-1/?on=2026-08-31").content.decode()
    assert "In force on" in re.sub(r"\s+", " ", page)


def test_a_change_is_seen_at_once(client: Client, government: Any) -> None:
    certificate = certified("YA-1")
    assert json.loads(client.get("/certificates/YA-1.json").content)["valid"] is True
    actions.record_decision(by=LIFE, certificate=certificate, kind="withdraw", decided_on=date(2026, 11, 20))
    answer = json.loads(client.get("/certificates/YA-1.json").content)
    assert (answer["valid"], answer["status"], answer["iaf_status"]) == (False, "withdrawn", "Withdrawn")


def test_a_page_is_kept_only_while_nothing_changes(client: Client, government: Any, django_assert_num_queries: Any) -> None:
    certificate = certified("YA-1")
    first = client.get("/en/certificates/YA-1/").content
    with django_assert_num_queries(1):  # which version the data have
        assert client.get("/en/certificates/YA-1/").content == first
    actions.record_decision(by=LIFE, certificate=certificate, kind="suspend", decided_on=date(2026, 11, 1), reason_code="S1")
    assert b"Suspended on" in client.get("/en/certificates/YA-1/").content
    assert client.get("/en/certificates/NO/").status_code == 404


def test_json_says_where_each_fact_is_from(client: Client, government: Any) -> None:
    certified("YA-1")
    answer = client.get("/certificates/YA-1.json")
    body = json.loads(answer.content)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert body["schema"] == "yantar-certificate-1"
    assert body["url"] == "http://testserver/certificates/YA-1/"
    assert {row["fact"] for row in body["provenance"]} >= {"number", "scope", "edition", "body", "status", "expires_on", "confirmed"}
    assert all(row["recorded_at"] for row in body["provenance"])


def test_an_unknown_number_gets_an_answer_that_explains(client: Client, government: Any) -> None:
    certified("YA-1234")
    page = client.get("/en/certificates/YA-12/")
    assert page.status_code == 404
    assert "What it does not mean" in page.content.decode()
    assert "YA-1234" in page.content.decode()
    answer = client.get("/certificates/NO.json")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "asked",
    ["YA-1", " ya-1 ", "YA–1", "http://testserver/certificates/YA-1/", "https://yantar.example/en/certificates/YA-1/", "/certificates/YA-1.json"],
)
def test_verify_takes_a_number_or_what_a_qr_code_holds(client: Client, government: Any, asked: str) -> None:
    certified("YA-1")
    answer = client.get("/en/verify", {"number": asked})
    assert (answer.status_code, answer["Location"]) == (302, "/en/certificates/YA-1/")


@pytest.mark.parametrize("asked", ["<script>alert(1)</script>", "' OR 1=1 --", "\x00", "а" * 300, "../../etc/passwd", "%2e%2e", "🙂"])
def test_verify_survives_anything(client: Client, government: Any, asked: str) -> None:
    answer = client.get("/verify", {"number": asked})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_numbers_with_slashes_and_spaces_have_pages(client: Client, government: Any) -> None:
    certified("РОСС RU.ИК07/К00012")
    answer = client.get("/verify", {"number": "РОСС RU.ИК07/К00012"})
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(answer["Location"] + "qr.svg").status_code == 200


def test_search_finds_by_name_in_both_languages_and_by_scope(client: Client, government: Any) -> None:
    certified("YA-1")
    certified("YA-2", "Архивное агентство", "Archives Agency")
    for path, q in (("/certificates/", "конкурс"), ("/en/certificates/", "competition"), ("/certificates/", "организации")):
        page = client.get(path, {"q": q}).content.decode()
        assert "YA-1" in page
    assert "YA-2" not in client.get("/certificates/", {"q": "конкурс"}).content.decode()


def test_a_day_that_is_none_is_refused_with_words(client: Client, government: Any) -> None:
    for path in ("/", "/certificates/", "/authorities/"):
        assert client.get(path, {"on": "yesterday"}).status_code == 400
    assert client.get("/certificates/", {"on": "15.03.2026"}).status_code == 200


def test_the_qr_code_leads_to_the_public_address(client: Client, government: Any, settings: Any) -> None:
    certified("YA-1")
    settings.PUBLIC_URL = "https://yantar.example"
    drawing = client.get("/certificates/YA-1/qr.svg")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert drawing.content.startswith(b"<svg xmlns=")
    assert b"style=" not in drawing.content
    assert json.loads(client.get("/certificates/YA-1.json").content)["url"] == "https://yantar.example/certificates/YA-1/"


def test_the_rate_of_one_client_is_bounded(client: Client, government: Any, settings: Any) -> None:
    settings.PUBLIC_RATE = "3/minute"
    clients.forget_requests()
    codes = [client.get("/verify", REMOTE_ADDR="203.0.113.9").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    assert client.get("/verify", REMOTE_ADDR="203.0.113.10").status_code == 200
    answer = client.get("/certificates/X.json", REMOTE_ADDR="203.0.113.9")
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (429, "application/problem+json", "60")
    clients.forget_requests()


def test_the_address_of_a_client_is_not_believed_from_a_header_unless_a_proxy_is_named(government: Any, settings: Any) -> None:
    from django.test import RequestFactory

    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.5", REMOTE_ADDR="10.0.0.1")
    assert clients.client_network(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert clients.client_network(request) == "203.0.113.5"
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")
    assert clients.client_network(request) == "2001:db8:1:2::/64"


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("/certificates/", 12), ("/authorities/", 9), ("/", 19)])
def test_the_number_of_queries_is_constant(
    client: Client, government: Any, django_assert_num_queries: Any, path: str, queries: int, number: int
) -> None:
    for index in range(number):
        certified(f"YA-{index}", f"Агентство {index}", f"Agency {index}")
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200
