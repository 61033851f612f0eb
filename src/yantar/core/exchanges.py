"""Files of facts taken in by the worker: first a look that changes nothing, then, when a person says so, taking in what was looked at.

A capability offers what it can take in (`offer`, called from its `tasks.py`); surfaces start, show and apply it without knowing which it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any, BinaryIO, Protocol

import rules
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.utils.translation import gettext as _

from . import jobs
from .actions import Actor, System, action, current
from .files import TABLES, open_file, store_upload
from .models import Job, StoredFile
from .problems import Problem, Refused
from .tabular import Parsed, TableSpec, parse, read
from .tabular import Progress as Steps
from .tabular import template as empty
from .tabular.containers import kind_of
from .tabular.report import Report

LISTED = 10_000
"""Problems, warnings, new and changed rows that are kept of one look, of each; the counts are always whole."""


class DryRun(Protocol):
    """Says what a file would do; changes nothing."""

    def __call__(self, file: Any, filename: str, viewer: Any, on: date, progress: Callable[[int, int], None] | None = None) -> Report: ...


class Apply(Protocol):
    """Takes a file in: all of it or nothing. Raises Refused with everything wrong."""

    def __call__(self, *, by: Actor, file: Any, filename: str, on: date, progress: Callable[[int, int], None] | None = None) -> Report: ...


class Export(Protocol):
    """The facts of a day as a file, `fmt` xlsx or csv (a ZIP)."""

    def __call__(self, viewer: Any, on: date, fmt: str = "xlsx") -> bytes: ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """What can be taken in and given out as a file, and the rule that whoever does it must pass."""

    name: str
    permission: str
    specs: Sequence[TableSpec]
    dry_run: DryRun
    apply: Apply
    export: Export
    template: Callable[[], bytes]
    json: bool = False
    """Whether it is also given out as JSON."""

    @property
    def look_kind(self) -> str:
        """The kind of job that looks."""
        return f"{self.name}.look"

    @property
    def apply_kind(self) -> str:
        """The kind of job that takes in."""
        return f"{self.name}.import"


class Planned(Protocol):
    """What taking a parsed file in would do, said in its report."""

    @property
    def report(self) -> Report: ...


@dataclass(frozen=True, slots=True)
class Intake:
    """How a capability's tables are taken in: the sheets, the rule, what a parsed file would do, the one action that does it.

    `plan(parsed, filename, on, steps)` changes nothing; `take(by=, parsed=, filename=, on=, progress=)` is an action: all or nothing.
    `other(file, filename)` reads the same tables from another form, None for a file that is not of that form.
    """

    permission: str
    specs: Sequence[TableSpec]
    plan: Callable[[Parsed, str, date, Steps], Planned]
    take: Callable[..., Report]
    other: Callable[[BinaryIO, str], Parsed | None] | None = None

    def template(self) -> bytes:
        """An empty workbook to fill in, in the reader's language."""
        return empty(self.specs)

    def dry_run(
        self,
        file: BinaryIO,
        filename: str,
        viewer: Any,
        on: date,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """What taking the file in would do, with everything wrong in it at once. Changes nothing.

        A file that can't be opened at all is a report with one problem. Raises PermissionDenied, Cancelled.
        """
        self._allow(viewer)
        steps = Steps(progress, cancelled)
        try:
            parsed = self._parsed(file, filename, steps, 600)
            steps.stage(1000)
            return self.plan(parsed, filename, on, steps).report
        except Refused as refused:
            return Report(problems=refused.problems)

    def apply(
        self,
        *,
        by: Actor,
        file: BinaryIO,
        filename: str,
        on: date,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Take the file in: one action, all or nothing. Everything is checked again at this moment.

        Raises Refused with every problem, PermissionDenied, Cancelled.
        """
        self._allow(by)
        steps = Steps(progress, cancelled)
        parsed = self._parsed(file, filename, steps, 400)
        if parsed.problems:
            # The rows that could be read are compared too, so that the list is whole.
            raise Refused(self.plan(parsed, filename, on, steps).report.problems)
        return self.take(by=by, parsed=parsed, filename=filename, on=on, progress=steps)

    def _allow(self, viewer: Any) -> None:
        if not isinstance(viewer, System) and not viewer.has_perm(self.permission):
            raise PermissionDenied(self.permission)

    def _parsed(self, file: BinaryIO, filename: str, steps: Steps, end: int) -> Parsed:
        steps.stage(end)
        if self.other is not None and (found := self.other(file, filename)) is not None:
            return found
        return parse(read(file, filename), self.specs, steps)


EXCHANGES: dict[str, Exchange] = {}


def offer(exchange: Exchange) -> None:
    """Make its two kinds of jobs known. Offered once, by the `tasks.py` of the capability."""
    EXCHANGES[exchange.name] = exchange

    def look(job: Job, progress: jobs.Progress) -> dict[str, Any]:
        stored = StoredFile.objects.get(pk=job.params["file"])
        with open_file(stored) as file:
            found = exchange.dry_run(file, job.params["filename"], jobs.actor_of(job), date.fromisoformat(job.params["on"]), progress=progress)
        return found.as_dict(limit=LISTED)

    def take_in(job: Job, progress: jobs.Progress) -> dict[str, Any]:
        stored = StoredFile.objects.get(pk=job.params["file"])
        with open_file(stored) as file:
            done = exchange.apply(
                by=jobs.actor_of(job), file=file, filename=job.params["filename"], on=date.fromisoformat(job.params["on"]), progress=progress
            )
        return done.as_dict(limit=LISTED)

    jobs.register(exchange.look_kind, permission=exchange.permission)(look)
    jobs.register(exchange.apply_kind, permission=exchange.permission)(take_in)


def exchange_of(job: Job) -> Exchange | None:
    """What a job looks at or takes in; None for other work."""
    return next((one for one in EXCHANGES.values() if job.kind in (one.look_kind, one.apply_kind)), None)


def is_look(job: Job) -> bool:
    """Whether the job only looks."""
    return any(job.kind == one.look_kind for one in EXCHANGES.values())


def _may_take_in(user: Any, looked: Job | None) -> bool:
    exchange = exchange_of(looked) if looked is not None and looked.started_by_id == user.pk else None
    return exchange is not None and bool(user.has_perm(exchange.permission))


rules.add_perm("core.take_in_file", rules.predicate(_may_take_in))


def _may(by: Actor, exchange: Exchange) -> None:
    if not isinstance(by, System) and not by.has_perm(exchange.permission):
        raise PermissionDenied(exchange.permission)


@action("files.look", permission=None, private=("upload",))
def look_at_file(*, by: Actor, what: str, upload: File[Any], on: date) -> Job:
    """Keep an uploaded table and start the work that says what it would do. Permission: the exchange's own.

    Raises Refused for what is no table at all, KeyError for an unknown `what`, PermissionDenied.
    """
    exchange = EXCHANGES[what]
    _may(by, exchange)
    filename = PurePath((upload.name or "").replace("\\", "/")).name or "file"
    # What it is says the content; a table with a wrong ending is still read, so it is kept under a right one.
    kind = kind_of(upload)  # type: ignore[arg-type]
    kept = File(upload.file, name=PurePath(filename).stem + (".csv" if kind == "text" else ".xlsx"))
    stored = store_upload(by=by, upload=kept, allowed=TABLES)
    current().decided["sha256"] = stored.sha256
    return jobs.start_job(by=by, kind=exchange.look_kind, params={"file": stored.pk, "filename": filename[:200], "on": on})


@action("files.take_in", permission="core.take_in_file", target="looked")
def take_in_file(*, by: Actor, looked: Job) -> Job:
    """Start taking in the very file that a finished look found good. Asked twice, it is taken in once: the second gets the first's job.

    Only whoever looked may. Raises Refused when the look found problems or has not ended, PermissionDenied.
    """
    exchange = exchange_of(looked)
    if exchange is None or looked.kind != exchange.look_kind or looked.state != Job.State.DONE or not looked.result["value"]["ok"]:
        raise Refused(Problem(_("This file can't be taken in: correct what is wrong and have it checked again."), code="not_good"))
    running = [Job.State.WAITING, Job.State.RUNNING, Job.State.DONE]
    before = Job.objects.filter(kind=exchange.apply_kind, started_by=looked.started_by, params__looked=str(looked.pk), state__in=running).first()
    if before is not None:
        return before
    params = {name: looked.params[name] for name in ("file", "filename", "on")}
    return jobs.start_job(by=by, kind=exchange.apply_kind, params={**params, "looked": str(looked.pk)})
