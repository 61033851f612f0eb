"""Mappings of lists and the files they are made from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yantar.core.files import place_of
from yantar.core.models import StoredFile

from ..models import ListMapping
from ..recognising import own_mapping
from .datasets import sees


def list_file(viewer: Any, pk: int) -> tuple[StoredFile, Path] | None:
    """A file that the viewer uploaded, with where it lies; None for everybody else, and where the disk has lost it."""
    if not sees(viewer) or not viewer.has_perm("procurement.load"):
        return None
    stored = StoredFile.objects.filter(pk=pk, uploaded_by=viewer).first()
    if stored is None or not place_of(stored).is_file():
        return None
    return stored, place_of(stored)


def mapping_of(viewer: Any, path: Path) -> ListMapping | None:
    """The government's own mapping whose columns a list has, the latest version; None where there is none, and for who may not see."""
    return own_mapping(path) if sees(viewer) else None


def list_mapping(viewer: Any, pk: int) -> ListMapping | None:
    """A version of a mapping, with who entered it; None for who may not see."""
    return ListMapping.objects.select_related("entered_by").filter(pk=pk).first() if sees(viewer) else None


def versions(viewer: Any, key: str) -> list[ListMapping]:
    """All versions of a mapping, the latest first, with who entered them. One query."""
    return list(ListMapping.objects.select_related("entered_by").filter(key=key).order_by("-version")) if sees(viewer) else []
