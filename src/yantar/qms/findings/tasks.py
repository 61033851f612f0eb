"""Scheduled work on findings."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yantar.core import clock, exchanges
from yantar.core.actions import System

from . import actions, exchange

exchanges.offer(
    exchanges.Exchange(
        name="findings",
        permission=exchange.PERMISSION,
        specs=exchange.SPECS,
        dry_run=exchange.dry_run,
        apply=exchange.apply,
        export=exchange.export,
        template=exchange.template,
    )
)


@app.periodic(cron="20 5 * * *", periodic_id="findings.remind")
@app.task(name="findings.remind", queue="house", queueing_lock="findings.remind")
def remind(timestamp: int) -> None:
    """Every morning: tell people what falls due, tell their heads what is too late. A day that was skipped is caught up by the next."""
    actions.remind(by=System("reminders"), on=clock.today())
