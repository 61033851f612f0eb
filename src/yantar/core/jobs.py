"""Long work that somebody waits for, done by the worker: started by an action, watched, cancelled, survived.

A kind of work is one function that either does all of it or nothing (it calls actions; the whole runs in one transaction
together with the note that it is done). So work that was cut off, by a killed worker or a lost database, is simply done again.

What computes for minutes must not hold a transaction that long: such a kind is registered `apart`. It computes outside of any
transaction, writing nothing, and what came out is kept by a second function in a short transaction of its own. Here, too, work that
was cut off is done again from its beginning.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

import rules
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connections, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from . import clock
from .actions import Actor, System, action, current
from .canonical import plain
from .models import Job, User
from .problems import Problem, Refused

logger = logging.getLogger(__name__)

HEARTBEAT = 5.0
"""Seconds between two signs of life of a worker."""
STALLED_AFTER = 20.0
"""Seconds without a sign of life after which a worker's work is given to another."""
ATTEMPTS = 3
"""How often work is begun before it is given up: what kills its worker three times would kill the fourth."""
PROBLEMS_KEPT = 1000
WRITE_EVERY = 0.25
"""Seconds between two notes of progress."""


class Progress(Protocol):
    """Called by the work as it goes on. Raises Cancelled when somebody no longer wants it."""

    def __call__(self, done: int, total: int) -> None: ...


class Watch(Progress, Protocol):
    """What work that computes apart is given: progress with notes that are seen at once, and the wish to stop as a question.

    Who can keep what was found so far asks `wanted` and returns it; who can't lets `Cancelled` through.
    """

    def note(self, **notes: Any) -> None:
        """Show values (of a plain JSON form) in the job's result while the work goes on; `core.jobs.notes_of` reads them."""

    def wanted(self, done: int | None = None, total: int | None = None) -> bool:
        """Whether the work is still wanted, and how far it is. Asked of the database at most four times a second."""


Work = Callable[[Job, Progress], Any]
Compute = Callable[[Job, Watch], Any]
Keep = Callable[[Job, Any], Any]


class Cancelled(Exception):
    """The person who started the work cancelled it. Everything is rolled back."""


class StillRunning(Exception):
    """Another worker is at this very job."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work and the rule that whoever starts it must pass. `keep`: the second half of work that computes apart."""

    name: str
    work: Callable[..., Any]
    permission: str | None
    keep: Keep | None = None


KINDS: dict[str, Kind] = {}


def register(name: str, *, permission: str | None) -> Callable[[Work], Work]:
    """Make a function a kind of work. Capabilities do it in their `tasks.py`, which every process reads at its start."""

    def decorate(work: Work) -> Work:
        _add(Kind(name, work, permission))
        return work

    return decorate


def register_apart(name: str, *, permission: str | None, keep: Keep) -> Callable[[Compute], Compute]:
    """Make a pair of functions a kind of work: the decorated one computes for as long as it takes and writes nothing; `keep` is given the job
    and what was computed, calls actions, and returns the result, all in one short transaction."""

    def decorate(compute: Compute) -> Compute:
        _add(Kind(name, compute, permission, keep))
        return compute

    return decorate


def _add(kind: Kind) -> None:
    known = KINDS.get(kind.name)
    if known is not None and known.work.__qualname__ != kind.work.__qualname__:
        raise TypeError(f"two kinds of work named {kind.name}")
    KINDS[kind.name] = kind


def notes_of(job: Job) -> dict[str, Any]:
    """What work that computes apart noted last; empty before the first note."""
    notes: dict[str, Any] = job.result.get("notes", {})
    return notes


def _started_it(user: User, job: Job | None) -> bool:
    return job is not None and job.started_by_id == user.pk


rules.add_perm("core.cancel_job", rules.predicate(_started_it))


def actor_of(job: Job) -> Actor:
    """In whose name the work acts."""
    return job.started_by or System("job")


@action("jobs.start", permission=None, private=("params",))
def start_job(*, by: Actor, kind: str, params: dict[str, Any] | None = None) -> Job:
    """Put work in the queue, in this transaction: it is begun once what surrounds it is committed.

    `params` must have a plain JSON form. Permission: the kind's own. Raises PermissionDenied, KeyError for an unknown kind.
    """
    from .tasks import run_job

    known = KINDS[kind]
    if isinstance(by, User) and known.permission is not None and not by.has_perm(known.permission, None):
        raise PermissionDenied(known.permission)
    job = Job.objects.create(
        kind=kind,
        started_by=by if isinstance(by, User) else None,
        created_at=clock.now(),
        params={**plain(params or {}), "language": translation.get_language() or "ru"},
    )
    run_job.defer(job_id=str(job.pk))
    return job


