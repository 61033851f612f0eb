"""The one entrance: numbers, drafts, what is refused, when the time limits begin."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import AuthorityFactory
from tests.qms.findings.support import EVIDENCE, GAP, HAND, Cast, cast, process, raised
from yantar.core import clock
from yantar.core.models import JournalEntry, Notification
from yantar.core.problems import Refused
from yantar.qms.findings import actions
from yantar.qms.findings.models import Finding, FindingStep, State

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)  # a Monday


@pytest.fixture
def people() -> Cast:
    return cast()


def test_a_nonconformity_is_opened_with_its_days(people: Cast) -> None:
    with clock.at(TODAY):
        finding = raised(people)
    assert (finding.number, finding.state) == ("2026-00001", State.OPEN)
    # Three working days after Monday; 180 days in all.
    assert (finding.due_on, finding.overall_due_on) == (date(2026, 3, 5), date(2026, 8, 29))
    assert finding.raised_by == people.author and finding.opened_on == TODAY
    step = FindingStep.objects.get(finding=finding)
    assert (step.before, step.after, step.by, step.late) == ("draft", "open", people.author, False)
    told = {one.recipient for one in Notification.objects.filter(kind="findings.opened")}
    assert told == {people.head, people.coordinator, people.lead}
    entry = JournalEntry.objects.get(action="findings.raise_finding")
    assert (entry.target_type, entry.target_id, entry.authority_id) == ("findings.finding", str(finding.pk), people.authority.pk)


def test_numbers_follow_the_year(people: Cast) -> None:
    with clock.at(date(2025, 12, 30)):
        numbers = [raised(people).number, raised(people).number]
    with clock.at(date(2026, 1, 12)):
        numbers.append(raised(people).number)
        numbers.append(raised(people, raised_on=date(2025, 12, 31)).number)
    assert numbers == ["2025-00001", "2025-00002", "2026-00001", "2025-00003"]


@pytest.mark.parametrize("grade", ["strength", "conform", "ofi", "observation"])
def test_what_breaks_nothing_is_noted(people: Cast, grade: str) -> None:
    finding = raised(people, grade=grade, evidence="", clause=None)
    assert (finding.state, finding.due_on, finding.opened_on) == (State.NOTED, None, None)


def test_everything_wrong_is_said_at_once(people: Cast) -> None:
    other = process(AuthorityFactory())
    with pytest.raises(Refused) as refused:
        raised(
            people,
            gap="Иногда ответ опаздывает",
            evidence=" ",
            clause=None,
            process=other,
            origin_kind="rumour",
            raised_on=date(2100, 1, 1),
            shared=True,
        )
    places = {(problem.field, problem.code) for problem in refused.value.problems}
    assert places == {
        ("requirement", "requirement_missing"),
        ("evidence", "evidence_missing"),
        ("gap", "vague_word"),
        ("process", "other_authority"),
        ("origin_kind", "kind"),
        ("raised_on", "future"),
        ("shared", "grade"),
    }
    assert not Finding.objects.exists()


def test_a_draft_waits_for_the_report(people: Cast) -> None:
    finding = raised(people, opened=False, evidence="")
    assert (finding.state, finding.due_on) == (State.DRAFT, None)
    assert not Notification.objects.exists()
    with pytest.raises(Refused):
        actions.open_finding(by=people.author, finding=finding)
    finding = actions.correct_draft(by=people.author, finding=finding, evidence=EVIDENCE, grade="major", clear=["process"])
    assert finding.process is None
    finding = actions.open_finding(by=people.author, finding=finding)
    assert (finding.state, finding.grade) == (State.OPEN, "major")
    with pytest.raises(Refused):
        actions.correct_draft(by=people.author, finding=finding, gap=GAP)


def test_a_draft_that_turned_out_a_strength_is_noted_when_issued(people: Cast) -> None:
    finding = raised(people, opened=False)
    actions.correct_draft(by=people.author, finding=finding, grade="strength", shared=True)
    assert actions.open_finding(by=HAND, finding=finding).state == State.NOTED


def test_a_draft_can_be_dropped_with_a_reason(people: Cast) -> None:
    finding = raised(people, opened=False)
    with pytest.raises(Refused):
        actions.drop_draft(by=people.author, finding=finding, reason=" ")
    with pytest.raises(PermissionDenied):
        actions.drop_draft(by=people.coordinator, finding=finding, reason="Мешает")
    finding = actions.drop_draft(by=people.author, finding=finding, reason="Повторная запись")
    assert (finding.state, finding.steps.get().comment) == (State.CANCELLED, "Повторная запись")


def test_an_observation_can_be_taken_up(people: Cast) -> None:
    finding = raised(people, grade="observation", owner=people.owner)
    with pytest.raises(PermissionDenied):
        actions.take_up(by=people.staff, finding=finding)
    assert actions.take_up(by=people.owner, finding=finding).state == State.OPEN
    strength = raised(people, grade="strength")
    with pytest.raises(Refused):
        actions.take_up(by=people.coordinator, finding=strength)


@pytest.mark.parametrize(("grade", "overall"), [("major", date(2026, 3, 31)), ("minor", date(2026, 8, 29))])
def test_the_certification_body_s_days_go_before_ours(people: Cast, grade: str, overall: date) -> None:
    with clock.at(TODAY):
        finding = raised(people, grade=grade, body_days=30, raised_on=date(2026, 3, 1), origin_kind="external_audit")
    assert finding.overall_due_on == overall


def test_a_part_of_the_system_acts_for_a_person(people: Cast) -> None:
    finding = raised(people, by=HAND, raised_by=people.author)
    assert finding.raised_by == people.author
    assert raised(people, raised_by=people.head).raised_by == people.author


def test_raising_asks_a_constant_number_of_questions(people: Cast, django_assert_num_queries: object) -> None:
    raised(people)
    with django_assert_num_queries(19):  # type: ignore[operator]
        raised(people)
