"""Pages of the programme: who sees what, one press plans a year, a move is judged before it is made, papers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from icalendar import Calendar
from pypdf import PdfReader

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.audits.programme_support import World, auditor, audits, certificate, computed, planned, process, world
from yantar.core import clock, jobs
from yantar.core.models import User
from yantar.qms.audits import actions
from yantar.qms.audits.models import PlanRun, Programme
from yantar.qms.organisation.models import Role
from yantar.qms.people.models import Absence
from yantar.web.workspace.audits.programme_urls import urlpatterns

TODAY = date(2026, 11, 23)
HEAD = "/workspace/programmes/2027/"
PAGES = ["", "calendar/", "calendar/?month=5", "chart/", "chart/?by=authority", "chart/?month=3", "risks/", "coverage/", "runs/", "?show=fixed"]
WHOLE = ["risks/", "coverage/", "runs/", "programme.xlsx", "programme.pdf"]
As = Callable[[User], Client]


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[date]:
    GovernmentFactory()
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def given() -> World:
    return world()


@pytest.fixture
def as_() -> As:
    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


def published(given: World) -> Programme:
    programme, _run = planned(given)
    actions.approve_programme(by=given.head, programme=programme)
    actions.publish_dates(by=given.head, programme=programme)
    programme.refresh_from_db()
    return programme


def address(pattern: URLPattern) -> str:
    values = {"year": 2027, "pk": 1, "number": "2027-A-001", "what": "fix"}
    return reverse(f"workspace:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.converters})


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda one: one.name)
def test_every_address_asks_for_a_sign_in(client: Client, pattern: URLPattern) -> None:
    for prefix in ("", "/en"):
        path = prefix + address(pattern)
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 302
            assert answer.headers["Location"] == f"{prefix}/accounts/login/?next={path}"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_opens_for_the_head_of_quality(as_: As, given: World, prefix: str) -> None:
    programme, run = planned(given)
    client = as_(given.head)
    number = audits(programme)[0].number
    more = [
        f"runs/{run.pk}/",
        f"audits/{number}/",
        f"audits/{number}/move/",
        f"audits/{number}/wanted/",
        "add/",
        "add/?authority=roads",
        "texts/",
        "review/",
    ]
    for path in [*PAGES, *more]:
        answer = client.get(f"{prefix}{HEAD}{path}")
        assert answer.status_code == 200, path
    assert client.get(f"{prefix}/workspace/programmes/").status_code == 200


def test_a_year_without_a_programme_is_not_there(as_: As, given: World) -> None:
    for path in PAGES:
        assert as_(given.head).get(HEAD + path).status_code == 404


def test_before_the_dates_are_sent_nobody_of_an_authority_sees_a_thing(as_: As, given: World) -> None:
    planned(given)
    client = as_(with_role(Role.COORDINATOR, given.authorities[0]))
    assert client.get("/workspace/programmes/").status_code == 200
    assert HEAD not in client.get("/workspace/programmes/").content.decode()
    for path in ["", "calendar/", "chart/", *WHOLE, "programme.ics"]:
        assert client.get(HEAD + path).status_code == 404


def test_then_an_authority_sees_its_own_dates_and_no_others(as_: As, given: World) -> None:
    programme = published(given)
    own = programme.audits.filter(authority=given.authorities[0])
    others = programme.audits.exclude(authority=given.authorities[0])
    client = as_(with_role(Role.COORDINATOR, given.authorities[0]))
    for path in ("", "calendar/", "chart/?by=authority"):
        page = client.get(HEAD + path).content.decode()
        assert all(one.number not in page for one in others)
    page = client.get(HEAD).content.decode()
    assert all(one.number in page for one in own)
    for path in WHOLE:
        assert client.get(HEAD + path).status_code == 403
    number, other = own[0].number, others[0].number
    page = client.get(f"{HEAD}audits/{number}/").content.decode()
    assert "Почему он нужен" not in page and "Why it is wanted" not in page
    assert client.get(f"{HEAD}audits/{other}/").status_code == 404
    for path in (f"audits/{number}/move/", "texts/", "add/"):
        assert client.get(HEAD + path).status_code == 403
    for path in ("do/wants/", "plan/", f"audits/{number}/do/fix/"):
        assert client.post(HEAD + path).status_code == 403
    assert client.post("/workspace/programmes/plan/", {"year": "2028"}).status_code == 403
    assert own[0].number in client.get(f"{HEAD}programme.ics").content.decode()


def test_an_administrator_looks_but_changes_nothing(as_: As, given: World) -> None:
    planned(given)
    client = as_(with_role(Role.ADMINISTRATOR))
    assert client.get(HEAD).status_code == 200
    assert client.post(f"{HEAD}do/approve/").status_code == 403
    assert client.get(f"{HEAD}do/approve/").status_code == 405


def test_one_press_plans_the_year(as_: As, given: World) -> None:
    client = as_(given.head)
    assert "2027" in client.get("/workspace/programmes/").content.decode()
    answer = client.post("/workspace/programmes/plan/", {"year": "2027"})
    run = PlanRun.objects.get()
    assert answer.headers["Location"] == f"{HEAD}runs/{run.pk}/"
    assert run.job is not None
    page = client.get(answer.headers["Location"]).content.decode()
    assert f"{HEAD}runs/{run.pk}/progress/" in page
    assert client.get(f"{HEAD}runs/{run.pk}/progress/").status_code == 200
    # Ten seconds would do; the clock of the test is the planner's.
    run.job.params["seconds"] = 2
    run.job.save()
    jobs.carry_out(run.job.pk)
    assert client.get(f"{HEAD}runs/{run.pk}/progress/").headers["HX-Refresh"] == "true"
    page = client.get(f"{HEAD}runs/{run.pk}/").content.decode()
    assert "descent" in page and f"{HEAD}runs/{run.pk}/apply/" in page
    assert client.post(f"{HEAD}runs/{run.pk}/apply/").headers["Location"] == HEAD
    assert not Programme.objects.get().audits.filter(first_day__isnull=True).exists()
    # The second press says what is the matter and harms nothing.
    assert client.post("/workspace/programmes/plan/", {"year": "2027"}).headers["Location"] == "/workspace/programmes/"
    assert Programme.objects.count() == 1


def test_steps_of_the_flow(as_: As, given: World) -> None:
    programme, _run = planned(given)
    client = as_(given.head)
    assert client.post(f"{HEAD}do/publish/").status_code == 422
    for what, state in (("approve", "approved"), ("back", "draft"), ("approve", "approved"), ("publish", "published")):
        assert client.post(f"{HEAD}do/{what}/").status_code == 302
        programme.refresh_from_db()
        assert programme.state == state
    assert client.post(f"{HEAD}do/nonsense/").status_code == 404
    answer = client.post(f"{HEAD}review/", {"review_result": "x"})
    assert answer.status_code == 422 and "x</textarea>" in answer.content.decode()


def test_a_plan_that_no_longer_fits_is_refused_on_the_page(as_: As, given: World) -> None:
    programme = given.programme()
    run = computed(given, programme)
    first = run.plan["audits"][0]
    lead = next(one for one in given.auditors if one.code == first["lead"])
    Absence.objects.create(auditor=lead, first_day=first["days"][0], last_day=first["days"][0])
    answer = as_(given.head).post(f"{HEAD}runs/{run.pk}/apply/")
    assert answer.status_code == 422
    assert lead.name in answer.content.decode()


def test_a_move_is_judged_before_it_is_made(as_: As, given: World) -> None:
    programme, _run = planned(given)
    one = audits(programme)[0]
    client = as_(given.head)
    members = [member.auditor.code for member in one.team.filter(role="auditor")]
    home = next(person for person in given.auditors if person.authority == one.authority and person.qualification == "lead")
    values = {"first_day": one.first_day.isoformat(), "lead": home.code, **{f"member_{n}": code for n, code in enumerate(members)}}
    page = client.get(f"{HEAD}audits/{one.number}/move/check/", values).content.decode()
    assert "tone-danger" in page and home.name in page
    answer = client.post(f"{HEAD}audits/{one.number}/move/", values)
    assert answer.status_code == 422 and home.name in answer.content.decode()
    one.refresh_from_db()
    assert not one.fixed
    day = client.get(f"{HEAD}audits/{one.number}/move/").context["candidates"][-1]
    free = {"first_day": day.first.isoformat(), "lead": day.assignment.lead, "fixed": "on"}
    free |= {f"member_{n}": code for n, code in enumerate(day.assignment.members)}
    assert "tone-success" in client.get(f"{HEAD}audits/{one.number}/move/check/", free).content.decode()
    assert client.get(f"{HEAD}audits/{one.number}/move/", {"day": day.first.isoformat()}).status_code == 200
    assert client.post(f"{HEAD}audits/{one.number}/move/", free).status_code == 302
    one.refresh_from_db()
    assert (one.first_day, one.fixed, one.team.get(role="lead").auditor.code) == (day.first, True, day.assignment.lead)
    assert client.post(f"{HEAD}audits/{one.number}/do/loosen/").status_code == 302
    assert client.post(f"{HEAD}audits/{one.number}/do/unplan/").status_code == 302
    one.refresh_from_db()
    assert one.first_day is None and not one.team.exists()
    assert client.get(f"{HEAD}audits/{one.number}/move/").status_code == 200


def test_an_audit_is_added_changed_and_taken_off(as_: As, given: World) -> None:
    programme = given.programme()
    client = as_(given.head)
    values = {
        "window_first": "2027-03-01",
        "window_last": "2027-03-31",
        "person_days": "2",
        "auditors_wanted": "1",
        "trainees_wanted": "0",
        "method": "on_site",
        "language": "ru",
    }
    path = f"{HEAD}add/?authority=social"
    answer = client.post(path, values)
    assert answer.status_code == 422
    values["processes"] = str(given.authorities[2].processes.get(code="staff").pk)
    answer = client.post(path, values)
    number = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    assert client.post(f"{HEAD}audits/{number}/wanted/", {**values, "person_days": "3"}).status_code == 302
    assert programme.audits.get(number=number).person_days == 3
    assert client.post(f"{HEAD}audits/{number}/do/remove/").headers["Location"] == HEAD
    assert not programme.audits.filter(number=number).exists()
    assert client.get(f"{HEAD}add/?authority=nowhere").status_code == 404


def test_papers_say_the_same_as_the_page(as_: As, given: World) -> None:
    programme = published(given)
    client = as_(given.head)
    numbers = {one.number for one in audits(programme)}
    leads = {one.team.get(role="lead").auditor.name for one in audits(programme)}
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{HEAD}programme.xlsx").content))
    sheet = book.worksheets[0]
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == numbers
    assert {row[7].value for row in sheet.iter_rows(min_row=2)} == leads
    for prefix in ("", "/en"):
        pdf = PdfReader(io.BytesIO(client.get(f"{prefix}{HEAD}programme.pdf").content))
        text = " ".join(page.extract_text() for page in pdf.pages).replace("\xad", "-")
        assert all(number in text for number in numbers)
        assert programme.goals.split()[0] in text
    calendar = Calendar.from_ical(client.get(f"{HEAD}programme.ics").content)
    events = {str(event["summary"]): event for event in calendar.walk("VEVENT")}
    one = audits(programme)[0]
    event = next(event for words, event in events.items() if one.number in words)
    assert (event["dtstart"].dt, (event["dtend"].dt - event["dtstart"].dt).days) == (one.first_day, (one.last_day - one.first_day).days + 1)


def test_everybody_s_own_calendar_has_their_audits(as_: As, given: World) -> None:
    programme = published(given)
    person = with_role(Role.INTERNAL_AUDITOR, given.authorities[1])
    given.auditors[2].user = person
    given.auditors[2].save()
    path = reverse("workspace:calendar_feed", args=[person.calendar_token])
    text = Client().get(path).content.decode()
    mine = {one.number for one in programme.audits.filter(team__auditor__user=person)} | {
        one.number for one in programme.audits.filter(authority=given.authorities[1])
    }
    assert mine and all(number in text for number in mine)
    assert all(one.number not in text for one in programme.audits.exclude(number__in=mine))


@pytest.mark.parametrize("path", ["", "calendar/", "calendar/?month=9", "chart/", "chart/?by=authority", "risks/", "coverage/", "runs/"])
def test_the_number_of_queries_does_not_grow(as_: As, given: World, path: str) -> None:
    programme, _run = planned(given)
    client = as_(given.head)
    client.get(HEAD + path)
    with CaptureQueriesContext(connection) as few:
        client.get(HEAD + path)
    for place in range(3):
        home = AuthorityFactory(code=f"more-{place}", version__personnel=40)
        process(home, "services", facts={"cases_per_year": 100})
        certificate(home)
        auditor(home, given.edition, f"more-lead-{place}")
    actions.assess_risks(by=given.head, year=2027)
    actions.want_audits(by=given.head, programme=programme)
    planned(given, programme)
    with CaptureQueriesContext(connection) as more:
        client.get(HEAD + path)
    assert len(more) == len(few), [one["sql"][:120] for one in more.captured_queries]


def test_what_a_plan_left_out_says_why_on_its_page(as_: As, given: World) -> None:
    programme = given.programme()
    narrow = audits(programme)[0]
    narrow.window_first, narrow.window_last = date(2027, 1, 2), date(2027, 1, 3)
    narrow.save()
    run = planned(given, programme)[1]
    client = as_(given.head)
    sentences = client.get(f"{HEAD}audits/{narrow.number}/").context["left_out"]
    assert sentences and client.get(f"{HEAD}runs/{run.pk}/").context["dropped"][0][2] == sentences
    assert narrow.number in client.get(f"{HEAD}?show=unplanned").content.decode()
