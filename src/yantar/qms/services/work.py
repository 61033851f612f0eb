"""Long and scheduled work on cases: taking a file in piece by piece, and what a changed calendar moves."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app

from yantar.core import jobs
from yantar.core.files import open_file
from yantar.core.models import Job, StoredFile

from . import cases
from .actions.cases import KIND, counts_of, finish_case_load, take_cases
from .actions.moving import move_deadlines_if_needed
from .models import CaseLoad, CaseMonth


def _keep(job: Job, computed: dict[str, Any]) -> dict[str, Any]:
    return computed


@jobs.register_apart(KIND, permission="services.load_cases", keep=_keep)
def load(job: Job, watch: jobs.Watch) -> dict[str, Any]:
    """Take a file of cases in, each piece in a transaction of its own. Cut off, it goes on behind the last row that was taken.

    Months of services follow at the end, also where nobody wants the rest any more or the rest can't be read.
    """
    one = CaseLoad.objects.select_related("loaded_by").get(pk=job.params["load"])
    stored = StoredFile.objects.get(pk=job.params["file"])
    known, by = cases.known_now(), jobs.actor_of(job)
    services, before = set[int](), one.rows
    counted: list[cases.Counted] = []
    watch.note(rows=one.rows, rejected=one.rejected)
    with open_file(stored) as file:
        rows = cases.rows_of(file, counted.append)
        made = cases.chunks(rows, known, skip=one.rows, at=lambda: counted[0].done if counted else 0)
        try:
            for chunk in made:
                watch(min(chunk.at, stored.size), stored.size)
                one = take_cases(by=by, load=one, chunk=chunk)
                services |= chunk.services
                watch.note(rows=one.rows, rejected=one.rejected)
            watch(stored.size, stored.size)
        finally:
            made.close()
            if before:
                # What was taken before this attempt is added up too.
                services |= set(CaseMonth.objects.order_by().values_list("service_id", flat=True).distinct())
            one = finish_case_load(by=by, load=one, services=services)
    return {"load": one.pk, **counts_of(one)}


@app.periodic(cron="*/5 * * * *", periodic_id="case_deadlines")
@app.task(name="yantar.case_deadlines", queue="house", queueing_lock="yantar.case_deadlines")
def case_deadlines(timestamp: int) -> None:
    """Every five minutes: where the calendar of working days has changed, the deadlines of open cases follow."""
    move_deadlines_if_needed()
