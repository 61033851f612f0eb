"""Maps of processes in and out as a file: a look at what a file would do, taking it in, giving it out, an empty template."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, BinaryIO

from django.core.exceptions import PermissionDenied

from yantar.core.actions import Actor, System
from yantar.core.problems import Refused
from yantar.core.tabular import Parsed, Progress, parse, read
from yantar.core.tabular import template as empty
from yantar.core.tabular.report import Report

from .actions import import_processes
from .exporting import export
from .planning import plan
from .specs import SPECS

__all__ = ["SPECS", "apply", "dry_run", "export", "import_processes", "template"]

PERMISSION = "services.import_processes"

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
        return plan(parsed, on, steps).report
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
        raise Refused(plan(parsed, on, steps).report.problems)
    report: Report = import_processes(by=by, parsed=parsed, filename=filename, on=on, progress=steps)
    return report


def _may(viewer: Any) -> None:
    if not isinstance(viewer, System) and not viewer.has_perm(PERMISSION):
        raise PermissionDenied(PERMISSION)


def _parsed(file: BinaryIO, filename: str, steps: Progress, end: int) -> Parsed:
    steps.stage(end)
    return parse(read(file, filename), SPECS, steps)
