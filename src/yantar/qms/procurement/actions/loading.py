"""Loading records: what is wanted is kept at once, the work is a job, what came out is kept in one short transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from yantar.core import clock, files
from yantar.core.actions import Actor, System, action, current
from yantar.core.jobs import cancel_job, start_job
from yantar.core.models import Job, StoredFile
from yantar.core.problems import Problem
from yantar.qms.findings.recording import person, refuse, required

from ..forms import Derived
from ..models import Dataset, DatasetFile, DatasetState, ListMapping
from ..recognising import recognised
from ..telling import page_of_dataset, tell

KIND = "procurement.load"
ITSELF = System("procurement")
MOST_FILES = 1000


@action("procurement.store_records", permission="procurement.load", private=("upload",))
def store_records(*, by: Actor, upload: File[Any]) -> StoredFile:
    """Keep a file of records: JSON, JSON Lines, plain or packed by gzip or zip, CSV or XLSX, up to RECORDS_LIMIT bytes.

    Raises Refused: empty, too large, another type, a name that lies.
    """
    return files.store_upload(by=by, upload=upload, allowed=files.RECORDS, limit=settings.RECORDS_LIMIT)


@action("procurement.load_dataset", permission="procurement.load")
def load_dataset(
    *, by: Actor, title: str, origin: str, files: Sequence[StoredFile], mapping: ListMapping | None = None, law: str = "", currency: str = ""
) -> Dataset:
    """Begin to load a dataset from kept files (`store_records`): a job reads them, computes its figures and keeps all of it or nothing.

    origin: publisher, address, day, licence. mapping: how a list is read; without it the government's own mappings and those that ship
    are tried by the headings. law: for records that state none. currency: of the figures; the most frequent one unless told.
    Raises Refused with everything that is wrong, files that can't be loaded together among it, before anything of them is read.
    """
    problems = [*required(title, "title", _("Enter a title.")), *required(origin, "origin", _("Say where the records come from."))]
    if not files:
        problems.append(Problem(_("Choose at least one file."), "required", "files"))
    if len(files) > MOST_FILES:
        problems.append(Problem(_("At most 1000 files at once; put them into one zip."), "too_many", "files"))
    if len(title.strip()) > 200:
        problems.append(Problem(_("At most 200 characters."), "too_long", "title"))
    if len(law.strip()) > 20:
        problems.append(Problem(_("At most 20 characters."), "too_long", "law"))
    currency = currency.strip().upper()
    if currency and (len(currency) != 3 or not currency.isascii() or not currency.isalpha()):
        problems.append(Problem(_("A currency is three letters, e.g. RUB."), "currency", "currency", value=currency))
    told = mapping
    if 0 < len(files) <= MOST_FILES:
        mapping, wrong = recognised(files, told)
        problems += wrong
    refuse(problems)
    if mapping is not None and told is None:
        current().decided["recognised"] = f"{mapping.key} {mapping.version}"
    dataset = Dataset.objects.create(
        title=title.strip(),
        origin=origin.strip(),
        mapping=mapping,
        law=law.strip(),
        currency=currency,
        loaded_by=person(by),
        loaded_at=clock.now(),
    )
    DatasetFile.objects.bulk_create([DatasetFile(dataset=dataset, file=file, position=position) for position, file in enumerate(files)])
    _start(dataset, by)
    return dataset


@action("procurement.load_dataset_from_path", permission="procurement.load")
def load_dataset_from_path(
    *, by: Actor, title: str, origin: str, paths: Sequence[Path], mapping: ListMapping | None = None, law: str = "", currency: str = ""
) -> Dataset:
    """The same from files of the server: they are copied to where files are kept, so that what was loaded can't change. A folder means its files."""
    listed = [found for path in paths for found in (sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path])]
    missing = [path for path in listed if not path.is_file()]
    refuse(Problem(_("There is no file %(path)s.") % {"path": path.name}, "missing", "files") for path in missing)
    kept = []
    for path in listed:
        with path.open("rb") as stream:
            kept.append(store_records(by=by, upload=File(stream, name=path.name)))
    current().decided["paths"] = [path.name for path in listed]
    return load_dataset(by=by, title=title, origin=origin, files=kept, mapping=mapping, law=law, currency=currency)


@action("procurement.load_again", permission="procurement.load", target="dataset")
def load_again(*, by: Actor, dataset: Dataset) -> Dataset:
    """Try again what failed, was cancelled or was given up; what was read already is not read again."""
    if dataset.standing not in (DatasetState.FAILED, DatasetState.CANCELLED):
        refuse([Problem(_("Only what was not loaded can be loaded again."), "state")])
    dataset.state, dataset.failure, dataset.finished_at = DatasetState.LOADING, "", None
    _start(dataset, by)
    return dataset


@action("procurement.cancel_loading", permission="procurement.load", target="dataset")
def cancel_loading(*, by: Actor, dataset: Dataset) -> Dataset:
    """Say that a load is no longer wanted, whoever began it. It ends at its next step."""
    job = dataset.job
    if dataset.state != DatasetState.LOADING or job is None:
        refuse([Problem(_("Nothing is being loaded here."), "state")])
    assert job is not None
    waited = job.state == Job.State.WAITING
    cancel_job(by=ITSELF, job=job)
    if waited:
        keep_failure(by=ITSELF, dataset=dataset, state=DatasetState.CANCELLED, words=[])
        dataset.refresh_from_db()
    return dataset


@action("procurement.keep_dataset", permission="procurement.load", target="dataset", summary=lambda given, result: {"sha256": result.sha256})
def keep_dataset(*, by: Actor, dataset: Dataset, computed: Derived) -> Dataset:
    """Keep what a load gave: from now on the dataset never changes."""
    if dataset.state != DatasetState.LOADING:
        refuse([Problem(_("Nothing is being loaded here."), "state")])
    manifest = computed.manifest
    dataset.manifest = manifest.model_dump(mode="json")
    dataset.sha256 = manifest.sha256
    dataset.records, dataset.procedures, dataset.rejected = manifest.counts.records, manifest.counts.procedures, manifest.counts.rejected
    dataset.first_on, dataset.last_on, dataset.data_on = computed.first_on, computed.last_on, computed.data_on
    dataset.currency = computed.currency
    dataset.glance = computed.glance
    dataset.state, dataset.finished_at = DatasetState.READY, clock.now()
    dataset.save()
    current().decided.update(records=dataset.records, procedures=dataset.procedures, rejected=dataset.rejected)
    tell([dataset.loaded_by], "procurement.loaded", ITSELF, page_of_dataset(dataset.pk), title=dataset.title, procedures=dataset.procedures)
    return dataset


@action("procurement.keep_failure", permission="procurement.load", target="dataset")
def keep_failure(*, by: Actor, dataset: Dataset, state: str, words: Iterable[str]) -> Dataset:
    """Keep that a load failed or was cancelled, with everything that is wrong in words, one a line. Nothing half-read is a dataset."""
    if dataset.state != DatasetState.LOADING:
        refuse([Problem(_("Nothing is being loaded here."), "state")])
    dataset.state, dataset.failure, dataset.finished_at = state, "\n".join(words), clock.now()
    dataset.save(update_fields=["state", "failure", "finished_at"])
    if state == DatasetState.FAILED:
        tell([dataset.loaded_by], "procurement.not_loaded", ITSELF, page_of_dataset(dataset.pk), title=dataset.title)
    return dataset


def _start(dataset: Dataset, by: Actor) -> None:
    dataset.job = start_job(by=by, kind=KIND, params={"dataset": dataset.pk})
    dataset.save()
    current().decided["dataset"] = dataset.pk
