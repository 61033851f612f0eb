"""Whether a dataset is still what was loaded: every hash again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import files
from yantar.core.problems import Problem

from .folders import derived, records_of
from .models import Dataset, DatasetState


@dataclass(frozen=True, slots=True)
class Verified:
    """What a new count of the hashes gave. `problems`: empty where nothing was changed."""

    manifest_sha256: str
    problems: list[Problem]

    @property
    def whole(self) -> bool:
        return not self.problems


def verify(dataset: Dataset) -> Verified:
    """Hash the manifest, every table, every derived table and every kept file again, and compare with what was recorded."""
    problems = dataset_problems(dataset)
    for kept in dataset.files.select_related("file").order_by("position"):
        if not files.is_whole(kept.file):
            problems.append(_changed(kept.file.name))
    return Verified(dataset.sha256, problems)


def dataset_problems(dataset: Dataset) -> list[Problem]:
    """What is no longer as it was loaded, of the manifest and the tables; empty: nothing."""
    from yantar.engine.savings.dataset import NotADataset, open_dataset

    if dataset.state != DatasetState.READY:
        return [Problem(_("The dataset is not loaded."), "state")]
    try:
        manifest = open_dataset(records_of(dataset), verify=True).manifest
    except NotADataset as error:
        return [_changed(error.what.rpartition("/")[2] if error.code in ("missing", "unreadable") else error.what)]
    problems = []
    if manifest.sha256 != dataset.sha256 or manifest_hash(dataset.manifest) != dataset.sha256:
        problems.append(_changed("manifest.json"))
    for name, recorded in dataset.glance.get("derived", {}).items():
        try:
            with derived(dataset, name).open("rb") as stream:
                same = hashlib.file_digest(stream, "sha256").hexdigest() == recorded
        except OSError:
            same = False
        if not same:
            problems.append(_changed(f"{name}.parquet"))
    return problems


def manifest_hash(manifest: dict[str, Any]) -> str:
    """The hash of a manifest as it is kept in the database: of the same canonical JSON as in the folder."""
    return hashlib.sha256(json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _changed(name: str) -> Problem:
    return Problem(_("%(name)s is no longer what was loaded.") % {"name": name}, "changed", value=name)
