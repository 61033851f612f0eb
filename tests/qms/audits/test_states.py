"""The table of steps: every step by every role, every step that is not in it, every condition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import rules as engine
from django.core.exceptions import PermissionDenied

from tests.factories import with_role
from yantar.core.actions import REGISTRY
from yantar.core.models import Notification
from yantar.core.problems import Refused
from yantar.qms.audits import actions, guards, rules, states
from yantar.qms.audits.models import Audit, AuditState, AuditStep, Report, ReportState
from yantar.qms.audits.states import Guard, Who
from yantar.qms.organisation.models import Role

from .support import HOURS, TODAY, Case, case, put_into, ready, under_way

CALLS: dict[str, Callable[[Any, Audit], Any]] = {
    "audits.finish_preparation": lambda by, audit: actions.finish_preparation(by=by, audit=audit),
    "audits.prepare_again": lambda by, audit: actions.prepare_again(by=by, audit=audit),
    "audits.begin": lambda by, audit: actions.begin(by=by, audit=audit),
    "audits.finish_on_the_spot": lambda by, audit: actions.finish_on_the_spot(by=by, audit=audit),
    "audits.resume": lambda by, audit: actions.resume(by=by, audit=audit),
    "audits.sign_report": lambda by, audit: actions.sign_report(by=by, audit=audit),
    "audits.acknowledge_report": lambda by, audit: actions.acknowledge_report(by=by, audit=audit),
    "audits.answer_dispute": lambda by, audit: actions.answer_dispute(by=by, audit=audit, answer="Останется как есть."),
    "audits.close": lambda by, audit: actions.close(by=by, audit=audit, hours_spent=HOURS),
    "audits.postpone": lambda by, audit: actions.postpone(by=by, audit=audit, reason="болезнь аудитора"),
    "audits.plan_again": lambda by, audit: actions.plan_again(
        by=by, audit=audit, window_first=TODAY + timedelta(days=10), window_last=TODAY + timedelta(days=40)
    ),
    "audits.cancel": lambda by, audit: actions.cancel(by=by, audit=audit, reason="орган упразднён"),
    "audits.report_external": lambda by, audit: actions.report_external(
        by=by, audit=audit, began_on=TODAY - timedelta(days=2), ended_on=TODAY - timedelta(days=1), body_report="17-С"
    ),
}
ROLES = ("lead", "member", "trainee", "observer", "head_of_quality", "coordinator", "head", "stranger", "administrator", "staff", "certifier")
IS: dict[str, set[Who]] = {
    "lead": {Who.LEAD},
    "head_of_quality": {Who.HEAD_OF_QUALITY},
    "coordinator": {Who.AUTHORITY, Who.COORDINATOR},
    "head": {Who.AUTHORITY},
}


def person(given: Case, role: str) -> Any:
    """The person of a role around this audit."""
    if hasattr(given, role):
        return getattr(given, role)
    kinds = {"stranger": Role.COORDINATOR, "administrator": Role.ADMINISTRATOR, "staff": Role.STAFF, "certifier": Role.CERTIFIER}
    authority = {"stranger": case().audit.authority, "staff": given.audit.authority}.get(role)
    return with_role(kinds[role], authority)


def prepared_for(step: states.Step, external: bool) -> Case:
    """An audit in the state where a step begins, with everything that its conditions ask for."""
    given = case("surveillance") if external else ready(case())
    put_into(given, step.before)
    if step.action in ("audits.answer_dispute", "audits.acknowledge_report"):
        state = ReportState.DISPUTED if step.action == "audits.answer_dispute" else ReportState.SIGNED
        Report.objects.filter(audit=given.audit).update(state=state, dispute="Не согласны.", signed_on=TODAY)
    return given


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("external", [False, True], ids=["internal", "external"])
def test_every_step_by_every_role(external: bool, role: str) -> None:
    for step in states.table(external):
        given = prepared_for(step, external)
        who = person(given, role)
        audit = given.fresh()
        may = bool(IS.get(role, set()) & step.who) and not (external and role == "lead")
        if may:
            CALLS[step.action](who, audit)
            assert given.fresh().state == step.after, (step, role)
            row = AuditStep.objects.get(audit=audit)
            assert (row.before, row.after, row.by, row.on) == (step.before, step.after, who, TODAY)
        else:
            with pytest.raises((PermissionDenied, Refused)):
                CALLS[step.action](who, audit)
            assert given.fresh().state == step.before, (step, role)
            assert not AuditStep.objects.filter(audit=audit).exists()


@pytest.mark.parametrize("state", AuditState.values)
@pytest.mark.parametrize("external", [False, True], ids=["internal", "external"])
def test_nothing_happens_that_is_not_in_the_table(external: bool, state: str) -> None:
    given = case("surveillance") if external else ready(case())
    put_into(given, state)
    everybody = (given.lead, given.head_of_quality, given.coordinator, given.head)
    for action, call in CALLS.items():
        if states.find(state, action, external) is not None:
            continue
        for who in everybody:
            with pytest.raises((PermissionDenied, Refused)) as refused:
                call(who, given.fresh())
            if isinstance(refused.value, Refused):
                assert refused.value.problems[0].code == "state"
    assert given.fresh().state == state


LACKING: dict[Guard, Callable[[Case], Any]] = {
    Guard.DAYS: lambda given: Audit.objects.filter(pk=given.audit.pk).update(first_day=None, last_day=None),
    Guard.TEAM: lambda given: given.audit.team.filter(role="lead").delete(),
    Guard.CHECKLIST: lambda given: given.audit.lines.update(dropped_at="2026-11-01T00:00Z"),
    Guard.AGENDA: lambda given: given.audit.agenda.all().delete(),
    Guard.BEGUN: lambda given: Audit.objects.filter(pk=given.audit.pk).update(first_day=date(2026, 12, 1), last_day=date(2026, 12, 2)),
    Guard.OPENING: lambda given: given.audit.meetings.filter(kind="opening").delete(),
    Guard.CLOSING: lambda given: given.audit.meetings.filter(kind="closing").delete(),
    Guard.ANSWERED: lambda given: given.line.answers.update(grade=""),
    Guard.RAISED: lambda given: given.line.answers.update(grade="minor"),
    Guard.CONCLUSION: lambda given: Report.objects.filter(audit=given.audit).update(conclusion=" "),
}
DECIDED_ELSEWHERE = {Guard.REASON, Guard.WINDOW, Guard.OVER, Guard.FACT, Guard.HOURS, Guard.STATEMENTS, Guard.NO_DRAFTS, Guard.SETTLED}


@pytest.mark.parametrize("step", [step for step in states.INTERNAL if set(step.guards) & set(LACKING)], ids=lambda step: step.action)
def test_every_condition_stops_its_step(step: states.Step) -> None:
    for guard in step.guards:
        if guard in DECIDED_ELSEWHERE:
            continue
        given = prepared_for(step, external=False)
        by = given.head_of_quality if guard == Guard.TEAM else given.lead
        LACKING[guard](given)
        with pytest.raises(Refused) as refused:
            CALLS[step.action](by, given.fresh())
        assert [one.code for one in refused.value.problems] == [guard.value]


def test_every_condition_is_checked_somewhere() -> None:
    used = {guard for step in (*states.INTERNAL, *states.EXTERNAL) for guard in step.guards}
    assert used == set(Guard) == set(guards.GUARDS)
    assert set(guards.CHECKS) | DECIDED_ELSEWHERE == set(Guard)
    assert set(LACKING) | DECIDED_ELSEWHERE == set(Guard)


def test_what_is_typed_with_a_step_is_checked_too() -> None:
    given = ready(case())
    for call in (
        lambda: actions.postpone(by=given.lead, audit=given.fresh(), reason=" "),
        lambda: actions.cancel(by=given.head_of_quality, audit=given.fresh(), reason=""),
    ):
        with pytest.raises(Refused):
            call()
    put_into(given, "postponed")
    for first, last in ((TODAY, TODAY - timedelta(days=3)), (TODAY - timedelta(days=9), TODAY - timedelta(days=3))):
        with pytest.raises(Refused):
            actions.plan_again(by=given.head_of_quality, audit=given.fresh(), window_first=first, window_last=last)
    put_into(given, "follow_up")
    with pytest.raises(Refused) as refused:
        actions.close(by=given.lead, audit=given.fresh())
    assert refused.value.problems[0].field == "hours_spent"


def test_an_open_nonconformity_keeps_the_audit_open_and_a_draft_keeps_it_from_being_cancelled() -> None:
    given = under_way()
    finding = actions.raise_finding(
        by=given.member,
        audit=given.audit,
        line=given.line,
        grade="minor",
        gap="В деле № 7 нет отметки о проверке.",
        requirement="п. 8.5.1",
        evidence="Дело № 7 от 02.11.2026, отдел лицензий",
    )
    with pytest.raises(Refused, match="черновик|drafts"):
        actions.cancel(by=given.head_of_quality, audit=given.fresh(), reason="x")
    put_into(given, "follow_up")
    type(finding).objects.filter(pk=finding.pk).update(state="open")
    with pytest.raises(Refused) as refused:
        actions.close(by=given.lead, audit=given.fresh(), hours_spent=HOURS)
    assert [(one.code, one.value) for one in refused.value.problems] == [("settled", finding.number)]
    type(finding).objects.filter(pk=finding.pk).update(state="closed", closed_on=TODAY)
    assert actions.close(by=given.lead, audit=given.fresh(), hours_spent=HOURS).hours_spent == HOURS


def test_those_concerned_are_told_and_who_did_it_is_not() -> None:
    given = ready(case())
    actions.finish_preparation(by=given.lead, audit=given.audit)
    told = set(Notification.objects.filter(kind="audits.prepared").values_list("recipient_id", flat=True))
    assert told == {given.member.pk, given.trainee.pk, given.observer.pk, given.coordinator.pk, given.head.pk}


def test_the_diagram_has_every_step_once() -> None:
    for external in (False, True):
        lines = states.mermaid(external).splitlines()
        assert len(lines) == len(set(lines)) == 2 + len(states.table(external))


PERMISSIONS: dict[str, set[str]] = {
    "audits.view_audit": {"lead", "member", "trainee", "observer", "head_of_quality", "coordinator", "head", "administrator", "staff", "certifier"},
    "audits.prepare_audit": {"lead", "head_of_quality"},
    "audits.take_part": {"lead", "member", "trainee"},
    "audits.raise_finding": {"lead", "member"},
    "audits.draft_report": {"lead"},
    "audits.dispute_report": {"coordinator", "head"},
    "audits.change_bank": {"lead", "member", "trainee", "head_of_quality"},
    "audits.plan_external": {"head_of_quality", "coordinator"},
    "audits.record_external": set(),
    "audits.see_people_met": {"lead", "member", "trainee", "observer", "head_of_quality", "administrator"},
}


@pytest.mark.parametrize("role", ROLES)
def test_permissions_by_role(role: str) -> None:
    given = case()
    who = person(given, role)
    assert {name for name in PERMISSIONS if who.has_perm(name, given.audit)} == {name for name, roles in PERMISSIONS.items() if role in roles}
    outer = case("surveillance")
    who = person(outer, role)
    assert who.has_perm("audits.record_external", outer.audit) == (role in ("head_of_quality", "coordinator"))
    assert not who.has_perm("audits.take_part", outer.audit)


def test_every_permission_of_audits_is_in_a_table() -> None:
    mine = {info.permission for info in REGISTRY.values() if info.function.__module__.startswith("yantar.qms.audits.actions")}
    known = set(PERMISSIONS) | set(rules.STEP_ACTIONS)
    from_programme = {name for name in engine.permissions.permissions if name.startswith("audits.")} - known
    assert mine - from_programme <= known
    assert set(CALLS) == set(rules.STEP_ACTIONS)
