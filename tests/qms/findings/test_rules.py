"""Every permission, every role, at the authority itself and elsewhere; and the people that a finding names."""

from __future__ import annotations

import pytest
import rules as engine
from django.contrib.auth.models import AnonymousUser

from tests.factories import AuthorityFactory, UserFactory, with_role
from tests.qms.findings.support import HAND, cast, led_to, raised
from yantar.core.actions import REGISTRY
from yantar.qms.findings import actions, rules
from yantar.qms.findings.models import Finding, State
from yantar.qms.organisation.models import WHOLE_GOVERNMENT_ONLY, Role

pytestmark = pytest.mark.django_db

OWN = {"own"}
ALL = {"own", "elsewhere"}
A, Q, C, H, AUDITOR, S = (
    Role.ADMINISTRATOR,
    Role.HEAD_OF_QUALITY,
    Role.COORDINATOR,
    Role.HEAD_OF_AUTHORITY,
    Role.INTERNAL_AUDITOR,
    Role.STAFF,
)
RUN = {Q: ALL, C: OWN, H: OWN}
TABLE: dict[str, dict[str, set[str]]] = {
    "findings.view": {**dict.fromkeys(Role, OWN), A: ALL, Q: ALL, Role.DATA_OFFICER: set()},
    "findings.raise_finding": {**RUN, AUDITOR: OWN, S: OWN},
    "findings.change_draft": {Q: ALL},
    "findings.set_owner": RUN,
    "findings.act_as_owner": {},
    "findings.approve": RUN,
    "findings.verify": {},
    "findings.lead": {Q: ALL},
    "findings.confirm_cancel": {Q: ALL, H: OWN},
    "findings.do_action": {},
    "findings.attach": RUN,
    "findings.ask_elsewhere": RUN,
    "findings.answer_elsewhere": {C: OWN, H: OWN},
    "findings.share": RUN,
    "findings.import_findings": {A: ALL, Q: ALL},
}
NAMED = {
    "owner": {"view", "set_owner", "act_as_owner", "do_action", "attach", "ask_elsewhere"},
    "verifier": {"view", "verify", "attach"},
    "author": {"view", "change_draft", "attach"},
    "assignee": {"view", "do_action", "attach"},
}
"""What being named by a finding allows to somebody without any role."""


@pytest.fixture
def finding() -> Finding:
    return raised(cast())


@pytest.mark.parametrize("role", list(Role))
def test_the_table(role: Role, finding: Finding) -> None:
    whole = role in WHOLE_GOVERNMENT_ONLY
    places = {"own": finding, "elsewhere": raised(cast())}
    holder = with_role(role, None if whole else finding.authority)
    for permission, allowed in TABLE.items():
        for place, obj in places.items():
            about = obj.authority if permission in ("findings.raise_finding", "findings.answer_elsewhere") else obj
            assert holder.has_perm(permission, about) == (place in allowed.get(role, set())), (permission, role, place)


@pytest.mark.parametrize("role", sorted({Role.INTERNAL_AUDITOR, Role.CERTIFIER, Role.ANALYST}))
def test_a_role_for_the_whole_government(role: str, finding: Finding) -> None:
    holder = with_role(role)
    may = {name for name in TABLE if holder.has_perm(name, finding.authority if name == "findings.raise_finding" else finding)}
    assert may == {"findings.view"} | ({"findings.raise_finding"} if role == Role.INTERNAL_AUDITOR else set())


@pytest.mark.parametrize("named", sorted(NAMED))
def test_who_is_named(named: str) -> None:
    people = cast()
    nobody = UserFactory()
    setattr(people, named, nobody)
    finding = led_to(State.IMPLEMENTATION, people) if named != "author" else raised(people, by=HAND, raised_by=nobody)
    may = {name for name in TABLE if nobody.has_perm(name, finding)}
    assert may == {f"findings.{short}" for short in NAMED[named]}


def test_every_permission_is_in_the_table_and_every_action_asks_for_one() -> None:
    assert {name for name in engine.permissions.permissions if name.startswith("findings.")} == set(TABLE)
    mine = {name: info for name, info in REGISTRY.items() if info.function.__module__.startswith("yantar.qms.findings.actions.")}
    assert len(mine) > 35
    own = {name for name, info in mine.items() if info.permission is None}
    assert all("filter" in name for name in own), "only one's own saved filters ask for no permission"
    assert {info.permission for info in mine.values() if info.permission} <= set(TABLE)
    assert {f"findings.{name}" for name in actions.__all__} <= set(mine)


def test_nobody_without_a_role_may_anything(finding: Finding) -> None:
    for who in (UserFactory(), AnonymousUser()):
        assert not [name for name in TABLE if who.has_perm(name, finding)]


def test_independence_goes_before_every_role() -> None:
    people = cast()
    finding = led_to(State.APPROVAL, people)
    Finding.objects.filter(pk=finding.pk).update(owner=people.lead, verifier=people.lead, cause_by=people.head)
    finding.refresh_from_db()
    assert not people.lead.has_perm("findings.approve", finding)
    assert not people.lead.has_perm("findings.verify", finding)
    assert not people.head.has_perm("findings.approve", finding)
    assert people.coordinator.has_perm("findings.approve", finding)


def test_a_shared_strength_is_seen_by_everybody_with_a_role() -> None:
    people = cast()
    finding = raised(people, grade="strength", shared=True)
    other = with_role(Role.STAFF, AuthorityFactory())
    assert other.has_perm("findings.view", finding)
    assert not UserFactory().has_perm("findings.view", finding)


def test_who_worked_on_the_origin_sees_what_came_from_it(finding: Finding, monkeypatch: pytest.MonkeyPatch) -> None:
    member = UserFactory()
    monkeypatch.setattr(rules, "SEES_ORIGIN", {})
    rules.sees_origin("audit", lambda user: [7] if user == member else [])
    assert member.has_perm("findings.view", finding)
    assert not UserFactory().has_perm("findings.view", finding)
