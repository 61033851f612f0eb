"""The one action that takes a file of processes in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from yantar.core.actions import Actor, action
from yantar.core.problems import Problem, Refused
from yantar.core.tabular import Parsed, Progress
from yantar.core.tabular.report import Report
from yantar.qms.organisation.actions.locks import one_at_a_time

from .planning import Plan, plan


def _summary(given: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"file": given["filename"], "sha256": report.sha256, "on": given["on"], "counts": report.counts}


@action("services.import_processes", permission="services.import_processes", summary=_summary)
def import_processes(*, by: Actor, parsed: Parsed, filename: str, on: date, progress: Progress | None = None) -> Report:
    """Write what the rows of a file say: all of it or nothing.

    The rows are compared again with what is recorded at this moment. Raises Refused with everything wrong, and Cancelled. The journal keeps
    the counts and the hash of the file, not its rows.
    """
    progress = progress or Progress()
    one_at_a_time("import_processes")
    progress.stage(800)
    planned = plan(parsed, on, progress)
    if planned.report.problems:
        raise Refused(planned.report.problems)
    progress.stage(1000)
    try:
        _write(planned)
    except IntegrityError as error:
        raise Refused(
            Problem(_("Something of this was recorded by somebody else at the same moment. Check the file once more."), code="import.meanwhile")
        ) from error
    progress.at(1, 1)
    planned.report.applied = True
    return planned.report


def _write(planned: Plan) -> None:
    for item in planned.processes:
        process = item.process
        if item.is_new:
            process.save(force_insert=True)
        elif item.changed:
            process.save(update_fields=sorted(item.changed))
        for edition, clauses in item.named.items():
            process.clauses.remove(*process.clauses.filter(edition=edition).exclude(pk__in=[clause.pk for clause in clauses]))
            process.clauses.add(*clauses)
    for item, facts in planned.facts:
        facts.process = item.process
        facts.save()
