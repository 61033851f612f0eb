"""From the facts to a plan and back: what goes in, what comes out, what is refused when the facts changed."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yantar.core import clock, jobs
from yantar.core.jobs import cancel_job
from yantar.core.models import Job, JournalEntry
from yantar.core.problems import Refused
from yantar.engine.planner.check import check
from yantar.engine.planner.forms import Instance, Plan
from yantar.qms.audits import actions
from yantar.qms.audits.instance import Reading, instance_of, kilometres
from yantar.qms.audits.models import Audit, Programme, TeamMember
from yantar.qms.audits.planning import state_of
from yantar.qms.people.models import Absence, Auditor, Conflict
from yantar.qms.services.models import ProcessPart

from .programme_support import World, auditor, audits, computed, planned, world


@pytest.fixture
def given() -> World:
    return world()


def test_an_instance_says_who_may_what_without_names(given: World) -> None:
    programme = given.programme()
    health, lead = given.authorities[0], given.auditors[0]
    ProcessPart.objects.create(
        process=health.processes.first(), auditor=given.auditors[2], part="owner", valid_from=date(2020, 1, 1), valid_to=date(2026, 6, 1)
    )
    Absence.objects.create(auditor=lead, first_day=date(2027, 7, 1), last_day=date(2027, 7, 28))
    Conflict.objects.create(auditor=lead, authority=given.authorities[1], declared_on=date(2026, 1, 1))
    made = instance_of(programme)
    people = {one.id: one for one in made.auditors}
    one = people[lead.code]
    assert (one.authority, one.qualification, one.days_per_month, one.name) == (health.code, "lead", 6, "")
    assert (one.absences[0].first, one.conflicts) == (date(2027, 7, 1), (given.authorities[1].code,))
    assert people[given.auditors[2].code].parts[0].until == date(2026, 5, 31)
    assert lead.name not in made.model_dump_json()
    calendar = made.calendars[0]
    assert date(2027, 1, 4) in calendar.days_off and date(2027, 6, 14) in calendar.days_off
    assert {wish.id for wish in made.wishes} == {one.number for one in audits(programme)}


def test_the_instance_takes_the_same_queries_however_many_there_are(given: World) -> None:
    programme = given.programme()
    with CaptureQueriesContext(
        connection,
    ) as few:
        instance_of(programme)
    for place, home in enumerate(given.authorities):
        auditor(home, given.edition, f"more-{place}")
        actions.add_audit(
            by=given.head,
            programme=programme,
            authority=home,
            edition=given.edition,
            window_first=date(2027, 3, 1),
            window_last=date(2027, 4, 30),
            person_days=1,
            processes=[home.processes.first()],
        )
    with CaptureQueriesContext(connection) as more:
        instance_of(programme)
    assert len(more) == len(few) < 40


def test_places_are_told_apart_by_distance() -> None:
    assert 580 < kilometres((54.71, 20.51), (59.94, 19.0)) < 600
    assert kilometres((54.71, 20.51), (54.71, 20.51)) == 0


def test_a_run_is_computed_checked_kept_and_applied(given: World) -> None:
    programme = given.programme()
    run = computed(given, programme)
    assert (run.violations, run.status in {"optimal", "feasible"}, run.applied_at) == ([], True, None)
    assert run.job is not None
    run.job.refresh_from_db()
    assert run.job.state == "done"
    trace = jobs.notes_of(run.job)["trace"]
    assert trace[-1][1] == run.objective
    plan = Plan.model_validate(run.plan)
    assert check(Instance.model_validate(run.instance), plan) == []
    assert not programme.audits.filter(first_day__isnull=False).exists()
    actions.apply_plan(by=given.head, run=run)
    state = state_of(programme)
    assert (state.unplanned, state.broken) == ([], [])
    for audit in state.audits:
        lead = TeamMember.objects.get(audit=audit, role="lead")
        assert lead.auditor.authority != audit.authority
        assert audit.team.filter(role__in=["lead", "auditor"]).count() == audit.auditors_wanted
        assert sum(audit.costs.values()) >= 0
    with pytest.raises(Refused) as refused:
        actions.apply_plan(by=given.head, run=run)
    assert {one.code for one in refused.value.problems} == {"applied"}


def test_a_plan_is_refused_when_the_facts_changed(given: World) -> None:
    programme = given.programme()
    run = computed(given, programme)
    first = Plan.model_validate(run.plan).audits[0]
    lead = Auditor.objects.get(code=first.lead)
    Absence.objects.create(auditor=lead, first_day=first.days[0], last_day=first.days[-1])
    with pytest.raises(Refused) as refused:
        actions.apply_plan(by=given.head, run=run)
    assert [one.code for one in refused.value.problems] == ["changed", "auditor_absent"]
    assert lead.name in str(refused.value.problems[1].message)
    assert not programme.audits.filter(first_day__isnull=False).exists()


def test_an_audit_taken_off_meanwhile_refuses_the_plan(given: World) -> None:
    programme = given.programme()
    run = computed(given, programme)
    gone = audits(programme)[0]
    actions.remove_wanted(by=given.head, audit=gone)
    with pytest.raises(Refused) as refused:
        actions.apply_plan(by=given.head, run=run)
    assert "gone" in {one.code for one in refused.value.problems}


def test_planning_after_an_absence_moves_as_little_as_possible(given: World) -> None:
    programme, _run = planned(given)
    before = {one.number: (one.first_day, set(one.team.values_list("auditor__code", flat=True))) for one in audits(programme)}
    sick = TeamMember.objects.filter(audit__programme=programme, role="lead").order_by("audit__number")[0]
    first_day = sick.audit.first_day
    assert first_day is not None
    Absence.objects.create(auditor=sick.auditor, first_day=first_day, last_day=first_day)
    assert {one.code for one in state_of(programme).broken} == {"auditor_absent"}
    programme, run = planned(given, programme)
    after = {one.number: (one.first_day, set(one.team.values_list("auditor__code", flat=True))) for one in audits(programme)}
    changed = [number for number in before if before[number] != after[number]]
    assert changed == [sick.audit.number]
    assert state_of(programme).broken == []
    assert run.plan is not None and run.plan["parts"]["change"] > 0


def test_nothing_can_be_planned_without_audits_or_leads(given: World) -> None:
    programme = actions.open_programme(by=given.head, year=2027)
    Auditor.objects.update(qualification="member")
    with pytest.raises(Refused) as refused:
        actions.start_planning(by=given.head, programme=programme, seconds=2)
    assert {one.code for one in refused.value.problems} == {"no_wishes", "no_leads"}


def test_one_run_at_a_time(given: World) -> None:
    programme = given.programme()
    run = actions.start_planning(by=given.head, programme=programme, seconds=2)
    with pytest.raises(Refused) as refused:
        actions.start_planning(by=given.head, programme=programme, seconds=2)
    assert {one.code for one in refused.value.problems} == {"under_way"}
    cancel_job(by=given.head, job=run.job)
    assert actions.start_planning(by=given.head, programme=programme, seconds=2).pk != run.pk


def test_what_cannot_be_fulfilled_is_left_out_with_reasons(given: World) -> None:
    programme = given.programme()
    narrow = audits(programme)[0]
    Audit.objects.filter(pk=narrow.pk).update(window_first=date(2027, 1, 2), window_last=date(2027, 1, 3))
    programme, run = planned(given, programme)
    assert run.plan is not None
    assert [one["wish"] for one in run.plan["dropped"]] == [narrow.number]
    assert run.plan["dropped"][0]["reasons"]
    assert [one.number for one in state_of(programme).unplanned] == [narrow.number]


def test_what_is_fixed_stands(given: World) -> None:
    programme, _run = planned(given)
    one = audits(programme)[0]
    actions.fix_audit(by=given.head, audit=one)
    Absence.objects.create(auditor=one.team.get(role="lead").auditor, first_day=one.first_day, last_day=one.first_day)
    with pytest.raises(Refused) as refused:
        actions.start_planning(by=given.head, programme=programme, seconds=2)
    assert {one.code for one in refused.value.problems} == {"auditor_absent"}
    actions.fix_audit(by=given.head, audit=one, fixed=False)
    assert actions.start_planning(by=given.head, programme=programme, seconds=2).pk


def test_audits_of_the_certifier_close_their_days(given: World) -> None:
    programme = given.programme()
    Audit.objects.create(
        number="2027-A-900",
        kind="surveillance",
        state_since=date(2026, 11, 1),
        authority=given.authorities[0],
        edition=given.edition,
        window_first=date(2027, 5, 11),
        window_last=date(2027, 5, 14),
        first_day=date(2027, 5, 11),
        last_day=date(2027, 5, 14),
        recorded_at=clock.now(),
    )
    made = Reading(programme).instance()
    closed = next(one for one in made.authorities if one.id == given.authorities[0].code).closed
    assert [(one.first, one.last) for one in closed] == [(date(2027, 5, 11), date(2027, 5, 14))]


def test_what_has_begun_is_kept_or_blocks_its_days(given: World) -> None:
    programme, _run = planned(given)
    one = audits(programme)[0]
    assert one.first_day is not None and one.last_day is not None
    Audit.objects.filter(pk=one.pk).update(state="reported")
    wish = next(wish for wish in instance_of(programme, from_present=False).wishes if wish.id == one.number)
    assert wish.fixed and wish.present is not None and wish.present.first == one.first_day
    # Its lead left meanwhile: what happened can't be judged by today's rules any more.
    lead = one.team.get(role="lead").auditor
    Auditor.objects.filter(pk=lead.pk).update(qualification="trainee")
    made = instance_of(programme)
    assert one.number not in {wish.id for wish in made.wishes}
    absences = next(person for person in made.auditors if person.id == lead.code).absences
    assert [(span.first, span.last) for span in absences] == [(one.first_day, one.last_day)]


def test_the_journal_names_no_people(given: World) -> None:
    programme, run = planned(given)
    for entry in JournalEntry.objects.filter(action__startswith="audits."):
        assert "Имярек" not in entry.decided and "lead-" not in entry.decided
    kept = JournalEntry.objects.get(action="audits.keep_plan")
    assert '"status"' in kept.decided


@pytest.mark.django_db(transaction=True)
def test_a_stopped_run_keeps_the_best_plan_and_holds_no_transaction() -> None:
    given = world()
    for place, home in enumerate(given.authorities):
        for number in range(4):
            auditor(home, given.edition, f"more-{place}-{number}")
    programme = given.programme()
    for number in range(24):
        home = given.authorities[number % 3]
        actions.add_audit(
            by=given.head,
            programme=programme,
            authority=home,
            edition=given.edition,
            window_first=date(2027, 2, 1),
            window_last=date(2027, 2, 1) + timedelta(days=90 + number),
            person_days=4,
            auditors_wanted=2,
            processes=[home.processes.first()],
        )
    run = actions.start_planning(by=given.head, programme=programme, seconds=60)
    assert run.job is not None
    job_id = run.job.pk

    def work() -> None:
        jobs.carry_out(job_id)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while (found := jobs.notes_of(Job.objects.get(pk=job_id)).get("incumbent")) is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert found is not None
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'")
            assert cursor.fetchone() == (0,)
        job = Job.objects.get(pk=job_id)
        if job.finished_at is None:
            cancel_job(by=given.head, job=job)
    finally:
        thread.join()
    run.refresh_from_db()
    assert (Job.objects.get(pk=job_id).state, run.violations) == ("done", [])
    assert run.objective is not None and run.status in {"cancelled", "optimal", "feasible"}
    assert Programme.objects.get(pk=programme.pk).state == "draft"
