"""The ingest from beginning to end, and going on after an interruption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..dataset import MANIFEST, InputFile, Manifest, NotADataset, open_dataset
from .document import elements
from .forms import Options, Source, Stopped, Watch, refused
from .lines import Ahead, Broken, Buffers, Chunk, LineCutter
from .lists import READ_BY, ingest_lists, lists_among
from .loading import Loader, Text
from .quarantine import load_reasons
from .settling import settle
from .sources import hashed
from .units import Opened, Unit, recognise, units
from .writing import Folder, room

TEXTS_BYTES = 8 << 20
TEXTS = 8192


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


class Run:
    """One ingest."""

    def __init__(self, sources: Sequence[Source], into: Path, options: Options, watch: Watch) -> None:
        self.sources, self.into, self.options, self.watch = sources, into, options, watch
        begin = {"inputs": [[source.name, _size(source)] for source in sources], "options": options.stated(), "program": version("yantar")}
        self.folder = Folder(into, begin)
        self.done: list[InputFile] = []
        self.done_bytes = 0
        self.total: int | None = None

    def run(self) -> Manifest:
        """See ingest."""
        again = self.folder.open()
        with room(self.into):
            found = units(self.sources, self.options, self.folder.work)
            self.total = _total(found)
            if lists_among(found, self.options):
                return self.folder.finish(ingest_lists(found, self.folder, self.options, self.watch))
            self.loader = Loader(self.folder, self.options)
            try:
                last = self._take_up(found) if again else {}
                for number, unit in enumerate(found):
                    if number >= len(self.done):
                        self._unit(number, unit, last if last.get("source") == number else {})
                self._part(len(found), {})
                counts, data_on = settle(self.loader, sum(file.records for file in self.done))
                if not counts.procedures:
                    self._nothing(counts.records)
            finally:
                self.loader.close()
        manifest = Manifest(
            program=version("yantar"),
            options=self.options.stated(),
            input=tuple(self.done),
            tables=tuple(self.folder.files[name] for name in sorted(self.folder.files)),
            counts=counts,
            data_on=data_on,
        )
        return self.folder.finish(manifest)

    def _take_up(self, found: Sequence[Unit]) -> dict[str, Any]:
        """Go on after the last entry of the journal."""
        last = self.folder.entries[-1]
        self.loader.n, self.loader.rejected = int(last["n"]), int(last["rejected"])
        self.loader.records = {int(source): count for source, count in last["records"].items()}
        self.done = [InputFile(**one) for one in last["done"]]
        self.done_bytes = sum(one.bytes for one in self.done)
        if any(unit.path is None for unit in found):
            raise refused("stream_again")
        for unit, file in zip(found, self.done, strict=False):
            if unit.path is not None and unit.packing != "zip" and unit.path.stat().st_size != file.bytes:
                raise refused("input_changed", name=unit.name)
        return last

    def _part(self, source: int, state: dict[str, Any]) -> None:
        """A part of every table, and where the ingest goes on after it."""
        self.loader.write_part({"source": source, "done": [one.model_dump() for one in self.done], **state})

    def _look_on(self, given: int) -> None:
        self.watch.progress(self.done_bytes + given, self.total, sum(self.loader.records.values()))
        if not self.watch.wanted():
            raise Stopped

    # One input

    def _unit(self, number: int, unit: Unit, last: dict[str, Any]) -> None:
        self.loader.records.setdefault(number, 0)
        if unit.refused:
            self.loader.records[number] += 1
            self.loader.reject(number, 1, unit.refused, unit.what)
            self.done.append(_refused_file(unit))
            return
        try:
            opened = Opened(unit, self.options)
        except Broken as broken:
            self.loader.records[number] += 1
            self.loader.reject(number, 1, broken.reason, unit.name)
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
            self.done.append(opened.input_file(form, self.loader.records[number]))
        finally:
            opened.close()
        self.done_bytes += unit.size or self.done[-1].bytes

    def _lines(self, number: int, opened: Opened, last: dict[str, Any]) -> None:
        options = self.options
        buffers = Buffers(3, options.chunk)
        cutter = LineCutter(opened.bytes, size=options.chunk, limit=options.line_limit, take=buffers.take)
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
                self.loader.chunk(number, chunk)
                given, after, line = chunk.given, chunk.after, chunk.after_line
                buffers.give(chunk.data)
                del chunk
                self._look_on(given[0])
                if self.loader.since_part >= options.part:
                    self._part(number, {"offset": after, "line": line, "given": list(given)})
        finally:
            ahead.close()

    def _document(self, number: int, opened: Opened, prefix: str, last: dict[str, Any]) -> None:
        skip = int(last.get("line", 0))
        for texts, line, broken in _gather(elements(opened.bytes, prefix, self.options.line_limit), skip):
            self.loader.texts(number, texts)
            if broken is not None:
                self.loader.records[number] += 1
                self.loader.reject(number, line + 1, broken.reason, broken.what)
            self._look_on(opened.given.state()[0])
            if self.loader.since_part >= self.options.part:
                self._part(number, {"line": line})

    def _nothing(self, records: int) -> None:
        """No procedure came out: say so, and leave the folder as half an ingest that nobody takes for a dataset."""
        if not records:
            raise refused("empty", name=", ".join(source.name for source in self.sources))
        first = self.loader.first_rejection()
        reason = load_reasons()[first].title.en if first else ""
        raise refused("nothing_usable", records=records, reason=reason)


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
