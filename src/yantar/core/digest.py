"""One mail a day instead of a flood.

A digest is sent inside the action that notes it as sent. A process that dies before the note leaves the mail to be sent again:
somebody may rarely read a digest twice, nobody ever misses one.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, time
from smtplib import SMTPException

from django.core.mail import EmailMultiAlternatives
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

from . import clock, messages
from .actions import Actor, System, action, current
from .models import Notification, User

logger = logging.getLogger(__name__)

FROM_HOUR = 7
"""Local hour before which no digest is sent."""
LINES = 100
"""Notifications in one mail at most; the rest are counted."""


def _morning_of(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


def people_to_tell(on: date) -> QuerySet[User]:
    """Who has something to be told and has had no digest on that day. Demonstration people are never mailed."""
    mine = Notification.objects.filter(recipient=OuterRef("pk"))
    return User.objects.filter(
        Exists(mine.filter(mailed_at__isnull=True, read_at__isnull=True)),
        ~Exists(mine.filter(mailed_at__gte=_morning_of(on))),
        is_active=True,
        is_demo=False,
        mail_digest=True,
    ).order_by("pk")


@action("digest.send", permission=None, target="person")
def send_digest(*, by: Actor, person: User, on: date) -> int:
    """Mail one person what they have not been told and not read. Returns how many lines; 0 where another process was first.

    Raises OSError or SMTPException when the mail can't be handed over; nothing is noted then.
    """
    if not people_to_tell(on).filter(pk=person.pk).exists():
        return 0
    waiting = Notification.objects.filter(recipient=person, mailed_at__isnull=True)
    unread = list(waiting.filter(read_at__isnull=True).order_by("-at", "-pk"))
    with translation.override(person.language):
        _mail(person, unread, on)
    waiting.update(mailed_at=clock.now())
    current().decided["lines"] = len(unread)
    return len(unread)


def _mail(person: User, unread: list[Notification], on: date) -> None:
    count = len(unread)
    lines = [{"text": messages.sentence(one), "url": messages.address(one.url), "at": one.at} for one in unread[:LINES]]
    words = {
        "name": person.full_name,
        "lines": lines,
        "more": count - len(lines),
        "workspace": messages.address("/workspace/"),
        "language": person.language,
    }
    subject = ngettext("Yantar, %(day)s: %(count)s message", "Yantar, %(day)s: %(count)s messages", count)
    mail = EmailMultiAlternatives(
        subject=subject % {"day": date_format(on, "SHORT_DATE_FORMAT"), "count": count},
        body=render_to_string("core/digest.txt", words),
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("core/digest.html", words), "text/html")
    mail.send()


def send_digests(on: date) -> int:
    """Mail everybody who has something to be told; a mailbox that fails does not keep the others waiting. Returns how many mails."""
    sent = 0
    for person in people_to_tell(on):
        try:
            sent += bool(send_digest(by=System("digest"), person=person, on=on))
        except (OSError, SMTPException):
            logger.exception("the digest of person %s could not be sent and is tried again", person.pk)
    return sent


def is_time(moment: datetime) -> bool:
    """Whether the day's digests may go out."""
    return timezone.localtime(moment).hour >= FROM_HOUR
