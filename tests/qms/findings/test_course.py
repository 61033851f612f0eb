"""A finding's way from opening to its proven effect: days, people, everything that is refused on the way, all at once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from tests.factories import UserFactory, with_role
from tests.qms.findings.support import Cast, cast, fixed, judged, led_to, plan, raised, root, why
from yantar.core import clock
from yantar.core.models import Notification, User
from yantar.core.problems import Refused
from yantar.qms.findings import actions
from yantar.qms.findings.models import Cause, Finding, State, Verdict
from yantar.qms.organisation.models import Role

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)  # a Monday; 9 March is a day off


@pytest.fixture
def people() -> Cast:
    with clock.at(DAY):
        return cast()


def told(kind: str) -> set[User]:
    return {one.recipient for one in Notification.objects.filter(kind=f"findings.{kind}")}


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str]]:
    return {(problem.field, problem.code) for problem in refused.value.problems}


def test_the_whole_way(people: Cast) -> None:
    with clock.at(DAY):
        finding = raised(people)
        finding = actions.acknowledge(by=people.head, finding=finding)
        # Acknowledged: the next day is that of the correction, five working days after opening, one of them a holiday.
        assert (finding.acknowledged_on, finding.due_on) == (DAY, date(2026, 3, 10))
        finding = actions.assign(by=people.coordinator, finding=finding, owner=people.owner)
        assert (finding.state, finding.due_on) == (State.CONTAINMENT, date(2026, 3, 10))
        assert told("assigned") == {people.owner}
    with clock.at(date(2026, 3, 12)):
        finding = actions.record_correction(by=people.owner, finding=finding, correction="Ответ отправлен", corrected_on=date(2026, 3, 11))
        step = finding.steps.last()
        assert step is not None and (step.days, step.late) == (10, True)
        assert finding.due_on == date(2026, 3, 24)
        finding = led_to(State.PLAN, people, finding)
        assert (finding.cause_category, finding.cause_by, finding.due_on) == ("process.no_control", people.owner, date(2026, 3, 31))
        planned = plan(finding, people)
        fixed(finding)
        finding = actions.submit_for_approval(by=people.owner, finding=finding)
        assert told("to_approve") == {people.head, people.coordinator, people.lead}
        finding = actions.approve(by=people.head, finding=finding)
        # Nobody was named: who raised it verifies.
        assert (finding.verifier, finding.due_on) == (people.author, planned.due_on)
        assert told("action_assigned") == {people.assignee}
    with clock.at(date(2026, 3, 20)):
        actions.complete_action(by=people.assignee, planned=planned, proof="Приказ № 5 от 19.03.2026", done_on=date(2026, 3, 19))
        finding = actions.submit_for_verification(by=people.owner, finding=finding)
        assert finding.due_on == finding.overall_due_on == date(2026, 8, 29)
        finding = actions.accept_proof(by=people.author, finding=finding)
        assert finding.effect_on == finding.due_on == date(2026, 6, 17)
    with clock.at(date(2026, 6, 17)):
        finding = judged(finding, people.author)
    assert (finding.state, finding.closed_on, finding.due_on, finding.reopened) == (State.CLOSED, date(2026, 6, 17), None, 0)
    effect = finding.effects.get()
    assert (effect.verdict, effect.observed, effect.cases, effect.judged_by) == (Verdict.EFFECTIVE, 0, 40, people.author)
    assert [step.after for step in finding.steps.all()] == [
        "open",
        "containment",
        "analysis",
        "plan",
        "approval",
        "implementation",
        "verification",
        "waiting_effect",
        "closed",
    ]


@pytest.mark.parametrize(("grade", "days"), [("minor", 90), ("major", 180)])
def test_the_effect_waits_longer_for_a_major(people: Cast, grade: str, days: int) -> None:
    with clock.at(DAY):
        finding = led_to(State.WAITING_EFFECT, people, grade=grade)
    assert finding.effect_on == DAY + timedelta(days=days)


def test_a_correction_or_the_reason_why_none(people: Cast) -> None:
    finding = led_to(State.CONTAINMENT, people)
    for wrong in ({}, {"correction": "Исправлено", "impossible": "Поздно"}):
        with pytest.raises(Refused) as refused:
            actions.record_correction(by=people.owner, finding=finding, **wrong)
        assert codes(refused) == {("correction", "required")}
    finding = actions.record_correction(by=people.owner, finding=finding, impossible="Срок истёк")
    assert (finding.state, finding.corrected_on, finding.correction_impossible) == (State.ANALYSIS, None, "Срок истёк")


def test_assigning_asks_for_a_person_and_a_day(people: Cast) -> None:
    finding = actions.take_up(by=people.coordinator, finding=raised(people, grade="observation"))
    gone = UserFactory(is_active=False)
    with pytest.raises(Refused) as refused:
        actions.assign(by=people.coordinator, finding=finding, owner=gone)
    assert codes(refused) == {("owner", "inactive"), ("due_on", "required")}
    finding = actions.assign(by=people.coordinator, finding=finding, owner=people.owner, due_on=clock.today() + timedelta(days=9))
    assert (finding.state, finding.due_on) == (State.CONTAINMENT, clock.today() + timedelta(days=9))
    # Later the owner only changes.
    other = with_role(Role.STAFF, people.authority)
    finding = actions.assign(by=people.head, finding=finding, owner=other)
    assert (finding.state, finding.owner) == (State.CONTAINMENT, other)
    assert told("handed_over") == {other}


def test_an_analysis_without_root_and_answer_goes_no_further(people: Cast) -> None:
    finding = led_to(State.ANALYSIS, people)
    with pytest.raises(Refused) as refused:
        actions.propose_plan(by=people.owner, finding=finding)
    assert codes(refused) == {("cause", "no_root"), ("elsewhere", "required")}
    actions.say_elsewhere(by=people.owner, finding=finding, elsewhere="Проверено в двух отделах: нет")
    root(finding, people.owner)
    assert actions.propose_plan(by=people.owner, finding=finding).state == State.PLAN


def test_a_root_stands_two_questions_and_three_whys_with_evidence(people: Cast) -> None:
    finding = led_to(State.ANALYSIS, people)
    short = why(finding, people.owner, levels=2)
    Cause.objects.filter(pk=short.parent_id).update(evidence="")
    actions.change_cause(by=people.owner, cause=short, controllable=False)
    with pytest.raises(Refused) as refused:
        actions.mark_root(by=people.owner, cause=short, explains_all=False, would_prevent=False)
    assert codes(refused) == {
        ("explains_all", "explains_all"),
        ("would_prevent", "would_prevent"),
        ("controllable", "controllable"),
        ("category", "category"),
        ("evidence", "evidence"),
        ("parent", "too_few_whys"),
    }


def test_a_rejected_cause_stays_and_a_branch_beside_it_leads_on(people: Cast) -> None:
    finding = led_to(State.ANALYSIS, people)
    first = root(finding, people.owner)
    with pytest.raises(Refused):
        actions.reject_cause(by=people.owner, cause=first, reason="")
    actions.reject_cause(by=people.owner, cause=first, reason="Контроль был, журнал это показывает")
    finding.refresh_from_db()
    assert (finding.cause_category, finding.causes.filter(is_root=True).count()) == ("", 0)
    with pytest.raises(Refused):
        actions.mark_root(by=people.owner, cause=first, explains_all=True, would_prevent=True)
    branch = actions.add_cause(
        by=people.owner, finding=finding, text="Регламент устарел", parent=first.parent, evidence="Регламент 2012 года", controllable=True
    )
    actions.mark_root(by=people.owner, cause=branch, explains_all=True, would_prevent=True, category="rules.outdated")
    finding.refresh_from_db()
    assert finding.cause_category == "rules.outdated"


def test_a_bone_needs_a_category_but_no_chain(people: Cast) -> None:
    finding = led_to(State.ANALYSIS, people)
    with pytest.raises(Refused) as refused:
        actions.add_cause(by=people.owner, finding=finding, text=" ", method="ishikawa", category="people.moon")
    assert codes(refused) == {("text", "required"), ("category", "category")}
    bone = actions.add_cause(
        by=people.owner, finding=finding, text="Нет замещения", method="ishikawa", category="people.deputy", evidence="Штат", controllable=True
    )
    assert actions.mark_root(by=people.owner, cause=bone, explains_all=True, would_prevent=True).is_root
    with pytest.raises(Refused):
        actions.add_cause(by=people.owner, finding=finding, text="Потому", parent=bone)


def test_answers_below_hold_an_answer(people: Cast) -> None:
    finding = led_to(State.ANALYSIS, people)
    last = why(finding, people.owner)
    with pytest.raises(Refused) as refused:
        actions.remove_cause(by=people.owner, cause=last.parent)
    assert codes(refused) == {("", "children")}
    assert actions.remove_cause(by=people.owner, cause=last).removed_at is not None
    with pytest.raises(PermissionDenied):
        actions.change_cause(by=people.coordinator, cause=last.parent, text="Иначе")


def test_a_plan_needs_actions_and_the_effect_fixed_before(people: Cast) -> None:
    with clock.at(DAY):
        finding = led_to(State.PLAN, people)
        with pytest.raises(Refused) as refused:
            actions.submit_for_approval(by=people.owner, finding=finding)
        assert codes(refused) == {("actions", "no_action"), ("effect", "no_effect")}
        with pytest.raises(Refused) as refused:
            plan(finding, people, text="", measure=" ", target="", due_on=DAY - timedelta(days=1), kind="wish")
        assert codes(refused) == {("text", "required"), ("measure", "required"), ("target", "required"), ("due_on", "past"), ("kind", "kind")}
        only = plan(finding, people)
        actions.withdraw_action(by=people.owner, planned=only)
        plan(finding, people, kind="preventive")
        fixed(finding)
        with pytest.raises(Refused) as refused:
            actions.submit_for_approval(by=people.owner, finding=finding)
        assert codes(refused) == {("actions", "no_action")}


def test_the_measure_is_fixed_before_acting_only(people: Cast) -> None:
    finding = led_to(State.IMPLEMENTATION, people)
    with pytest.raises(Refused) as refused:
        fixed(finding, target=Decimal(6))
    assert ("", "too_late") in codes(refused)
    other = led_to(State.PLAN, people)
    with pytest.raises(Refused) as refused:
        fixed(other, measure="", target=Decimal(20), minimum_cases=0, baseline_first=DAY, baseline_last=DAY + timedelta(days=9))
    assert codes(refused) == {("measure", "required"), ("target", "target"), ("minimum_cases", "range"), ("baseline_first", "period")}
    fixed(other)
    fixed(other, target=Decimal(2))
    assert other.effects.get().target == 2


def test_the_verifier_is_independent(people: Cast) -> None:
    finding = led_to(State.APPROVAL, people)
    for wrong in (people.owner, people.assignee):
        with pytest.raises(Refused) as refused:
            actions.approve(by=people.head, finding=finding, verifier=wrong)
        assert codes(refused) == {("verifier", "independence")}
    finding = actions.approve(by=people.head, finding=finding, verifier=people.staff)
    with pytest.raises(Refused):
        actions.assign(by=people.head, finding=finding, owner=people.staff)
    with pytest.raises(Refused):
        plan(finding, people, assignee=people.staff)
    assert actions.set_verifier(by=people.lead, finding=finding, verifier=people.verifier).verifier == people.verifier


def test_the_head_of_quality_verifies_where_the_author_can_t(people: Cast) -> None:
    finding = led_to(State.APPROVAL, people, by=people.owner)
    assert actions.approve(by=people.head, finding=finding).verifier == people.lead


def test_proof_is_refused_and_given_again(people: Cast) -> None:
    with clock.at(DAY):
        finding = led_to(State.PLAN, people)
        second = plan(finding, people, text="Обучить сотрудников")
        finding = led_to(State.VERIFICATION, people, finding)
        finding = actions.refuse_proof(by=people.verifier, finding=finding, comment="Нет листа ознакомления", planned=[second])
        assert finding.state == State.IMPLEMENTATION
        assert [one.done_on for one in finding.actions.order_by("pk")] == [None, DAY]
        with pytest.raises(Refused) as refused:
            actions.submit_for_verification(by=people.owner, finding=finding)
        assert codes(refused) == {("actions", "actions_left")}
        actions.complete_action(by=people.owner, planned=second, proof="Лист ознакомления")
        finding = actions.submit_for_verification(by=people.owner, finding=finding)
        with pytest.raises(Refused) as refused:
            actions.accept_proof(by=people.verifier, finding=finding, effect_on=DAY + timedelta(days=30))
        assert codes(refused) == {("effect_on", "too_soon")}


def test_a_failed_effect_leads_back_and_a_second_round_succeeds(people: Cast) -> None:
    with clock.at(DAY):
        finding = judged(led_to(State.WAITING_EFFECT, people), people.verifier, observed=9, comment="Осталось 9 %")
    assert (finding.state, finding.reopened, finding.closed_on) == (State.ANALYSIS, 1, None)
    assert finding.effects.get().verdict == Verdict.NOT_EFFECTIVE
    # The root that did not help is no root any more; the time limits begin anew.
    assert not finding.causes.filter(is_root=True).exists()
    assert (finding.counted_from, finding.due_on) == (date(2026, 5, 31), date(2026, 6, 22))
    assert people.owner in told("not_effective")
    with clock.at(date(2026, 6, 1)):
        actions.reject_cause(by=people.owner, cause=finding.causes.last(), reason="Контроль был, не помогло")
        finding = led_to(State.CLOSED, people, finding)
    assert finding.reopened == 1
    assert [row.verdict for row in finding.effects.all()] == [Verdict.NOT_EFFECTIVE, Verdict.EFFECTIVE]


def test_half_of_the_gap_is_partly(people: Cast) -> None:
    with clock.at(DAY):
        finding = judged(led_to(State.WAITING_EFFECT, people), people.verifier, observed=6)
    assert (finding.state, finding.effects.get().verdict) == (State.ANALYSIS, Verdict.PARTLY)


def test_a_target_met_with_a_recurrence_is_partly(people: Cast) -> None:
    with clock.at(DAY):
        finding = judged(led_to(State.WAITING_EFFECT, people), people.verifier, recurrences=1)
    assert finding.effects.get().verdict == Verdict.PARTLY


def test_no_verdict_on_too_little(people: Cast) -> None:
    with clock.at(DAY):
        finding = led_to(State.WAITING_EFFECT, people)
    with clock.at(DAY + timedelta(days=40)):
        window = {"check_first": DAY, "check_last": DAY + timedelta(days=39)}
        with pytest.raises(Refused) as refused:
            actions.judge_effect(by=people.verifier, finding=finding, observed=Decimal(0), cases=12, **window)
        assert codes(refused) == {("cases", "too_few_cases"), ("check_last", "window_too_short"), ("", "too_soon")}
        with pytest.raises(Refused) as refused:
            actions.judge_effect(
                by=people.verifier, finding=finding, observed=Decimal(0), cases=-1, check_first=date(2026, 2, 1), check_last=date(2027, 1, 1)
            )
        assert codes(refused) == {("check_last", "future"), ("check_first", "before_acting"), ("cases", "range")}
        later = DAY + timedelta(days=200)
        finding = actions.postpone_effect(by=people.verifier, finding=finding, effect_on=later, reason="Мало случаев")
        assert finding.effect_on == finding.due_on == later


def test_judged_early_with_cases_and_days_enough(people: Cast) -> None:
    with clock.at(DAY):
        finding = led_to(State.WAITING_EFFECT, people, grade="major")
    # 180 days are set; after 90 with enough cases nobody needs to wait.
    assert judged(finding, people.verifier).state == State.CLOSED


def test_both_periods_are_equally_long(people: Cast) -> None:
    with clock.at(DAY):
        finding = led_to(State.PLAN, people)
        plan(finding, people)
        fixed(finding, baseline_first=date(2025, 9, 1), baseline_last=date(2026, 2, 28))
        finding = actions.submit_for_approval(by=people.owner, finding=finding)
        finding = led_to(State.WAITING_EFFECT, people, finding)
        with pytest.raises(Refused) as refused:
            judged(finding, people.verifier)
        assert codes(refused) == {("check_last", "length")}
    with clock.at(DAY + timedelta(days=181)):
        assert judged(finding, people.verifier, check_last=DAY + timedelta(days=180)).state == State.CLOSED


def test_a_major_is_cancelled_by_two(people: Cast) -> None:
    finding = led_to(State.ANALYSIS, people, grade="major")
    with pytest.raises(Refused) as refused:
        actions.cancel(by=people.lead, finding=finding, reason="Дубль")
    assert codes(refused) == {("", "four_eyes")}
    finding = actions.request_cancel(by=people.lead, finding=finding, reason="Дубль")
    assert told("cancel_wanted") == {people.head}
    with pytest.raises(PermissionDenied):
        actions.confirm_cancel(by=people.lead, finding=finding)
    finding = actions.refuse_cancel(by=people.head, finding=finding, reason="Нарушение было")
    assert (finding.state, finding.cancel_wanted_on) == (State.ANALYSIS, None)
    finding = actions.request_cancel(by=people.lead, finding=finding, reason="Всё же дубль")
    finding = actions.confirm_cancel(by=people.head, finding=finding)
    assert (finding.state, finding.due_on, finding.cancel_reason) == (State.CANCELLED, None, "Всё же дубль")


def test_files_of_a_finding_and_of_an_action(people: Cast) -> None:
    finding = led_to(State.IMPLEMENTATION, people)
    planned = finding.actions.get()
    upload = ContentFile(b"%PDF-not", name="proof.pdf")
    with pytest.raises(Refused):
        actions.add_attachment(by=people.assignee, finding=finding, upload=upload, planned=planned)
    table = ContentFile("дата;срок\n1;2\n".encode(), name="proof.csv")
    row = actions.add_attachment(by=people.assignee, finding=finding, upload=table, planned=planned, note="Выгрузка")
    assert (row.finding, row.action, row.file.name, row.added_by) == (finding, planned, "proof.csv", people.assignee)
    with pytest.raises(PermissionDenied):
        actions.add_attachment(by=people.stranger, finding=finding, upload=table)


def test_only_strengths_are_shared(people: Cast) -> None:
    strength = raised(people, grade="strength")
    assert actions.share_strength(by=people.coordinator, finding=strength).shared
    assert not actions.share_strength(by=people.coordinator, finding=strength, shared=False).shared
    with pytest.raises(Refused):
        actions.share_strength(by=people.coordinator, finding=raised(people))


def test_who_did_it_is_never_told(people: Cast) -> None:
    led_to(State.CLOSED, people)
    for one in Notification.objects.select_related("journal"):
        assert one.journal is not None and one.journal.actor_id != one.recipient_id, one.kind


STEPS = {
    "assign": (State.OPEN, lambda f, p: actions.assign(by=p.coordinator, finding=f, owner=p.owner)),
    "correct": (State.CONTAINMENT, lambda f, p: actions.record_correction(by=p.owner, finding=f, correction="Исправлено")),
    "approve": (State.APPROVAL, lambda f, p: actions.approve(by=p.head, finding=f, verifier=p.verifier)),
    "accept": (State.VERIFICATION, lambda f, p: actions.accept_proof(by=p.verifier, finding=f)),
    "effective": (State.WAITING_EFFECT, lambda f, p: judged(f, p.verifier)),
}
QUERIES = {"assign": 10, "correct": 12, "approve": 16, "accept": 12, "effective": 17}


@pytest.mark.parametrize("name", sorted(STEPS))
def test_a_step_asks_a_constant_number_of_questions(people: Cast, name: str, django_assert_num_queries: object) -> None:
    state, step = STEPS[name]
    with clock.at(DAY):
        for _more in range(3):
            raised(people)
        finding = led_to(state, people)
        people = Cast(**{key: _fresh(value) for key, value in vars(people).items()})
        with django_assert_num_queries(QUERIES[name]):  # type: ignore[operator]
            assert isinstance(step(Finding.objects.get(pk=finding.pk), people), Finding)


def _fresh(value: object) -> object:
    return User.objects.get(pk=value.pk) if isinstance(value, User) else value
