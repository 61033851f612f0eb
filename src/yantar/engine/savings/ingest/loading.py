"""A lane: lines into flat tables by a DuckDB of its own, one thread wide. Read, flatten, doubt, look carefully at the doubtful, write.

Lanes work beside each other. A lane with one thread keeps the order of its lines, so that its parts are the same for the same input.

DuckDB plans a statement again each time it is executed, and to plan the flat tables takes as long as to fill them from ten megabytes. So
readings are gathered in `rel` from as many chunks as may wait (see `feeding`), and flattened together.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple
from weakref import finalize

from ..tables import TABLES, Kind
from . import columns
from .careful import Careful
from .feeding import Feed, Lines, batches
from .flatten import SQL_TYPES, flats
from .forms import Options
from .lines import Chunk
from .quarantine import Note, currencies
from .reading import COMPILED, REL, common_tail, reading
from .writing import COMPRESSION, Folder, quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

ORDER = "(compiled, coalesce(moment, -9223372036854775807), content, -source, -line)"
"""Which record of a procedure counts: a compiled one, the latest, of equal moments always the same one wherever it stands, of equal ones
the first."""
NAMED = {"lots": "lot_id", "bids": "bid_id", "awards": "award_id", "contracts": "contract_id"}
"""Lists whose elements have an id that must not be repeated."""
SUBSTITUTE_ROWS = 4096


class Text(NamedTuple):
    """A record as a line of its own. `start` -1: not one run of bytes of the input."""

    line: int
    start: int
    length: int
    text: bytes


class Kept(NamedTuple):
    """Where the texts of readings that wait are: of the record `first` and those after it, by their place from 0."""

    first: int
    source: int
    text: Callable[[int], Text]


class Lane:
    """Its tables hold what was read since the last part."""

    def __init__(self, folder: Folder, options: Options, *, number: int, memory: str) -> None:
        import duckdb

        self.folder, self.options = folder, options
        self.con: duckdb.DuckDBPyConnection = duckdb.connect(
            config={
                "memory_limit": memory,
                "threads": 1,
                "temp_directory": str(folder.work / f"spill-{number}"),
                # What is let go after a part is needed again for the next one.
                "allocator_flush_threshold": "4GB",
                "allocator_bulk_deallocation_flush_threshold": "4GB",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        self.known = currencies()
        self.careful = Careful(self.known, limit=options.line_limit)
        self.flats = flats(quoted(options.law), self.known)
        self.n = 0
        """Number of the last record."""
        self.flat = 0
        """Number of the last record that is in the flat tables."""
        self.kept: list[Kept] = []
        self.waiting = self.held = 0
        """Bytes of lines whose readings wait in `rel`; those of them that are held in memory."""
        self.after: list[Callable[[], None]] = []
        """Called when nothing waits any more."""
        self.made: list[tuple[int, Text]] = []
        """What the careful way made, by source."""
        self.notes: list[Note] = []
        self.records: dict[int, int] = {}
        """Records found since the last part, by source."""
        self.loose = self.some = False
        self._create()

    def _create(self) -> None:
        run = self.con.execute
        run("SET TimeZone = 'UTC'")
        run(REL)
        run("CREATE TABLE loose (source BIGINT, line BIGINT, ocid VARCHAR, date VARCHAR, text VARCHAR)")
        run(
            "CREATE TABLE keys (n BIGINT, part BIGINT, source BIGINT, line BIGINT, ocid VARCHAR, compiled BOOLEAN, moment BIGINT,"
            " content UBIGINT, written BOOLEAN)"
        )
        named = ", ".join(f'"{column.name}" {SQL_TYPES[column.kind]}' for column in TABLES["quarantine"].columns)
        run(f"CREATE TABLE quarantine ({named})")
        for name, flat in self.flats.items():
            run(flat.create(name))

    # Records in

    def take(self, feed: Feed) -> None:
        """Everything that a feed gives."""
        while (given := feed.peek()) is not None:
            self._read(self._lines(feed), tail=common_tail(given.chunk.data, given.chunk.ends), limit=self.options.line_limit)
            if self._enough():
                self.flush()

    def _lines(self, feed: Feed) -> Iterator[pa.RecordBatch]:
        """Lines of a feed, until it ends or what waits should be flattened."""
        import pyarrow as pa

        while (given := feed.take()) is not None:
            chunk, source = given.chunk, given.source
            for lost in chunk.lost:
                self.count(source, 1)
                self.reject(source, lost.line, lost.reason, lost.head)
            count, size = len(chunk), chunk.ends[-1]
            text = partial(_text, chunk) if given.file is None else partial(_text_again, given.file, chunk.first_line, chunk.start, chunk.ends)
            first = self._begin(count, source, text)
            self.count(source, count)
            self.waiting += size
            self.held += size if given.file is None else 0
            data = memoryview(chunk.data)
            if given.file is not None:
                finalize(data, given.done)
            elif not given.own:
                self.after.append(given.done)
            ends = columns.integers(chunk.ends)
            lines = pa.Array.from_buffers(pa.large_string(), count, [None, pa.py_buffer(chunk.ends), pa.py_buffer(data)])
            numbers = range(chunk.first_line, chunk.first_line + count)
            made = batches(first, repeat(source, count), numbers, chunk.start, ends[:-1], ends[1:], lines)
            # Arrow alone refers to the buffer now, so that it is free when the last batch is.
            del lines, data, chunk, text, given
            yield from made
            if self._enough():
                return

    def texts(self, source: int, texts: Sequence[Text]) -> None:
        """Records of a document, one text each."""
        if not texts:
            return
        self.count(source, len(texts))
        first = self._begin(len(texts), source, texts.__getitem__)
        self._read(_batches(first, [(source, one) for one in texts]), limit=self.options.line_limit)
        size = sum(len(one.text) for one in texts)
        self.waiting += size
        self.held += size
        if self._enough():
            self.flush()

    def merged(self, source: int, texts: Sequence[Text]) -> None:
        """Merged releases, counted and looked at before."""
        self.flush()
        self._read(_batches(self._begin(len(texts)), [(source, one) for one in texts]))
        self._flatten(doubt=False, keep=False)

    def note(self, notes: Sequence[Note]) -> None:
        """Rows of the quarantine."""
        self.notes.extend(notes)
        self.some = True

    def count(self, source: int, count: int) -> None:
        """So many records more."""
        self.records[source] = self.records.get(source, 0) + count

    def reject(self, source: int, line: int, reason: str, value: bytes | str) -> None:
        """A record that is not used at all."""
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        self.notes.append(Note(source, line, "", "", "", text.replace("\0", "").strip()[:200], reason, "rejected"))
        self.some = True

    def _begin(self, count: int, source: int = 0, text: Callable[[int], Text] | None = None) -> int:
        first = self.n + 1
        self.n += count
        if text is not None:
            self.kept.append(Kept(first, source, text))
        return first

    def _enough(self) -> bool:
        """Should what waits be flattened? Releases to merge have their text among the readings, so less of them may wait."""
        options = self.options
        return bool(self.after) or self.held >= options.chunk or self.waiting >= (options.chunk if self.loose else options.part)

    # Reading

    def _read(self, lines: Iterable[pa.RecordBatch], *, tail: str = "", limit: int | None = None) -> None:
        """Lines into `rel`."""
        self.some = True
        self.con.register("lines", Lines(lines))
        try:
            self.con.execute(reading(tail=tail, limit=limit))
        finally:
            self.con.unregister("lines")

    def flush(self) -> None:
        """Flatten what waits, and look carefully at what can't be trusted."""
        if self.n == self.flat:
            return
        doubtful = self._flatten()
        kept, self.kept, self.waiting, self.held = self.kept, [], 0, 0
        self._look(_doubted(kept, sorted(doubtful)))
        after, self.after = self.after, []
        for done in after:
            done()

    def _flatten(self, *, doubt: bool = True, keep: bool = True) -> set[int]:
        """Readings into the flat tables. With `doubt` records that can't be trusted are taken out again and returned.

        Without `keep` the records are not entered among those of which one per procedure is chosen.
        """
        run, first = self.con.execute, self.flat + 1
        for name, flat in self.flats.items():
            run(f"INSERT INTO {name} {flat.select(name, first)}")
        doubtful = self._doubtful(first) if doubt else set()
        self._take_out(doubtful, first)
        if keep:
            loose = run(f"INSERT INTO loose SELECT source, line, r.ocid, coalesce(r.date, ''), text FROM rel WHERE NOT {COMPILED}")  # noqa: S608
            self.loose = bool(loose.fetchall()[0][0]) or self.loose
            run(
                f"INSERT INTO keys SELECT n, 0, source, line, r.ocid, {COMPILED}, epoch_us(TRY_CAST(r.date AS TIMESTAMPTZ)), hash(r), true FROM rel"  # noqa: S608
            )
        run("TRUNCATE rel")
        self.flat = self.n
        return doubtful

    def _doubtful(self, first: int) -> set[int]:
        """Records with something that can't be trusted."""
        asked = [f"SELECT n FROM {name} WHERE n >= {first} AND bad" for name in self.flats]  # noqa: S608 - our own text
        asked += [f"SELECT n FROM {name} WHERE n >= {first} GROUP BY n, {id_} HAVING count(*) > 1" for name, id_ in NAMED.items()]  # noqa: S608
        return {n for (n,) in self.con.execute(" UNION ".join(asked)).fetchall()}

    def _take_out(self, doubtful: set[int], first: int) -> None:
        import pyarrow as pa

        if not doubtful:
            return
        self.con.register("doubtful", pa.table({"n": columns.integers(sorted(doubtful))}))
        for name in ("rel", *self.flats):
            self.con.execute(f"DELETE FROM {name} WHERE n >= {first} AND n IN (SELECT n FROM doubtful)")  # noqa: S608
        self.con.unregister("doubtful")

    def _look(self, texts: Iterable[tuple[int, Text]]) -> None:
        """The careful way for lines that can't be trusted; what comes of them is read like everything else."""
        for source, one in texts:
            look = self.careful.look(source, one.line, one.text)
            self.count(source, look.records - 1)
            self.notes.extend(look.notes)
            whole = len(look.texts) == 1 and not look.unfolded
            self.made.extend((source, Text(one.line, one.start if whole else -1, one.length if whole else 0, text)) for text in look.texts)
            if len(self.made) >= SUBSTITUTE_ROWS:
                self._substitute()

    def _substitute(self) -> None:
        made, self.made = self.made, []
        if made:
            self._read(_batches(self._begin(len(made)), made))
            self._flatten(doubt=False)

    # Parts out

    def write(self, part: int) -> tuple[dict[str, int], list[str]]:
        """Write what was read since the last part, once for each procedure: rows by table, and the files needed until the end."""
        con, folder = self.con, self.folder
        self.flush()
        self._substitute()
        self._write_notes()
        total, distinct = con.execute("SELECT count(*), count(DISTINCT ocid) FROM keys").fetchall()[0]
        if distinct < total:
            con.execute(f"UPDATE keys SET written = false WHERE n NOT IN (SELECT arg_max(n, {ORDER}) FROM keys GROUP BY ocid)")  # noqa: S608
            for name in self.flats:
                con.execute(f"DELETE FROM {name} WHERE n IN (SELECT n FROM keys WHERE NOT written)")  # noqa: S608
        rows = {}
        for name in self.flats:
            named = ", ".join(f'"{column.name}"' for column in TABLES[name].columns)
            count = self._copy(f"SELECT {named} FROM {name}", name, str(folder.temporary(name, part)))  # noqa: S608
            if count or part == 1:
                rows[name] = count
        if self.notes or part == 1:
            rows["quarantine"] = self._copy("SELECT * FROM quarantine", "quarantine", str(folder.temporary("quarantine", part)))
        work = [f"keys-{part:05d}.parquet"]
        self._copy(f"SELECT * REPLACE ({part}::BIGINT AS part) FROM keys", "keys", str(folder.work / work[0]))  # noqa: S608
        if self.loose:
            work.append(f"loose-{part:05d}.parquet")
            self._copy("SELECT * FROM loose", "loose", str(folder.work / work[1]))
        self.notes, self.records, self.loose, self.some = [], {}, False, False
        return rows, work

    def _write_notes(self) -> None:
        """Notes as rows of the quarantine."""
        import pyarrow as pa

        if not self.notes:
            return
        made = {}
        for column, values in zip(TABLES["quarantine"].columns, zip(*self.notes, strict=True), strict=True):
            if column.kind is Kind.COUNT:
                made[column.name] = columns.integers(values)
            else:
                made[column.name] = columns.texts([str(value).encode("utf-8", "replace") for value in values])
        self.con.register("notes", pa.table(made))
        self.con.execute("INSERT INTO quarantine SELECT * FROM notes")
        self.con.unregister("notes")

    def _copy(self, sql: str, table: str, path: str) -> int:
        """Write a table to a file and empty it; how many rows it had."""
        rows = self.con.execute(f"COPY ({sql}) TO {quoted(path)} ({COMPRESSION})").fetchall()
        self.con.execute(f"TRUNCATE {table}")
        return int(rows[0][0])

    def close(self) -> None:
        """Let go of everything."""
        self.con.close()


