"""The one action that takes a file of past findings in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.models import User
from yantar.core.problems import Refused
from yantar.core.tabular import Parsed, Progress
from yantar.core.tabular.report import Report
from yantar.engine.effect import OVERALL

from .. import timing
from ..models import Finding, FindingNumber, State
from .planning import plan

BATCH = 1000


def _summary(given: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"file": given["filename"], "sha256": report.sha256, "counts": report.counts}


@action("findings.import_findings", permission="findings.import_findings", summary=_summary)
def import_findings(*, by: Actor, parsed: Parsed, filename: str, progress: Progress | None = None) -> Report:
    """Record the past findings of a file: all of them or none. What is recorded already stays as it is.

    They are numbered in the years in which they were raised; the time limits of open ones count from that day. Nobody is told and no
    recurrence is looked for: it all happened before. Raises Refused with everything wrong, Cancelled.
    """
    steps = progress or Progress()
    steps.stage(700)
    planned = plan(parsed, steps)
    if planned.report.problems:
        raise Refused(planned.report.problems)
    steps.stage(1000)
    now, person = clock.now(), by if isinstance(by, User) else None
    _number(planned.findings)
    limits: dict[tuple[str, date], dict[str, date]] = {}
    for first in range(0, len(planned.findings), BATCH):
        rows = planned.findings[first : first + BATCH]
        for one in rows:
            one.recorded_at, one.raised_by = now, person
            if one.counted_from is not None:
                key = one.grade, one.counted_from
                due = limits[key] if key in limits else limits.setdefault(key, timing.deadlines(one))
                one.overall_due_on = due.get(OVERALL)
                one.due_on = due.get(timing.STAGES[State.OPEN]) if one.state == State.OPEN else None
        Finding.objects.bulk_create(rows)
        steps.at(first + len(rows), len(planned.findings))
    planned.report.applied = True
    return planned.report


def _number(findings: Iterable[Finding]) -> None:
    """Numbers without a gap in each year; the years' rows stay locked until the transaction ends, in one order so that nobody waits in a circle."""
    by_year: dict[int, list[Finding]] = defaultdict(list)
    for one in findings:
        by_year[one.raised_on.year].append(one)
    for year, rows in sorted(by_year.items()):
        FindingNumber.objects.get_or_create(year=year)
        last = FindingNumber.objects.select_for_update().get(year=year)
        for one in sorted(rows, key=lambda one: one.raised_on):
            last.last += 1
            one.number = f"{year}-{last.last:05d}"
        last.save(update_fields=["last"])
