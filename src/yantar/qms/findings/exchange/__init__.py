"""Past findings in and out as a file: a look at what a file would do, taking it in, giving it out, an empty template."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO

from django.core.exceptions import PermissionDenied

from yantar.core.actions import Actor, System
from yantar.core.problems import Refused
from yantar.core.tabular import Parsed, Progress, Sheet, parse, read, write
from yantar.core.tabular import template as empty
from yantar.core.tabular.report import Report

from ..queries.access import visible
from .actions import import_findings
from .planning import plan
from .specs import PAST, SPECS

__all__ = ["PERMISSION", "SPECS", "apply", "dry_run", "export", "import_findings", "template"]

PERMISSION = "findings.import_findings"

Tell = Callable[[int, int], None]
Asked = Callable[[], bool]


def template() -> bytes:
    """An empty workbook to fill in, in the reader's language."""
    return empty(SPECS)


def dry_run(file: BinaryIO, filename: str, viewer: Any, on: date, progress: Tell | None = None, cancelled: Asked | None = None) -> Report:
    """What taking the file in would do, with everything wrong in it at once. Changes nothing.

    A file that can't be opened at all is a report with one problem. Raises PermissionDenied, Cancelled.
    """
    _may(viewer)
    steps = Progress(progress, cancelled)
    try:
        parsed = _parsed(file, filename, steps, 600)
        steps.stage(1000)
        return plan(parsed, steps).report
    except Refused as refused:
        return Report(problems=refused.problems)


def apply(*, by: Actor, file: BinaryIO, filename: str, on: date, progress: Tell | None = None, cancelled: Asked | None = None) -> Report:
    """Take the file in: one action, all or nothing. Everything is checked again at this moment.

    Raises Refused with every problem, PermissionDenied, Cancelled.
    """
    _may(by)
    steps = Progress(progress, cancelled)
    parsed = _parsed(file, filename, steps, 400)
    if parsed.problems:
        # The rows that could be read are compared too, so that the list is whole.
        raise Refused(plan(parsed, steps).report.problems)
    report: Report = import_findings(by=by, parsed=parsed, filename=filename, progress=steps)
    return report


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """The findings raised by a day that the viewer sees, in the very table that the import reads: importing it changes nothing."""
    target = io.BytesIO()
    write([Sheet(PAST, _lines(viewer, on))], fmt, target)
    return target.getvalue()


def _lines(viewer: Any, on: date) -> Iterator[dict[str, Any]]:
    joined = ("authority", "clause__edition", "process", "owner")
    rows = visible(viewer).filter(raised_on__lte=on).exclude(state__in=["draft", "cancelled", "rejected"])
    for one in rows.select_related(*joined, "unit").defer("search").order_by("raised_on", "id").iterator(chunk_size=2000):
        yield {
            **{name: getattr(one, name) for name in ("raised_on", "grade", "gap", "requirement", "evidence", "closed_on", "correction")},
            "authority": one.authority.code,
            "clause": one.clause.number if one.clause else "",
            "edition": one.clause.edition.key if one.clause else "",
            "process": one.process.code if one.process else "",
            "unit": one.unit.code if one.unit else "",
            "source": one.origin_kind,
            "source_label": one.origin_label,
            "state": one.state if one.state in ("closed", "noted") else "open",
            "owner": one.owner.email if one.owner else "",
        }


def _may(viewer: Any) -> None:
    if not isinstance(viewer, System) and not viewer.has_perm(PERMISSION):
        raise PermissionDenied(PERMISSION)


def _parsed(file: BinaryIO, filename: str, steps: Progress, end: int) -> Parsed:
    steps.stage(end)
    return parse(read(file, filename), SPECS, steps)
