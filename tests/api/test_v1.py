"""The public API: read by anyone, about any day; what is wrong is said all at once and in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.factories import AuthorityFactory
from tests.web.portal.conftest import LIFE, certified
from yantar.api.schemas import CertificateFacts
from yantar.core import clients
from yantar.qms.certification import actions

ROOT = "/api/v1"
ADDRESSES = ["/certificates", "/certificates/YA-1", "/authorities", "/authorities/competition", "/openapi.json"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_anyone_reads_from_anywhere(client: Client, government: Any, path: str) -> None:
    certified("YA-1", code="competition")
    answer = client.get(ROOT + path)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, "application/json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer and not answer.cookies
    assert client.head(ROOT + path).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ADDRESSES)
def test_nothing_is_written(client: Client, government: Any, path: str, method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(ROOT + path)
    assert (answer.status_code, answer["Allow"], answer["Content-Type"]) == (405, "GET, HEAD", "application/problem+json")


def test_the_register_is_filtered_and_cut_into_pages(client: Client, government: Any) -> None:
    first = certified("YA-1")
    certified("YA-2", "Архивное агентство", "Archives Agency", code="archives")
    actions.record_decision(by=LIFE, certificate=first, kind="suspend", decided_on=date(2026, 9, 1), reason_code="S2")

    def numbers(**asked: Any) -> list[str]:
        return [row["number"] for row in client.get(f"{ROOT}/certificates", asked).json()["items"]]

    assert numbers() == ["YA-1", "YA-2"]
    assert numbers(limit=1, page=2) == ["YA-2"]
    assert numbers(page=9) == []
    assert numbers(status="suspended") == ["YA-1"]
    assert numbers(status="suspended", on="2026-08-31") == []
    assert numbers(on="2025-03-13") == []
    assert numbers(q="archives") == numbers(q="архивное") == numbers(authority="archives") == ["YA-2"]
    assert numbers(body=first.body.code) == ["YA-1"]
    assert numbers(edition="2015") == ["YA-1", "YA-2"]
    assert numbers(edition="2008") == numbers(body="nobody") == numbers(authority="nobody") == []


def test_a_row_of_the_register_and_the_figures(client: Client, government: Any) -> None:
    certified("YA-1", code="competition")
    answer = client.get(f"{ROOT}/certificates").json()
    row = answer.pop("items")[0]
    assert answer == {
        "on": "2026-11-23",
        "count": 1,
        "page": 1,
        "limit": 50,
        "counts": {"total": 1, "by_status": {"active": 1}, "confirmed": 1, "due": 0, "overdue": 0},
    }
    assert row["holder"]["code"] == "competition"
    assert (row["status"], row["edition"], row["scope_en"]) == ("active", "ISO 9001:2015", "Organising procurement")
    assert row["url"] == "http://testserver/certificates/YA-1/"
    assert row["next_step"]["due_on"] > "2026-11-23"


def test_a_certificate_is_the_same_body_as_its_page_s_json(client: Client, government: Any) -> None:
    certified("РОСС RU.ИК07/К00012")
    answer = client.get(f"{ROOT}/certificates/росс RU.ИК07/К00012")
    assert answer.content == client.get("/certificates/РОСС RU.ИК07/К00012.json").content
    facts = answer.json()
    CertificateFacts.model_validate(facts)
    assert set(facts) == {field.alias or name for name, field in CertificateFacts.model_fields.items()}


def test_authorities_with_the_certificate_that_stands_for_each(client: Client, government: Any) -> None:
    certified("YA-1", code="competition")
    AuthorityFactory(code="new", valid_from=date(2026, 1, 1), version__name_ru="Новое министерство", version__name_en="New Ministry")
    answer = client.get(f"{ROOT}/authorities").json()
    assert {row["code"]: row["certificate"] and row["certificate"]["number"] for row in answer["items"]} == {"competition": "YA-1", "new": None}
    assert [row["code"] for row in client.get(f"{ROOT}/authorities", {"q": "НОВОЕ"}).json()["items"]] == ["new"]
    assert client.get(f"{ROOT}/authorities", {"on": "2025-12-31"}).json()["count"] == 1
    assert client.get(f"{ROOT}/authorities", {"limit": 1, "page": 3}).json()["items"] == []


def test_an_authority_with_its_certificates_and_history(client: Client, government: Any) -> None:
    certified("YA-1", code="competition")
    answer = client.get(f"{ROOT}/authorities/competition").json()
    assert (answer["code"], answer["name_en"], answer["exists"]) == ("competition", "Competition Agency", True)
    assert [row["number"] for row in answer["certificates"]] == ["YA-1"]
    assert [row["valid_from"] for row in answer["versions"]] == ["2005-01-01"]
    assert client.get(f"{ROOT}/authorities/competition", {"on": "2004-12-31"}).json()["exists"] is False


@pytest.mark.parametrize(("language", "title"), [("", "Такого сертификата"), ("en-GB,ru;q=0.5", "There is no such"), ("de", "Такого")])
def test_what_is_not_there_is_said_in_the_reader_s_language(client: Client, government: Any, language: str, title: str) -> None:
    answer = client.get(f"{ROOT}/certificates/NO", headers={"Accept-Language": language} if language else {})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["title"].startswith(title)
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize("path", ["/certificates/NO", "/authorities/no", "/authorities/%00", "/nothing", "/docs", "/"])
def test_an_unknown_address_is_a_problem_for_programs(client: Client, government: Any, path: str) -> None:
    answer = client.get(ROOT + path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_every_wrong_parameter_is_named_at_once(client: Client, government: Any) -> None:
    asked = {"on": "15.03.2026", "status": "lost", "limit": "101", "page": "0", "q": "а" * 201, "body": "\x00"}
    answer = client.get(f"{ROOT}/certificates", asked, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    problems = {one["field"]: one for one in answer.json()["problems"]}
    assert set(problems) == set(asked)
    assert problems["on"] == {"message": "Write the day like 2026-03-15.", "code": "day", "field": "on", "value": "15.03.2026"}
    assert problems["limit"]["message"] == "Not more than 100."
    assert problems["status"]["message"].startswith("Choose one of these: draft, active,")


@pytest.mark.parametrize("on", ["yesterday", "0", "1763856000", "2026-02-30", "2026-03-15T00:00:00", ""])
@pytest.mark.parametrize("path", ["/certificates", "/certificates/YA-1", "/authorities", "/authorities/competition"])
def test_a_day_that_is_none_is_refused(client: Client, government: Any, path: str, on: str) -> None:
    certified("YA-1", code="competition")
    assert client.get(ROOT + path, {"on": on}).status_code == 422


def test_a_misspelt_parameter_is_not_passed_over(client: Client, government: Any) -> None:
    answer = client.get(f"{ROOT}/authorities", {"qq": "x"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["message"] == "There is no such parameter. There are: limit, on, page, q."


def test_the_rate_of_one_client_is_bounded(client: Client, government: Any, settings: Any) -> None:
    settings.PUBLIC_RATE = "2/minute"
    clients.forget_requests()
    answers = [client.get(f"{ROOT}/authorities") for _ in range(3)]
    clients.forget_requests()
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2]["Content-Type"], answers[2]["Retry-After"]) == ("application/problem+json", "60")


def test_before_there_is_a_government_the_register_is_empty(client: Client, db: None) -> None:
    assert client.get(f"{ROOT}/certificates").json()["count"] == 0


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("/certificates", 12), ("/authorities", 5), ("/certificates/YA-0", 11), ("/authorities/a-0", 11)])
def test_the_number_of_queries_is_constant(
    client: Client, government: Any, django_assert_num_queries: Any, path: str, queries: int, number: int
) -> None:
    for index in range(number):
        certified(f"YA-{index}", f"Агентство {index}", f"Agency {index}", code=f"a-{index}")
    with django_assert_num_queries(queries):
        assert client.get(ROOT + path).status_code == 200
