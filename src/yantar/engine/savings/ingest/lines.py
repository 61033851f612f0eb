"""Bytes of an input cut into chunks of whole lines, in buffers that are used again: fresh memory costs more here than reading."""

from __future__ import annotations

import queue
import threading
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class Bytes(Protocol):
    """Where bytes come from: unpacked, hashed as they were given."""

    def readinto(self, buffer: memoryview) -> int:
        """Fill (a part of) the buffer; 0 at the end. Raises Cut where packed data break off, Bomb where they grow too much."""

    def state(self) -> tuple[int, str]:
        """How many bytes as given were read, and their SHA-256 so far."""


class Broken(Exception):
    """The input can't be read further: `reason` is a code of the quarantine, `what` says more."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(f"{reason}: {what}")
        self.reason, self.what = reason, what


@dataclass(slots=True)
class Lost:
    """A line that was not held: too long, or broken off. `head`: its first bytes."""

    line: int
    reason: str
    head: bytes
    length: int


@dataclass(slots=True)
class Chunk:
    """Whole lines in a buffer. Line i is `data[ends[i]:ends[i + 1]]`, with its line end."""

    data: bytearray
    ends: array[int]
    first_line: int
    """Number of the first line, from 1."""
    start: int
    """Offset of the first line in the unpacked input; -1 where that means nothing."""
    given: tuple[int, str]
    """State of the input after this chunk: bytes as given, SHA-256 so far."""
    lost: list[Lost] = field(default_factory=list)
    last: bool = False
    after_line: int = 0
    """Number of the last line that this chunk covers, lost ones too."""
    after: int = 0
    """Offset after this chunk."""

    def __len__(self) -> int:
        return len(self.ends) - 1

    def line(self, index: int) -> bytes:
        """The bytes of a line."""
        return bytes(self.data[self.ends[index] : self.ends[index + 1]])


class LineCutter:
    """Cuts the bytes of one input into chunks. A line above the limit is passed over and reported as lost."""

    def __init__(self, source: Bytes, *, size: int, limit: int, take: Callable[[], bytearray]) -> None:
        self.source, self.size, self.limit, self.take = source, size, limit, take
        self.offset, self.line = 0, 0
        self.rest = b""
        self.ended = False
        self.broken: Broken | None = None

    def skip(self, offset: int, line: int) -> None:
        """Read again what an earlier ingest has done. Raises Broken (input_changed) where there is less."""
        buffer = memoryview(self.take())
        left = offset
        while left:
            got = self.source.readinto(buffer[: min(left, len(buffer))])
            if not got:
                raise Broken("input_changed")
            left -= got
        self.offset, self.line = offset, line

    def chunks(self) -> Iterator[Chunk]:
        """All chunks in order; the last one has `last`."""
        while not self.ended or self.rest:
            buffer = self.take()
            filled = self._fill(buffer)
            cut = filled if self.ended and self.broken is None else buffer.rfind(b"\n", 0, filled) + 1
            start, first = self.offset, self.line + 1
            ends = array("q", [0])
            at, find, add = 0, buffer.find, ends.append
            while (at := find(b"\n", at, cut) + 1) > 0:
                add(at)
            if ends[-1] != cut:
                add(cut)
            self.line += len(ends) - 1
            self.offset += cut
            self.rest = bytes(memoryview(buffer)[cut:filled])
            lost: list[Lost] = []
            if self.broken is not None:
                self.line += 1
                lost.append(Lost(self.line, self.broken.reason, self.rest[:200] or self.broken.what.encode(), len(self.rest)))
                self.rest = b""
            elif not cut and self.rest:
                self.line += 1
                lost.append(Lost(self.line, "too_long", self.rest[:200], self._drop()))
                self.offset += lost[0].length
            last = self.ended and not self.rest
            yield Chunk(buffer, ends, first, start, self.source.state(), lost, last, self.line, self.offset)

    def _fill(self, buffer: bytearray) -> int:
        """Fill the buffer, and make it larger until it holds the end of a line or more than the limit. How much it holds."""
        filled = len(self.rest)
        if len(buffer) < filled + self.size // 2:
            buffer.extend(bytes(filled + self.size - len(buffer)))
        buffer[:filled] = self.rest
        while True:
            with memoryview(buffer) as view:
                while filled < len(buffer) and not self.ended:
                    try:
                        got = self.source.readinto(view[filled:])
                    except Broken as broken:
                        self.broken, got = broken, 0
                    self.ended = not got
                    filled += got
            if self.ended or filled > self.limit or buffer.rfind(b"\n", 0, filled) >= 0:
                return filled
            buffer.extend(bytes(max(1, min(len(buffer), self.limit + 1 - len(buffer)))))

    def _drop(self) -> int:
        """Pass over the rest of a line that is too long, holding little of it; its length with the line end."""
        length, self.rest = len(self.rest), b""
        block = bytearray(1 << 20)
        while not self.ended:
            try:
                got = self.source.readinto(memoryview(block))
            except Broken as broken:
                self.broken, got = broken, 0
            if not got:
                self.ended = True
                break
            end = block.find(b"\n", 0, got) + 1
            length += end or got
            if end:
                self.rest = bytes(block[end:got])
                break
        return length


class Buffers:
    """A few buffers that go round. `give` brings one back; one that grew is let go."""

    def __init__(self, count: int, size: int) -> None:
        self.size = size
        self.free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        for _ in range(count):
            self.free.put(bytearray())

    def take(self) -> bytearray:
        """A buffer of at least the usual size, waiting for one."""
        buffer = self.free.get()
        return buffer if len(buffer) >= self.size else bytearray(self.size)

    def give(self, buffer: bytearray) -> None:
        """Bring a buffer back."""
        self.free.put(buffer if len(buffer) <= 2 * self.size else bytearray())


class Ahead(Generic[T]):
    """An iterator that a thread of its own works through ahead of whoever takes from it, `depth` pieces at most."""

    def __init__(self, pieces: Iterator[T], depth: int = 1) -> None:
        self.pieces = pieces
        self.queue: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(depth)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._work, name="yantar-ingest-reader", daemon=True)
        self.thread.start()

    def _put(self, what: tuple[T | None, BaseException | None]) -> bool:
        while not self.stopped.is_set():
            try:
                self.queue.put(what, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def _work(self) -> None:
        try:
            for piece in self.pieces:
                if not self._put((piece, None)):
                    return
            self._put((None, None))
        except BaseException as error:  # noqa: BLE001 - it is raised again where the pieces are taken
            self._put((None, error))

    def __iter__(self) -> Iterator[T]:
        while True:
            piece, error = self.queue.get()
            if error is not None:
                raise error
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        """Stop the thread; it ends with the piece it is at."""
        self.stopped.set()
