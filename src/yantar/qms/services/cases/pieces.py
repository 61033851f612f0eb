"""Checked rows in pieces that are taken in one after another; the next piece is made while the database takes the last one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from .checking import Known, Reject, explain, line_of

SIZE = 250_000
"""Rows of a piece: some seconds of work, a few dozen megabytes."""
KEPT = 1_000
"""Rejected rows that are kept of one load; the count is always whole."""


@dataclass(slots=True)
class Chunk:
    """Good rows as text for COPY, and what was rejected. `rows`: all that were read; `last`: the line after which it ends; `at`: how far
    in the file; `services`: keys of the services of good rows."""

    rows: int = 0
    good: int = 0
    last: int = 0
    at: int = 0
    data: bytes = b""
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    services: frozenset[int] = frozenset()


def chunk_of(rows: Iterable[tuple[int, Sequence[str]]], known: Known, keep: int = KEPT) -> Chunk:
    """Check rows (line number, nine texts) and make one piece of them. Of the same case the last row stands, the ones before are rejected."""
    chunk, good, lines = Chunk(), dict[str, str](), dict[str, int]()

    def reject(found: list[Reject]) -> None:
        chunk.rejected += 1
        chunk.rejects += found[: max(keep - len(chunk.rejects), 0)]

    for line, row in rows:
        chunk.rows += 1
        chunk.last = line
        try:
            key, rest = line_of(row, known)
        except (KeyError, ValueError):
            row = [value.strip() for value in row]
            found = explain(row, line, known)
            if found:
                reject(found)
                continue
            key, rest = line_of(row, known)
        if key in good:
            message = _("The same case stands again in line %(line)s, which was taken.") % {"line": line}
            reject([Reject(lines[key], "number", "", "twice", message)])
        good[key] = rest
        lines[key] = line
    chunk.good = len(good)
    chunk.data = "".join([f"{key}\t{rest}" for key, rest in good.items()]).encode("ascii")
    chunk.services = frozenset(int(one) for one in {key[: key.index("\t")] for key in good})
    return chunk


def chunks(
    rows: Iterator[tuple[int, Sequence[str]]], known: Known, *, size: int | None = None, skip: int = 0, at: Callable[[], int] = lambda: 0
) -> Generator[Chunk, None, None]:
    """All rows in pieces; the first `skip` rows were taken before. The rows are read in a thread of their own, which asks no database.

    What reading raises is raised here, after the pieces before it.
    """
    made: queue.Queue[Chunk | BaseException | None] = queue.Queue(maxsize=1)
    over = threading.Event()
    language = get_language() or "ru"

    def put(one: Chunk | BaseException | None) -> None:
        while not over.is_set():
            try:
                made.put(one, timeout=0.2)
                return
            except queue.Full:
                continue

    def make() -> None:
        try:
            with override(language):
                for _number in range(skip):
                    next(rows, None)
                while not over.is_set():
                    chunk = chunk_of(_first(rows, size or SIZE), known)
                    chunk.at = at()
                    if not chunk.rows:
                        break
                    put(chunk)
            put(None)
        except BaseException as error:  # raised again by whoever waits for the pieces
            put(error)

    maker = threading.Thread(target=make, name="cases", daemon=True)
    maker.start()
    try:
        while (one := made.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one
    finally:
        over.set()
        maker.join()


def _first(rows: Iterator[tuple[int, Sequence[str]]], size: int) -> Iterator[tuple[int, Sequence[str]]]:
    for _number, one in zip(range(size), rows, strict=False):
        yield one
