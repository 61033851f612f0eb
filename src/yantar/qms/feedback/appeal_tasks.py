"""Scheduled work on appeals, and the mails to citizens."""

from __future__ import annotations

from smtplib import SMTPException

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yantar.core import clock, exchanges
from yantar.core.actions import System

from . import appeal_exchange as exchange
from .models import AppealStep

exchanges.offer(
    exchanges.Exchange(
        name="appeals",
        permission=exchange.PERMISSION,
        specs=exchange.SPECS,
        dry_run=exchange.dry_run,
        apply=exchange.apply,
        export=exchange.export,
        template=exchange.template,
    )
)

# A mail server that is down for a night is waited for.
_AGAIN = RetryStrategy(max_attempts=12, wait=30, exponential_wait=2, retry_exceptions={OSError, SMTPException, OperationalError, InterfaceError})


@app.task(name="feedback.mail_step", queue="house", retry=_AGAIN)
def mail_step(step_id: int) -> None:
    """Mail one step to the citizen. What can't be handed over is tried again, later and later."""
    from . import mails

    row = AppealStep.objects.select_related("appeal").filter(pk=step_id).first()
    if row is not None:
        mails.mail_citizen(by=System("mail"), appeal=row.appeal, step=row.pk)


@app.periodic(cron="5 6 * * *", periodic_id="feedback.alarms")
@app.task(name="feedback.alarms", queue="house", queueing_lock="feedback.alarms")
def alarms(timestamp: int) -> None:
    """Every morning: days due by the present calendar, alarms and escalation, closing of what nobody disputed."""
    from .actions import appeals

    by = System("reminders")
    appeals.apply_calendar(by=by)
    appeals.raise_alarms(by=by, on=clock.today())
    appeals.close_quiet(by=by, on=clock.today())


@app.periodic(cron="*/10 * * * *", periodic_id="feedback.calendar")
@app.task(name="feedback.calendar", queue="house", queueing_lock="feedback.calendar")
def calendar(timestamp: int) -> None:
    """Soon after the calendar changed: move the days due of open appeals."""
    from yantar.qms.services.calendars import APPEALS, calendar_change

    from .actions import appeals

    if calendar_change(APPEALS) is not None:
        appeals.apply_calendar(by=System("calendar"))
