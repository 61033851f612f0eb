"""The calendar, what is late, bodies, notifications and a person's own calendar feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.factories import BodyFactory, with_role
from yantar.core.models import Notification, User
from yantar.qms.certification.actions import record_decision
from yantar.qms.certification.models import Certificate, CertificationBody
from yantar.qms.organisation.models import Authority, Role

from .conftest import SYSTEM, queries_of

As = Callable[[User], Client]


@pytest.fixture
def two(enter, finance: Authority, health: Authority) -> list[Certificate]:
    return [enter(finance, "YA-0001"), enter(health, "YA-0002", decided_on=date(2024, 1, 10))]


# --- calendar ---------------------------------------------------------------------------------------------------------


def test_a_year_by_months(as_: As, head: User, two: list[Certificate]) -> None:
    context = as_(head).get("/workspace/calendar/").context
    assert [(month.number, [duty.number for duty in month.duties]) for month in context["months"]][0] == (3, ["YA-0001"])
    assert context["year"] == 2026


def test_quarters_years_and_filters(as_: As, head: User, two: list[Certificate]) -> None:
    client = as_(head)
    path = "/workspace/calendar/"
    assert [duty.number for duty in client.get(f"{path}?quarter=1").context["duties"]] == ["YA-0001"]
    assert client.get(f"{path}?year=2031").context["duties"] == []
    assert client.get(f"{path}?year=99999&quarter=7&kind=x&of=y&state=z").status_code == 200
    assert {duty.kind for duty in client.get(f"{path}?kind=surveillance").context["duties"]} == {"surveillance"}
    assert client.get(f"{path}?of=agency").context["duties"] == []
    assert {duty.state for duty in client.get(f"{path}?state=wrong").context["duties"]} <= {"late", "missed"}


def test_the_year_in_a_line_for_each_certificate(as_: As, head: User, two: list[Certificate]) -> None:
    answer = as_(head).get("/workspace/calendar/?view=grid")
    assert [row.number for row in answer.context["grid"]] == ["YA-0002", "YA-0001"]
    assert 'class="table year-grid"' in answer.content.decode()


def test_a_coordinator_s_calendar_is_the_own_authority_s(as_: As, coordinator: User, two: list[Certificate]) -> None:
    assert {duty.number for duty in as_(coordinator).get("/workspace/calendar/").context["duties"]} == {"YA-0001"}


@pytest.mark.parametrize(
    ("path", "queries"), [("/workspace/calendar/", (8, 8)), ("/workspace/calendar/?view=grid", (8, 8)), ("/workspace/late/", (10, 10))]
)
def test_as_many_queries_for_three_as_for_one(as_: As, head: User, enter, finance: Authority, path: str, queries: tuple[int, int]) -> None:
    client = as_(head)
    enter(finance, "YA-0001")
    one = queries_of(client, path)
    enter(finance, "YA-0002")
    enter(finance, "YA-0003")
    assert queries_of(client, path) == one == queries


# --- late -------------------------------------------------------------------------------------------------------------


def test_what_is_late_and_who_answers_for_it(as_: As, head: User, coordinator: User, two: list[Certificate]) -> None:
    answer = as_(head).get("/workspace/late/")
    found = {duty.number: [person.pk for person in people] for duty, people in answer.context["rows"]}
    assert found["YA-0001"] == [coordinator.pk]
    assert found["YA-0002"] == []
    assert coordinator.full_name in answer.content.decode()


def test_on_another_day_nothing_was_late(as_: As, head: User, certificate: Certificate) -> None:
    answer = as_(head).get("/workspace/late/?on=2025-12-01")
    assert answer.context["rows"] == []
    assert "empty-state" in answer.content.decode()


# --- bodies -----------------------------------------------------------------------------------------------------------

BODY = {
    "code": "north-cert",
    "name_ru": "Северный регистр",
    "name_en": "North Register",
    "country": "RU",
    "major_days": "60",
    "minor_plan_days": "90",
    "recert_start_days": "120",
}


def test_a_body_is_entered_and_corrected(as_: As, head: User) -> None:
    client = as_(head)
    assert "empty-state" in client.get("/workspace/bodies/").content.decode()
    wrong = client.post("/workspace/bodies/new/", {**BODY, "code": "no spaces", "country": "Россия", "major_days": "0"})
    assert wrong.status_code == 422
    assert {"country", "major_days"} <= set(wrong.context["form"].errors)
    assert "Северный регистр" in wrong.content.decode()
    refused = client.post("/workspace/bodies/new/", {**BODY, "code": "no spaces", "website": "nowhere"})
    assert set(refused.context["form"].errors) == {"code", "website"}
    assert client.post("/workspace/bodies/new/", BODY).status_code == 302
    assert client.post("/workspace/bodies/new/", BODY).status_code == 422
    assert client.get("/workspace/bodies/north-cert/").context["form"].initial["major_days"] == 60
    changed = {name: value for name, value in BODY.items() if name != "code"} | {"major_days": "45"}
    assert client.post("/workspace/bodies/north-cert/", changed).status_code == 302
    assert CertificationBody.objects.get(code="north-cert").major_days == 45
    assert client.get("/workspace/bodies/nowhere/").status_code == 404


def test_bodies_count_their_certificates(as_: As, head: User, two: list[Certificate]) -> None:
    client = as_(head)
    assert [body.certificate_count for body in client.get("/workspace/bodies/").context["bodies"]] == [2]
    one = queries_of(client, "/workspace/bodies/")
    BodyFactory()
    BodyFactory()
    assert queries_of(client, "/workspace/bodies/") == one == (6, 6)


# --- notifications ------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(coordinator: User, certificate: Certificate) -> Notification:
    record_decision(by=SYSTEM, certificate=certificate, kind="confirm", decided_on=date(2026, 11, 20))
    return Notification.objects.filter(recipient=coordinator, kind="certification.decision").latest("pk")


def test_what_i_was_told_and_reading_it(as_: As, coordinator: User, stranger: User, told: Notification) -> None:
    client = as_(coordinator)
    page = client.get("/workspace/notifications/")
    assert "YA-0001" in page.content.decode()
    assert page.context["unread_here"]
    answer = client.post("/workspace/notifications/read/", {"notification": told.pk})
    assert answer.headers["Location"] == "/workspace/certificates/YA-0001/"
    told.refresh_from_db()
    assert told.read_at is not None
    assert [one.pk for one, _text in client.get("/workspace/notifications/?show=unread").context["rows"]].count(told.pk) == 0
    english = client.post("/en/workspace/notifications/read/", {"notification": told.pk})
    assert english.headers["Location"] == "/en/workspace/certificates/YA-0001/"


def test_nobody_reads_another_person_s(as_: As, stranger: User, told: Notification) -> None:
    client = as_(stranger)
    assert list(client.get("/workspace/notifications/").context["rows"]) == []
    assert client.post("/workspace/notifications/read/", {"notification": told.pk}).status_code == 404
    assert client.post("/workspace/notifications/read/", {"notification": "1; drop"}).status_code == 404
    told.refresh_from_db()
    assert told.read_at is None


def test_all_at_once(as_: As, coordinator: User, told: Notification) -> None:
    assert as_(coordinator).post("/workspace/notifications/read/").status_code == 302
    assert not Notification.objects.filter(recipient=coordinator, read_at__isnull=True).exists()


# --- the feed -----------------------------------------------------------------------------------------------------------


def test_the_feed_needs_no_sign_in_and_keeps_to_its_owner_s_authority(client: Client, coordinator: User, two: list[Certificate]) -> None:
    answer = client.get(f"/workspace/calendar/{coordinator.calendar_token}.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer.headers["Cache-Control"]
    text = answer.content.decode().replace("\r\n ", "")
    assert text.startswith("BEGIN:VCALENDAR")
    assert "SUMMARY:YA-0001:" in text
    assert "YA-0002" not in text
    assert "http://testserver/workspace/certificates/YA-0001/" in text


def test_a_wrong_an_old_and_a_roleless_address_are_not_there(client: Client, coordinator: User, nobody: User) -> None:
    old = coordinator.calendar_token
    assert client.get("/workspace/calendar/wrong.ics").status_code == 404
    assert client.get(f"/workspace/calendar/{nobody.calendar_token}.ics").status_code == 404
    client.force_login(coordinator)
    assert old in client.get("/workspace/calendar/mine/").content.decode()
    assert client.post("/workspace/calendar/mine/").status_code == 302
    assert client.get(f"/workspace/calendar/{old}.ics").status_code == 404
    coordinator.refresh_from_db()
    assert coordinator.calendar_token != old
    assert client.get(f"/workspace/calendar/{coordinator.calendar_token}.ics").status_code == 200


def test_the_feed_is_rate_limited(client: Client, coordinator: User, settings) -> None:
    settings.PUBLIC_RATE = "2/minute"
    path = f"/workspace/calendar/{coordinator.calendar_token}.ics"
    assert [client.get(path, REMOTE_ADDR="192.0.2.77").status_code for _n in range(3)] == [200, 200, 429]


def test_the_feed_speaks_its_owner_s_language(client: Client, certificate: Certificate, finance: Authority) -> None:
    owner = with_role(Role.COORDINATOR, finance, language="en")
    assert "Surveillance" in client.get(f"/workspace/calendar/{owner.calendar_token}.ics").content.decode()
