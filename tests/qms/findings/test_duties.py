"""What waits for whom: by role, by name, and nothing for mere readers; the same days in the private calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from tests.factories import AuthorityFactory, UserFactory, with_role
from tests.qms.findings.support import Cast, cast, led_to, raised
from yantar.core import clock
from yantar.core.messages import sentence
from yantar.core.models import Notification, User
from yantar.qms.findings import actions
from yantar.qms.findings.duties import deadlines_of, needs_me
from yantar.qms.findings.messages import NOTIFICATIONS, duty_sentence
from yantar.qms.findings.models import Finding, State
from yantar.qms.organisation.models import Role

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture
def people() -> Cast:
    with clock.at(DAY):
        return cast()


def waiting(people: Cast) -> dict[str, list[str]]:
    """Codes by person, those without duties left out."""
    found = {}
    for name, one in vars(people).items():
        if isinstance(one, User) and (codes := [duty.code for duty in needs_me(User.objects.get(pk=one.pk), DAY)]):
            found[name] = codes
    return found


EXPECTED: dict[str, dict[str, list[str]]] = {
    "open": {"head": ["acknowledge"], "coordinator": ["acknowledge"]},
    "containment": {"owner": ["correct"]},
    "analysis": {"owner": ["analyse"]},
    "plan": {"owner": ["plan"]},
    "approval": {"head": ["approve"], "coordinator": ["approve"], "lead": ["approve"]},
    "implementation": {"owner": ["implement"], "assignee": ["act"]},
    "verification": {"verifier": ["verify"]},
    "waiting_effect": {"verifier": ["judge"]},
    "closed": {},
    "noted": {},
    "cancelled": {},
    "rejected": {},
    "draft": {},
}


@pytest.mark.parametrize("state", list(State))
def test_whom_a_state_waits_for(people: Cast, state: State) -> None:
    with clock.at(DAY):
        led_to(state, people)
        assert waiting(people) == EXPECTED[state]


def test_a_draft_of_one_s_own_waits_unless_an_audit_issues_it(people: Cast) -> None:
    with clock.at(DAY):
        raised(people, opened=False, by=people.staff, origin_kind="staff")
        assert waiting(people) == {"staff": ["issue"]}


def test_after_acknowledging_an_owner_is_to_be_named_and_all_done_is_to_be_handed_over(people: Cast) -> None:
    with clock.at(DAY):
        actions.acknowledge(by=people.head, finding=raised(people))
        assert waiting(people) == {"head": ["assign"], "coordinator": ["assign"]}
        finding = led_to(State.IMPLEMENTATION, people)
        actions.complete_action(by=people.assignee, planned=finding.actions.get(), proof="Акт")
        assert waiting(people)["owner"] == ["submit"]


def test_who_analysed_does_not_approve(people: Cast) -> None:
    with clock.at(DAY):
        finding = led_to(State.APPROVAL, people)
        Finding.objects.filter(pk=finding.pk).update(cause_by=people.coordinator)
        assert "coordinator" not in waiting(people)
        finding.causes.update(author=people.lead)
        assert waiting(people) == {"head": ["approve"]}


def test_the_second_person_and_the_asked(people: Cast) -> None:
    other = AuthorityFactory()
    coordinator = with_role(Role.COORDINATOR, other)
    with clock.at(DAY):
        finding = led_to(State.PLAN, people, grade="major")
        actions.request_cancel(by=people.lead, finding=finding, reason="Дубль")
        actions.ask_elsewhere(by=people.owner, finding=finding, text="Есть ли?", authorities=[other], due_on=DAY + timedelta(days=5))
        assert waiting(people)["head"] == ["confirm_cancel"]
        assert "lead" not in waiting(people)
        (asked,) = needs_me(coordinator, DAY)
    assert (asked.code, asked.what, asked.days_left, asked.late) == ("answer", "Есть ли?", 5, False)


def test_the_calendar_has_the_same_days_in_the_person_s_language(people: Cast) -> None:
    with clock.at(DAY):
        finding = led_to(State.CONTAINMENT, people)
        with translation.override("en"):
            (deadline,) = deadlines_of(people.owner)
    assert deadline.on == finding.due_on
    assert deadline.summary == f"{finding.number}: Record the correction"
    assert deadline.url.endswith(f"/{finding.number}/")
    assert deadlines_of(UserFactory()) == []


def test_a_constant_number_of_questions(people: Cast, django_assert_num_queries: object) -> None:
    with clock.at(DAY):
        for more in range(1, 4, 2):
            for _one in range(more):
                led_to(State.IMPLEMENTATION, people)
                raised(people)
            for name, number in (("owner", 4), ("coordinator", 5), ("lead", 5)):
                person = User.objects.get(pk=getattr(people, name).pk)
                with django_assert_num_queries(number):  # type: ignore[operator]
                    needs_me(person, DAY)


def test_every_notification_reads_in_both_languages(people: Cast) -> None:
    with clock.at(DAY):
        led_to(State.CLOSED, people)
        made = {one.kind: one for one in Notification.objects.all()}
    assert set(made) <= set(NOTIFICATIONS)
    for language in ("en", "ru"):
        with translation.override(language):
            for one in made.values():
                assert "%(" not in sentence(one)
            assert duty_sentence("judge")
    with translation.override("en"):
        assert "Minor nonconformity" in sentence(made["findings.opened"])
        assert "5 Mar 2026" in sentence(made["findings.opened"])
