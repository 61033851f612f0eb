"""Lists that agencies keep taken in by a mapping: one that is told, or the one that recognises them by their headings."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dataset import Counts, InputFile, Manifest
from ..tables import TABLES
from .forms import Options, Stopped, Watch, refused
from .lines import Broken
from .quarantine import Note, load_reasons
from .units import Opened, Unit
from .writing import Folder, arrow

if TYPE_CHECKING:
    import pyarrow as pa

    from ..mapping.loading import Totals
    from ..mapping.recognising import Assigned

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
ROWS, PART = 20_000, 200_000
"""Rows that are gathered before they become columns, and rows of a part."""
READ_BY = "list"
"""Key in the manifest's options of what read the list: its mapping, files that were not given."""


def is_list(unit: Unit) -> bool:
    """By its name: is it a list?"""
    name = unit.member.filename if unit.member is not None else unit.name
    return name.lower().removesuffix(".gz").endswith(ENDINGS)


def lists_among(found: Sequence[Unit], options: Options) -> bool:
    """Whether these inputs are to be read as lists: a mapping is told, or there is nothing but lists."""
    readable = [unit for unit in found if not unit.refused]
    return bool(readable) and (options.mapping is not None or all(is_list(unit) for unit in readable))


class _Parts:
    """Rows into parts of tables. Parts that an interrupted ingest wrote are passed over: the same rows make the same parts."""

    def __init__(self, folder: Folder, watch: Watch, total: int | None, before: Sequence[int]) -> None:
        self.folder, self.watch, self.total, self.before = folder, watch, total, before
        self.written = len(folder.entries)
        self.parts = 0
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.columns: dict[str, list[pa.Table]] = {name: [] for name in TABLES}
        self.count = 0
        self.waiting = 0

    def add(self, table: str, row: dict[str, Any]) -> None:
        """See mapping.loading.Out."""
        self.rows[table].append(row)
        self.waiting += 1
        if self.waiting >= ROWS:
            self._to_columns()
            if self.count >= PART:
                self.flush()

    def checkpoint(self, source: int, done: int, records: int) -> None:
        """See mapping.loading.Out."""
        self.watch.progress(self.before[source] + done, self.total, records)
        if not self.watch.wanted():
            raise Stopped

    def _to_columns(self) -> None:
        for name, rows in self.rows.items():
            if rows and self.parts >= self.written:
                self.columns[name].append(arrow(name, rows))
            self.count += len(rows)
            rows.clear()
        self.waiting = 0

    def flush(self) -> None:
        """Write a part; the first one has every table, maybe without rows."""
        import pyarrow as pa

        self._to_columns()
        self.parts += 1
        if self.parts > self.written:
            made = {name: pa.concat_tables(tables) for name, tables in self.columns.items() if tables}
            if self.parts == 1:
                made = {name: arrow(name, ()) for name in TABLES if name not in made} | made
            if made:
                self.folder.write(made, {"list": self.parts})
        for tables in self.columns.values():
            tables.clear()
        self.count = 0


