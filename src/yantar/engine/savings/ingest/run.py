"""The ingest from beginning to end, and going on after an interruption."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..dataset import MANIFEST, Counts, InputFile, Manifest, NotADataset, open_dataset
from .document import elements
from .feeding import Feed, Given
from .forms import Options, Source, Stopped, Watch, refused
from .lines import Ahead, Broken, Buffers, Chunk, LineCutter
from .lists import READ_BY, ingest_lists, lists_among
from .loading import Lane, Text
from .merging import merge
from .quarantine import load_reasons
from .settling import Settling
from .sources import hashed
from .units import Opened, Unit, recognise, units
from .writing import Folder, room

TEXTS_BYTES = 8 << 20
TEXTS = 8192
SMALL = 4 << 20
"""Bytes of a file up to which it is held until it is flattened together with others."""


class _Silent:
    """Nobody looks on."""

    def progress(self, done_bytes: int, total_bytes: int | None, records: int) -> None:
        """Nothing."""

    def wanted(self) -> bool:
        """Always."""
        return True


def ingest(inputs: Sequence[Source | Path | str], into: Path, *, options: Options | None = None, watch: Watch | None = None) -> Manifest:
    """Take records in: every input into flat tables in the folder `into`, with a manifest.

    Starting again into the same folder with the same inputs and options goes on where it was interrupted, or returns what is finished.
    Raises IngestRefused (nothing usable, another dataset in the folder, no room on the disk) and Stopped (not wanted any more).
    """
    options = options or Options()
    sources = [Source.of(one) for one in inputs]
    if not sources:
        raise refused("no_inputs")
    if (into / MANIFEST).exists():
        return _finished(sources, into, options)
    return Run(sources, into, options, watch or _Silent()).run()


def _finished(sources: Sequence[Source], into: Path, options: Options) -> Manifest:
    """The manifest that is there, where it is of the same inputs."""
    try:
        manifest = open_dataset(into).manifest
    except NotADataset:
        raise refused("folder_taken", folder=into) from None
    paths = [source.path for source in sources]
    told = {name: value for name, value in manifest.options.items() if name != READ_BY}
    read_by = manifest.options.get(READ_BY, {}).get("mapping")
    same = told == options.stated() and (options.mapping is None or read_by == options.mapping.stated())
    if same and all(path is not None and path.is_file() for path in paths):
        taken = list(dict.fromkeys((file.bytes, file.sha256) for file in manifest.input))
        if taken == list(dict.fromkeys(hashed(path) for path in paths if path is not None)):
            return manifest
    raise refused("folder_taken", folder=into)


class Crew:
    """The lanes, each worked by a thread; pieces go round."""

    def __init__(self, folder: Folder, options: Options) -> None:
        self.folder, self.options = folder, options
        self.lanes: list[Lane] = []
        self.pending: list[Future[None] | None] = [None] * options.lanes
        self.feeds: list[Feed | None] = [None] * options.lanes
        self.pool = ThreadPoolExecutor(options.lanes, "yantar-ingest")
        self.turn = 0

    def give(self, work: Callable[[Lane], None]) -> None:
        """Work for the next lane, once it is done with its last."""
        place = self._next()
        self._end(place)
        self.pending[place] = self.pool.submit(work, self._lane(place))

    def feed(self, given: Given) -> None:
        """A chunk for the next lane, which reads chunks in one go for as long as they come."""
        place = self._next()
        feed, taker = self.feeds[place], self.pending[place]
        if feed is None or taker is None:
            self._end(place)
            feed = self.feeds[place] = Feed()
            taker = self.pending[place] = self.pool.submit(self._lane(place).take, feed)
        feed.put(given, taker)

    def _next(self) -> int:
        self.turn += 1
        return (self.turn - 1) % len(self.pending)

    def _lane(self, place: int) -> Lane:
        if place == len(self.lanes):
            self.lanes.append(Lane(self.folder, self.options, number=place, memory=self.options.lane_memory))
        return self.lanes[place]

    def _end(self, place: int) -> None:
        """Until a lane is done with what it was given."""
        feed, taker = self.feeds[place], self.pending[place]
        self.feeds[place] = None
        if taker is not None:
            if feed is not None:
                feed.put(None, taker)
            self.pending[place] = None
            taker.result()

    def wait(self) -> None:
        """Until all is done."""
        for place in range(len(self.pending)):
            self._end(place)

    def idle(self) -> None:
        """Until nothing is worked on, whatever became of it."""
        for place in range(len(self.pending)):
            with suppress(Exception):
                self._end(place)

    def flush(self) -> None:
        """Nothing waits for its texts any more."""
        self.wait()
        list(self.pool.map(Lane.flush, self.lanes))

    def records(self) -> dict[int, int]:
        """Records found since the last part, by source."""
        found: Counter[int] = Counter()
        for lane in self.lanes:
            found.update(dict(lane.records))
        return dict(found)

    def write(self, *, always: bool) -> tuple[dict[int, dict[str, int]], list[str]]:
        """Parts of all lanes that have something: rows by part and table, and files needed until the end."""
        self.wait()
        self.turn = 0
        lanes = [lane for lane in self.lanes if lane.some]
        if not lanes and always:
            if not self.lanes:
                self.lanes.append(Lane(self.folder, self.options, number=0, memory=self.options.lane_memory))
            lanes = self.lanes[:1]
        numbers = range(self.folder.part + 1, self.folder.part + 1 + len(lanes))
        made = list(self.pool.map(lambda lane, number: lane.write(number), lanes, numbers))
        return {number: rows for number, (rows, _work) in zip(numbers, made, strict=True)}, [file for _rows, work in made for file in work]

    def close(self) -> None:
        """Let the work at hand end, and let go of everything."""
        self.idle()
        self.pool.shutdown(wait=True, cancel_futures=True)
        for lane in self.lanes:
            lane.close()


class Run:
    """One ingest."""

    def __init__(self, sources: Sequence[Source], into: Path, options: Options, watch: Watch) -> None:
        self.sources, self.into, self.options, self.watch = sources, into, options, watch
        begin = {
            "inputs": [[source.name, _size(source)] for source in sources],
            "options": options.stated(),
            "chunk": [options.chunk, options.part, options.lanes],
            "program": version("yantar"),
        }
        self.folder = Folder(into, begin)
        self.done: list[InputFile] = []
        self.done_bytes = 0
        self.total: int | None = None
        self.records: Counter[int] = Counter()
        self.since_part = 0

    def run(self) -> Manifest:
        """See ingest."""
        again = self.folder.open()
        with room(self.into):
            found = units(self.sources, self.options, self.folder.work)
            self.total = _total(found)
            if lists_among(found, self.options):
                return self.folder.finish(ingest_lists(found, self.folder, self.options, self.watch))
            self.crew = Crew(self.folder, self.options)
            try:
                last = self._take_up(found) if again else {}
                for number, unit in enumerate(found):
                    if number >= len(self.done):
                        self._unit(number, unit, last if last.get("source") == number else {})
                self._part(len(found), {}, always=not self.folder.files)
                counts, data_on = self._settle()
            finally:
                self.crew.close()
        manifest = Manifest(
            program=version("yantar"),
            options=self.options.stated(),
            input=tuple(self.done),
            tables=tuple(self.folder.files[name] for name in sorted(self.folder.files)),
            counts=counts,
            data_on=data_on,
        )
        return self.folder.finish(manifest)

    def _settle(self) -> tuple[Counts, str]:
        settling = Settling(self.folder, self.options)
        try:
            _procedures, superseded, merged = settling.counts()
            if superseded or merged:
                settling.drop()
            if merged:
                merge(settling, self.crew.give)
                parts, _work = self.crew.write(always=False)
                self.folder.add(parts)
            records = sum(file.records for file in self.done)
            counts, data_on = settling.tally(records)
            if not counts.procedures:
                if not records:
                    raise refused("empty", name=", ".join(source.name for source in self.sources))
                raise refused("nothing_usable", records=records, reason=_words(settling.first_rejection()))
            return counts, data_on
        finally:
            settling.close()

    def _take_up(self, found: Sequence[Unit]) -> dict[str, Any]:
        """Go on after the last entry of the journal."""
        last = self.folder.entries[-1]
        self.records = Counter({int(source): count for source, count in last["records"].items()})
        self.done = [InputFile(**one) for one in last["done"]]
        self.done_bytes = sum(one.bytes for one in self.done)
        if any(unit.source.path is None for unit in found):
            raise refused("stream_again")
        for unit, file in zip(found, self.done, strict=False):
            if (file.bytes, file.sha256) != (unit.given if unit.packing == "zip" else hashed(unit.path or Path())):
                raise refused("input_changed", name=unit.name)
        return last

    def _part(self, source: int, state: dict[str, Any], *, always: bool = False) -> None:
        """A part of every table, and where the ingest goes on after it."""
        self.crew.flush()
        self.records.update(self.crew.records())
        self.done = [one if one.records == (n := self.records[at]) else one.model_copy(update={"records": n}) for at, one in enumerate(self.done)]
        parts, work = self.crew.write(always=always)
        if parts:
            done = [one.model_dump() for one in self.done]
            records = {str(number): count for number, count in self.records.items()}
            self.folder.commit(parts, {"source": source, "done": done, "work": work, "records": records, **state})
        self.since_part = 0

    def _look_on(self, given: int) -> None:
        self.watch.progress(self.done_bytes + given, self.total, sum(self.records.values()) + sum(self.crew.records().values()))
        if not self.watch.wanted():
            raise Stopped

    # One input

    def _unit(self, number: int, unit: Unit, last: dict[str, Any]) -> None:
        reason, what = unit.refused, unit.what
        opened = None
        if not reason:
            try:
                opened = Opened(unit, self.options)
            except Broken as broken:
                reason, what = broken.reason, broken.what
        if opened is None:
            self.crew.give(lambda lane: _reject(lane, number, 1, reason, what or unit.name))
            self.done.append(_refused_file(unit))
            return
        try:
            form, prefix = recognise(opened)
            if form in ("csv", "xlsx"):
                raise refused("no_lists", name=unit.name)
            if form == "ocds-lines":
                self._lines(number, opened, last)
            else:
                self._document(number, opened, prefix, last)
            self.done.append(opened.input_file(form, 0))
            if opened.again is not None:
                self.crew.flush()
        finally:
            self.crew.idle()
            opened.close()
        self.done_bytes += unit.size or self.done[-1].bytes
        if self.since_part >= self.options.part:
            self._part(number + 1, {})

    def _lines(self, number: int, opened: Opened, last: dict[str, Any]) -> None:
        options = self.options
        # A small file's lines stay in a buffer of their own; the large ones go through buffers that go round.
        small = opened.unit.packing == "plain" and opened.unit.size is not None and opened.unit.size < min(options.chunk, SMALL)
        size = (opened.unit.size or 0) + 1 if small else options.chunk
        buffers = Buffers(options.lanes + 2, size)
        take = (lambda: bytearray(size)) if small else buffers.take
        cutter = LineCutter(opened.bytes, size=size, limit=options.line_limit, take=take)
        if last.get("offset"):
            try:
                cutter.skip(int(last["offset"]), int(last["line"]))
            except Broken:
                raise refused("input_changed", name=opened.unit.name) from None
            if list(opened.given.state()) != last["given"]:
                raise refused("input_changed", name=opened.unit.name)
        ahead: Ahead[Chunk] = Ahead(cutter.chunks())
        try:
            for chunk in ahead:
                if opened.recoded:
                    chunk.start = -1
                self.since_part += chunk.after - max(0, chunk.start)

                file = None if small else opened.again
                self.crew.feed(Given(number, chunk, partial(buffers.give, chunk.data), file=file, own=small))
                self._look_on(chunk.given[0])
                if self.since_part >= options.part and not chunk.last:
                    self._part(number, {"offset": chunk.after, "line": chunk.after_line, "given": list(chunk.given)})
        finally:
            ahead.close()

    def _document(self, number: int, opened: Opened, prefix: str, last: dict[str, Any]) -> None:
        skip = int(last.get("line", 0))
        for texts, line, broken in _gather(elements(opened.bytes, prefix, self.options.line_limit), skip):
            self.crew.give(lambda lane, texts=texts: lane.texts(number, texts))  # type: ignore[misc]
            if broken is not None:
                self.crew.give(lambda lane, line=line, b=broken: _reject(lane, number, line + 1, b.reason, b.what))  # type: ignore[misc]
            self._look_on(opened.given.state()[0])
            self.since_part += sum(len(one.text) for one in texts)
            if self.since_part >= self.options.part:
                self._part(number, {"line": line})


def _reject(lane: Lane, source: int, line: int, reason: str, value: str) -> None:
    lane.count(source, 1)
    lane.reject(source, line, reason, value)


def _words(code: str) -> str:
    return load_reasons()[code].title.en if code else ""


def _gather(found: Iterator[tuple[int, bytes]], skip: int) -> Iterator[tuple[list[Text], int, Broken | None]]:
    """Texts of a document in handfuls, with the number of the last one, and what broke it off."""
    texts: list[Text] = []
    size, line = 0, skip
    broken: Broken | None = None
    try:
        for line, text in found:
            if line <= skip:
                continue
            texts.append(Text(line, -1, 0, text))
            size += len(text)
            if size >= TEXTS_BYTES or len(texts) >= TEXTS:
                yield texts, line, None
                texts, size = [], 0
    except Broken as error:
        broken = error
    yield texts, line, broken


def _refused_file(unit: Unit) -> InputFile:
    size, digest = unit.given if unit.packing == "zip" or unit.path is None else hashed(unit.path)
    return InputFile(name=unit.name, bytes=size, sha256=digest, form="ocds-lines", packing=unit.packing, records=1)


def _size(source: Source) -> int | None:
    try:
        return source.path.stat().st_size if source.path is not None else None
    except OSError:
        raise refused("missing", name=source.name) from None


def _total(found: Sequence[Unit]) -> int | None:
    sizes = [unit.size for unit in found]
    return None if any(size is None for size in sizes) else sum(size or 0 for size in sizes)