def _text(chunk: Chunk, place: int) -> Text:
    start, end = chunk.ends[place], chunk.ends[place + 1]
    known = chunk.start >= 0
    return Text(chunk.first_line + place, chunk.start + start if known else -1, end - start if known else 0, chunk.line(place))


def _text_again(file: int, first_line: int, offset: int, ends: Sequence[int], place: int) -> Text:
    start, length = offset + ends[place], ends[place + 1] - ends[place]
    return Text(first_line + place, start, length, os.pread(file, length, start))


def _doubted(kept: Sequence[Kept], numbers: Iterable[int]) -> Iterable[tuple[int, Text]]:
    """Texts of records by their numbers, with their source."""
    for n in numbers:
        where = kept[bisect_right(kept, n, key=attrgetter("first")) - 1]
        yield where.source, where.text(n - where.first)


def _batches(first: int, texts: Sequence[tuple[int, Text]]) -> Iterator[pa.RecordBatch]:
    """Texts as the relation that is read."""
    starts = columns.integers(one.start for _source, one in texts)
    ends = columns.integers(one.start + one.length for _source, one in texts)
    numbers = (one.line for _source, one in texts)
    return batches(first, (source for source, _one in texts), numbers, 0, starts, ends, columns.texts([one.text for _source, one in texts]))
