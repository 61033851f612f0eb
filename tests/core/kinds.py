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
