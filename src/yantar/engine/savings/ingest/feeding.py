"""Chunks on their way into one statement of a lane. To begin a statement means to plan it and to take fresh memory for a hundred columns, which
costs more than to read ten megabytes; so a statement goes on for as long as chunks come.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import columns
from .lines import Chunk

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 256
"""Lines that are read together. Where one of them is no JSON, DuckDB reads them again one by one: few are few times the work."""


@dataclass(slots=True)
class Given:
    """A chunk of an input.

    `file`: a descriptor from which lines can be read again, open until the lane was flushed; `own`: the chunk's buffer is nobody else's.
    Without either the buffer is taken back as soon as the lane is done with the chunk. `done` is called when the buffer is free again.
    """

    source: int
    chunk: Chunk
    done: Callable[[], None]
    file: int | None = None
    own: bool = False


class Feed:
    """What one thread gives and a lane takes; one chunk may wait."""

    def __init__(self) -> None:
        self.queue: queue.Queue[Given | None] = queue.Queue(1)
        self.next: Given | None = None
        self.ended = False

    def put(self, given: Given | None, taker: Future[None]) -> None:
        """Give the next one, None: that was the last one. Raises what the taker failed with."""
        while True:
            if taker.done():
                taker.result()
                return
            try:
                self.queue.put(given, timeout=0.1)
            except queue.Full:
                continue
            return

    def peek(self) -> Given | None:
        """The next one, waiting for it; None: there is none."""
        if self.next is None and not self.ended:
            self.next = self.queue.get()
            self.ended = self.next is None
        return self.next

    def take(self) -> Given | None:
        """The next one, taken."""
        given = self.peek()
        self.next = None
        return given


class Lines:
    """Batches as the relation `lines` of `reading`. (Of any other kind of stream DuckDB would take batches ahead once Arrow's datasets are
    loaded; and to load them takes longer than a small ingest.)"""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        import pyarrow as pa

        self.reader = pa.RecordBatchReader.from_batches(_schema(), batches)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The Arrow stream."""
        return self.reader.__arrow_c_stream__(requested_schema)


@lru_cache(maxsize=1)
def _schema() -> pa.Schema:
    import pyarrow as pa

    numbers = ("n", "source", "number", "base", "first", "last")
    return pa.schema([*((name, pa.int64()) for name in numbers), ("line", pa.large_string())])


def batches(
    first: int, sources: Iterable[int], numbers: Iterable[int], base: int, starts: pa.Array, ends: pa.Array, texts: pa.Array
) -> Iterator[pa.RecordBatch]:
    """Lines in batches. `first`: number of the first record; `base`: offset of `starts` and `ends` in the input, -1 where that means nothing."""
    import pyarrow as pa

    count = len(texts)
    n, bases = columns.integers(range(first, first + count)), columns.integers([base] * count)
    made = [n, columns.integers(sources), columns.integers(numbers), bases, starts, ends, texts]
    whole = pa.RecordBatch.from_arrays(made, schema=_schema())
    del made, texts, starts, ends
    for at in range(0, count, ROWS):
        yield whole.slice(at, ROWS)
