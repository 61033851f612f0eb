"""Every permission on what citizens say, every role, and the authority it is asked for."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date

import pytest
import rules as engine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.core.actions import REGISTRY, System
from yantar.qms.feedback import actions as feedback_actions
from yantar.qms.feedback.models import Appeal
from yantar.qms.feedback.queries.rating_work import moderated_authority_ids
from yantar.qms.organisation import actions
from yantar.qms.organisation.models import WHOLE_GOVERNMENT_ONLY, Authority, Role

pytestmark = pytest.mark.django_db
BY = System("test")

# For a role held for one authority: where the permission holds. For one held for the whole government: everywhere.
OWN = {"own", "predecessor"}
ALL = {"own", "predecessor", "successor", "other", "none"}
NO: set[str] = set()
A, Q, C, H = Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY
O, D = Role.CITIZENS_OFFICER, Role.DATA_OFFICER  # noqa: E741
SEEN = {**dict.fromkeys(Role, OWN), **dict.fromkeys(WHOLE_GOVERNMENT_ONLY, ALL), Role.DATA_OFFICER: NO}

TABLE: dict[str, dict[str, set[str]]] = {
    "feedback.view_ratings": SEEN,
    "feedback.moderate": {Q: ALL, O: OWN, H: OWN},
    "feedback.read_rating_text": {Q: ALL, O: OWN, H: OWN, C: OWN},
    "feedback.import_ratings": {A: ALL, Q: ALL},
    "feedback.view_appeal": SEEN,
    "feedback.handle": {O: OWN, H: OWN},
    "feedback.handle_some": {O: ALL, H: ALL},
    "feedback.answer": {O: OWN, H: OWN},
    "feedback.read_personal": {O: OWN, H: OWN},
    "feedback.raise_finding": {O: OWN, H: OWN, C: OWN, Q: ALL},
    "feedback.change_template": {Q: ALL, O: OWN, H: OWN},
    "feedback.change_category": {A: ALL, Q: ALL},
    "feedback.import_appeals": {A: ALL, Q: ALL},
    "feedback.protect_data": {D: ALL},
}
NOT_WHOM_IT_CONCERNS = {"feedback.view_appeal", "feedback.handle", "feedback.answer", "feedback.read_personal", "feedback.raise_finding"}


@pytest.fixture
def places() -> dict[str, Authority | None]:
    """own ← predecessor; own → successor only from a day to come; and another."""
    predecessor, own, successor, other = (AuthorityFactory(code=code) for code in ("predecessor", "own", "successor", "other"))
    actions.abolish(by=BY, authority=predecessor, effective_on=date(2015, 1, 1), successor=own)
    actions.abolish(by=BY, authority=own, effective_on=date(2018, 1, 1), successor=successor)
    return {"own": own, "predecessor": predecessor, "successor": successor, "other": other, "none": None}


@pytest.mark.parametrize("role", list(Role))
def test_the_table(role: Role, places: dict[str, Authority | None]) -> None:
    holder = with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else places["own"])
    for permission, allowed in TABLE.items():
        for place, obj in places.items():
            assert holder.has_perm(permission, obj) == (place in allowed.get(role, NO)), (permission, role, place)


def test_every_permission_and_every_action_is_in_the_table() -> None:
    assert {name for name in engine.permissions.permissions if name.startswith("feedback.")} == set(TABLE)
    for module in pkgutil.iter_modules(feedback_actions.__path__):
        importlib.import_module(f"{feedback_actions.__name__}.{module.name}")
    mine = [info for name, info in REGISTRY.items() if name.startswith("feedback.")]
    asked = {info.permission for info in mine if info.permission and info.permission.startswith("feedback.")}
    assert len(mine) > 20 and asked <= set(TABLE)


def test_nobody_without_a_role_may_anything(places: dict[str, Authority | None]) -> None:
    for who in (UserFactory(), AnonymousUser()):
        assert not [permission for permission in TABLE if who.has_perm(permission, places["own"])]


@pytest.mark.parametrize("role", [Role.CITIZENS_OFFICER, Role.HEAD_OF_AUTHORITY, Role.COORDINATOR])
def test_a_complaint_is_never_seen_by_whom_it_concerns(role: Role, places: dict[str, Authority | None]) -> None:
    concerned, colleague = with_role(role, places["own"]), with_role(role, places["own"])
    appeal = Appeal(authority=places["own"], concerns=concerned, received_at=timezone.now())
    for permission in NOT_WHOM_IT_CONCERNS:
        assert not concerned.has_perm(permission, appeal), permission
        assert colleague.has_perm(permission, appeal) == ("own" in TABLE[permission].get(role, NO)), permission


@pytest.mark.parametrize("role", list(Role))
def test_whose_ratings_one_moderates_as_a_set_is_the_same_as_the_rule(role: Role, places: dict[str, Authority | None]) -> None:
    holder = with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else places["own"])
    ids = moderated_authority_ids(holder)
    for place in ("own", "predecessor", "successor", "other"):
        one = places[place]
        assert one is not None and holder.has_perm("feedback.moderate", one) == (ids is None or one.pk in ids), place
