"""A dataset: one finished ingest in a folder of its own, never changed afterwards.

folder/manifest.json            written last; without it the folder is half an ingest and nobody reads it
folder/<table>/part-*.parquet   zstd; every table of `tables.TABLES` has at least one part, maybe without rows
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .engines import read
from .tables import TABLES

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend

FORMAT: Literal["yantar-dataset/1"] = "yantar-dataset/1"
MANIFEST = "manifest.json"


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InputFile(_Form):
    """What was taken in. Hash and size are those of the bytes as given (packed, if they were packed)."""

    name: str
    bytes: int = Field(ge=0)
    sha256: str
    form: Literal["ocds-lines", "ocds-document", "csv", "xlsx"]
    packing: Literal["plain", "gzip", "zip"] = "plain"
    mapping: str = ""
    """Id of the mapping that read a list; empty for OCDS."""
    records: int = Field(ge=0)
    """Records found: lines that are not blank, releases of a package, rows of a list."""


class TableFile(_Form):
    """A part of a table."""

    name: str
    """Path below the dataset's folder."""
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str


class Counts(_Form):
    """Every record of the input is exactly one of these: records = procedures + merged + superseded + rejected."""

    records: int = Field(ge=0)
    procedures: int = Field(ge=0)
    merged: int = Field(default=0, ge=0)
    """Releases beyond the first of their procedure, merged into it by the rules of OCDS."""
    superseded: int = Field(default=0, ge=0)
    """Compiled records of a procedure of which a later one is there."""
    rejected: int = Field(default=0, ge=0)
    """Records in quarantine as a whole."""
    repaired_values: int = Field(default=0, ge=0)
    set_aside_values: int = Field(default=0, ge=0)


class Manifest(_Form):
    """What was taken in, by which program, and what came out: enough to repeat it and to see that nothing was changed."""

    format: Literal["yantar-dataset/1"] = FORMAT
    program: str
    """Version of Yantar."""
    options: dict[str, Any] = Field(default_factory=dict)
    """What the ingest was told: mapping, law, limits; plain JSON."""
    input: tuple[InputFile, ...]
    tables: tuple[TableFile, ...]
    counts: Counts
    data_on: str = ""
    """Latest day of any record (YYYY-MM-DD): the date of the data."""

    @property
    def sha256(self) -> str:
        """The hash that names the dataset: of the manifest's canonical JSON."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """The manifest as bytes, always the same for the same content."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class NotADataset(Exception):
    """The folder holds no finished ingest. `code`: missing, unreadable, incomplete, changed; `what`: the file it is about."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code, self.what = code, what


class Tables(NamedTuple):
    """The flat tables of a dataset as Ibis tables of one backend."""

    procedures: ibis.Table
    lots: ibis.Table
    bids: ibis.Table
    bid_lots: ibis.Table
    awards: ibis.Table
    award_lots: ibis.Table
    contracts: ibis.Table
    amendments: ibis.Table
    quarantine: ibis.Table


class Dataset(NamedTuple):
    """A finished ingest."""

    folder: Path
    manifest: Manifest

    def parts(self, table: str) -> list[Path]:
        """The files of a table, as the manifest lists them."""
        return [self.folder / part.name for part in self.manifest.tables if part.name.startswith(f"{table}/")]

    def tables(self, backend: BaseBackend) -> Tables:
        """The tables in a backend (DuckDB or Spark) of Ibis."""
        mark = self.manifest.sha256
        found: Mapping[str, ibis.Table] = {name: read(backend, self.parts(name), f"{name}_{mark}") for name in TABLES}
        return Tables(**found)


def open_dataset(folder: Path, *, verify: bool = False) -> Dataset:
    """The dataset in a folder. With `verify` every file is hashed again.

    Raises NotADataset: no manifest, one that can't be read, a part that is missing or (verified) not what the manifest says.
    """
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise NotADataset("missing", str(path)) from None
    except (OSError, ValidationError):
        raise NotADataset("unreadable", str(path)) from None
    for part in manifest.tables:
        file = folder / part.name
        if not file.is_file() or file.stat().st_size != part.bytes:
            raise NotADataset("incomplete", part.name)
        if verify:
            with file.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != part.sha256:
                    raise NotADataset("changed", part.name)
    return Dataset(folder, manifest)
