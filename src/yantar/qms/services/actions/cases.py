"""Taking in cases of services: a batch at once, or a file piece by piece, each piece kept for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from yantar.core import clock, files
from yantar.core.actions import Actor, System, action, current
from yantar.core.jobs import cancel_job, start_job
from yantar.core.models import Job, StoredFile, User
from yantar.core.notifications import notify
from yantar.core.problems import Problem, Refused

from .. import cases
from ..models import CaseLoad

KIND = "services.load_cases"
MOST_ROWS = 10_000
"""Rows of one batch."""
ITSELF = System("case feed")
COUNTED = ("rows", "added", "changed", "unchanged", "rejected")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a batch: the load with its counts, and every rejected row."""

    load: CaseLoad
    rejects: Sequence[cases.Reject]


def _batch(given: Mapping[str, Any], result: Loaded) -> dict[str, Any]:
    return {"origin": result.load.origin, "load": result.load.pk, **counts_of(result.load)}


def counts_of(load: CaseLoad) -> dict[str, int]:
    """Rows read, new, changed, known just so, rejected."""
    return {name: getattr(load, name) for name in COUNTED}


@action("services.load_cases", permission="services.load_cases", summary=_batch)
def load_cases(*, by: Actor, rows: Sequence[Mapping[str, Any]], origin: str, authority_ids: Iterable[int] | None = None) -> Loaded:
    """Take in a batch of cases, at most MOST_ROWS, by the names of `cases.COLUMNS`; what a row leaves out is empty.

    Good rows are taken, wrong ones are rejected with everything wrong in them; a case that is known by its service and number is changed
    where it differs, so the same batch twice changes nothing. Services of other authorities than `authority_ids` are unknown (None: of
    all). Raises Refused where the batch itself is wrong.
    """
    problems = _origin_problems(origin)
    if not rows:
        problems.append(Problem(_("There is no case in it."), code="empty", field="cases"))
    if len(rows) > MOST_ROWS:
        problems.append(Problem(_("At most %(most)s cases at once.") % {"most": MOST_ROWS}, code="too_many", field="cases"))
    if problems:
        raise Refused(problems)
    known = cases.known_now(authority_ids)
    chunk = cases.chunk_of(((number, _texts(row)) for number, row in enumerate(rows, 1)), known, keep=len(cases.COLUMNS) * len(rows))
    load = CaseLoad(origin=origin.strip(), loaded_by=_person(by), loaded_at=clock.now())
    _count(load, chunk, cases.merge(chunk.data, chunk.good) if chunk.good else cases.Merged(0, 0, 0))
    load.finished_at = clock.now()
    load.save()
    current().decided.update(cases.bring_in_line(chunk.services, _person(by)))
    return Loaded(load, chunk.rejects)


def _texts(row: Mapping[str, Any]) -> list[str]:
    return ["" if row.get(name) is None else str(row[name]) for name in cases.COLUMNS]


def _person(by: Actor) -> User | None:
    return by if isinstance(by, User) else None


def _origin_problems(origin: str) -> list[Problem]:
    if not origin.strip():
        return [Problem(_("Say where the cases come from."), code="required", field="origin")]
    if len(origin.strip()) > 200:
        return [Problem(_("At most 200 characters."), code="too_long", field="origin")]
    return []


def _count(load: CaseLoad, chunk: cases.Chunk, merged: cases.Merged) -> None:
    load.rows += chunk.rows
    load.added += merged.added
    load.changed += merged.changed
    load.unchanged += merged.unchanged
    load.rejected += chunk.rejected
    load.rejects = [*load.rejects, *(one.as_dict() for one in chunk.rejects)][: cases.KEPT]


