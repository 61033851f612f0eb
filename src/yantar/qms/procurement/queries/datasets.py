"""Datasets and the mappings of lists."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from yantar.core.actions import System

from ..models import Dataset, ListMapping


def sees(viewer: Any) -> bool:
    """Whether the viewer sees what procurement keeps inside."""
    return isinstance(viewer, System) or bool(viewer.has_perm("procurement.view"))


def datasets(viewer: Any) -> QuerySet[Dataset]:
    """Datasets, the latest first, with who loaded them and their job; without the large glance and manifest. One query; none for who may not see."""
    rows = Dataset.objects.select_related("loaded_by", "job", "mapping").defer("glance", "manifest", "job__result", "job__params").order_by("-id")
    return rows if sees(viewer) else rows.none()


def dataset(viewer: Any, pk: int) -> Dataset | None:
    """A dataset with its job, its mapping, its files prefetched (`files`, each with `file`); None for who may not see."""
    if not sees(viewer):
        return None
    return Dataset.objects.select_related("loaded_by", "job", "mapping").prefetch_related("files__file").filter(pk=pk).first()


def mappings(viewer: Any) -> QuerySet[ListMapping]:
    """The government's own mappings of lists, the latest version of each, by code."""
    rows = ListMapping.objects.order_by("key", "-version").distinct("key")
    return rows if sees(viewer) else rows.none()


def mapping(viewer: Any, key: str, version: int | None = None) -> ListMapping | None:
    """A mapping by its code, the latest version unless told."""
    rows = ListMapping.objects.filter(key=key).order_by("-version")
    if version is not None:
        rows = rows.filter(version=version)
    return rows.first() if sees(viewer) else None
