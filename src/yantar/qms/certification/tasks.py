"""Scheduled and long work of certification."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yantar.core import clock, exchanges, jobs
from yantar.core.actions import System
from yantar.core.models import Job

from . import actions, exchange

exchanges.offer(
    exchanges.Exchange(
        name="certificates",
        permission=exchange.PERMISSION,
        specs=exchange.SPECS,
        dry_run=exchange.dry_run,
        apply=exchange.apply,
        export=exchange.export,
        template=exchange.template,
    )
)


@app.periodic(cron="10 5 * * *", periodic_id="certification.remind")
@app.task(name="certification.remind", queue="house", queueing_lock="certification.remind")
def remind(timestamp: int) -> None:
    """Every morning: tell people what is coming and what was missed. A day that was skipped is caught up by the next."""
    actions.remind(by=System("reminders"), on=clock.today())


@jobs.register("certification.rebuild", permission="certification.import_certificates")
def rebuild(job: Job, progress: jobs.Progress) -> dict[str, int]:
    """Recompute what follows from the facts, for every certificate."""
    return {"certificates": actions.rebuild(by=jobs.actor_of(job), progress=progress)}