@action("jobs.cancel", permission="core.cancel_job", target="job")
def cancel_job(*, by: Actor, job: Job) -> Job:
    """Say that the work is no longer wanted. Waiting work ends at once, running work at its next step. Refused when it has ended."""
    if job.state == Job.State.WAITING:
        job.state, job.finished_at = Job.State.CANCELLED, clock.now()
    elif job.state != Job.State.RUNNING:
        raise Refused(Problem(_("This work has already ended."), code="ended"))
    job.cancel_wanted = True
    job.save(update_fields=["state", "finished_at", "cancel_wanted"])
    current().decided["kind"] = job.kind
    return job


class _Watch:
    """A connection of its own beside the work's transaction: it shows progress while the work is not yet committed, sees the wish to
    cancel, and holds a lock by which no second worker begins the same job. The lock dies with the process."""

    def __init__(self, job_id: uuid.UUID) -> None:
        self.job_id = job_id
        self.done = self.total = 0
        self.notes: dict[str, Any] = {}
        self._written = 0.0
        self._cancelled = False

    def __enter__(self) -> _Watch:
        self._connection = connections.create_connection("default")
        self._key = self.job_id.int % 2**63
        if not self._ask("SELECT pg_try_advisory_lock(%s)", [self._key]):
            self._connection.close()
            raise StillRunning(self.job_id)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def _ask(self, sql: str, params: list[Any]) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, params)
            row = cursor.fetchone()
        return row[0] if row else None

    def __call__(self, done: int, total: int) -> None:
        if not self.wanted(done, total):
            raise Cancelled

    def note(self, **notes: Any) -> None:
        self.notes = {**self.notes, **plain(notes)}

    def wanted(self, done: int | None = None, total: int | None = None) -> bool:
        self.done = self.done if done is None else done
        self.total = self.total if total is None else total
        now = time.monotonic()
        if not self._cancelled and now - self._written >= WRITE_EVERY:
            self._written = now
            sql = "UPDATE core_job SET done = %s, total = %s, result = %s::jsonb WHERE id = %s RETURNING cancel_wanted"
            shown = json.dumps({"notes": self.notes} if self.notes else {})
            self._cancelled = bool(self._ask(sql, [self.done, self.total, shown, self.job_id]))
        return not self._cancelled


def carry_out(job_id: uuid.UUID) -> None:
    """Do the work of one job, once: a job that has ended is left alone.

    Raises StillRunning when another worker holds it, and what a lost database raises; both are tried again later.
    """
    with _Watch(job_id) as watch:
        running = [Job.State.WAITING, Job.State.RUNNING]
        if not Job.objects.filter(pk=job_id, state__in=running).update(state=Job.State.RUNNING, done=0, total=0, result={}):
            return
        job = Job.objects.select_related("started_by").get(pk=job_id)
        with translation.override(str(job.params.get("language", "ru"))):
            _work(job, watch)


def _work(job: Job, watch: _Watch) -> None:
    try:
        if job.cancel_wanted:
            raise Cancelled
        kind = KINDS[job.kind]
        computed = kind.work(job, watch) if kind.keep else None
        with transaction.atomic():
            result = plain(kind.keep(job, computed) if kind.keep else kind.work(job, watch))
            notes = {"notes": watch.notes} if watch.notes else {}
            _finish(job, Job.State.DONE, {"value": result, **notes}, done=watch.done, total=watch.total)
    except Cancelled:
        _finish(job, Job.State.CANCELLED, {})
    except Refused as refused:
        listed = [problem.as_dict() for problem in refused.problems[:PROBLEMS_KEPT]]
        _finish(job, Job.State.REFUSED, {"problems": listed, "count": len(refused.problems)})
    except PermissionDenied:
        _fail(job, _("You may not do this."))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        _fail(job, _("The work broke off by a fault of the program. Nothing was changed. The administrator finds the cause in the log."))


def _fail(job: Job, why: str) -> None:
    _finish(job, Job.State.FAILED, {"problems": [Problem(why, code="failed").as_dict()], "count": 1})


def _finish(job: Job, state: Job.State, result: dict[str, Any], **more: int) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, result=result, finished_at=clock.now(), **more)


def give_up_abandoned() -> int:
    """Mark as failed what no worker will take up any more (begun too often, or lost). Returns how many."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    open_ = Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])
    queued = ProcrastinateJob.objects.filter(status__in=["todo", "doing"], task_name="yantar.run_job").values_list("args__job_id", flat=True)
    lost = [job for job in open_ if str(job.pk) not in set(queued)]
    for job in lost:
        with translation.override(str(job.params.get("language", "ru"))):
            _fail(job, _("The work was interrupted too often and was given up. Nothing was changed."))
    return len(lost)
