"""A government's corner with everybody whom a finding concerns, and a finding led to any state through the actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.factories import AuthorityFactory, EditionFactory, UserFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.findings import actions
from yantar.qms.findings.models import Cause, Effect, Finding, PlannedAction, State
from yantar.qms.organisation.models import Authority, Role, RoleHolding
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause

HAND = System("test")
GAP = "Ответ дан на 41-й день вместо 30-го"
EVIDENCE = "Журнал обращений, запись 114 от 12.03.2026, отдел писем"


@dataclass
class Cast:
    """People around one authority."""

    authority: Authority
    clause: Clause
    process: Process
    lead: User
    head: User
    coordinator: User
    owner: User
    verifier: User
    author: User
    assignee: User
    staff: User
    stranger: User


def member(authority: Authority) -> User:
    """A member of staff of an authority."""
    return with_role(Role.STAFF, authority)


def clause(number: str = "8.5.1", edition: str = "2015") -> Clause:
    """A clause of an edition."""
    found, _made = Clause.objects.get_or_create(edition=EditionFactory(key=edition), number=number, defaults={"order": 1, "title_ru": "Пункт"})
    return found


def process(authority: Authority, code: str = "appeals") -> Process:
    """A process of an authority."""
    return Process.objects.create(authority=authority, code=code, kind="core", name_ru="Работа с обращениями", valid_from=date(2020, 1, 1))


def cast() -> Cast:
    """One authority with its people; the auditor who raises belongs to nobody's unit."""
    authority = AuthorityFactory()
    author = UserFactory()
    RoleHolding.objects.create(user=author, role=Role.INTERNAL_AUDITOR, valid_from=date(2000, 1, 1))
    return Cast(
        authority=authority,
        clause=clause(),
        process=process(authority),
        lead=with_role(Role.HEAD_OF_QUALITY),
        head=with_role(Role.HEAD_OF_AUTHORITY, authority),
        coordinator=with_role(Role.COORDINATOR, authority),
        owner=member(authority),
        verifier=member(authority),
        author=author,
        assignee=member(authority),
        staff=member(authority),
        stranger=with_role(Role.COORDINATOR, AuthorityFactory()),
    )


def raised(people: Cast, **kwargs: Any) -> Finding:
    """A minor nonconformity of the authority, opened."""
    values: dict[str, Any] = {
        "by": people.author,
        "authority": people.authority,
        "grade": "minor",
        "gap": GAP,
        "evidence": EVIDENCE,
        "clause": people.clause,
        "process": people.process,
        "origin_kind": "audit",
        "origin_id": "7",
        "origin_label": "2026-A-007",
    }
    finding: Finding = actions.raise_finding(**(values | kwargs))
    return finding


def why(finding: Finding, by: User, levels: int = 3) -> Cause:
    """A chain of whys with evidence; returns the last answer."""
    cause: Cause | None = None
    for level in range(1, levels + 1):
        cause = actions.add_cause(
            by=by, finding=finding, text=f"Потому что {level}", parent=cause, evidence=f"Запись {level}", controllable=level == levels
        )
    assert cause is not None
    return cause


def root(finding: Finding, by: User) -> Cause:
    """A chain of whys whose end is marked as the root."""
    found: Cause = actions.mark_root(by=by, cause=why(finding, by), explains_all=True, would_prevent=True, category="process.no_control")
    return found


def plan(finding: Finding, people: Cast, **kwargs: Any) -> PlannedAction:
    """One corrective action for the assignee, due in 20 days."""
    values: dict[str, Any] = {
        "by": finding.owner,
        "finding": finding,
        "text": "Ввести контроль срока на 20-й день",
        "assignee": people.assignee,
        "due_on": clock.today() + timedelta(days=20),
        "measure": "доля ответов позже срока",
        "target": "0 %",
    }
    found: PlannedAction = actions.add_action(**(values | kwargs))
    return found


def fixed(finding: Finding, **kwargs: Any) -> Effect:
    """Late answers: 12 % before, none is the target."""
    values = {"measure": "Доля ответов позже срока", "unit": "%", "baseline": Decimal(12), "target": Decimal(0), "minimum_cases": 30}
    found: Effect = actions.fix_effect(by=finding.owner, finding=finding, **(values | kwargs))
    return found


def led_to(state: str, people: Cast, finding: Finding | None = None, **kwargs: Any) -> Finding:
    """A finding in a state, led there through the actions from the day that the clock shows; days pass where they must.

    Its owner, verifier, author and assignee are those of the cast; the coordinator approves.
    """
    if state == State.DRAFT:
        return raised(people, opened=False, **kwargs)
    if state == State.NOTED:
        return raised(people, **({"grade": "observation"} | kwargs))
    finding = finding or raised(people, **kwargs)
    if state == State.REJECTED:
        return cast_to(actions.reject(by=people.lead, finding=finding, reason="Нет нарушения"))
    if state == State.CANCELLED:
        return cast_to(actions.cancel(by=people.lead, finding=finding, reason="Дубль"))
    for reached, step in ROAD:
        if finding.state == state:
            break
        if finding.state == reached:
            finding = step(finding, people)
    assert finding.state == state, (finding.state, state)
    return finding


def cast_to(finding: Any) -> Finding:
    """Actions are untyped to the outside."""
    assert isinstance(finding, Finding)
    return finding


def _plan(finding: Finding, people: Cast) -> Finding:
    root(finding, people.owner)
    return cast_to(actions.propose_plan(by=people.owner, finding=finding, elsewhere="В других отделах проверено: нет"))


def _submit(finding: Finding, people: Cast) -> Finding:
    plan(finding, people)
    fixed(finding)
    return cast_to(actions.submit_for_approval(by=people.owner, finding=finding))


def _done(finding: Finding, people: Cast) -> Finding:
    for one in finding.actions.filter(done_on__isnull=True, withdrawn_at__isnull=True):
        actions.complete_action(by=people.assignee, planned=one, proof="Приказ № 5")
    return cast_to(actions.submit_for_verification(by=people.owner, finding=finding))


def judged(finding: Finding, by: User, observed: int = 0, **kwargs: Any) -> Finding:
    """The verdict on the last day of a window of 90 days after the last action, whatever the clock shows."""
    done = max(one.done_on for one in finding.actions.filter(round=finding.reopened, done_on__isnull=False))
    with clock.at(max(clock.today(), done + timedelta(days=90))):
        values: dict[str, Any] = {"cases": 40, "check_first": done, "check_last": done + timedelta(days=89)} | kwargs
        return cast_to(actions.judge_effect(by=by, finding=finding, observed=Decimal(observed), **values))


ROAD: tuple[tuple[str, Callable[[Finding, Cast], Finding]], ...] = (
    (State.OPEN, lambda f, p: cast_to(actions.assign(by=p.coordinator, finding=f, owner=p.owner))),
    (State.CONTAINMENT, lambda f, p: cast_to(actions.record_correction(by=p.owner, finding=f, correction="Ответ отправлен"))),
    (State.ANALYSIS, _plan),
    (State.PLAN, _submit),
    (State.APPROVAL, lambda f, p: cast_to(actions.approve(by=p.coordinator, finding=f, verifier=p.verifier))),
    (State.IMPLEMENTATION, _done),
    (State.VERIFICATION, lambda f, p: cast_to(actions.accept_proof(by=p.verifier, finding=f))),
    (State.WAITING_EFFECT, lambda f, p: judged(f, p.verifier)),
)
