"""The folder of a dataset while it is made: parts of tables, a journal of what is done, and the manifest at the very end.

A part is written under another name and renamed; the journal names it only then. After a kill whatever the journal does not name is
thrown away, and the ingest goes on after the last entry. Whoever reads datasets asks for the manifest, which comes last.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dataset import MANIFEST, Manifest, TableFile
from ..tables import TABLES, Column, Kind
from .forms import refused

if TYPE_CHECKING:
    import pyarrow as pa

JOURNAL = "ingest.journal"
WORK = "work"
COMPRESSION = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"


@contextmanager
def room(folder: Path) -> Iterator[None]:
    """Say plainly when the disk is full (or a file may not grow)."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise refused("no_room", folder=folder) from error
        raise
    except Exception as error:
        said = str(error).lower()
        if type(error).__module__.split(".")[0] in ("duckdb", "_duckdb") and any(
            sign in said for sign in ("no space left", "file too large", "quota")
        ):
            raise refused("no_room", folder=folder) from error
        raise


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type of a column."""
    import pyarrow as pa

    types = {Kind.TEXT: pa.string(), Kind.MONEY: pa.decimal128(18, 2), Kind.COUNT: pa.int64(), Kind.FLAG: pa.bool_(), Kind.DAY: pa.date32()}
    return types[column.kind]


def arrow(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of a flat table; what a row does not name is not stated (text "", flag false, everything else null).

    Raises KeyError for a column that the table does not have.
    """
    import pyarrow as pa

    table = TABLES[name]
    known = set(table.types)
    for row in rows:
        if unknown := row.keys() - known:
            raise KeyError(f"{name} has no {', '.join(sorted(unknown))}")
    empty = {Kind.TEXT: "", Kind.FLAG: False}
    columns = {}
    for column in table.columns:
        name, nothing = column.name, empty.get(column.kind)
        columns[name] = pa.array([row.get(name, nothing) for row in rows], arrow_type(column))
    return pa.table(columns)


def sync(path: Path) -> None:
    """Make sure that a file or a folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Folder:
    """A dataset's folder that is being filled. `entries`: what the journal of an earlier, interrupted ingest says."""

    def __init__(self, path: Path, begin: Mapping[str, Any]) -> None:
        self.path, self.begin = path, json.loads(json.dumps(begin))
        self.entries: list[dict[str, Any]] = []
        self.part = 0
        """Number of the last part."""
        self.files: dict[str, TableFile] = {}

    @property
    def work(self) -> Path:
        """What is needed only until the end."""
        return self.path / WORK

    def open(self) -> bool:
        """Make the folder, or take up an interrupted ingest; True: there is something to go on from.

        Raises IngestRefused: the folder holds something else (folder_used) or another ingest (other_ingest).
        """
        with room(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            journal = self.path / JOURNAL
            if not journal.exists():
                strangers = [one.name for one in self.path.iterdir() if one.name not in (WORK, f"{MANIFEST}.tmp", *TABLES)]
                if strangers:
                    raise refused("folder_used", folder=self.path)
            else:
                self._read(journal)
            self._sweep()
            self.work.mkdir(exist_ok=True)
            for name in TABLES:
                (self.path / name).mkdir(exist_ok=True)
            if not self.entries:
                self._write_journal("w", {"begin": self.begin})
        return bool(self.entries)

    def _read(self, journal: Path) -> None:
        lines = journal.read_bytes().split(b"\n")
        whole: list[dict[str, Any]] = []
        for line in lines[:-1]:
            try:
                whole.append(json.loads(line))
            except ValueError:
                break
        if whole and whole[0].get("begin") != self.begin:
            raise refused("other_ingest", folder=self.path)
        self.entries = whole[1:]
        for entry in self.entries:
            self.part = max(self.part, int(entry["part"]))
            for row in entry["files"]:
                self.files[row["name"]] = TableFile(**row)
        with journal.open("wb") as stream:
            for entry in whole:
                stream.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def _sweep(self) -> None:
        """Throw away what no entry names."""
        for name in TABLES:
            for file in (self.path / name).glob("*"):
                if f"{name}/{file.name}" not in self.files:
                    file.unlink()
        if self.work.exists():
            kept = {one for entry in self.entries for one in entry.get("work", ())}
            for file in self.work.iterdir():
                if file.is_dir():
                    shutil.rmtree(file)
                elif file.name not in kept:
                    file.unlink()

    def _write_journal(self, mode: str, entry: Mapping[str, Any]) -> None:
        with (self.path / JOURNAL).open(mode, encoding="utf-8") as stream:
            stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())

    def temporary(self, name: str, part: int) -> Path:
        """Where a part of a table is written first."""
        return self.path / name / f"part-{part:05d}.parquet.tmp"

    def commit(self, parts: Mapping[int, Mapping[str, int]], entry: Mapping[str, Any]) -> None:
        """Parts are written: rows by table for each. Name them, and enter them in the journal at once."""
        made = self.add(parts)
        self._write_journal("a", {"part": self.part, "files": [file.model_dump() for file in made], **entry})

    def add(self, parts: Mapping[int, Mapping[str, int]]) -> list[TableFile]:
        """Name parts without a word in the journal: what is made at the very end is made again after an interruption."""
        made = [self._take(name, count, f"part-{part:05d}.parquet") for part, rows in parts.items() for name, count in rows.items()]
        self.part = max(self.part, *parts) if parts else self.part
        self.files.update({file.name: file for file in made})
        return made

    def _take(self, name: str, rows: int, file: str) -> TableFile:
        temporary = self.path / name / f"{file}.tmp"
        final = self.path / name / file
        with temporary.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
        temporary.rename(final)
        return TableFile(name=f"{name}/{file}", rows=rows, bytes=final.stat().st_size, sha256=digest)

    def replace(self, name: str, rows: int) -> None:
        """A part was written again beside itself (its name and .tmp): take the new one. Only at the end, when nothing goes on from it."""
        table, file = name.split("/")
        self.files[name] = self._take(table, rows, file)

    def write(self, tables: Mapping[str, pa.Table], entry: Mapping[str, Any]) -> None:
        """The next part from Arrow tables made by `arrow`; tables that are not named have no rows in it."""
        import pyarrow.parquet as pq

        part = self.part + 1
        rows = {}
        for name in TABLES:
            table = tables[name] if name in tables else arrow(name, [])
            if table.num_rows or part == 1:
                pq.write_table(table, self.temporary(name, part), compression="zstd", compression_level=1)
                rows[name] = table.num_rows
        self.commit({part: rows}, entry)

    def finish(self, manifest: Manifest) -> Manifest:
        """Write the manifest, last of all and at once, and throw away what was needed only to get here."""
        with room(self.path):
            for name in TABLES:
                sync(self.path / name)
            temporary = self.path / f"{MANIFEST}.tmp"
            with temporary.open("wb") as stream:
                stream.write(manifest.canonical())
                stream.flush()
                os.fsync(stream.fileno())
            temporary.rename(self.path / MANIFEST)
            sync(self.path)
            shutil.rmtree(self.work, ignore_errors=True)
            (self.path / JOURNAL).unlink(missing_ok=True)
        return manifest


def quoted(text: str) -> str:
    """A text as a constant of SQL."""
    return "'" + text.replace("'", "''") + "'"
