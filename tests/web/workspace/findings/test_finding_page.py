"""The page of one finding: what it shows in each state, to whom, at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, UserFactory, with_role
from tests.qms.findings.support import Cast, cast, fixed, led_to, plan, raised, root, why
from yantar.core import clock
from yantar.qms.findings import actions
from yantar.qms.findings.models import Finding, State
from yantar.qms.findings.queries.one import finding_page, share_closed
from yantar.qms.organisation.models import Role

from .support import as_, queries_of

TODAY = date(2026, 11, 23)
QUERIES = 22


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[None]:
    GovernmentFactory()
    with clock.at(TODAY):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


def path(finding: Finding, language: str = "") -> str:
    return f"{language}/workspace/findings/{finding.number}/"


def test_who_sees_it(people: Cast) -> None:
    one = raised(people)
    assert Client().get(path(one)).headers["Location"].startswith("/accounts/login/")
    assert as_(UserFactory()).get(path(one)).status_code == 403
    assert as_(people.stranger).get(path(one)).status_code == 404
    assert as_(people.lead).get("/workspace/findings/2026-99999/").status_code == 404
    assert as_(people.lead).post(path(one)).status_code == 405
    for user in (people.lead, people.head, people.coordinator, people.staff, people.author):
        assert as_(user).get(path(one)).status_code == 200
    assert finding_page(people.stranger, one.number) is None


@pytest.mark.parametrize("state", list(State))
def test_every_state_in_both_languages_for_everybody(people: Cast, state: State) -> None:
    one = led_to(state, people)
    for user in (people.lead, people.coordinator, people.owner, people.verifier, people.author):
        for language in ("", "/en"):
            answer = as_(user).get(path(one, language))
            assert answer.status_code == 200
            text = answer.content.decode()
            assert one.gap in text
            assert "style=" not in text


@pytest.mark.parametrize(
    ("state", "who", "key"),
    [
        (State.OPEN, "coordinator", "assign"),
        (State.CONTAINMENT, "owner", "correct"),
        (State.ANALYSIS, "owner", "why"),
        (State.PLAN, "owner", "action"),
        (State.APPROVAL, "head", "approve"),
        (State.IMPLEMENTATION, "assignee", "complete"),
        (State.VERIFICATION, "verifier", "accept"),
        (State.WAITING_EFFECT, "verifier", "judge"),
    ],
)
def test_one_next_step_for_who_has_to_act_and_a_name_for_the_others(people: Cast, state: State, who: str, key: str) -> None:
    one = led_to(state, people)
    answer = as_(getattr(people, who)).get(path(one))
    assert answer.context["next"].key == key
    assert answer.context["next"].url in answer.content.decode()
    other = as_(people.staff).get(path(one))
    assert other.context["next"] is None
    assert other.context["waits"] is not None
    assert "/do/" not in other.content.decode()


def test_the_owner_is_led_through_analysis_and_plan(people: Cast) -> None:
    one = led_to(State.ANALYSIS, people)
    owner = as_(people.owner)

    def next_key() -> str:
        return str(owner.get(path(one)).context["next"].key)

    last = why(one, people.owner)
    assert next_key() == "root"
    actions.reject_cause(by=people.owner, cause=last, reason="Контроль был")
    root(one, people.owner)
    assert next_key() == "plan"
    page = owner.get(path(one)).content.decode()
    assert "Контроль был" in page
    assert '<svg class="fishbone"' in page
    actions.propose_plan(by=people.owner, finding=one, elsewhere="Проверено: нет")
    plan(one, people)
    assert next_key() == "effect"
    fixed(one)
    assert next_key() == "submit"


def test_the_way_shows_what_is_done_where_it_is_and_by_when(people: Cast) -> None:
    one = led_to(State.PLAN, people)
    way = as_(people.staff).get(path(one)).context["way"]
    assert [stage.look for stage in way] == ["done", "done", "done", "now", "", "", "", "", ""]
    assert way[3].due_on == one.due_on
    assert all(stage.look == "done" for stage in as_(people.lead).get(path(led_to(State.CLOSED, people))).context["way"])


def test_an_effect_is_drawn_with_its_verdict(people: Cast) -> None:
    one = led_to(State.CLOSED, people)
    page = as_(people.lead).get(path(one)).content.decode()
    assert '<svg class="measure"' in page
    assert "Результативно" in page or "Effective" in page or "effective" in page
    effect = one.effects.get()
    assert share_closed(effect) == Decimal(100)


def test_a_shared_strength_is_seen_by_all_and_changed_by_none_of_them(people: Cast) -> None:
    one = raised(people, grade="strength", gap="Ответы за 10 дней")
    assert as_(people.stranger).get(path(one)).status_code == 404
    actions.share_strength(by=people.coordinator, finding=one)
    answer = as_(people.stranger).get(path(one))
    assert answer.status_code == 200
    assert answer.context["can"] == []


def test_as_many_queries_for_three_as_for_one(people: Cast) -> None:
    one = led_to(State.PLAN, people)
    client = as_(people.owner)
    plan(one, people)
    fixed(one)
    first, second = AuthorityFactory(), AuthorityFactory()
    actions.ask_elsewhere(by=people.owner, finding=one, text="Есть ли контроль?", authorities=[first], due_on=TODAY + timedelta(days=9))
    counted = queries_of(client, path(one))
    root(one, people.owner)
    why(one, people.owner, 5)
    for number in (1, 2):
        plan(one, people, text=f"Ещё {number}", assignee=people.staff)
    others = [second, AuthorityFactory()]
    actions.ask_elsewhere(by=people.owner, finding=one, text="И журнал?", authorities=others, due_on=TODAY + timedelta(days=9))
    assert queries_of(client, path(one)) == counted == QUERIES


def test_as_many_queries_after_more_steps(people: Cast) -> None:
    one = led_to(State.CLOSED, people)
    lead = with_role(Role.HEAD_OF_QUALITY)
    counted = queries_of(as_(lead), path(one))
    actions.reopen(by=people.lead, finding=one, comment="Снова")
    again = led_to(State.CLOSED, people, Finding.objects.get(pk=one.pk))
    assert again.reopened == 1
    assert queries_of(as_(lead), path(again)) == counted
