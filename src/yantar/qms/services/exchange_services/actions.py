"""The one action that takes a file of services in."""

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

from .. import recording
from ..actions.services import put_places
from .planning import Item, plan


def _summary(given: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"file": given["filename"], "sha256": report.sha256, "on": given["on"], "counts": report.counts}


@action("services.import_services", permission="services.import_services", summary=_summary)
def import_services(*, by: Actor, parsed: Parsed, filename: str, on: date, progress: Progress | None = None) -> Report:
    """Write what the rows of a file say: all of it or nothing. Changed passports become new versions, agreed and in force by who imports.

    The rows are compared again with what is recorded at this moment. Raises Refused with everything wrong, and Cancelled.
    """
    progress = progress or Progress()
    one_at_a_time("import_services")
    progress.stage(800)
    planned = plan(parsed, on, progress)
    if planned.report.problems:
        raise Refused(planned.report.problems)
    progress.stage(1000)
    try:
        for item in planned.items:
            _write(item, by, on)
    except IntegrityError as error:
        raise Refused(
            Problem(_("Something of this was recorded by somebody else at the same moment. Check the file once more."), code="import.meanwhile")
        ) from error
    progress.at(1, 1)
    planned.report.applied = True
    return planned.report


def _write(item: Item, by: Actor, on: date) -> None:
    service = item.service
    if item.is_new:
        service.save(force_insert=True)
    elif item.changed:
        service.save(update_fields=sorted(item.changed))
    if item.passport is not None and item.day is not None:
        passport = item.passport
        passport.service = service
        passport.drawn_by = recording.person(by)
        recording.save_draft(passport, item.built)
        recording.agree(passport, by)
        recording.enact(passport, service, item.former, item.day, by)
    if item.sites is not None:
        put_places(service, item.sites, max(on, service.valid_from))
