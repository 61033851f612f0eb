"""Reading appeals: who sees what, the queue and its order, like ones, following by number and code, public figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import with_role
from yantar.core import clock
from yantar.core.problems import Refused
from yantar.qms.feedback import admission, numbers
from yantar.qms.feedback.actions import appeals
from yantar.qms.feedback.models import Appeal
from yantar.qms.feedback.queries import appeals as queries
from yantar.qms.feedback.queries import following
from yantar.qms.organisation.models import Role

from .appeal_support import Cast, answer, cast, led, on, receive

pytestmark = pytest.mark.django_db

OTHER = {"subject": "Яма на дороге", "text": "На перекрёстке глубокая яма, автомобили объезжают её по тротуару.", "email": "other@example.org"}


@pytest.fixture
def house() -> Cast:
    return cast()


def numbers_of(page: queries.Page) -> list[str]:
    return [row.number for row in page.rows]


def test_only_ones_own_authority_and_never_what_concerns_one(house: Cast) -> None:
    mine, theirs = receive(house)[0], receive(house, authority=house.other)[0]
    assert numbers_of(queries.queue(house.officer)) == [mine.number]
    assert numbers_of(queries.queue(house.other_officer)) == [theirs.number]
    assert set(numbers_of(queries.queue(house.lead))) == {mine.number, theirs.number}
    appeals.name_concerned(by=house.officer, appeal=mine, person=house.colleague)
    assert numbers_of(queries.queue(house.colleague)) == []
    assert queries.find_visible(house.colleague, mine.number) is None
    assert not house.colleague.has_perm("feedback.view_appeal", Appeal.objects.get(pk=mine.pk))
    assert queries.one(house.officer, mine.number) is not None
    assert queries.one(house.other_officer, mine.number) is None


def test_the_order_and_the_filters(house: Cast) -> None:
    with on("2026-11-02"):
        late = led(house, "registered", "remark")
    with on("2026-11-20"):
        soon = led(house, "registered", "service_complaint", service=house.service)
        answered = led(house, "answered")
        suspected = led(house, "suspected")
    with on("2026-11-23"):
        fresh = receive(house, person=OTHER)[0]
        found = queries.queue(house.officer)
        assert numbers_of(found) == [one.number for one in sorted([late, soon, fresh], key=lambda one: one.due_on)]
        assert found.rows[0].standing is not None
        assert found.rows[0].standing.is_late
        asked = {
            queries.Wanted(due="late"): [late],
            queries.Wanted(kind="service_complaint"): [soon],
            queries.Wanted(service="clinic"): [soon],
            queries.Wanted(state="answered"): [answered],
            queries.Wanted(state="suspected"): [suspected],
            queries.Wanted(q=fresh.number): [fresh],
            queries.Wanted(q="глубокие ямы"): [fresh],
            queries.Wanted(q="крокодил"): [],
            queries.Wanted(authority="roads"): [],
            queries.Wanted(mine=True): [],
        }
        for wanted, expected in asked.items():
            assert numbers_of(queries.queue(house.officer, wanted)) == [one.number for one in expected], wanted
        appeals.assign_appeal(by=house.officer, appeal=soon, to=house.colleague)
        assert numbers_of(queries.queue(house.colleague, queries.Wanted(mine=True))) == [soon.number]
        tabs = queries.counts(house.colleague)
        assert (tabs.open, tabs.mine, tabs.late, tabs.unassigned, tabs.suspected) == (3, 1, 1, 2, 1)
        assert len(queries.queue(house.officer, queries.Wanted(state="all")).rows) == 5


@pytest.mark.parametrize("wanted", [queries.Wanted(), queries.Wanted(q="лифт", state="all"), queries.Wanted(service="clinic")])
def test_the_queue_asks_as_often_for_one_as_for_three(house: Cast, wanted: queries.Wanted) -> None:
    asked = []
    led(house, "registered", "service_complaint")
    for more in (0, 2):
        for _n in range(more):
            appeal = led(house, "registered", "service_complaint", authority=house.authority)
            appeals.assign_appeal(by=house.officer, appeal=appeal, to=house.colleague)
        viewer = type(house.officer).objects.get(pk=house.officer.pk)
        with CaptureQueriesContext(
            connection,
        ) as context:
            assert len(queries.queue(viewer, wanted).rows) == 1 + more
        asked.append(len(context))
    assert asked[0] == asked[1]
    assert asked[0] <= 9


def test_one_asks_as_often_for_many_steps(house: Cast) -> None:
    appeal = led(house, "registered")
    asked = []
    for n in range(2):
        with CaptureQueriesContext(connection) as context:
            facts = queries.one(type(house.officer).objects.get(pk=house.officer.pk), appeal.number)
        assert facts is not None
        asked.append(len(context))
        if n == 0:
            appeals.forward_appeal(by=house.officer, appeal=appeal, to=[house.authority, house.other, house.above], reason="Часть вопросов")
    assert asked[1] <= asked[0] + 1
    assert len(queries.one(house.officer, appeal.number).parts) == 3  # type: ignore[union-attr]


def test_like_ones_are_found_and_likely_the_same_marked(house: Cast) -> None:
    first = receive(house)[0]
    nearly = receive(
        house, person={"text": "Лифт в поликлинике не работает третью неделю, пожилые люди идут пешком на пятый этаж", "email": "b@example.org"}
    )[0]
    receive(house, person=OTHER)
    elsewhere = receive(house, authority=house.other)[0]
    found = queries.related(house.officer, first)
    assert [one.appeal.pk for one in found] == [nearly.pk]
    assert found[0].likely_same
    assert not found[0].same_sender
    assert elsewhere.pk in {one.appeal.pk for one in queries.related(house.lead, first)}


def test_a_repeated_appeal_is_known_by_sender_and_words(house: Cast) -> None:
    first = receive(house)[0]
    assert receive(house)[0].repeats_id == first.pk
    assert receive(house, person={"email": "somebody@example.org"})[0].repeats is None
    assert receive(house, person={"email": "somebody@example.org", "text": "Другое дело совсем"}, repeats_number=first.number)[0].repeats is None
    assert receive(house, person={"text": "Совсем другие слова"}, repeats_number=first.number.replace("-", " "))[0].repeats_id == first.pk


def test_followed_by_number_and_code(house: Cast) -> None:
    appeal, code = receive(house)
    client = "a" * 64
    typed = [code, code.lower(), code.replace("-", " "), code.replace("0", "O").replace("1", "I")]
    for one in typed:
        found = following.follow(f" № {appeal.number} ", one, client=client)
        assert found is not None
        assert found.number == appeal.number
    assert following.follow(appeal.number, numbers.new_code(), client=client) is None
    assert following.follow(appeal.number, "", client=client) is None
    assert following.follow(receive(house)[0].number, code, client=client) is None
    assert following.follow(numbers.new_number(date(2026, 1, 1)), code, client=client) is None
    assert following.follow("26-00000-0", code, client=client) is None


def test_guesses_are_limited_by_client_and_by_number(house: Cast) -> None:
    appeal, code = receive(house)
    for _n in range(following.OF_CLIENT):
        following.follow(appeal.number, numbers.new_code(), client="b" * 64)
    with pytest.raises(Refused) as refused:
        following.follow(appeal.number, code, client="b" * 64)
    assert refused.value.problems[0].code == "too_many"
    assert following.follow(appeal.number, code, client="c" * 64) is not None
    for n in range(following.OF_NUMBER):
        if n % 50 == 0:
            who = f"{n:064d}"
        try:
            following.follow(appeal.number, numbers.new_code(), client=who)
        except Refused:
            break
    with pytest.raises(Refused):
        following.follow(appeal.number, code, client="d" * 64)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert following.follow(appeal.number, code, client="d" * 64) is not None
    assert admission.HOUR


def test_the_parts_are_seen_under_one_number(house: Cast) -> None:
    appeal, code = receive(house)
    appeals.forward_appeal(by=house.officer, appeal=appeal, to=[house.other, house.above], reason="По компетенции")
    with CaptureQueriesContext(connection) as context:
        found = following.followed_appeal(appeal.pk)
    assert len(context) <= 8
    assert found is not None
    assert [part.appeal.authority_id for part in found.parts] == [house.other.pk, house.above.pk]
    assert [step.part for step in found.steps] == ["", "", f"{appeal.number}.2"]
    assert following.follow(found.parts[1].appeal.number, code, client="e" * 64) is not None
    assert following.followed_appeal(found.parts[1].appeal.pk) is None


def test_figures_are_shown_of_five_or_more(house: Cast) -> None:
    since, until = date(2026, 11, 1), date(2026, 12, 1)
    with on("2026-11-02"):
        for _n in range(4):
            led(house, "registered", "service_complaint")
    assert queries.figures([house.authority.pk], since, until).received is None
    assert queries.figures([house.other.pk], since, until).received is None
    with on("2026-11-02"):
        last = led(house, "registered", "service_complaint")
        led(house, "suspected", "service_complaint")
    with on("2026-11-23"):
        before = queries.figures([house.authority.pk], since, until)
        assert (before.received, before.answered, before.in_time, before.upheld) == (5, 0, None, None)
        for n, one in enumerate(Appeal.objects.filter(state="registered")):
            answer(house, one, outcome="upheld" if n < 2 else "refused")
        found = queries.figures_by_authority(since, until)[house.authority.pk]
        assert (found.received, found.answered, found.in_time, found.median_days, found.upheld) == (5, 5, 1.0, 21, 0.4)
    assert last.due_on == date(2026, 11, 24)


def test_templates_of_the_authority_and_of_the_government(house: Cast) -> None:
    own = appeals.add_template(by=house.officer, authority=house.authority, title="О лифте", text_ru="Лифт работает.")
    common = appeals.add_template(by=house.lead, authority=None, title="Общий", text_ru="Благодарим.", kind="remark")
    appeal, remark = receive(house)[0], receive(house, "remark")[0]
    assert queries.templates_for(house.officer, appeal) == [own]
    assert queries.templates_for(house.officer, remark) == [own, common] or queries.templates_for(house.officer, remark) == [common, own]
    assert queries.templates_for(house.other_officer, appeal) == []
    appeals.retire_template(by=house.officer, template=own)
    assert queries.templates_for(house.officer, appeal) == []
    assert with_role(Role.STAFF, house.other)