def ingest_lists(found: Sequence[Unit], folder: Folder, options: Options, watch: Watch) -> Manifest:
    """The inputs as lists. Raises IngestRefused (no mapping recognises them, a file that is needed is missing, nothing usable), Stopped."""
    from ..mapping.loading import Run

    given, paths = _unpacked(found, options, folder.work)
    assigned = _assigned(found, paths, options)
    if assigned.lacking:
        missing = ", ".join(file.id for file in assigned.lacking)
        raise refused("list_incomplete", mapping=assigned.mapping.id, files=missing)
    sizes = [file.bytes for file in given]
    parts = _Parts(folder, watch, sum(sizes), [sum(sizes[:number]) for number in range(len(sizes))])
    # One list may be given twice under two names; every path is read for itself.
    numbers = {path: number for number, path in paths.items()}
    totals = Run(assigned, numbers, parts, folder.work, options.law)()
    for path, reason in assigned.strangers:
        _stranger(parts, totals, numbers[path], found[numbers[path]].name, reason)
    for number, unit in enumerate(found):
        if number not in paths:
            _stranger(parts, totals, number, unit.name, unit.refused or "damaged")
    parts.flush()
    records = sum(totals.records.values())
    if not totals.procedures:
        if not records:
            raise refused("empty", name=", ".join(unit.name for unit in found))
        reason = load_reasons()[totals.first_rejected].title.en if totals.first_rejected else ""
        raise refused("nothing_usable", records=records, reason=reason)
    read = dict(assigned.files)
    inputs = tuple(
        file.model_copy(update={"records": totals.records.get(number, 0), "mapping": assigned.mapping.id if paths.get(number) in read else ""})
        for number, file in enumerate(given)
    )
    counts = Counts(
        records=records,
        procedures=totals.procedures,
        merged=totals.merged,
        rejected=totals.rejected,
        repaired_values=totals.repaired_values,
        set_aside_values=totals.set_aside_values,
    )
    if counts.records != counts.procedures + counts.merged + counts.rejected:
        raise AssertionError(f"records do not add up: {counts}")
    read_by = {"mapping": assigned.mapping.stated(), "missing": [file.id for file in assigned.missing]}
    return Manifest(
        program=version("yantar"),
        options=options.stated() | {READ_BY: read_by},
        input=inputs,
        tables=tuple(folder.files[name] for name in sorted(folder.files)),
        counts=counts,
        data_on=totals.data_on.isoformat() if totals.data_on else "",
    )


def _stranger(parts: _Parts, totals: Totals, number: int, name: str, reason: str) -> None:
    """A file that is not read counts as one record, rejected."""
    known = reason if reason in load_reasons() else "not_recognised"
    totals.records[number] = 1
    totals.rejected += 1
    totals.first_rejected = totals.first_rejected or known
    parts.add("quarantine", Note(number, 1, "", "", "", name[:200], known, "rejected")._asdict())


def _assigned(found: Sequence[Unit], paths: dict[int, Path], options: Options) -> Assigned:
    from ..mapping.reading import shipped
    from ..mapping.recognising import assign, best

    files = list(paths.values())
    assigned = assign(options.mapping, files) if options.mapping is not None else best(files, shipped().values())
    if assigned is None or not assigned.files:
        names = ", ".join(unit.name for unit in found)
        if options.mapping is not None:
            raise refused("list_other", names=names, mapping=options.mapping.id)
        raise refused("list_unknown", names=names)
    return assigned


def _unpacked(found: Sequence[Unit], options: Options, work: Path) -> tuple[list[InputFile], dict[int, Path]]:
    """Entries of the manifest, and by number a plain file of each input that can be read; packed ones and streams are unpacked aside."""
    files: list[InputFile] = []
    paths: dict[int, Path] = {}
    for number, unit in enumerate(found):
        plain = unit.packing == "plain" and unit.path is not None and unit.member is None and not unit.refused
        name = unit.member.filename if unit.member is not None else unit.name
        path = unit.path if plain and unit.path not in paths.values() else work / f"list-{number}-{Path(name.removesuffix('.gz')).name[-80:]}"
        assert path is not None
        if unit.refused:
            size, digest = unit.given
            files.append(InputFile(name=unit.name, bytes=size, sha256=digest, form="csv", packing=unit.packing, records=1))
            continue
        opened = Opened(unit, options)
        try:
            if path != unit.path:
                _copy(opened, path)
            paths[number] = path
        except Broken as broken:
            unit.refused = broken.reason
        finally:
            form: Any = "xlsx" if opened.head[:2] == b"PK" else "csv"
            files.append(opened.input_file(form, 0))
            if unit.member is not None:
                opened.given.close()
            opened.close()
    return files, paths


def _copy(opened: Opened, path: Path) -> None:
    block = memoryview(bytearray(1 << 20))
    with path.open("wb") as out:
        while got := opened.bytes.readinto(block):
            out.write(block[:got])
