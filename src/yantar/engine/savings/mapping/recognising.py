"""Which list this is: told by the headings; names of files decide only what the headings leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .forms import ListFile, Mapping
from .headings import LOOK_IN
from .reading import shipped
from .rows import Layout, blank, layout_of
from .sheets import ListFileOpened, NotAList, Sheet

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")


class Found(NamedTuple):
    """A file of a mapping in an opened file: which sheet, where its columns stand."""

    file: ListFile
    sheet: Sheet
    layout: Layout


@dataclass(slots=True)
class Assigned:
    """Which given file is which of the mapping, in the order given; `strangers`: files it says nothing about, with the reason."""

    mapping: Mapping
    files: list[tuple[Path, ListFile]] = field(default_factory=list)
    strangers: list[tuple[Path, str]] = field(default_factory=list)
    known: int = 0
    """Columns found."""

    @property
    def missing(self) -> list[ListFile]:
        """Files of the mapping that are not given."""
        given = {file.id for _path, file in self.files}
        return [file for file in self.mapping.files if file.id not in given]

    @property
    def lacking(self) -> list[ListFile]:
        """Of those the ones without which nothing can be loaded."""
        return [file for file in self.missing if file.missing is None]


def listed(paths: Iterable[Path]) -> list[Path]:
    """The files, and of folders those files in them that may be lists, by name; hidden ones are left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.is_file() and one.suffix.lower() in ENDINGS and not one.name.startswith("."))
            found.extend(inside)
        else:
            found.append(path)
    return found


def find(mapping: Mapping, opened: ListFileOpened) -> Found | None:
    """The file of a mapping that an opened file is, with its sheet and header."""
    best: tuple[tuple[int, int, int], Found] | None = None
    for sheet in opened.sheets:
        head = []
        for row in sheet.rows():
            if not blank(row.cells):
                head.append(row)
            if len(head) >= LOOK_IN:
                break
        for rank, file in enumerate(mapping.files):
            if file.sheet and opened.form == "xlsx" and sheet.name != file.sheet:
                continue
            for row in head:
                layout = layout_of(file, row.line, row.cells) if not row.reason else None
                if layout is None:
                    continue
                hinted = bool(file.name_hint) and file.name_hint.casefold() in opened.path.name.casefold()
                score = (len(layout.places), int(hinted), -rank)
                if best is None or score > best[0]:
                    best = score, Found(file, sheet, layout)
                break
        if best is not None:
            return best[1]
    return None


def open_as(path: Path, file: ListFile | None = None) -> ListFileOpened:
    """A file opened, with the encoding and delimiter that the mapping's file states. Raises NotAList."""
    return ListFileOpened(path) if file is None else ListFileOpened(path, encoding=file.encoding, delimiter=file.delimiter)


def assign(mapping: Mapping, paths: Sequence[Path]) -> Assigned:
    """Which file of a mapping every given file is."""
    given = Assigned(mapping)
    for path in paths:
        why = "not_recognised"
        found: Found | None = None
        tried = {(file.encoding, file.delimiter): file for file in mapping.files}
        for file in tried.values():
            try:
                with open_as(path, file) as opened:
                    found = find(mapping, opened)
            except NotAList as error:
                why = error.code
                continue
            if found is not None:
                break
        if found is None:
            given.strangers.append((path, why))
        else:
            given.files.append((path, found.file))
            given.known += len(found.layout.places)
    return given


def best(paths: Sequence[Path], mappings: Iterable[Mapping]) -> Assigned | None:
    """The mapping that takes most of the files, then most of their columns; None: none takes any."""
    tried = [assign(mapping, paths) for mapping in mappings]
    taken = [one for one in tried if one.files]
    return max(taken, key=lambda one: (len(one.files), not one.lacking, one.known), default=None)


def recognise(paths: Sequence[Path], mappings: Iterable[Mapping] | None = None) -> Mapping | None:
    """The mapping (of those given, else of those that ship) that reads these files or the lists in these folders; None: none does."""
    files = listed(paths)
    found = best(files, shipped().values() if mappings is None else mappings) if files else None
    return found.mapping if found else None
