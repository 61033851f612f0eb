"""Who may see and change programmes: every permission, every role, held for the government or for one authority."""

from __future__ import annotations

import pytest

from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.core.actions import REGISTRY
from yantar.qms.organisation.models import AUTHORITY_ONLY, WHOLE_GOVERNMENT_ONLY, Role

SEE, CHANGE, APPROVE = "audits.view_programme", "audits.change_programme", "audits.approve_programme"
OURS = ("yantar.qms.audits.actions.programme", "yantar.qms.audits.actions.planning", "yantar.qms.audits.actions.moving")


@pytest.mark.parametrize("role", sorted(set(Role) - AUTHORITY_ONLY))
def test_roles_of_the_whole_government(role: str) -> None:
    person = with_role(role)
    assert person.has_perm(SEE) == (role != Role.DATA_OFFICER)
    assert {name for name in (CHANGE, APPROVE) if person.has_perm(name)} == ({CHANGE, APPROVE} if role == Role.HEAD_OF_QUALITY else set())


@pytest.mark.parametrize("role", sorted(set(Role) - WHOLE_GOVERNMENT_ONLY))
def test_roles_of_one_authority(role: str) -> None:
    person = with_role(role, AuthorityFactory())
    assert not any(person.has_perm(name) for name in (SEE, CHANGE, APPROVE))


def test_nobody_without_a_role() -> None:
    assert not any(UserFactory().has_perm(name) for name in (SEE, CHANGE, APPROVE))


def test_every_action_of_the_programme_asks_for_one_of_them() -> None:
    mine = {name: info.permission for name, info in REGISTRY.items() if info.function.__module__ in OURS}
    assert len(mine) == 18
    assert set(mine.values()) == {CHANGE, APPROVE}
    assert {name for name, permission in mine.items() if permission == APPROVE} == {"audits.approve_programme", "audits.take_back_approval"}
