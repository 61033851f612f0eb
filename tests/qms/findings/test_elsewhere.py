""" "Could it be elsewhere?": asked by name, answered, raised there; three authorities with one cause are a case of all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import AuthorityFactory, with_role
from tests.qms.findings.support import EVIDENCE, Cast, cast, led_to, raised, root
from yantar.core import clock
from yantar.core.models import Notification
from yantar.core.problems import Refused
from yantar.qms.findings import actions
from yantar.qms.findings.models import ElsewhereAnswer, ElsewhereQuestion, Finding, GovernmentCase, State
from yantar.qms.organisation.models import Authority, Role

pytestmark = pytest.mark.django_db
DUE = timedelta(days=14)


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def others() -> list[Authority]:
    return [AuthorityFactory() for _one in range(3)]


def ask(people: Cast, finding: Finding, others: list[Authority], **kwargs: Any) -> ElsewhereQuestion:
    values = {"by": people.lead, "text": "Есть ли контроль срока?", "authorities": others, "due_on": clock.today() + DUE}
    found: ElsewhereQuestion = actions.ask_elsewhere(finding=finding, **(values | kwargs))
    return found


def says(question: ElsewhereQuestion, authority: Authority, answer: str, **kwargs: Any) -> ElsewhereAnswer:
    asked = question.answers.get(authority=authority)
    who = with_role(Role.COORDINATOR, authority)
    values = {"comment": "Проверены 40 обращений за октябрь 2026, журнал отдела", "gap": "Срока никто не контролирует"}
    found: ElsewhereAnswer = actions.answer_elsewhere(by=who, asked=asked, answer=answer, **(values | kwargs))
    return found


def test_asking_by_name_tells_those_who_run_them(people: Cast, others: list[Authority]) -> None:
    finding = led_to(State.PLAN, people)
    asked = [with_role(Role.COORDINATOR, others[0]), with_role(Role.HEAD_OF_AUTHORITY, others[1])]
    with_role(Role.STAFF, others[0])
    question = ask(people, finding, others)
    assert {one.recipient for one in Notification.objects.filter(kind="findings.asked_elsewhere")} == set(asked)
    assert set(question.answers.values_list("authority_id", "answer")) == {(one.pk, "") for one in others}


def test_everything_wrong_with_a_question(people: Cast, others: list[Authority]) -> None:
    finding = led_to(State.PLAN, people)
    ask(people, finding, others[:1])
    ended = AuthorityFactory(valid_to=date(2020, 1, 1))
    with pytest.raises(Refused) as refused:
        ask(people, finding, [others[0], people.authority, ended], text="", due_on=date(2020, 1, 1))
    assert {(one.field, one.code) for one in refused.value.problems} == {
        ("text", "required"),
        ("authorities", "itself"),
        ("due_on", "past"),
        ("authorities", "asked"),
        ("authorities", "ended"),
    }
    with pytest.raises(PermissionDenied):
        ask(people, finding, others[1:], by=people.stranger)


def test_a_no_says_what_was_checked(people: Cast, others: list[Authority]) -> None:
    finding = led_to(State.PLAN, people)
    question = ask(people, finding, others)
    with pytest.raises(Refused) as refused:
        says(question, others[0], "perhaps", comment=" ")
    assert {one.field for one in refused.value.problems} == {"comment", "answer"}
    row = says(question, others[0], "no")
    assert (row.answer, row.raised, row.answered_on) == ("no", None, clock.today())
    with pytest.raises(Refused):
        says(question, others[0], "yes")
    assert {people.owner} <= {one.recipient for one in Notification.objects.filter(kind="findings.answered_elsewhere")}
    with pytest.raises(PermissionDenied):
        actions.answer_elsewhere(by=people.coordinator, asked=question.answers.get(authority=others[1]), answer="no", comment="Нет")


def test_a_yes_raises_a_finding_there(people: Cast, others: list[Authority]) -> None:
    finding = led_to(State.PLAN, people, grade="major")
    question = ask(people, finding, others)
    row = says(question, others[0], "yes", evidence=EVIDENCE)
    there = row.raised
    assert there is not None
    assert (there.authority, there.clause, there.grade, there.state) == (others[0], finding.clause, "major", State.OPEN)
    assert (there.origin_kind, there.origin_id, there.origin_label) == ("audit", f"elsewhere:{question.pk}", finding.number)
    # Statements are checked there as everywhere.
    with pytest.raises(Refused):
        says(question, others[1], "yes", gap="Иногда опаздывают")
    assert ElsewhereAnswer.objects.get(question=question, authority=others[1]).answer == ""


def test_three_authorities_make_a_case(people: Cast, others: list[Authority]) -> None:
    finding = led_to(State.PLAN, people)
    question = ask(people, finding, others)
    says(question, others[0], "yes")
    assert not GovernmentCase.objects.exists()
    row = says(question, others[1], "yes")
    case = GovernmentCase.objects.get()
    assert (case.cause_category, case.clause_number, case.number) == ("process.no_control", "8.5.1", f"{clock.today().year}-C-001")
    assert row.raised is not None
    assert set(case.findings.values_list("authority_id", flat=True)) == {people.authority.pk, others[0].pk, others[1].pk}
    assert case.title == "Потому что 3"
    told = {one.recipient for one in Notification.objects.filter(kind="findings.case_opened")}
    assert {people.lead, people.head, people.coordinator} <= told
    # The third yes joins the same case.
    says(question, others[2], "yes")
    assert GovernmentCase.objects.get().findings.count() == 4


def test_a_root_found_after_the_answers_makes_the_case_too(people: Cast, others: list[Authority]) -> None:
    finding = led_to(State.ANALYSIS, people)
    question = ask(people, finding, others)
    says(question, others[0], "yes")
    says(question, others[1], "yes")
    assert not GovernmentCase.objects.exists()
    root(finding, people.owner)
    assert GovernmentCase.objects.get().findings.count() == 3


def test_an_analysis_that_found_another_cause_doesn_t_count(people: Cast, others: list[Authority]) -> None:
    finding = led_to(State.PLAN, people)
    question = ask(people, finding, others)
    first = says(question, others[0], "yes").raised
    assert first is not None
    Finding.objects.filter(pk=first.pk).update(cause_category="people.training")
    says(question, others[1], "yes")
    assert not GovernmentCase.objects.exists()


def test_a_case_is_decided_and_closed_when_nothing_is_left(people: Cast, others: list[Authority]) -> None:
    finding = led_to(State.PLAN, people)
    question = ask(people, finding, others)
    for one in others[:2]:
        says(question, one, "yes")
    case = GovernmentCase.objects.get()
    with pytest.raises(PermissionDenied):
        actions.decide_case(by=people.coordinator, case=case, decision="Контроль срока у всех")
    with pytest.raises(Refused) as refused:
        actions.close_case(by=people.lead, case=case)
    assert [one.code for one in refused.value.problems] == ["state", "unfinished"]
    case = actions.decide_case(by=people.lead, case=case, decision="Контроль срока у всех", title="Нет контроля срока")
    assert (case.state, case.title, case.decided_on) == ("decided", "Нет контроля срока", clock.today())
    assert {one.recipient for one in Notification.objects.filter(kind="findings.case_decided")} >= {people.coordinator, people.head}
    for one in case.findings.all():
        actions.cancel(by=people.lead, finding=one, reason="Решено для всех")
    assert actions.close_case(by=people.lead, case=case).state == "closed"


def test_raised_means_nothing_to_a_draft(people: Cast, others: list[Authority]) -> None:
    with pytest.raises(Refused):
        ask(people, raised(people, opened=False), others)
