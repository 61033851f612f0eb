"""The programme of a year: risks with their inputs, what is wanted and why, from the draft to the review."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import with_role
from yantar.core import clock
from yantar.core.models import JournalEntry, Notification
from yantar.core.problems import Refused
from yantar.qms.audits import actions
from yantar.qms.audits.models import Audit, Programme, RiskAssessment
from yantar.qms.audits.wants import covered
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Role

from .programme_support import YEAR, World, audits, certificate, planned, world


@pytest.fixture
def given() -> World:
    return world()


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {one.code for one in refused.value.problems}


def test_only_the_head_of_quality_opens_a_programme_and_once(given: World) -> None:
    with pytest.raises(PermissionDenied):
        actions.open_programme(by=with_role(Role.COORDINATOR, given.authorities[0]), year=YEAR)
    programme = actions.open_programme(by=given.head, year=YEAR)
    assert programme.goals and programme.criteria and programme.state == "draft"
    with pytest.raises(Refused) as refused:
        actions.open_programme(by=given.head, year=YEAR)
    assert codes(refused) == {"exists"}


def test_the_next_programme_takes_over_texts_and_weights(given: World) -> None:
    first = actions.open_programme(by=given.head, year=YEAR)
    texts = {name: f"{name} нового года" for name in ("goals", "scope", "risks", "criteria", "methods", "resources")}
    actions.change_programme(by=given.head, programme=first, **texts, weights={"travel": 7})
    following = actions.open_programme(by=given.head, year=YEAR + 1)
    assert (following.goals, following.weights["travel"], following.weights["load"]) == ("goals нового года", 7, 20)


def test_weights_out_of_bounds_are_refused_by_name(given: World) -> None:
    programme = actions.open_programme(by=given.head, year=YEAR)
    texts = dict.fromkeys(("goals", "scope", "risks", "criteria", "methods", "resources"), "x")
    with pytest.raises(Refused) as refused:
        actions.change_programme(by=given.head, programme=programme, **texts, weights={"travel": -1})
    assert [one.field for one in refused.value.problems] == ["weight_travel"]


def test_risks_are_kept_with_every_input(given: World) -> None:
    assert actions.assess_risks(by=given.head, year=YEAR) == 9
    health = given.authorities[0]
    risky = RiskAssessment.objects.get(authority=health, process__code="services")
    factors = {one["code"]: one for one in risky.factors}
    assert factors["cases_per_year"] == {"code": "cases_per_year", "value": 60000, "known": True, "level": 3, "weight": 3, "points": 9}
    assert factors["months_since_audit"]["value"] == "never"
    assert factors["last_result"]["known"] is False
    whole = RiskAssessment.objects.get(authority=health, process=None)
    assert (whole.score, whole.band) == (risky.score, risky.band)
    actions.assess_risks(by=given.head, year=YEAR)
    assert RiskAssessment.objects.count() == 9


def test_an_open_major_nonconformity_makes_a_process_riskier(given: World) -> None:
    actions.assess_risks(by=given.head, year=YEAR)
    before = RiskAssessment.objects.get(authority=given.authorities[0], process__code="staff")
    Finding.objects.create(
        number="2026-00001",
        authority=given.authorities[0],
        process=before.process,
        grade="major",
        gap="Нет плана обучения.",
        origin_kind="audit",
        raised_on=date(2026, 5, 4),
        state="analysis",
        state_since=date(2026, 5, 4),
        recorded_at=clock.now(),
    )
    actions.assess_risks(by=given.head, year=YEAR)
    after = RiskAssessment.objects.get(pk=before.pk)
    assert {one["code"]: one["value"] for one in after.factors}["last_result"] == "open_major"
    assert after.score > before.score


def test_wants_ask_for_risks_first(given: World) -> None:
    programme = actions.open_programme(by=given.head, year=YEAR)
    with pytest.raises(Refused) as refused:
        actions.want_audits(by=given.head, programme=programme)
    assert codes(refused) == {"no_risks"}


def test_every_certified_authority_is_audited_in_time_for_its_surveillance(given: World) -> None:
    programme = given.programme()
    for authority in given.authorities[:2]:
        first = programme.audits.filter(authority=authority).order_by("window_last").first()
        assert first is not None
        assert first.window_last <= date(2027, 9, 15) - timedelta(days=30)
        assert first.certificate is not None and first.edition == given.edition
        assert {"surveillance", "yearly", "process_due", "overdue"} & {one["code"] for one in first.why}
        assert {one["code"] for one in first.why} >= {"norm_base", "norm_result"}


def test_core_processes_ask_for_their_field_and_time_follows_the_norm(given: World) -> None:
    given.authorities[0].processes.filter(code="services").update(field="health")
    given.authorities[0].processes.filter(code="staff").update(field="personnel")
    programme = given.programme()
    wanted = [one for one in audits(programme) if one.authority == given.authorities[0] and one.processes.filter(code="services").exists()]
    assert wanted and all(one.fields == ["health"] for one in wanted)
    assert all(1 <= one.person_days <= 4 and one.auditors_wanted in (1, 2) for one in wanted)


def test_three_years_cover_every_clause_and_process(given: World) -> None:
    """The programmes of a whole cycle, each one wanted when its year comes near."""
    certificate(given.authorities[2], expires_on=date(2029, 12, 31), surveillance_on=None)
    for year in (2027, 2028, 2029):
        with clock.at(date(year - 1, 12, 1)):
            programme = actions.open_programme(by=given.head, year=year)
            actions.assess_risks(by=given.head, year=year)
            actions.want_audits(by=given.head, programme=programme)
        for audit in audits(programme) if year < 2029 else ():
            Audit.objects.filter(pk=audit.pk).update(state="closed", first_day=audit.window_last, last_day=audit.window_last)
    with clock.at(date(2028, 12, 1)):
        found = covered(Programme.objects.get(year=2029), date(2028, 12, 1), [given.authorities[2].pk])
    assert found[0].missing == 0
    assert len(found[0].clauses) == 12


def test_what_was_planned_and_never_begun_covers_nothing(given: World) -> None:
    certificate(given.authorities[2], expires_on=date(2029, 12, 31), surveillance_on=None)
    with clock.at(date(2026, 12, 1)):
        programme = given.programme()
        before = covered(programme, date(2026, 12, 1), [given.authorities[2].pk])[0].missing
    with clock.at(date(2027, 12, 31)):
        after = covered(programme, date(2027, 12, 31), [given.authorities[2].pk])[0].missing
    assert after == 14 > before


def test_a_list_made_anew_keeps_what_was_added_by_hand(given: World) -> None:
    programme = given.programme()
    own = actions.add_audit(
        by=given.head,
        programme=programme,
        authority=given.authorities[2],
        edition=given.edition,
        window_first=date(2027, 3, 1),
        window_last=date(2027, 3, 31),
        person_days=2,
        processes=list(given.authorities[2].processes.all()),
    )
    numbers = {one.number for one in audits(programme)}
    actions.want_audits(by=given.head, programme=programme)
    assert own.number in {one.number for one in audits(programme)}
    assert len(numbers) >= len(audits(programme))


def test_a_wanted_audit_is_refused_with_everything_wrong(given: World) -> None:
    programme = given.programme()
    with pytest.raises(Refused) as refused:
        actions.add_audit(
            by=given.head,
            programme=programme,
            authority=given.authorities[2],
            edition=given.edition,
            window_first=date(2027, 3, 1),
            window_last=date(2027, 2, 1),
            person_days=0,
            processes=[given.authorities[0].processes.first()],
        )
    assert codes(refused) == {"order", "range", "authority"}


def test_a_wanted_audit_is_changed_and_taken_off(given: World) -> None:
    programme = given.programme()
    one = audits(programme)[0]
    actions.change_wanted(
        by=given.head,
        audit=one,
        window_first=date(2027, 2, 1),
        window_last=date(2027, 2, 26),
        person_days=3,
        auditors_wanted=1,
        trainees_wanted=0,
        method="remote",
        language="ru",
        clauses=list(given.edition.clauses.filter(number="4.1")),
        processes=[],
    )
    one.refresh_from_db()
    assert (one.window_last, one.person_days, one.method, one.why[0]["code"]) == (date(2027, 2, 26), 3, "remote", "by_hand")
    actions.remove_wanted(by=given.head, audit=one)
    assert not Audit.objects.filter(pk=one.pk).exists()
    assert JournalEntry.objects.filter(action="audits.remove_wanted", authority_id=one.authority_id).exists()


def test_a_programme_without_a_plan_is_not_approved(given: World) -> None:
    programme = given.programme()
    Programme.objects.filter(pk=programme.pk).update(goals=" ")
    with pytest.raises(Refused) as refused:
        actions.approve_programme(by=given.head, programme=programme)
    assert codes(refused) == {"required", "unplanned"}


def test_from_the_plan_to_the_review(given: World) -> None:
    programme, _run = planned(given)
    coordinator = with_role(Role.COORDINATOR, given.authorities[0])
    lead = with_role(Role.INTERNAL_AUDITOR, given.authorities[1])
    given.auditors[2].user = lead
    given.auditors[2].save()
    with pytest.raises(Refused):
        actions.publish_dates(by=given.head, programme=programme)
    actions.approve_programme(by=given.head, programme=programme)
    with pytest.raises(Refused) as refused:
        actions.change_programme(
            by=given.head, programme=programme, **dict.fromkeys(("goals", "scope", "risks", "criteria", "methods", "resources"), "x")
        )
    assert codes(refused) == {"approved"}
    actions.take_back_approval(by=given.head, programme=programme)
    actions.approve_programme(by=given.head, programme=programme)
    actions.publish_dates(by=given.head, programme=programme)
    own = programme.audits.filter(authority=given.authorities[0]).count()
    assert Notification.objects.filter(recipient=coordinator, kind="audits.dates").count() == own > 0
    sent = programme.audits.filter(team__auditor__user=lead).count()
    assert Notification.objects.filter(recipient=lead, kind="audits.dates").count() == sent
    with pytest.raises(Refused) as refused:
        actions.review_programme(by=given.head, programme=programme, review_result="")
    assert codes(refused) == {"early", "required"}
    with clock.at(date(2027, 12, 20)):
        actions.review_programme(by=given.head, programme=programme, review_result="Выполнена.")
    programme.refresh_from_db()
    assert (programme.state, programme.reviewed_on) == ("reviewed", date(2027, 12, 20))
