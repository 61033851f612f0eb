"""A person's deadlines as a private iCalendar feed (RFC 5545) that calendar programs subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from . import clock
from .models import User


@dataclass(frozen=True, slots=True)
class Deadline:
    """One day by which something is due, or the days from `on` to `last`, both included, on which something takes place.

    `key` names the matter for ever: a moved day replaces the old one in the reader's calendar.
    """

    key: str
    on: date
    summary: str
    description: str = ""
    url: str = ""
    remind_days: int | None = None
    last: date | None = None


def feed(user: User, events: Iterable[Deadline], *, host: str = "yantar") -> bytes:
    """The calendar of one person in their language, all-day entries that do not block time. `host` completes the keys to unique names."""
    with translation.override(user.language):
        calendar = Calendar()
        calendar.add("prodid", "-//Yantar//Deadlines//" + user.language.upper())
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("Yantar: my deadlines"))
        calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
        stamp = clock.now()
        for deadline in sorted(events, key=lambda one: (one.on, one.key)):
            event = Event()
            event.add("uid", f"{deadline.key}@{host}")
            event.add("dtstamp", stamp)
            event.add("dtstart", deadline.on)
            event.add("dtend", (deadline.last or deadline.on) + timedelta(days=1))
            event.add("summary", deadline.summary)
            event.add("transp", "TRANSPARENT")
            if deadline.description:
                event.add("description", deadline.description)
            if deadline.url:
                event.add("url", deadline.url)
            if deadline.remind_days is not None:
                alarm = Alarm()
                alarm.add("action", "DISPLAY")
                alarm.add("description", deadline.summary)
                alarm.add("trigger", -timedelta(days=deadline.remind_days))
                event.add_component(alarm)
            calendar.add_component(event)
        return bytes(calendar.to_ical())
