"""Background work about auditors. Every process reads this at its start."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yantar.core import clock, exchanges
from yantar.core.actions import System

from . import actions, exchange

exchanges.offer(
    exchanges.Exchange(
        name="auditors",
        permission=exchange.PERMISSION,
        specs=exchange.SPECS,
        dry_run=exchange.dry_run,
        apply=exchange.apply,
        export=exchange.export,
        template=exchange.template,
    )
)


@app.periodic(cron="20 5 * * *", periodic_id="people.remind")
@app.task(name="people.remind", queue="house", queueing_lock="people.remind")
def remind(timestamp: int) -> None:
    """Every morning: tell whose competence comes to its end. A day that was skipped is caught up by the next."""
    actions.remind(by=System("reminders"), on=clock.today())
