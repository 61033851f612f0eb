"""Background and scheduled work of the spine. Every process reads this at its start."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from . import clock, digest, jobs

if TYPE_CHECKING:
    from procrastinate import App, JobContext

_AGAIN = RetryStrategy(max_attempts=10, wait=5, linear_wait=5, retry_exceptions={jobs.StillRunning, OperationalError, InterfaceError})


@app.task(name="yantar.run_job", queue="work", retry=_AGAIN)
def run_job(job_id: str) -> None:
    """Carry out one job (core.jobs)."""
    jobs.carry_out(uuid.UUID(job_id))


async def requeue_stalled(queue: App, seconds: float = jobs.STALLED_AFTER) -> int:
    """Give the work of workers that show no sign of life to others; what was begun too often is given up. Returns how many there were."""
    stalled = list(await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in stalled:
        if job.attempts + 1 >= jobs.ATTEMPTS:
            await queue.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await queue.job_manager.retry_job(job)
    return len(stalled)


@app.periodic(cron="* * * * *", periodic_id="stalled")
@app.task(name="yantar.mend_queue", queue="house", queueing_lock="yantar.mend_queue", pass_context=True)
async def mend_queue(context: JobContext, timestamp: int) -> None:
    """Every minute: what a killed worker left is begun again."""
    await requeue_stalled(context.app)
    await sync_to_async(jobs.give_up_abandoned)()


@app.periodic(cron="17 3 * * *", periodic_id="sweep")
@app.task(name="yantar.sweep", queue="house", queueing_lock="yantar.sweep")
def sweep(timestamp: int) -> None:
    """Every night: sessions that have run out are removed."""
    call_command("clearsessions")


@app.periodic(cron="10 * * * *", periodic_id="digest")
@app.task(name="yantar.digest", queue="house", queueing_lock="yantar.digest")
def daily_digest(timestamp: int) -> None:
    """Every hour from morning on: whoever has had no digest today gets one, so a morning when the machine was off is not lost."""
    if digest.is_time(clock.now()):
        digest.send_digests(clock.today())
