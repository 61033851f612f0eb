"""Every transition × everybody, from the table; what the table has not is refused in every state; the documentation is the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from tests.factories import AuthorityFactory, UserFactory, with_role
from tests.qms.findings.support import Cast, cast, fixed, led_to, plan, root
from yantar.core import clock
from yantar.core.actions import REGISTRY
from yantar.core.models import User
from yantar.core.problems import Refused
from yantar.qms.findings import actions, states
from yantar.qms.findings.models import FINAL, Finding, FindingStep, State
from yantar.qms.findings.states import TRANSITIONS, Transition, Who
from yantar.qms.organisation.models import WHOLE_GOVERNMENT_ONLY, Role

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)

AUDITS_MD = {
    ("draft", "open", "author"),
    ("open", "rejected", "lead"),
    ("open", "containment", "owner"),
    ("containment", "analysis", "owner"),
    ("analysis", "plan", "owner"),
    ("plan", "approval", "owner"),
    ("approval", "plan", "approver"),
    ("approval", "implementation", "approver"),
    ("implementation", "verification", "owner"),
    ("verification", "implementation", "verifier"),
    ("verification", "waiting_effect", "verifier"),
    ("waiting_effect", "closed", "verifier"),
    ("waiting_effect", "analysis", "verifier"),
    ("closed", "analysis", "lead"),
}
"""The recommended machine, row by row; besides it everything before closing can be cancelled by the lead."""
OURS = {("draft", "noted", "author"), ("noted", "open", "owner"), ("draft", "cancelled", "author")}

EVERYBODY = [*(f"{role} own" for role in Role), *(f"{role} elsewhere" for role in Role if role not in WHOLE_GOVERNMENT_ONLY)]
EVERYBODY += ["owner", "verifier", "author", "assignee", "cause author", "nobody"]

MAY: dict[str, set[str]] = {
    "findings.change_draft": {"author", "head_of_quality own"},
    "findings.set_owner": {"owner", "head_of_quality own", "coordinator own", "head_of_authority own", "cause author"},
    "findings.act_as_owner": {"owner"},
    # The cause author coordinates the authority: the role would do, having analysed it does not.
    "findings.approve": {"head_of_quality own", "coordinator own", "head_of_authority own"},
    "findings.verify": {"verifier"},
    "findings.lead": {"head_of_quality own"},
}


def test_the_table_is_the_recommended_machine() -> None:
    rows = {(row.before.value, row.after.value, row.who.value) for row in TRANSITIONS if row.code != "cancel"}
    assert rows == AUDITS_MD | OURS
    cancelled = {row.before for row in TRANSITIONS if row.code == "cancel"}
    assert cancelled == {state for state in State if state not in FINAL}
    assert all(row.guard for row in TRANSITIONS)
    assert len({(row.code, row.before) for row in TRANSITIONS}) == len(TRANSITIONS)


def test_every_row_is_made_by_an_action_with_its_permission() -> None:
    for row in TRANSITIONS:
        assert REGISTRY[f"findings.{row.action}"].permission == row.permission, row
    by_permission = {row.permission: row.who for row in TRANSITIONS if row.permission not in ("findings.set_owner",)}
    assert by_permission == {
        "findings.change_draft": Who.AUTHOR,
        "findings.act_as_owner": Who.OWNER,
        "findings.approve": Who.APPROVER,
        "findings.verify": Who.VERIFIER,
        "findings.lead": Who.LEAD,
    }


def test_every_state_but_the_first_is_reached_and_every_state_that_is_not_final_is_left() -> None:
    assert {row.after for row in TRANSITIONS} | {State.DRAFT} == set(State)
    assert {row.before for row in TRANSITIONS} >= set(State) - FINAL


def everybody(people: Cast) -> dict[str, User]:
    """A person for every role at the authority and elsewhere, the people the finding names, and one without any role."""
    elsewhere = AuthorityFactory()
    found = {f"{role} own": with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else people.authority) for role in Role}
    found |= {f"{role} elsewhere": with_role(role, elsewhere) for role in Role if role not in WHOLE_GOVERNMENT_ONLY}
    found |= {"owner": people.owner, "verifier": people.verifier, "author": people.author, "assignee": people.assignee}
    found["cause author"] = with_role(Role.COORDINATOR, people.authority)
    found["nobody"] = UserFactory()
    return found


def _prepared(row: Transition, people: Cast, persons: dict[str, User]) -> Finding:
    """A finding that stands where the row begins, its guard fulfilled."""
    extra: dict[str, Any] = {"grade": "strength"} if row.code == "note" else {}
    finding = led_to(row.before, people, **extra)
    if row.code == "plan":
        root(finding, people.owner)
    if row.code == "submit":
        plan(finding, people)
        fixed(finding)
    if row.code == "done":
        for one in finding.actions.all():
            actions.complete_action(by=people.assignee, planned=one, proof="Акт")
    # Whoever is named must be so in every state, also before the course of things names them.
    Finding.objects.filter(pk=finding.pk).update(owner=people.owner, verifier=people.verifier)
    finding.refresh_from_db()
    if cause := finding.causes.first():
        cause.pk, cause.parent, cause.is_root, cause.author = None, None, False, persons["cause author"]
        cause.save()
    return finding


def _window(finding: Finding) -> dict[str, Any]:
    first = max(one.done_on for one in finding.actions.all() if one.done_on)
    return {"cases": 40, "check_first": first, "check_last": first + timedelta(days=89)}


MAKE: dict[str, Callable[[User, Finding, Cast], Any]] = {
    "open": lambda by, f, p: actions.open_finding(by=by, finding=f),
    "note": lambda by, f, p: actions.open_finding(by=by, finding=f),
    "drop": lambda by, f, p: actions.drop_draft(by=by, finding=f, reason="Дубль"),
    "take_up": lambda by, f, p: actions.take_up(by=by, finding=f),
    "reject": lambda by, f, p: actions.reject(by=by, finding=f, reason="Нет нарушения"),
    "assign": lambda by, f, p: actions.assign(by=by, finding=f, owner=p.owner),
    "correct": lambda by, f, p: actions.record_correction(by=by, finding=f, correction="Исправлено"),
    "plan": lambda by, f, p: actions.propose_plan(by=by, finding=f, elsewhere="Проверено: нет"),
    "submit": lambda by, f, p: actions.submit_for_approval(by=by, finding=f),
    "send_back": lambda by, f, p: actions.send_back(by=by, finding=f, comment="Мало"),
    "approve": lambda by, f, p: actions.approve(by=by, finding=f, verifier=p.verifier),
    "done": lambda by, f, p: actions.submit_for_verification(by=by, finding=f),
    "refuse_proof": lambda by, f, p: actions.refuse_proof(by=by, finding=f, comment="Нет подписи"),
    "accept_proof": lambda by, f, p: actions.accept_proof(by=by, finding=f),
    "effective": lambda by, f, p: actions.judge_effect(by=by, finding=f, observed=Decimal(0), **_window(f)),
    "not_effective": lambda by, f, p: actions.judge_effect(by=by, finding=f, observed=Decimal(12), **_window(f)),
    "reopen": lambda by, f, p: actions.reopen(by=by, finding=f, comment="Снова"),
    "cancel": lambda by, f, p: actions.cancel(by=by, finding=f, reason="Дубль"),
}


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.code}-{row.before}")
def test_every_transition_and_everybody(row: Transition) -> None:
    with clock.at(DAY):
        people = cast()
        persons = everybody(people)
        assert list(persons) == EVERYBODY
        finding = _prepared(row, people, persons)
    with clock.at(DAY + timedelta(days=95 if row.before in (State.WAITING_EFFECT, State.CLOSED) else 0)):
        may = set()
        for name, person in persons.items():
            steps = FindingStep.objects.filter(finding=finding).count()
            sid = transaction.savepoint()
            try:
                after = MAKE[row.code](person, finding, people)
            except PermissionDenied:
                assert FindingStep.objects.filter(finding=finding).count() == steps
            else:
                may.add(name)
                assert after.state == row.after
                last = FindingStep.objects.filter(finding=finding).last()
                assert last is not None and (last.before, last.after, last.by) == (row.before, row.after, person)
            transaction.savepoint_rollback(sid)
    assert may == MAY[row.permission], row


@pytest.mark.parametrize("state", list(State))
def test_what_the_table_has_not_is_refused(state: State) -> None:
    with clock.at(DAY):
        people = cast()
        finding = led_to(state, people)
    Finding.objects.filter(pk=finding.pk).update(owner=people.owner, verifier=people.verifier)
    finding.refresh_from_db()
    who = {
        "findings.change_draft": people.lead,
        "findings.set_owner": people.lead,
        "findings.act_as_owner": people.owner,
        "findings.approve": people.lead,
        "findings.verify": people.verifier,
        "findings.lead": people.lead,
    }
    possible = {row.code for row in states.possible(state)}
    permissions = {row.code: row.permission for row in TRANSITIONS}
    window = {"cases": 40, "check_first": DAY, "check_last": DAY + timedelta(days=89)}
    with clock.at(DAY + timedelta(days=95)):
        for code, make in MAKE.items():
            same_action = {"note": "open", "open": "note", "effective": "not_effective"}.get(code, code)
            if {code, same_action} & possible or (code == "assign" and state not in (*FINAL, State.DRAFT)):
                continue
            if permissions[code] == "findings.verify" and "effective" in code:
                make = lambda by, f, p: actions.judge_effect(by=by, finding=f, observed=Decimal(0), **window)  # noqa: E731
            with pytest.raises(Refused) as refused:
                make(who[permissions[code]], finding, people)
            assert any(problem.code in ("state", "no_effect") for problem in refused.value.problems), code
    finding.refresh_from_db()
    assert finding.state == state


def test_the_diagram_names_who_does_what() -> None:
    assert "open --> rejected: reject (lead)" in states.mermaid()
