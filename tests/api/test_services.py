"""Services for programs: the same promise, delivery and ratings as on the pages, aggregates only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.qms.services.shown import delivered_month, promised, rated
from yantar.core import freshness


@pytest.fixture
def service(government: Any) -> Any:
    promised("passport", "Старое", state="replaced", valid_to=date(2025, 1, 1), limit_days=15)
    passport = promised("passport", "Выдача паспорта", "Issue of a passport", version=2, valid_from=date(2025, 1, 1), limit_days=10, fee="300.00")
    for month in (7, 8, 9):
        delivered_month(passport.service, date(2026, month, 1), on_time=9, late=1)
    rated(passport.service, date(2026, 9, 1), v5=8, v1=2)
    return passport.service


def test_services_are_found(client: Client, service: Any) -> None:
    promised("other", "Справка")
    answer = client.get("/api/v1/services?q=паспорта").json()
    assert (answer["count"], answer["on"]) == (1, "2026-11-23")
    item = answer["items"][0]
    assert (item["code"], item["version"], item["limit_days"], item["limit_unit"], item["fee"]) == ("passport", 2, 10, "working", "300.00")
    assert item["url"].endswith("/services/passport/")
    assert client.get("/api/v1/services").json()["count"] == 2
    assert client.get("/api/v1/services?free=true").json()["items"][0]["code"] == "other"


def test_one_service_with_its_figures(client: Client, service: Any) -> None:
    answer = client.get("/api/v1/services/PASSPORT").json()
    assert (answer["quarter"]["period"], answer["quarter"]["n"], answer["quarter"]["share"]) == ("2026-Q3", 30, 0.9)
    assert [row["period"] for row in answer["months"]] == ["2026-07", "2026-08", "2026-09"]
    assert (answer["ratings"]["n"], answer["ratings"]["satisfied_percent"]) == (10, "80.0")
    assert answer["versions"] == [2, 1]
    then = client.get("/api/v1/services/passport?on=2024-06-01").json()
    assert (then["version"], then["limit_days"], then["quarter"], then["ratings"]["satisfied_percent"]) == (1, 15, None, None)


def test_what_is_wrong_is_said(client: Client, service: Any) -> None:
    assert client.get("/api/v1/services/none").status_code == 404
    assert client.get("/api/v1/services/passport?on=2023-01-01").status_code == 404
    assert client.get("/api/v1/services?level=none&page=0&x=1").status_code == 422
    assert client.get("/api/v1/services/passport?quarter=1").status_code == 422
    assert client.post("/api/v1/services").status_code == 405


@pytest.mark.parametrize("n", [1, 3])
def test_as_many_queries_whatever_is_found(client: Client, government: Any, n: int, django_assert_num_queries: Any) -> None:
    for number in range(n):
        promised(f"s{number}")
    client.get("/api/v1/authorities")
    freshness.forget()
    with django_assert_num_queries(2):
        assert client.get("/api/v1/services").json()["count"] == n
