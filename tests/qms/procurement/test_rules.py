"""Every permission of procurement, every role, held for the government or for one authority."""

from __future__ import annotations

import pytest
import rules as engine
from django.contrib.auth.models import AnonymousUser

from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.core import clock
from yantar.core.actions import REGISTRY
from yantar.qms.organisation.models import AUTHORITY_ONLY, WHOLE_GOVERNMENT_ONLY, Role
from yantar.qms.procurement.models import Dataset, Settlement

WORK = {
    "procurement.load",
    "procurement.match_buyers",
    "procurement.settle",
    "procurement.publish",
    "procurement.change_claim",
    "procurement.raise_finding",
}
OF_A_QUESTION = {"procurement.answer", "procurement.view_question"}
EVERY = WORK | OF_A_QUESTION | {"procurement.view"}

pytestmark = pytest.mark.django_db


def asked(authority: object) -> Settlement:
    dataset = Dataset.objects.create(title="x", origin="x", loaded_at=clock.now())
    return Settlement.objects.create(dataset=dataset, procedure_id="p", choice="ask", reason="?", decided_at=clock.now(), asked=authority)


def allowed(person: object, obj: Settlement) -> set[str]:
    return {name for name in EVERY if person.has_perm(name, obj if name in OF_A_QUESTION else None)}  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", sorted(set(Role) - AUTHORITY_ONLY))
def test_roles_of_the_whole_government(role: str) -> None:
    obj = asked(AuthorityFactory())
    wanted = set() if role == Role.DATA_OFFICER else {"procurement.view", "procurement.view_question"}
    if role in (Role.ANALYST, Role.HEAD_OF_QUALITY):
        wanted |= WORK
    if role in (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY):
        wanted |= {"procurement.answer"}
    assert allowed(with_role(role), obj) == wanted


@pytest.mark.parametrize("role", sorted(set(Role) - WHOLE_GOVERNMENT_ONLY))
def test_roles_of_one_authority(role: str) -> None:
    own, other = AuthorityFactory(), AuthorityFactory()
    person = with_role(role, own)
    wanted = {"procurement.view_question"}
    if role in (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY):
        wanted |= {"procurement.answer"}
    assert allowed(person, asked(own)) == wanted
    assert allowed(person, asked(other)) == set()


def test_nobody_without_a_role() -> None:
    obj = asked(AuthorityFactory())
    assert allowed(UserFactory(), obj) == set()
    assert not any(engine.has_perm(name, AnonymousUser(), None) for name in EVERY if name not in OF_A_QUESTION)


def test_every_permission_is_in_the_tables() -> None:
    assert {name for name in engine.permissions.permissions if name.startswith("procurement.")} == EVERY


def test_every_action_asks_for_one_of_them() -> None:
    ours = {name: info.permission for name, info in REGISTRY.items() if name.startswith("procurement.")}
    assert len(ours) == 24
    assert set(ours.values()) == WORK | {"procurement.answer"}
