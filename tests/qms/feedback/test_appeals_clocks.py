"""The clock of appeals on known days: the law's limits, holidays, extension, alarms, the calendar that changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail

from yantar.core.actions import System
from yantar.core.models import JournalEntry, Notification
from yantar.core.problems import Refused
from yantar.qms.feedback import clocks, mails
from yantar.qms.feedback.actions import appeals
from yantar.qms.feedback.models import Appeal, AppealStep
from yantar.qms.organisation.models import CalendarDay
from yantar.qms.organisation.queries import working_calendar
from yantar.qms.services.models import LegalLimit

from .appeal_support import PORTAL, Cast, answer, cast, led, on, receive

pytestmark = pytest.mark.django_db
CLOCK = System("reminders")


@pytest.fixture
def house() -> Cast:
    return cast()


@pytest.mark.parametrize(
    ("kind", "variant", "received", "registration", "registered", "forward", "due"),
    [
        # Three calendar days; 30 days end on Wednesday 4 November, a holiday: due on Tuesday the 3rd.
        ("appeal", "", "2026-10-02", "2026-10-05", "2026-10-05", "2026-10-12", "2026-11-03"),
        # A Friday before the January holidays: registered on Monday; the seventh day of forwarding is a day off.
        ("appeal", "", "2025-12-26", "2025-12-29", "2025-12-29", "2025-12-30", "2026-01-28"),
        # Fifteen working days over 4 November.
        ("service_complaint", "", "2026-10-29", "2026-10-30", "2026-10-30", None, "2026-11-23"),
        ("service_complaint", "intake_refused", "2026-10-29", "2026-10-30", "2026-10-30", None, "2026-11-09"),
        ("information_request", "", "2026-11-02", "2026-11-05", "2026-11-03", "2026-11-10", "2026-12-03"),
        ("remark", "", "2026-11-13", "2026-11-16", "2026-11-16", "2026-11-19", "2026-11-30"),
    ],
)
def test_the_days_that_bind(
    house: Cast, kind: str, variant: str, received: str, registration: str, registered: str, forward: str | None, due: str
) -> None:
    with on(received):
        appeal = receive(house, kind, variant=variant)[0]
        assert appeal.due_on == date.fromisoformat(registration)
    with on(registered):
        appeal = appeals.register_appeal(by=house.officer, appeal=appeal)
    assert appeal.due_on == date.fromisoformat(due)
    assert appeal.forward_due_on == (date.fromisoformat(forward) if forward else None)
    explained = clocks.explain(appeal)
    assert explained.clock.due == appeal.due_on
    assert explained.spans[0].first == appeal.registered_on


def test_a_limit_changed_by_the_government_binds_from_its_day(house: Cast) -> None:
    LegalLimit.objects.create(
        kind="remark",
        key="answer",
        days=3,
        unit="working",
        last_day="none",
        valid_from=date(2026, 11, 10),
        source="приказ",
        checked_on=date(2026, 11, 1),
        recorded_at="2026-11-01T00:00Z",
    )
    with on("2026-11-09"):
        assert led(house, "registered", "remark").due_on == date(2026, 11, 23)
    with on("2026-11-10"):
        assert led(house, "registered", "remark").due_on == date(2026, 11, 13)


def test_extended_once_with_a_reason_by_the_days_of_the_law(house: Cast) -> None:
    with on("2026-10-05"):
        appeal = led(house, "registered")
    for days, code in ((31, "extension_out_of_range"), (0, "extension_out_of_range"), (-3, "extension_out_of_range")):
        with on("2026-10-20"), pytest.raises(Refused) as refused:
            appeals.extend_appeal(by=house.officer, appeal=appeal, days=days, reason="экспертиза")
        assert code in {one.code for one in refused.value.problems}
    with on("2026-10-20"), pytest.raises(Refused):
        appeals.extend_appeal(by=house.officer, appeal=appeal, days=30, reason=" ")
    with on("2026-11-10"), pytest.raises(Refused) as late:
        appeals.extend_appeal(by=house.officer, appeal=appeal, days=30, reason="поздно")
    assert late.value.problems[0].code == "extended_late"
    with on("2026-10-20"):
        appeal = appeals.extend_appeal(by=house.officer, appeal=appeal, days=30, reason="Назначена экспертиза")
        # The sixtieth day is Friday 4 December.
        assert (appeal.due_on, appeal.extension_days) == (date(2026, 12, 4), 30)
        with pytest.raises(Refused) as twice:
            appeals.extend_appeal(by=house.officer, appeal=appeal, days=1, reason="ещё")
    assert "extended_twice" in {one.code for one in twice.value.problems}
    told = appeal.steps.get(kind="extended")
    assert (told.public, told.reason, told.due_on) == (True, "Назначена экспертиза", date(2026, 12, 4))


def test_a_request_for_information_is_postponed_while_the_notice_is_in_time(house: Cast) -> None:
    with on("2026-11-02"):
        late, soon = led(house, "registered", "information_request"), led(house, "registered", "information_request")
    with on("2026-11-09"):
        assert appeals.extend_appeal(by=house.officer, appeal=soon, days=15, reason="Много сведений").due_on == date(2026, 12, 17)
        with pytest.raises(Refused):
            appeals.extend_appeal(by=house.officer, appeal=soon, days=16, reason="Ещё больше")
    with on("2026-11-10"), pytest.raises(Refused):
        appeals.extend_appeal(by=house.officer, appeal=late, days=15, reason="Много сведений")


def test_alarms_are_told_once_and_what_is_late_goes_up(house: Cast) -> None:
    with on("2026-10-05"):
        appeal = led(house, "registered")
        appeals.assign_appeal(by=house.head, appeal=appeal, to=house.officer)
    told: dict[int, list[tuple[str, set[int]]]] = {}
    for n in range(40):
        day = date(2026, 10, 6) + timedelta(days=n)
        before = set(Notification.objects.values_list("pk", flat=True))
        with on(day.isoformat()):
            for _twice in range(2):
                appeals.raise_alarms(by=CLOCK, on=day)
        fresh = Notification.objects.exclude(pk__in=before)
        if fresh:
            told.setdefault(n, []).append((fresh[0].kind, set(fresh.values_list("recipient_id", flat=True))))
    days = {date(2026, 10, 6) + timedelta(days=n): what for n, found in told.items() for what in found}
    assert [(day.isoformat(), what[0]) for day, what in days.items()] == [
        ("2026-10-20", "feedback.alarm"),
        ("2026-10-29", "feedback.alarm"),
        ("2026-11-03", "feedback.due_today"),
        ("2026-11-04", "feedback.late"),
    ]
    who = list(days.values())
    assert who[0][1] == {house.officer.pk}
    assert who[2][1] == {house.officer.pk, house.colleague.pk, house.head.pk}
    assert who[3][1] == who[2][1] | {house.lead.pk}
    appeal.refresh_from_db()
    assert appeal.alarmed == clocks.LATE


def test_nobody_is_told_of_what_concerns_them(house: Cast) -> None:
    with on("2026-10-05"):
        appeal = led(house, "registered")
        appeals.name_concerned(by=house.officer, appeal=appeal, person=house.colleague)
    Notification.objects.all().delete()
    with on("2026-11-20"):
        appeals.raise_alarms(by=CLOCK, on=date(2026, 11, 20))
    assert Notification.objects.filter(recipient=house.officer).count() == 1
    assert not Notification.objects.filter(recipient=house.colleague).exists()


def test_a_changed_calendar_moves_what_is_open_and_says_so(house: Cast) -> None:
    with on("2026-11-16"):
        remark, answered = led(house, "registered", "remark"), led(house, "answered", "remark")
        assert appeals.apply_calendar(by=CLOCK) == 0
        before = remark.due_on
        CalendarDay.objects.create(day=date(2026, 11, 20), kind="off", source="указ", checked_on=date(2026, 11, 16))
        mail.outbox.clear()
        assert appeals.apply_calendar(by=CLOCK) == 1
        assert appeals.apply_calendar(by=CLOCK) == 0
    remark.refresh_from_db()
    assert before == date(2026, 11, 30)
    assert remark.due_on == date(2026, 12, 1)
    moved = AppealStep.objects.get(kind="moved")
    assert (moved.appeal_id, moved.public, moved.due_on) == (remark.pk, True, date(2026, 12, 1))
    assert mails.mail_citizen(by=System("mail"), appeal=remark, step=moved.pk)
    assert remark.number in mail.outbox[0].body
    answered.refresh_from_db()
    assert not answered.steps.filter(kind="moved").exists()


def test_answered_quietly_is_closed_after_the_time_to_dispute(house: Cast) -> None:
    with on("2026-10-01"):
        quiet, open_measures = led(house, "answered"), led(house, "answered", "service_complaint")
        assert open_measures.measures_due_on == date(2026, 10, 8)
    with on("2026-10-31"):
        assert appeals.close_quiet(by=CLOCK, on=date(2026, 10, 31)) == 0
        with pytest.raises(Refused):
            appeals.close_appeal(by=house.officer, appeal=quiet)
    with on("2026-11-01"):
        assert appeals.close_quiet(by=CLOCK, on=date(2026, 11, 1)) == 1
        appeals.record_measures(by=house.officer, appeal=open_measures, reason="Результат выдан")
        assert appeals.close_quiet(by=CLOCK, on=date(2026, 11, 1)) == 1
        with pytest.raises(Refused):
            appeals.dispute_appeal(by=PORTAL, appeal=quiet, reason="поздно")


def test_late_once_stays_late(house: Cast) -> None:
    with on("2026-10-01"):
        late, timely = led(house, "registered"), led(house, "registered")
        answer(house, timely)
    with on("2026-11-20"):
        answer(house, late)
        late.refresh_from_db()
        assert late.on_time is False
        appeals.dispute_appeal(by=PORTAL, appeal=late, reason="не решено")
        late = appeals.reopen_appeal(by=house.officer, appeal=late)
        assert (late.due_on, late.on_time) == (date(2026, 12, 18), False)
        answer(house, late)
    for one in (late, timely):
        one.refresh_from_db()
    assert (late.on_time, timely.on_time) == (False, True)
    assert working_calendar()
    assert Appeal.objects.count() == 2
    assert JournalEntry.objects.filter(action="feedback.reopen_appeal").count() == 1
