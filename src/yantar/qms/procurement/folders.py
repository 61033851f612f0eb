"""Where a dataset lies: in `PROCUREMENT_ROOT/<key>/`, the finished ingest (engine.savings.dataset), never written again.

derived/    in the same folder: what the pages read, computed from the records once. Their hashes stand in `Dataset.glance`
`PROCUREMENT_ROOT/work/<key>/` is for what is under way: what lies there is nobody's.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from .models import Dataset

OUTCOME, FLAGS, BUYERS = "outcome", "flags", "buyers"


def folder_of(dataset: Dataset) -> Path:
    """Everything of a dataset."""
    return Path(settings.PROCUREMENT_ROOT) / str(dataset.key)


def records_of(dataset: Dataset) -> Path:
    """The flat tables and their manifest."""
    return folder_of(dataset)


def work_of(dataset: Dataset) -> Path:
    """Room for what is under way."""
    return Path(settings.PROCUREMENT_ROOT) / "work" / str(dataset.key)


def derived_of(dataset: Dataset) -> Path:
    """What was computed from them."""
    return folder_of(dataset) / "derived"


def derived(dataset: Dataset, name: str) -> Path:
    """One derived table: OUTCOME, FLAGS or BUYERS."""
    return derived_of(dataset) / f"{name}.parquet"
