"""Long and scheduled work of procurement: loading records, reminding of questions."""

from __future__ import annotations

import logging
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from yantar.core import clock, files, jobs
from yantar.core.actions import System
from yantar.core.models import Job
from yantar.core.problems import Problem, Refused

from .actions.buyers import suggest_matches
from .actions.figures import FILES
from .actions.loading import ITSELF, KIND, keep_dataset, keep_failure
from .actions.settling import remind
from .forms import Derived
from .models import Dataset, DatasetState, Figure

logger = logging.getLogger(__name__)


def _keep(job: Job, computed: Derived) -> dict[str, Any]:
    dataset = Dataset.objects.get(pk=job.params["dataset"])
    keep_dataset(by=ITSELF, dataset=dataset, computed=computed)
    dataset.refresh_from_db()
    suggested = suggest_matches(by=ITSELF, dataset=dataset)
    return {"dataset": dataset.pk, "procedures": dataset.procedures, "rejected": dataset.rejected, "suggested": suggested}


@jobs.register_apart(KIND, permission="procurement.load", keep=_keep)
def load(job: Job, watch: jobs.Watch) -> Derived:
    """Read the files of a dataset into its folder and compute what its pages show. Cut off, it goes on where it was.

    What can't be read and what nobody wants any more is kept as such with the dataset; a fault of the program too, before it is told on.
    """
    dataset = Dataset.objects.select_related("mapping").get(pk=job.params["dataset"])
    if dataset.state != DatasetState.LOADING:
        raise Refused(Problem(_("This load has already ended."), code="ended"))
    try:
        return _load(dataset, watch)
    except jobs.Cancelled:
        keep_failure(by=ITSELF, dataset=dataset, state=DatasetState.CANCELLED, words=[])
        raise
    except Refused as refused:
        keep_failure(by=ITSELF, dataset=dataset, state=DatasetState.FAILED, words=[str(one.message) for one in refused.problems])
        raise
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        words = _("The work broke off by a fault of the program. The administrator finds the cause in the log.")
        keep_failure(by=ITSELF, dataset=dataset, state=DatasetState.FAILED, words=[words])
        raise


def _made(job: Job, made: int) -> dict[str, Any]:
    return {"files": made}


@jobs.register_apart(FILES, permission="procurement.publish", keep=_made)
def write_files(job: Job, watch: jobs.Watch) -> int:
    """Make the files of a published figure before somebody asks for them. What is there already is not made again."""
    from .exports import KINDS, figure_file

    figure = Figure.objects.select_related("dataset").get(pk=job.params["figure"])
    wanted = [(kind, language) for kind in KINDS for language in (("ru", "en") if kind == "xlsx" else ("ru",))]
    for done, (kind, language) in enumerate(wanted):
        watch(done, len(wanted))
        with override(language):
            figure_file(figure, kind)
    return len(wanted)


@app.periodic(cron="20 5 * * *", periodic_id="procurement.remind")
@app.task(name="procurement.remind", queue="house", queueing_lock="procurement.remind")
def remind_of_questions(timestamp: int) -> None:
    """Every morning: tell who owes an answer, and who asked, that its day has passed. A day that was skipped is caught up by the next."""
    remind(by=System("reminders"), on=clock.today())


def _load(dataset: Dataset, watch: jobs.Watch) -> Derived:
    # All of this is heavy; only the worker that loads imports it.
    from yantar.engine.savings.ingest import IngestRefused, Options, Source, Stopped, ingest

    from .deriving import derive
    from .folders import records_of

    sources = [Source(kept.file.name, files.place_of(kept.file)) for kept in dataset.files.select_related("file").order_by("position")]
    try:
        manifest = ingest(sources, records_of(dataset), options=Options(mapping=_mapping(dataset), law=dataset.law), watch=_Watch(watch))
    except Stopped:
        raise jobs.Cancelled from None
    except IngestRefused as refused:
        raise Refused([_worded(one.code, dict(one.params)) for one in refused.problems]) from None
    watch.note(phase="figures", records=manifest.counts.records)
    return derive(dataset, manifest, wanted=watch.wanted)


class _Watch:
    """What the ingest tells, for the job's page: bytes as progress, records and the phase as notes."""

    def __init__(self, watch: jobs.Watch) -> None:
        self.watch = watch
        watch.note(phase="reading", records=0)

    def progress(self, done_bytes: int, total_bytes: int | None, records: int) -> None:
        self.watch.note(phase="reading", records=records)
        self.watch.wanted(done_bytes, total_bytes or 0)

    def wanted(self) -> bool:
        return self.watch.wanted()


def _mapping(dataset: Dataset) -> Any:
    if dataset.mapping is None:
        return None
    from yantar.engine.savings.mapping import made_mapping

    return made_mapping(dataset.mapping.content)


def _worded(code: str, params: dict[str, Any]) -> Problem:
    from yantar.engine.savings.ingest import MESSAGES

    # The names of folders are of no use to a reader.
    return Problem(_(MESSAGES[code]) % {**params, "folder": "…"}, code=code)
