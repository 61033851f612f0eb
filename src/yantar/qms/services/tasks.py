"""Background work about processes and services. Every process of the system reads this at its start."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yantar.core import clock, exchanges
from yantar.core.actions import System

from . import exchange, exchange_services, month_exchange, work
from .actions import turn_passports

__all__ = ["work"]

exchanges.offer(
    exchanges.Exchange(
        name="processes",
        permission=exchange.PERMISSION,
        specs=exchange.SPECS,
        dry_run=exchange.dry_run,
        apply=exchange.apply,
        export=exchange.export,
        template=exchange.template,
    )
)
exchanges.offer(month_exchange.EXCHANGE)
exchanges.offer(
    exchanges.Exchange(
        name="services",
        permission=exchange_services.PERMISSION,
        specs=exchange_services.SPECS,
        dry_run=exchange_services.dry_run,
        apply=exchange_services.apply,
        export=exchange_services.export,
        template=exchange_services.template,
        json=True,
    )
)


@app.periodic(cron="5 0 * * *", periodic_id="services.turn_passports")
@app.task(name="services.turn_passports", queue="house", queueing_lock="services.turn_passports")
def turn_passports_of_the_day(timestamp: int) -> None:
    """Just after midnight: versions that hold no longer are replaced by those that do. A night that was missed is caught up by the next."""
    turn_passports(by=System("scheduler"), on=clock.today())
