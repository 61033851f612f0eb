"""Kinds of work that only tests use; a worker in another process imports them too."""

from __future__ import annotations

import time
from typing import Any

from tests.factories import AuthorityFactory
from yantar.core import jobs
from yantar.core.models import Job
from yantar.core.problems import Problem, Refused


@jobs.register("tests.slow", permission=None)
def slow(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Writes a row, then takes its time: what it wrote must not outlive a death in between."""
    AuthorityFactory(code=f"made-{job.pk.hex[:8]}")
    for step in range(job.params["steps"]):
        progress(step, job.params["steps"])
        time.sleep(job.params.get("pause", 0.05))
    return {"steps": job.params["steps"]}


@jobs.register("tests.refused", permission=None)
def refused(job: Job, progress: jobs.Progress) -> None:
    AuthorityFactory(code="never")
    raise Refused([Problem("wrong", sheet="Units", row=4, column="INN"), Problem("also wrong")])


@jobs.register("tests.broken", permission="organisation.reorganise")
def broken(job: Job, progress: jobs.Progress) -> None:
    AuthorityFactory(code="never")
    raise ZeroDivisionError


def keep_apart(job: Job, computed: int) -> dict[str, Any]:
    """Keeps what was computed, in the one short transaction."""
    AuthorityFactory(code=f"kept-{computed}")
    if job.params.get("refuse"):
        raise Refused("not any more")
    return {"kept": computed}


@jobs.register_apart("tests.apart", permission=None, keep=keep_apart)
def apart(job: Job, watch: jobs.Watch) -> int:
    """Counts for a while outside of any transaction and gives what it has when it is told to stop."""
    from django.db import connection

    watch.note(in_transaction=connection.in_atomic_block)
    for step in range(job.params["steps"]):
        watch.note(best=step)
        if job.params.get("obedient"):
            watch(step, job.params["steps"])
        elif not watch.wanted():
            return step
        time.sleep(job.params.get("pause", 0.05))
    return int(job.params["steps"])
