"""A figure as files: the list of its procedures as XLSX, CSV and Parquet, its report as PDF, and all that repeats it as JSON.

A figure is never edited, so a file is made once and kept below `PROCUREMENT_ROOT/work/exports/`; who deletes it loses nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from ..models import Figure
from . import book, lists, paper, repeating

KINDS = ("xlsx", "csv", "parquet", "pdf-ru", "pdf-en", "manifest")
"""What there is. `xlsx` is in the reader's language; `csv` and `parquet` have the names of engine.savings.outcome."""

_TYPES = {
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "parquet": ("parquet", "application/vnd.apache.parquet"),
    "pdf-ru": ("ru.pdf", "application/pdf"),
    "pdf-en": ("en.pdf", "application/pdf"),
    "manifest": ("json", "application/json"),
}


@dataclass(frozen=True, slots=True)
class Export:
    """A file to hand out. `name` is ASCII."""

    name: str
    content_type: str
    path: Path

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size


def figure_file(figure: Figure, kind: str) -> Export:
    """The file of a figure, made if it is not there yet. For callers that have checked who may see the figure.

    Raises KeyError for a kind that is none of KINDS.
    """
    ending, content_type = _TYPES[kind]
    language = "en" if get_language() == "en" else "ru"
    if kind == "xlsx":
        ending = f"{language}.xlsx"
    # The report and the manifest say whether the figure is a draft, published or withdrawn; the lists don't.
    told = f"{figure.state}." if kind.startswith("pdf") or kind == "manifest" else ""
    path = folder_of(figure) / f"figure.{told}{ending}"
    if not path.exists():
        _make(path, _writer(figure, kind, language))
    return Export(f"{figure.number}.{ending}", content_type, path)


def folder_of(figure: Figure) -> Path:
    """Where the files of a figure are kept: under the hash of what it was computed from, too, so that another database's is another's."""
    return Path(settings.PROCUREMENT_ROOT) / "work" / "exports" / f"{figure.number}-{figure.dataset.sha256[:16]}-{figure.pk}"


def _writer(figure: Figure, kind: str, language: str) -> Callable[[Path], None]:
    writers: dict[str, Callable[[Path], None]] = {
        "xlsx": lambda path: book.write(figure, path, language),
        "csv": lambda path: lists.csv(figure, path),
        "parquet": lambda path: lists.parquet(figure, path),
        "pdf-ru": lambda path: paper.write(figure, path, "ru"),
        "pdf-en": lambda path: paper.write(figure, path, "en"),
        "manifest": lambda path: repeating.write(figure, path),
    }
    return writers[kind]


def _make(path: Path, write: Callable[[Path], None]) -> None:
    """In one step: whoever reads the name reads the whole file, and two that make it at once make the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".making-") as folder:
        made = Path(folder) / path.name
        write(made)
        made.replace(path)
