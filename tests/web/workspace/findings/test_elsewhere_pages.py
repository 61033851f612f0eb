"""Questions of other authorities and government-wide cases as pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, UserFactory, with_role
from tests.qms.findings.support import Cast, cast, led_to, root
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.findings import actions
from yantar.qms.findings.models import CaseState, ElsewhereAnswer, Finding, GovernmentCase, State
from yantar.qms.findings.queries import government_wide
from yantar.qms.organisation.models import Authority, Role

from .support import as_, queries_of

TODAY = date(2026, 11, 23)
PATH = "/workspace/findings/elsewhere/"
CASES = "/workspace/findings/cases/"
YES = {"answer": "yes", "comment": "Проверены 40 дел", "gap": "Контроля срока нет", "evidence": "Дело № 5 от 03.11.2026, отдел писем"}


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[None]:
    GovernmentFactory()
    with clock.at(TODAY):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


def asked(people: Cast, *others: Authority, finding: Finding | None = None) -> Finding:
    one = finding or led_to(State.ANALYSIS, people)
    actions.ask_elsewhere(
        by=people.owner, finding=one, text="Кто следит за сроком ответа?", authorities=list(others), due_on=TODAY + timedelta(days=9)
    )
    return one


def neighbour() -> tuple[Authority, User]:
    authority = AuthorityFactory()
    return authority, with_role(Role.COORDINATOR, authority)


def test_a_question_is_answered_by_whom_it_was_put_to(people: Cast) -> None:
    authority, coordinator = neighbour()
    one = asked(people, authority)
    put = ElsewhereAnswer.objects.get()
    address = f"{PATH}{put.pk}/"
    assert Client().get(PATH).status_code == Client().get(address).status_code == 302
    assert as_(UserFactory()).get(PATH).status_code == 403
    page = as_(coordinator).get(PATH).content.decode()
    assert "Кто следит за сроком ответа?" in page
    assert one.number not in page
    assert one.gap not in page
    assert "Кто следит" not in as_(people.coordinator).get(PATH).content.decode()
    assert as_(people.coordinator).get(address).status_code == 404
    assert as_(with_role(Role.STAFF, authority)).get(address).status_code == 403
    assert as_(coordinator).delete(address).status_code == 405
    refused = as_(coordinator).post(address, {"answer": "no", "comment": " "})
    assert refused.status_code == 422
    assert as_(coordinator).post(address, YES).status_code == 302
    put.refresh_from_db()
    assert put.raised is not None
    assert put.raised.authority_id == authority.pk
    assert as_(coordinator).post(address, YES).status_code == 422
    assert Finding.objects.filter(authority=authority).count() == 1
    assert as_(coordinator).get(address).status_code == 302
    seen = as_(people.owner).get(f"/workspace/findings/{one.number}/").content.decode()
    assert "Проверены 40 дел" in seen
    assert put.raised.number not in seen
    assert put.raised.number in as_(people.lead).get(f"/workspace/findings/{one.number}/").content.decode()


def test_as_many_queries_for_three_questions_as_for_one(people: Cast) -> None:
    authority, coordinator = neighbour()
    asked(people, authority)
    counted = queries_of(as_(coordinator), PATH)
    asked(people, authority)
    asked(people, authority)
    assert queries_of(as_(coordinator), PATH) == counted == 10


def case_of(people: Cast) -> GovernmentCase:
    """One cause in three authorities."""
    first, second = neighbour(), neighbour()
    one = asked(people, first[0], second[0])
    root(one, people.owner)
    for authority, coordinator in (first, second):
        as_(coordinator).post(f"{PATH}{ElsewhereAnswer.objects.get(authority=authority).pk}/", YES)
    return GovernmentCase.objects.get()


def test_a_case_is_decided_and_closed(people: Cast) -> None:
    case = case_of(people)
    address = f"{CASES}{case.number}/"
    assert case.number in as_(people.lead).get(CASES).content.decode()
    assert as_(people.coordinator).get(address).status_code == 200
    page = as_(people.coordinator).get(address)
    assert len(page.context["page"].findings) == 1
    assert page.context["page"].hidden == 2
    assert as_(people.stranger).get(address).status_code == 404
    assert case.number not in as_(people.stranger).get(CASES).content.decode()
    assert as_(people.coordinator).get(f"{address}decide/").status_code == 403
    assert as_(people.coordinator).post(f"{address}close/").status_code == 403
    assert as_(people.lead).get(f"{address}close/").status_code == 405
    assert Client().get(address).status_code == 302
    assert as_(people.lead).post(f"{address}decide/", {"decision": ""}).status_code == 422
    assert as_(people.lead).post(f"{address}decide/", {"decision": "Единый контроль срока", "title": "Срок ответа"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.title) == (CaseState.DECIDED, "Срок ответа")
    assert as_(people.lead).post(f"{address}close/").status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.DECIDED
    for finding in case.findings.all():
        actions.cancel(by=people.lead, finding=finding, reason="Единое решение")
    assert as_(people.lead).post(f"{address}close/").status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED


def test_cases_are_asked_in_as_many_queries_for_three_as_for_one(people: Cast) -> None:
    case = case_of(people)
    counted = queries_of(as_(people.lead), CASES)
    one_page = queries_of(as_(people.lead), f"{CASES}{case.number}/")
    for number in (2, 3):
        GovernmentCase.objects.create(number=f"2026-C-00{number}", cause_category="people.training", title="Ещё", opened_on=TODAY)
    more = led_to(State.ANALYSIS, cast())
    Finding.objects.filter(pk=more.pk).update(case=case)
    assert queries_of(as_(people.lead), CASES) == counted == 6
    assert queries_of(as_(people.lead), f"{CASES}{case.number}/") == one_page == 10
    assert [row.authorities for row in government_wide.cases(people.lead)] == [0, 0, 4]
