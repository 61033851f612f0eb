"""Scheduled work of certification."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yantar.core import clock
from yantar.core.actions import System


@app.periodic(cron="10 5 * * *")
@app.task(name="certification.remind", queueing_lock="certification.remind", pass_context=False)
def remind(timestamp: int) -> None:
    """Every morning: tell people what is coming and what was missed. A day that was skipped is caught up by the next."""
    from .actions import remind as act

    act(by=System("reminders"), on=clock.today())