@action("services.start_case_load", permission="services.load_cases", private=("upload",))
def start_case_load(*, by: Actor, upload: File[Any], origin: str) -> CaseLoad:
    """Keep a file of cases (CSV, plain or packed by gzip, up to RECORDS_LIMIT bytes) and begin to take it in by a job.

    Raises Refused with everything wrong.
    """
    problems, stored = _origin_problems(origin), None
    try:
        stored = files.store_upload(by=by, upload=upload, allowed=(files.CSV, files.GZIP), limit=settings.RECORDS_LIMIT)
    except Refused as refused:
        problems += [Problem(one.message, one.code, "upload") for one in refused.problems]
    if problems or stored is None:
        raise Refused(problems)
    load = CaseLoad.objects.create(origin=origin.strip(), loaded_by=_person(by), loaded_at=clock.now())
    return _begin(load, stored, by)


@action("services.start_case_load_from_path", permission="services.load_cases")
def start_case_load_from_path(*, by: Actor, path: Path, origin: str = "") -> CaseLoad:
    """The same from a file of the server, which is copied to where files are kept; `origin` is its name unless told."""
    current().decided["path"] = path.name
    with path.open("rb") as stream:
        return start_case_load(by=by, upload=File(stream, name=path.name), origin=origin or path.name[:200])


def _begin(load: CaseLoad, stored: StoredFile, by: Actor) -> CaseLoad:
    load.job = start_job(by=by, kind=KIND, params={"load": load.pk, "file": stored.pk, "filename": stored.name})
    load.save(update_fields=["job"])
    current().decided["load"] = load.pk
    return load


@action("services.continue_case_load", permission="services.load_cases", target="load")
def continue_case_load(*, by: Actor, load: CaseLoad) -> CaseLoad:
    """Go on with a load that was cancelled or broke off, after the last row that was taken."""
    job = load.job
    if job is None or job.state not in (Job.State.CANCELLED, Job.State.FAILED):
        raise Refused(Problem(_("Only a load that was interrupted can go on."), code="state"))
    load.finished_at = None
    load.save(update_fields=["finished_at"])
    return _begin(load, StoredFile.objects.get(pk=job.params["file"]), by)


@action("services.cancel_case_load", permission="services.load_cases", target="load")
def cancel_case_load(*, by: Actor, load: CaseLoad) -> CaseLoad:
    """Say that a load is no longer wanted, whoever began it. It ends after the piece it is at; what was taken stays."""
    if load.job is None or load.finished_at is not None:
        raise Refused(Problem(_("Nothing is being loaded here."), code="state"))
    cancel_job(by=ITSELF, job=load.job)
    return load


def _piece(given: Mapping[str, Any], load: CaseLoad) -> dict[str, Any]:
    chunk: cases.Chunk = given["chunk"]
    return {"load": load.pk, "piece": {"rows": chunk.rows, "rejected": chunk.rejected}, "so_far": counts_of(load)}


@action("services.take_cases", permission="services.load_cases", target="load", summary=_piece)
def take_cases(*, by: Actor, load: CaseLoad, chunk: cases.Chunk) -> CaseLoad:
    """Take in one piece of a file, for good: a load that breaks off later goes on behind it."""
    _count(load, chunk, cases.merge(chunk.data, chunk.good) if chunk.good else cases.Merged(0, 0, 0))
    load.save(update_fields=[*COUNTED, "rejects"])
    return load


def _whole(given: Mapping[str, Any], load: CaseLoad) -> dict[str, Any]:
    return {"origin": load.origin, "load": load.pk, **counts_of(load)}


@action("services.finish_case_load", permission="services.load_cases", target="load", summary=_whole)
def finish_case_load(*, by: Actor, load: CaseLoad, services: Iterable[int]) -> CaseLoad:
    """End a load, whole or broken off: months of these services become what their cases add up to, and whoever began it is told."""
    load.finished_at = clock.now()
    load.save(update_fields=["finished_at"])
    current().decided.update(cases.bring_in_line(services, load.loaded_by))
    if load.loaded_by is not None and load.loaded_by.is_active:
        # Told once, also when a part of the work is done again.
        key = f"case-load-{load.pk}-{load.rows}"
        notify([load.loaded_by], "services.cases_loaded", url=page_of_load(load.pk), key=key, origin=load.origin, **counts_of(load))
    return load


def page_of_load(pk: int) -> str:
    """Address of a load's page in the workspace."""
    return f"/workspace/deliveries/cases/{pk}/"
