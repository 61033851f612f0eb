"""What an ingest is told, what it tells while it works, and how it refuses."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """One input: a file, or an open binary stream that is read once. `name` is what people and the manifest call it."""

    name: str
    path: Path | None = None
    stream: BinaryIO | None = None

    @classmethod
    def of(cls, what: Source | Path | str) -> Source:
        """A source of itself or of a path; the name of a path is its file's name."""
        if isinstance(what, Source):
            return what
        path = Path(what)
        return cls(path.name, path)


class Watch(Protocol):
    """Somebody who looks on."""

    def progress(self, done_bytes: int, total_bytes: int | None, records: int) -> None:
        """So many bytes of the input (as given, packed if packed) are done; `total_bytes` is None where a stream does not say."""

    def wanted(self) -> bool:
        """False: stop after this piece."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to take in. `mapping`, `law` and the limits decide what comes out and stand in the manifest; the others decide only how fast."""

    mapping: Any = None
    """Mapping of lists (see `engine.savings.mapping`), for CSV and XLSX; None: recognised by headings."""
    law: str = ""
    """Law of procedures whose record states none: 94-FZ, 44-FZ, 223-FZ."""
    threads: int | None = None
    """Lanes that work beside each other; None: as many as there are processors, at most 8."""
    memory: str = "512MB"
    """What DuckDB may hold before it spills, in all lanes together."""
    line_limit: int = 64 * MEGABYTE
    """Bytes of a line (or of a record of a package); a longer one is rejected without being held."""
    packed_ratio: int = 200
    """How many times its size packed data may grow; above it is a bomb. Looked at from 64 MB on."""
    unpacked_limit: int = 1 << 40
    """Bytes that one packed input may unpack to."""
    members_limit: int = 1000
    """Files in one zip."""
    chunk: int = 16 * MEGABYTE
    """Bytes read at a time."""
    part: int = 512 * MEGABYTE
    """Bytes of input after which a part of every table is written and the ingest can go on from."""

    @property
    def lanes(self) -> int:
        """How many lanes."""
        return max(1, self.threads or min(8, os.cpu_count() or 1))

    @property
    def lane_memory(self) -> str:
        """What one lane may hold."""
        found = re.fullmatch(r"(\d+)\s*([KMGT]i?B)", self.memory)
        if not found:
            raise ValueError(f"memory: {self.memory!r} is not like 512MB")
        units = {"K": 1, "M": 1000, "G": 1000_000, "T": 1000_000_000}
        return f"{max(64_000, int(found[1]) * units[found[2][0]] // self.lanes)}KB"

    def stated(self) -> dict[str, Any]:
        """What decides the outcome, as plain JSON."""
        mapping = getattr(self.mapping, "id", "") if self.mapping is not None else ""
        told: dict[str, Any] = {"law": self.law, "mapping": mapping}
        plain = Options()
        for name in ("line_limit", "packed_ratio", "unpacked_limit", "members_limit"):
            if getattr(self, name) != getattr(plain, name):
                told[name] = getattr(self, name)
        return told


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that makes an ingest impossible: a code of MESSAGES and what it is about."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """In English; surfaces translate `MESSAGES[code]`."""
        return MESSAGES[self.code] % self.params


MESSAGES: dict[str, str] = {
    "no_inputs": "There is nothing to take in.",
    "missing": "%(name)s is not there or can't be read.",
    "empty": "%(name)s holds no record.",
    "nothing_usable": "No record of the input can be used: %(records)s found, all rejected. The first reason: %(reason)s.",
    "folder_taken": "%(folder)s holds a finished dataset made of other inputs or with other options.",
    "folder_used": "%(folder)s holds files that are not of an ingest.",
    "other_ingest": "%(folder)s holds half an ingest of other inputs or with other options.",
    "input_changed": "%(name)s has changed since the ingest was interrupted; begin again in another folder.",
    "stream_again": "An ingest from a stream can't go on; begin again in another folder.",
    "no_room": "The disk is full: %(folder)s. Make room and start again, the ingest goes on where it was.",
    "not_known": "%(name)s is neither JSON nor a list that a mapping recognises.",
    "no_lists": "%(name)s is a list; lists are taken in by themselves, without OCDS records beside them.",
    "list_unknown": "No mapping recognises this list by its headings: %(names)s. Make a mapping for it, or name one.",
    "list_other": "None of these files has the headings that the mapping %(mapping)s speaks of: %(names)s.",
    "list_incomplete": "The list %(mapping)s is not whole: the file “%(files)s” is missing, and without it there are no procedures.",
}
"""English wording of every problem, with named parameters."""


class IngestRefused(Exception):
    """Nothing usable, or nothing that may be done. `problems`: all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(problem.message for problem in self.problems))


def refused(code: str, **params: object) -> IngestRefused:
    """A refusal for one reason."""
    return IngestRefused([Problem(code, {name: str(value) for name, value in params.items()})])


class Stopped(Exception):
    """Not wanted any more. Starting again into the same folder goes on (not from a stream)."""
