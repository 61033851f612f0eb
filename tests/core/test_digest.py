"""One mail a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from tests.factories import UserFactory
from yantar.core import clock, digest, messages
from yantar.core.actions import System, action
from yantar.core.calendar_feed import Deadline, feed
from yantar.core.models import JournalEntry, Notification, User
from yantar.core.notifications import notify

DAY = date(2026, 11, 23)
messages.register("digest.test", "%(number)s is <late>")
messages.register("digest.by_function", lambda params: f"{params['number']}!")


@action("digest.tell", permission=None)
def tell(*, by: System, people: list[User], kind: str, number: str) -> None:
    """Only a test of the digest."""
    notify(people, kind, url="/workspace/certificates/1/", number=number)


@pytest.fixture
def people(db: None):
    people = [UserFactory(language="ru"), UserFactory(language="en")]
    with clock.at(DAY - timedelta(days=1)):
        tell(by=System("test"), people=people, kind="digest.test", number="YA-1")
        tell(by=System("test"), people=people[:1], kind="digest.by_function", number="YA-2")
    return people


def test_one_mail_each_with_everything_in_the_readers_language(people, settings) -> None:
    settings.PUBLIC_URL = "https://yantar.example.org/"
    with clock.at(DAY):
        assert digest.send_digests(DAY) == 2
    ru, en = mail.outbox
    assert (ru.to, en.to) == ([people[0].email], [people[1].email])
    assert "23.11.2026" in ru.subject
    assert "YA-2!" in ru.body
    assert "YA-1 is <late>" in ru.body
    assert "https://yantar.example.org/workspace/certificates/1/" in ru.body
    assert "https://yantar.example.org/en/workspace/certificates/1/" in en.body
    html = en.alternatives[0].content
    assert "YA-1 is &lt;late&gt;" in html
    assert Notification.objects.filter(mailed_at__isnull=True).count() == 0
    assert JournalEntry.objects.filter(action="digest.send").count() == 2


def test_not_twice_a_day_but_again_the_next(people) -> None:
    with clock.at(DAY):
        digest.send_digests(DAY)
        tell(by=System("test"), people=people[:1], kind="digest.test", number="YA-3")
        assert digest.send_digests(DAY) == 0
    with clock.at(DAY + timedelta(days=1)):
        assert digest.send_digests(DAY + timedelta(days=1)) == 1
    assert "YA-3" in mail.outbox[-1].body
    assert "YA-1" not in mail.outbox[-1].body


def test_a_mail_that_failed_is_sent_again_and_keeps_nobody_waiting(people, monkeypatch, caplog) -> None:
    sent = mail.EmailMultiAlternatives.send

    def send(self, *args, **kwargs):
        if self.to == [people[0].email]:
            raise ConnectionRefusedError
        return sent(self, *args, **kwargs)

    with clock.at(DAY):
        with monkeypatch.context() as patch:
            patch.setattr(mail.EmailMultiAlternatives, "send", send)
            assert digest.send_digests(DAY) == 1
        assert "could not be sent" in caplog.text
        assert digest.send_digests(DAY) == 1
    assert [one.to[0] for one in mail.outbox] == [people[1].email, people[0].email]


def test_who_is_not_mailed(people) -> None:
    User.objects.filter(pk=people[0].pk).update(mail_digest=False)
    Notification.objects.filter(recipient=people[1]).update(read_at=timezone.now())
    demo = UserFactory(is_demo=True)
    gone = UserFactory(is_active=False)
    tell(by=System("test"), people=[demo, gone], kind="digest.test", number="YA-1")
    with clock.at(DAY):
        assert digest.send_digests(DAY) == 0
    assert mail.outbox == []


def test_a_flood_is_counted_not_poured(db: None, monkeypatch) -> None:
    monkeypatch.setattr(digest, "LINES", 2)
    person = UserFactory(language="en")
    for number in range(5):
        tell(by=System("test"), people=[person], kind="digest.test", number=f"YA-{number}")
    with clock.at(DAY):
        digest.send_digests(DAY)
    assert "and 3 more" in mail.outbox[0].body
    assert "5 messages" in mail.outbox[0].subject


def test_not_before_the_morning(settings) -> None:
    settings.TIME_ZONE = "Europe/Kaliningrad"
    zone = timezone.get_default_timezone()
    assert not digest.is_time(datetime(2026, 11, 23, 6, 59, tzinfo=zone))
    assert digest.is_time(datetime(2026, 11, 23, 7, 0, tzinfo=zone))


def test_a_message_of_an_unknown_kind_says_its_name(db: None) -> None:
    assert messages.sentence(Notification(kind="gone.away")) == "gone.away"


def test_a_calendar_of_deadlines() -> None:
    user = User(full_name="x", language="en")
    later = Deadline("certificate-7-surveillance", date(2027, 2, 28), "YA-7: surveillance", url="https://example.org/x", remind_days=30)
    text = feed(user, [later, Deadline("a", date(2026, 12, 1), "Первое; с запятой, и\nстрокой")], host="example.org")
    first, second = Calendar.from_ical(text).walk("VEVENT")
    assert first["summary"] == "Первое; с запятой, и\nстрокой"
    assert (second["uid"], second["dtstart"].dt, second["dtend"].dt) == (
        "certificate-7-surveillance@example.org",
        date(2027, 2, 28),
        date(2027, 3, 1),
    )
    assert second.walk("VALARM")[0]["trigger"].dt == timedelta(days=-30)
    assert b"\r\n" in text
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
