"""Scheduled work about auditors."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yantar.core import clock
from yantar.core.actions import System

from . import actions


@app.periodic(cron="20 5 * * *", periodic_id="people.remind")
@app.task(name="people.remind", queue="house", queueing_lock="people.remind")
def remind(timestamp: int) -> None:
    """Every morning: tell whose competence comes to its end. A day that was skipped is caught up by the next."""
    actions.remind(by=System("reminders"), on=clock.today())
