"""Scheduled and long work on ratings."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yantar.core import exchanges
from yantar.core.actions import System

from . import rating_exchange as exchange
from .actions.ratings import sweep_limits

exchanges.offer(
    exchanges.Exchange(
        name="ratings",
        permission=exchange.PERMISSION,
        specs=exchange.SPECS,
        dry_run=exchange.dry_run,
        apply=exchange.apply,
        export=exchange.export,
        template=exchange.template,
    )
)


@app.periodic(cron="40 3 * * *", periodic_id="feedback.sweep_limits")
@app.task(name="feedback.sweep_limits", queue="house", queueing_lock="feedback.sweep_limits")
def sweep(timestamp: int) -> None:
    """Every night: counts of windows long past and answers that have run out are forgotten."""
    sweep_limits(by=System("scheduler"))
