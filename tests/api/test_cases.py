"""Cases of services by the API: with a key, in batches, idempotent, each authority its own; nothing personal gets in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.factories import AuthorityFactory
from tests.qms.services.promised import case, service_of
from yantar.core import clients, clock
from yantar.core.actions import System
from yantar.core.models import JournalEntry
from yantar.qms.organisation.actions.keys import give_key
from yantar.qms.organisation.models import Authority
from yantar.qms.services.models import CaseLoad, ServiceCase, ServiceMonth

ADDRESS = "/api/v1/service-cases"
BY = System("test")


@pytest.fixture(autouse=True)
def today(db: None) -> Any:
    with clock.at(date(2026, 11, 23)):
        yield


@pytest.fixture
def finance() -> Authority:
    authority = AuthorityFactory(code="minfin")
    service_of(authority)
    return authority


def secret(purpose: str = "cases", authority: Authority | None = None) -> str:
    return give_key(by=BY, name="The ministry's system", purpose=purpose, last_day=date(2027, 1, 1), authority=authority)[1]


def send(client: Client, rows: Any, key: str | None = None, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.post(ADDRESS, {"cases": rows} | more, content_type="application/json", headers=headers)


def test_a_batch_is_taken_and_repeating_it_is_harmless(client: Client, finance: Authority) -> None:
    key = secret(authority=finance)
    rows = [case("1", suspended_days=0, waiting_minutes=5), case("2", done=None, outcome="open"), case("3", done="2030-01-01")]
    answer = send(client, rows, key)
    assert answer.status_code == 200
    body = answer.json()
    assert {name: body[name] for name in ("rows", "added", "changed", "unchanged", "rejected")} == {
        "rows": 3,
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    assert [(one["line"], one["field"], one["code"]) for one in body["rejects"]] == [(3, "done", "future")]
    again = send(client, rows, key).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert send(client, [case("2")], key).json()["changed"] == 1
    assert (ServiceCase.objects.count(), ServiceMonth.objects.get().granted) == (2, 2)
    entry = JournalEntry.objects.filter(action="services.load_cases").first()
    assert entry is not None and entry.system == "case feed"
    assert key not in "".join(JournalEntry.objects.values_list("decided", flat=True))
    assert CaseLoad.objects.first().origin.startswith("The ministry's system yk_")


def test_another_authority_s_service_is_unknown(client: Client, finance: Authority) -> None:
    other = secret(authority=AuthorityFactory(code="minzdrav"))
    assert send(client, [case("1")], other).json()["rejects"][0]["code"] == "service.unknown"
    assert send(client, [case("1")], secret()).json()["added"] == 1


def test_without_a_right_key_nothing_is_taken(client: Client, finance: Authority) -> None:
    for key in (None, "yk_" + "0" * 40, "nonsense"):
        answer = send(client, [case("1")], key)
        assert (answer.status_code, answer["Content-Type"], answer["WWW-Authenticate"]) == (401, "application/problem+json", "Bearer")
    assert send(client, [case("1")], secret("open311")).status_code == 403
    assert not ServiceCase.objects.exists()


def test_what_is_no_batch_is_told_all_at_once(client: Client, finance: Authority) -> None:
    key = secret()
    answer = send(client, [case("1", applicant="Пётр"), case("2", outcome="lost"), {"service": "birth"}], key)
    assert answer.status_code == 422
    found = {(one.get("row"), one["field"]) for one in answer.json()["problems"]}
    assert found == {(1, "applicant"), (2, "outcome"), (3, "number"), (3, "received"), (3, "outcome")}
    assert "Пётр" not in answer.content.decode()
    assert send(client, [], key).status_code == 422
    assert send(client, [case(str(number)) for number in range(10_001)], key).status_code == 422
    broken = client.post(ADDRESS, "{", content_type="application/json", headers={"Authorization": f"Bearer {key}"})
    assert (broken.status_code, broken["Content-Type"]) == (422, "application/problem+json")
    assert not ServiceCase.objects.exists()


def test_too_much_and_too_often(client: Client, finance: Authority, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    assert send(client, [case(str(number)) for number in range(100)], secret()).status_code == 413
    settings.PUBLIC_RATE = "1/minute"
    clients.forget_requests()
    codes = [send(client, [case("1")], "none").status_code for _time in range(2)]
    clients.forget_requests()
    assert codes == [401, 429]


def test_it_is_only_written_to_and_not_from_other_sites(client: Client, finance: Authority) -> None:
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Access-Control-Allow-Origin" not in send(Client(enforce_csrf_checks=True), [case("1")], secret())
