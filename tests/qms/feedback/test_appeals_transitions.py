"""Every act in every state by every role: the table, the rules and the actions say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import with_role
from yantar.core.actions import REGISTRY
from yantar.core.models import User
from yantar.core.problems import Refused
from yantar.qms.feedback.actions import appeals
from yantar.qms.feedback.models import Appeal, AppealState
from yantar.qms.feedback.states import ENDED, OPEN, TRANSITIONS, Who, mermaid, possible, transition
from yantar.qms.organisation.models import WHOLE_GOVERNMENT_ONLY, Role

from .appeal_support import ANSWER, PORTAL, Cast, cast, led

pytestmark = pytest.mark.django_db

Act = Callable[[Cast, Appeal, Any], Any]
HANDLERS = {Role.CITIZENS_OFFICER, Role.HEAD_OF_AUTHORITY}

ACTS: dict[str, Act] = {
    "release": lambda c, a, by: appeals.release_appeal(by=by, appeal=a),
    "reject": lambda c, a, by: appeals.reject_appeal(by=by, appeal=a, reason="реклама"),
    "register": lambda c, a, by: appeals.register_appeal(by=by, appeal=a),
    "forward": lambda c, a, by: appeals.forward_appeal(by=by, appeal=a, to=[c.other], reason="по компетенции"),
    "assign": lambda c, a, by: appeals.assign_appeal(by=by, appeal=a, to=c.colleague),
    "name_concerned": lambda c, a, by: appeals.name_concerned(by=by, appeal=a, person=c.staff),
    "extend": lambda c, a, by: appeals.extend_appeal(by=by, appeal=a, days=10, reason="нужна экспертиза"),
    "answer": lambda c, a, by: appeals.answer_appeals(by=by, appeals=[a], outcome="upheld", text=ANSWER),
    "decline": lambda c, a, by: appeals.decline_appeal(by=by, appeal=a, ground="abuse"),
    "withdraw": lambda c, a, by: appeals.withdraw_appeal(by=by, appeal=a),
    "dispute": lambda c, a, by: appeals.dispute_appeal(by=by, appeal=a, reason="не решено"),
    "reopen": lambda c, a, by: appeals.reopen_appeal(by=by, appeal=a),
    "keep": lambda c, a, by: appeals.keep_answer(by=by, appeal=a, reason="ответ верен"),
    "measures": lambda c, a, by: appeals.record_measures(by=by, appeal=a, reason="сделано"),
    "finding": lambda c, a, by: appeals.raise_finding_from(
        by=by, appeal=a, gap="Ответ дан поздно", requirement="Ответ в срок", regulation="59-ФЗ, ст. 12"
    ),
    "publish": lambda c, a, by: appeals.publish_remark(by=by, appeal=a, public_text="Лифт"),
    "note": lambda c, a, by: appeals.add_note(by=by, appeal=a, text="позвонить"),
}
AFTER_TIME = "close"


@pytest.fixture
def house() -> Cast:
    return cast()


def test_the_table_names_every_act_and_its_permission() -> None:
    assert {row.code for row in TRANSITIONS} == {*ACTS, AFTER_TIME}
    for row in TRANSITIONS:
        info = REGISTRY[f"feedback.{row.action}"]
        # A joint answer asks for the permission on each appeal in its body.
        assert info.permission == ("feedback.handle_some" if row.code == "answer" else row.permission), row.code
        assert (row.permission is None) == (row.who is Who.CITIZEN)
    assert {state for state in AppealState if not [row for row in possible(state) if row.after]} == set(ENDED)
    assert not set(OPEN) & set(ENDED)
    assert mermaid().count("-->") == 20


@pytest.mark.parametrize("state", list(AppealState))
def test_every_act_in_every_state(house: Cast, state: AppealState) -> None:
    for code, act in ACTS.items():
        appeal = led(house, state, "remark")
        row = transition(code, state)
        by = PORTAL if code in ("withdraw", "dispute") else house.officer
        if row is None:
            with pytest.raises(Refused) as refused:
                act(house, appeal, by)
            assert any(problem.code == "state" for problem in refused.value.problems), (state, code)
        else:
            act(house, appeal, by)
            appeal.refresh_from_db()
            assert appeal.state == (row.after or state), (state, code)


@pytest.mark.parametrize("code", list(ACTS))
def test_every_act_by_every_role(house: Cast, code: str) -> None:
    row = next(row for row in TRANSITIONS if row.code == code)
    allowed = {
        "feedback.handle": HANDLERS,
        "feedback.answer": HANDLERS,
        "feedback.moderate": HANDLERS | {Role.HEAD_OF_QUALITY},
        "feedback.raise_finding": HANDLERS | {Role.HEAD_OF_QUALITY, Role.COORDINATOR},
        None: set(),
    }[row.permission]
    for role in Role:
        own = with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else house.authority)
        _tried(house, code, own, role in allowed, row.before[0])
        if role not in WHOLE_GOVERNMENT_ONLY:
            _tried(house, code, with_role(role, house.other), False, row.before[0])


def _tried(house: Cast, code: str, by: User, allowed: bool, state: AppealState) -> None:
    appeal = led(house, state, "remark")
    if allowed:
        ACTS[code](house, appeal, by)
        return
    with pytest.raises(PermissionDenied):
        ACTS[code](house, appeal, by)
    appeal.refresh_from_db()
    assert appeal.state == state, (code, by.pk)


def test_whom_it_concerns_can_do_nothing(house: Cast) -> None:
    for code in ("register", "answer", "note", "extend", "finding", "decline"):
        row = next(row for row in TRANSITIONS if row.code == code)
        appeal = led(house, AppealState.REGISTERED if AppealState.REGISTERED in row.before else AppealState.RECEIVED)
        appeals.name_concerned(by=house.officer, appeal=appeal, person=house.colleague)
        with pytest.raises(PermissionDenied):
            ACTS[code](house, appeal, house.colleague)
    assert Appeal.objects.filter(concerns=house.colleague).count() == 6
