"""Decisions about doubtful procedures, and the questions they put to authorities."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.formats import date_format
from django.utils.translation import override

from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.messages import sentence
from yantar.core.models import JournalEntry, Notification
from yantar.core.problems import Refused
from yantar.qms.organisation.models import Role
from yantar.qms.procurement import actions, queries, tasks
from yantar.qms.procurement.models import Settlement

from .support import analyst, joined, ready, small, tender

pytestmark = pytest.mark.django_db
REMINDING = 8
WHY = "Цена выросла по решению суда, база верна"


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_procedure_is_counted_all_the_same_and_the_journal_says_why() -> None:
    dataset, by = small(), analyst()
    made = actions.settle(by=by, dataset=dataset, procedure_id="c", choice="include", reason=f"  {WHY} ")
    assert (made.choice, made.reason, made.decided_by, made.ended_at) == ("include", WHY, by, None)
    entry = JournalEntry.objects.get(action="procurement.settle")
    assert (entry.actor, json.loads(entry.decided)["procedure_id"]) == (by, "c")
    assert by.full_name not in entry.decided
    page = queries.outliers(by, dataset)
    assert page is not None
    assert page.rows[1].settlement == made


def test_a_new_decision_ends_the_one_before_and_none_is_edited() -> None:
    dataset, by = small(), analyst()
    first = actions.settle(by=by, dataset=dataset, procedure_id="a", choice="exclude", reason=WHY)
    second = actions.settle(by=by, dataset=dataset, procedure_id="a", choice="exclude", reason="Другая причина")
    first.refresh_from_db()
    assert first.ended_at is not None
    assert (first.choice, first.reason) == ("exclude", WHY)
    assert list(queries.settlements(by, dataset)) == [second]
    assert list(queries.settlements(by, dataset, ended=True)) == [second, first]
    actions.withdraw_settlement(by=by, settlement=second, reason="Ошибка")
    assert list(queries.settlements(by, dataset)) == []
    with pytest.raises(Refused) as refused:
        actions.withdraw_settlement(by=by, settlement=second, reason="")
    assert codes(refused) == ["required", "ended"]


@pytest.mark.parametrize(
    ("procedure", "choice", "code", "words"),
    [
        ("none", "include", "unknown", "none"),
        ("a", "include", "included", ""),
        ("c", "exclude", "excluded", "Цена победителя выше базы"),
        ("d", "include", "not_settled", "Отменена"),
    ],
)
def test_what_cant_be_decided_is_refused_with_the_reason(procedure: str, choice: str, code: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.settle(by=analyst(), dataset=small(), procedure_id=procedure, choice=choice, reason=WHY)
    assert code in codes(refused)
    assert words in str(refused.value)
    assert not Settlement.objects.exists()


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(Refused) as refused:
        actions.settle(by=analyst(), dataset=small(), procedure_id="a", choice="ask", reason=" ", days=0)
    assert codes(refused) == ["required", "required", "range"]


def test_a_question_goes_to_the_coordinator_with_a_day_and_comes_back() -> None:
    authority = AuthorityFactory()
    coordinator, other = with_role(Role.COORDINATOR, authority), with_role(Role.COORDINATOR, AuthorityFactory())
    dataset, by = small(), analyst()
    with clock.at(date(2026, 11, 20)):
        asked = actions.settle(by=by, dataset=dataset, procedure_id="c", choice="ask", reason="Почему выше начальной цены?", asked=authority, days=5)
    assert asked.due_on == date(2026, 11, 27)
    told = Notification.objects.get(kind="procurement.asked")
    assert (told.recipient, told.url) == (coordinator, f"/workspace/savings/questions/{asked.pk}/")
    assert JournalEntry.objects.get(action="procurement.settle").authority_id == authority.pk

    assert [one.settlement for one in queries.questions(coordinator)] == [asked]
    assert queries.questions(other) == []
    assert queries.question(other, asked.pk) is None
    seen = queries.question(coordinator, asked.pk)
    assert seen is not None
    assert seen.row is not None
    assert (seen.row.procedure_id, seen.answered, seen.authority is not None) == ("c", False, True)
    # Only the question: nothing else of the dataset.
    assert queries.procedure(coordinator, dataset, "c") is None

    with pytest.raises(PermissionDenied):
        actions.answer_question(by=other, settlement=asked, answer="Не наша")
    with pytest.raises(PermissionDenied):
        actions.answer_question(by=by, settlement=asked, answer="За других не отвечаю")
    actions.answer_question(by=coordinator, settlement=asked, answer="Дополнительный объём работ")
    assert Notification.objects.get(kind="procurement.answered").recipient == by
    assert queries.questions(coordinator, waiting=True) == []
    with pytest.raises(Refused) as refused:
        actions.answer_question(by=coordinator, settlement=asked, answer="ещё раз")
    assert codes(refused) == ["answered"]


def test_a_question_that_is_late_is_said_to_be() -> None:
    authority = AuthorityFactory()
    coordinator = with_role(Role.COORDINATOR, authority)
    with clock.at(date(2026, 9, 1)):
        actions.settle(by=analyst(), dataset=small(), procedure_id="c", choice="ask", reason="?", asked=authority)
    assert [one.overdue for one in queries.questions(coordinator)] == [True]


def test_who_owes_an_answer_and_who_asked_are_told_once_that_it_is_late() -> None:
    authority = AuthorityFactory()
    coordinator, by, dataset = with_role(Role.COORDINATOR, authority), analyst(), small()
    with clock.at(date(2026, 11, 2)):
        late = actions.settle(by=by, dataset=dataset, procedure_id="c", choice="ask", reason="?", asked=authority, days=5)
        actions.settle(by=by, dataset=dataset, procedure_id="b", choice="ask", reason="?", asked=authority, days=90)
        answered = actions.settle(by=by, dataset=dataset, procedure_id="a", choice="ask", reason="?", asked=authority, days=5)
        actions.answer_question(by=coordinator, settlement=answered, answer="Так")
    assert late.due_on is not None
    with clock.at(late.due_on):
        assert actions.remind(by=System("reminders")) == 0
    with clock.at(date(2026, 11, 23)):
        tasks.remind_of_questions(0)
        assert actions.remind(by=System("reminders")) == 0
    told = Notification.objects.filter(kind="procurement.question_late")
    assert {one.recipient for one in told} == {coordinator, by} and len(told) == 2
    assert {one.url for one in told} == {f"/workspace/savings/questions/{late.pk}/"}
    with override("en"):
        assert sentence(told[0]) == f"The question about procurement c was to be answered by {date_format(late.due_on, 'DATE_FORMAT')} and is not"
    entries = JournalEntry.objects.filter(action="procurement.remind").order_by("seq")
    assert [json.loads(entry.decided)["told"] for entry in entries] == [0, 1, 0]


@pytest.mark.parametrize("count", [1, 3])
def test_reminding_asks_the_same_number_of_queries(django_assert_num_queries, count: int) -> None:
    by, dataset = analyst(), small()
    with clock.at(date(2026, 9, 1)):
        for procedure in "abc"[:count]:
            authority = AuthorityFactory()
            with_role(Role.COORDINATOR, authority)
            actions.settle(by=by, dataset=dataset, procedure_id=procedure, choice="ask", reason="?", asked=authority)
    with django_assert_num_queries(REMINDING):
        assert actions.remind(by=System("reminders")) == count


def test_who_still_owed_an_answer_is_told_that_it_is_over() -> None:
    authority = AuthorityFactory()
    coordinator = with_role(Role.COORDINATOR, authority)
    dataset, by = small(), analyst()
    asked = actions.settle(by=by, dataset=dataset, procedure_id="c", choice="ask", reason="?", asked=authority)
    actions.settle(by=by, dataset=dataset, procedure_id="c", choice="include", reason=WHY)
    assert Notification.objects.get(kind="procurement.question_over").recipient == coordinator
    with pytest.raises(Refused) as refused:
        asked.refresh_from_db()
        actions.answer_question(by=coordinator, settlement=asked, answer="Поздно")
    assert codes(refused) == ["ended"]


def test_an_authority_without_anybody_is_not_asked() -> None:
    with pytest.raises(Refused) as refused:
        actions.settle(by=analyst(), dataset=small(), procedure_id="c", choice="ask", reason="?", asked=AuthorityFactory())
    assert codes(refused) == ["nobody"]


def test_a_hard_reason_behind_a_soft_one_is_found() -> None:
    # Excluded first as not competitive, which people may set aside; but the award has no amount, which nobody can.
    rows = joined(tender("x", 100, 90, method="direct"))
    rows["awards"][0]["amount"] = None
    with pytest.raises(Refused) as refused:
        actions.settle(by=analyst(), dataset=ready(**rows), procedure_id="x", choice="include", reason=WHY)
    assert [problem.value for problem in refused.value.problems] == ["award_without_amount"]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_as_often_whatever_their_length(rows: int, django_assert_num_queries) -> None:
    authority = AuthorityFactory()
    coordinator = with_role(Role.COORDINATOR, authority)
    dataset = ready(**joined(*(tender(f"p{n}", 100, 130) for n in range(3))))
    for n in range(rows):
        actions.settle(by=analyst(), dataset=dataset, procedure_id=f"p{n}", choice="ask", reason="?", asked=authority)
    queries.questions(coordinator)
    with django_assert_num_queries(2):
        assert len(queries.questions(coordinator)) == rows


def test_nobody_else_decides() -> None:
    dataset = small()
    for person in (UserFactory(), with_role(Role.COORDINATOR, AuthorityFactory()), with_role(Role.CERTIFIER)):
        with pytest.raises(PermissionDenied):
            actions.settle(by=person, dataset=dataset, procedure_id="a", choice="exclude", reason=WHY)
