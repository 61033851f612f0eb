"""What comes again is found by the system: same clause in whatever edition, same process, same line of authorities, within a year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories import AuthorityFactory, EditionFactory
from tests.qms.findings.support import HAND, Cast, cast, clause, judged, led_to, process, raised
from yantar.core import clock
from yantar.core.models import Notification
from yantar.core.problems import Refused
from yantar.qms.findings import actions
from yantar.qms.findings.models import Escalation, Finding, Recurrence, State
from yantar.qms.organisation import actions as organisation
from yantar.qms.standards.models import Correspondence, Edition

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 3)


@pytest.fixture
def people() -> Cast:
    with clock.at(DAY):
        return cast()


def closed(people: Cast, **kwargs: object) -> Finding:
    """Opened on DAY, closed 90 days later, on 1 June 2025."""
    with clock.at(DAY):
        finding = led_to(State.WAITING_EFFECT, people, **kwargs)
    with clock.at(date(2025, 6, 1)):
        return judged(finding, people.verifier)


@pytest.mark.parametrize(("again_on", "found"), [(date(2025, 6, 2), True), (date(2026, 6, 1), True), (date(2026, 6, 2), False)])
def test_within_twelve_months_of_closing(people: Cast, again_on: date, found: bool) -> None:
    earlier = closed(people)
    with clock.at(again_on):
        later = raised(people)
    earlier.refresh_from_db()
    assert Recurrence.objects.exists() == found
    assert (earlier.state, earlier.reopened) == ((State.ANALYSIS, 1) if found else (State.CLOSED, 0))
    assert later.state == State.OPEN
    assert (later.repeats == earlier) == found
    if found:
        row = Recurrence.objects.get()
        assert (row.earlier, row.later, row.found_on, row.outcome) == (earlier, later, again_on, "reopened")
        step = earlier.steps.last()
        assert step is not None and (step.before, step.after, step.by, step.comment) == ("closed", "analysis", None, later.number)
        assert people.owner in {one.recipient for one in Notification.objects.filter(kind="findings.reopened")}


@pytest.mark.parametrize("other", ["clause", "process", "authority", "no process", "observation"])
def test_elsewhere_or_milder_is_no_recurrence(people: Cast, other: str) -> None:
    closed(people)
    different = {
        "clause": {"clause": clause("7.5")},
        "process": {"process": process(people.authority, "permits")},
        "authority": {},
        "no process": {"process": None},
        "observation": {"grade": "observation"},
    }[other]
    with clock.at(date(2025, 9, 1)):
        if other == "authority":
            home = AuthorityFactory()
            different = {"authority": home, "process": process(home)}
        raised(people, by=HAND, **different)
    assert not Recurrence.objects.exists()


def test_a_draft_recurs_when_it_is_issued(people: Cast) -> None:
    earlier = closed(people)
    with clock.at(date(2025, 9, 1)):
        draft = raised(people, opened=False)
        assert not Recurrence.objects.exists()
        actions.open_finding(by=people.author, finding=draft)
    assert Recurrence.objects.get().earlier == earlier


def test_what_was_only_a_remark_is_linked(people: Cast) -> None:
    with clock.at(DAY):
        remark = actions.take_up(by=people.coordinator, finding=raised(people, grade="observation"))
        due = DAY + timedelta(days=5)
        remark = actions.assign(by=people.coordinator, finding=remark, owner=people.owner, due_on=due)
        remark = led_to(State.WAITING_EFFECT, people, remark)
    with clock.at(date(2025, 6, 1)):
        earlier = judged(remark, people.verifier)
    with clock.at(date(2025, 9, 1)):
        later = raised(people)
    earlier.refresh_from_db()
    assert (earlier.state, Recurrence.objects.get().outcome, later.repeats) == (State.CLOSED, "linked", earlier)


def test_the_clause_of_another_edition(people: Cast) -> None:
    old, new = clause("7.5.1", "2008"), clause("8.5.1", "2015")
    Correspondence.objects.create(old=old, new=new)
    earlier = closed(people, clause=old)
    with clock.at(date(2025, 9, 1)):
        raised(people)
    assert Recurrence.objects.get().earlier == earlier


def test_the_same_number_where_an_edition_is_built_on_another(people: Cast) -> None:
    EditionFactory(key="2026")
    Edition.objects.filter(key="2026").update(built_on="2015")
    closed(people)
    with clock.at(date(2025, 9, 1)):
        raised(people, clause=clause("8.5.1", "2026"))
    assert Recurrence.objects.exists()


def test_a_successor_s_finding_repeats_its_predecessor_s(people: Cast) -> None:
    earlier = closed(people)
    heir = AuthorityFactory()
    organisation.abolish(by=HAND, authority=people.authority, effective_on=date(2025, 7, 1), successor=heir)
    with clock.at(date(2025, 9, 1)):
        later = raised(people, by=HAND, authority=heir, process=process(heir))
    row = Recurrence.objects.get()
    assert (row.earlier, row.later) == (earlier, later)


def test_what_keeps_coming_back_goes_up(people: Cast) -> None:
    for number in range(1, 4):
        earlier = closed(people)
        with clock.at(date(2025, 6, 20)):
            later = raised(people)
        # The next round closes both, so that the next one repeats the latest.
        Finding.objects.filter(pk__in=[earlier.pk, later.pk]).update(state=State.CLOSED, closed_on=date(2025, 6, 1))
        assert Recurrence.objects.count() >= number
    row = Escalation.objects.order_by("pk").last()
    assert row is not None and row.level == Escalation.Level.GOVERNMENT
    assert {one.recipient for one in Notification.objects.filter(kind="findings.recurs_often")} == {people.head, people.lead}


def test_by_hand_only_within_the_year(people: Cast) -> None:
    finding = closed(people)
    with clock.at(date(2026, 9, 1)), pytest.raises(Refused) as refused:
        actions.reopen(by=people.lead, finding=finding, comment="Снова")
    assert [problem.code for problem in refused.value.problems] == ["too_late"]
    with clock.at(date(2026, 1, 12)):
        finding = actions.reopen(by=people.lead, finding=finding, comment="Прокуратура нашла то же")
    assert (finding.state, finding.reopened, finding.closed_on) == (State.ANALYSIS, 1, None)
