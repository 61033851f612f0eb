"""The one action that takes a file of auditors in."""

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

from ..models import Absence, Competence
from .planning import Plan, plan


def _summary(given: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"file": given["filename"], "sha256": report.sha256, "on": given["on"], "counts": report.counts}


@action("people.import_auditors", permission="people.import_auditors", summary=_summary)
def import_auditors(*, by: Actor, parsed: Parsed, filename: str, on: date, progress: Progress | None = None) -> Report:
    """Write what the rows of a file say: all of it or nothing.

    The rows are compared again with what is recorded at this moment. Raises Refused with everything wrong, and Cancelled. The journal keeps
    the counts and the hash of the file, not its rows.
    """
    progress = progress or Progress()
    one_at_a_time("import_auditors")
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
    for item in planned.auditors:
        if item.is_new:
            item.auditor.save(force_insert=True)
        elif item.changed:
            item.auditor.save(update_fields=sorted(item.changed))
    for item, proof in planned.new_competences:
        proof.auditor = item.auditor
    Competence.objects.bulk_create([proof for _item, proof in planned.new_competences])
    for proof, changed in planned.changed_competences:
        proof.save(update_fields=sorted(changed))
    for item, absence in planned.absences:
        absence.auditor = item.auditor
    Absence.objects.bulk_create([absence for _item, absence in planned.absences])
