"""A lane: lines into flat tables by a DuckDB of its own, one thread wide. Read, doubt, look carefully at the doubtful, flatten, write.

Lanes work beside each other. A lane with one thread keeps the order of its lines, so that its parts are the same for the same input.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..tables import TABLES, Kind
from . import columns
from .careful import Careful
from .flatten import SQL_TYPES, flats
from .forms import Options
from .lines import Chunk
from .quarantine import Note, currencies
from .structure import PARTIES, PROBE, PROBE_INNER, STRUCTURE, as_json, inner_doubt, probe_doubt, sql_type
from .writing import COMPRESSION, Folder, quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

COMPILED = "coalesce(list_contains(r.tag, 'compiled'), false)"
NO_BUYER_NAME = "(coalesce(r.buyer.name, '') = '' AND coalesce(r.buyer.id, '') <> '')"
NO_BUYER_INN = (
    "(NOT starts_with(coalesce(nullif(r.buyer.id, ''), r.tender.procuringEntity.id, 'RU-INN-'), 'RU-INN-')"
    " AND coalesce(r.buyer.identifier.scheme, '') <> 'RU-INN')"
)
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
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        self.known = currencies()
        self.careful = Careful(self.known, limit=options.line_limit)
        self.flats = flats(quoted(options.law), self.known)
        self.n = 0
        """Number of the last record."""
        self.notes: list[Note] = []
        self.records: dict[int, int] = {}
        """Records found since the last part, by source."""
        self.loose = self.some = False
        self._prepare()

    def _prepare(self) -> None:
        """Tables, and the statements that are used again and again: to plan them takes longer than to run them.

        Nothing is created later beside what is temporary: any change of the catalog would have them planned again.
        """
        run = self.con.execute
        run("SET TimeZone = 'UTC'")
        run(f"CREATE TABLE rel (n BIGINT, source BIGINT, line BIGINT, start BIGINT, length BIGINT, doubt BOOLEAN, r {sql_type(STRUCTURE)})")
        run("CREATE TABLE said (n BIGINT, inn VARCHAR, party VARCHAR)")
        run("CREATE TABLE loose (source BIGINT, line BIGINT, ocid VARCHAR, date VARCHAR, text VARCHAR)")
        run(
            "CREATE TABLE keys (n BIGINT, part BIGINT, source BIGINT, line BIGINT, ocid VARCHAR, compiled BOOLEAN, moment BIGINT,"
            " content UBIGINT, written BOOLEAN)"
        )
        run(
            f"PREPARE keys_of AS INSERT INTO keys SELECT n, 0, source, line, r.ocid, {COMPILED}, epoch_us(TRY_CAST(r.date AS TIMESTAMPTZ)),"  # noqa: S608
            " hash(r), true FROM rel"
        )
        run(f"PREPARE some_loose AS SELECT count(*) FROM rel WHERE NOT {COMPILED}")  # noqa: S608 - our own text
        run(f"PREPARE buyers AS SELECT count(*) FROM rel WHERE {NO_BUYER_NAME} OR {NO_BUYER_INN}")  # noqa: S608
        named = ", ".join(f'"{column.name}" {SQL_TYPES[column.kind]}' for column in TABLES["quarantine"].columns)
        run(f"CREATE TABLE quarantine ({named})")
        for name, flat in self.flats.items():
            run(flat.create(name))
            run(f"PREPARE flat_{name} AS INSERT INTO {name} {flat.select(name)}")

    # Records in

    def chunk(self, source: int, chunk: Chunk) -> None:
        """The lines of a chunk. What was lost in it is rejected."""
        import pyarrow as pa

        for lost in chunk.lost:
            self.count(source, 1)
            self.reject(source, lost.line, lost.reason, lost.head)
        count = len(chunk)
        if not count:
            return
        first = self._begin(count)
        lines = pa.Array.from_buffers(pa.large_string(), count, [None, pa.py_buffer(chunk.ends), pa.py_buffer(chunk.data)])
        ends = columns.integers(chunk.ends)
        table = _lines(range(first, first + count), range(chunk.first_line, chunk.first_line + count), ends[:-1], ends[1:], lines)
        self.count(source, count)
        doubtful = self._read(source, table, first, base=chunk.start)
        del table, ends, lines
        self._look(source, (_text(chunk, place) for place in doubtful))

    def texts(self, source: int, texts: Sequence[Text]) -> None:
        """Records of a document, one text each."""
        self.count(source, len(texts))
        first, table = self._table(texts)
        doubtful = self._read(source, table, first)
        self._look(source, (texts[place] for place in doubtful))

    def merged(self, source: int, texts: Sequence[Text]) -> None:
        """Merged releases, counted and looked at before."""
        first, table = self._table(texts)
        self._read(source, table, first, doubt=False, keep=False)

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

    def _begin(self, count: int) -> int:
        first = self.n + 1
        self.n += count
        return first

    def _table(self, texts: Sequence[Text]) -> tuple[int, pa.Table]:
        first = self._begin(len(texts))
        starts = columns.integers(one.start for one in texts)
        ends = columns.integers(one.start + one.length for one in texts)
        return first, _lines(range(first, first + len(texts)), (one.line for one in texts), starts, ends, columns.texts([one.text for one in texts]))

    # Reading

    def _read(self, source: int, table: pa.Table, first: int, *, base: int = 0, doubt: bool = True, keep: bool = True) -> list[int]:
        """Read lines into the flat tables. With `doubt` records that can't be trusted are taken out again; their places, from 0.

        Without `keep` the records are not entered among those of which one per procedure is chosen.
        """
        con = self.con
        self.some = True
        con.register("lines", table)
        try:
            condition = f"r IS NULL OR strlen(line) > {self.options.line_limit}" if doubt else "false"
            place = f"(CASE WHEN first < 0 THEN -1 ELSE {base} + first END), last - first" if base >= 0 else "-1, 0"
            con.execute(
                f"INSERT INTO rel SELECT n, {source}, number, {place}, {condition}, r FROM "  # noqa: S608 - our own text, no input
                f"(SELECT *, TRY(json_transform(line, '{as_json(STRUCTURE)}')) AS r FROM lines)"
            )
            if con.execute("EXECUTE buyers").fetchall()[0][0]:
                self._parties()
            for name, flat in self.flats.items():
                con.execute(f"EXECUTE flat_{name}" + (f"(first := {first})" if "$first" in flat.relation else ""))
            doubtful = self._doubtful(first) if doubt else set()
            self._take_out(doubtful, first)
            if keep and con.execute("EXECUTE some_loose").fetchall()[0][0]:
                self.loose = True
                con.execute(
                    "INSERT INTO loose SELECT rel.source, rel.line, r.ocid, coalesce(r.date, ''), lines.line FROM rel JOIN lines USING (n)"  # noqa: S608
                    f" WHERE NOT {COMPILED}"
                )
            if keep:
                con.execute("EXECUTE keys_of")
        finally:
            con.unregister("lines")
            con.execute("TRUNCATE rel")
            con.execute("TRUNCATE said")
        return sorted(n - first for n in doubtful)

    def _doubtful(self, first: int) -> set[int]:
        """Records with something that can't be trusted."""
        con = self.con
        found: set[int] = set()
        outer: set[int] = set()
        inner: set[int] = set()
        for name, flat in self.flats.items():
            unread = any(extra == "unread" for extra, _type, _expression in flat.extra)
            rows = con.execute(
                f"SELECT n, bool_or(bad) FROM {name} WHERE n >= {first} AND (bad{' OR unread' if unread else ''}) GROUP BY n"  # noqa: S608
            ).fetchall()
            for n, bad in rows:
                (found if bad else outer if name == "procedures" else inner).add(n)
            if name in NAMED:
                same = con.execute(f"SELECT n FROM {name} WHERE n >= {first} GROUP BY n, {NAMED[name]} HAVING count(*) > 1").fetchall()  # noqa: S608
                found.update(n for (n,) in same)
        return found | self._probe(outer - found, PROBE, probe_doubt()) | self._probe(inner - found, PROBE_INNER, inner_doubt())

    def _probe(self, maybe: set[int], structure: Any, condition: str) -> set[int]:
        """Of records with a list that was not read: those where something else stands in its place."""
        import pyarrow as pa

        if not maybe:
            return set()
        self.con.register("maybe", pa.table({"n": columns.integers(sorted(maybe))}))
        rows = self.con.execute(
            f"SELECT n FROM (SELECT n, TRY(json_transform(line, '{as_json(structure)}')) AS r FROM lines SEMI JOIN maybe USING (n))"  # noqa: S608
            f" WHERE {condition}"
        ).fetchall()
        self.con.unregister("maybe")
        return {n for (n,) in rows}

    def _take_out(self, doubtful: set[int], first: int) -> None:
        import pyarrow as pa

        if not doubtful:
            return
        self.con.register("doubtful", pa.table({"n": columns.integers(sorted(doubtful))}))
        for name in ("rel", *self.flats):
            self.con.execute(f"DELETE FROM {name} WHERE n >= {first} AND n IN (SELECT n FROM doubtful)")  # noqa: S608
        self.con.unregister("doubtful")

    def _parties(self) -> None:
        """What the parties say about a buyer whose own object says too little."""
        self.con.execute(
            f"""INSERT INTO said SELECT n, CASE WHEN one.identifier.scheme = 'RU-INN' THEN one.identifier.id ELSE '' END, one.name FROM (
            SELECT n, (list_filter(TRY(json_transform(line, '{as_json(PARTIES)}')).parties, lambda one: one.id = buyer)[1]) AS one FROM (
            SELECT rel.n, lines.line AS line, coalesce(nullif(r.buyer.id, ''), r.tender.procuringEntity.id) AS buyer
            FROM rel JOIN lines USING (n) WHERE {NO_BUYER_NAME} OR ({NO_BUYER_INN} AND contains(lines.line, 'RU-INN'))))
            WHERE one IS NOT NULL"""  # noqa: S608
        )

    def _look(self, source: int, texts: Iterable[Text]) -> None:
        """The careful way for lines that can't be trusted; what comes of them is read like everything else."""
        made: list[Text] = []
        for one in texts:
            look = self.careful.look(source, one.line, one.text)
            self.count(source, look.records - 1)
            self.notes.extend(look.notes)
            whole = len(look.texts) == 1 and not look.unfolded
            made.extend(Text(one.line, one.start if whole else -1, one.length if whole else 0, text) for text in look.texts)
            if len(made) >= SUBSTITUTE_ROWS:
                self._substitute(source, made)
                made = []
        self._substitute(source, made)

    def _substitute(self, source: int, made: Sequence[Text]) -> None:
        if made:
            first, table = self._table(made)
            self._read(source, table, first, doubt=False)

    # Parts out

    def write(self, part: int) -> tuple[dict[str, int], list[str]]:
        """Write what was read since the last part, once for each procedure: rows by table, and the files needed until the end."""
        con, folder = self.con, self.folder
        self._write_notes()
        con.execute(f"UPDATE keys SET part = {part}")  # noqa: S608
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
        self._copy("SELECT * FROM keys", "keys", str(folder.work / work[0]))
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


def _lines(numbers: Iterable[int], lines: Iterable[int], first: pa.Array, last: pa.Array, texts: pa.Array) -> pa.Table:
    """The relation that is read. `first`, `last`: where a line begins and ends, -1 where that means nothing."""
    import pyarrow as pa

    made = {"n": columns.integers(numbers), "number": columns.integers(lines), "first": first, "last": last, "line": texts}
    return pa.table(made)
