"""Lines into flat tables by DuckDB: read, doubt, look carefully at what is doubtful, flatten, write a part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .careful import Careful
from .flatten import selects
from .forms import Options
from .lines import Chunk
from .quarantine import Note, currencies
from .structure import INNER_LISTS, PARTIES, PROBE, STRUCTURE, as_json, element_doubts, probe_doubt, row_doubt, sql_type
from .writing import COMPRESSION, Folder, arrow

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BATCH = 512
"""Lines in a batch: DuckDB shares work among its threads by batches."""
SUBSTITUTE_ROWS = 4096


class Text(NamedTuple):
    """A record as a line of its own. `start` -1: not one run of bytes of the input."""

    line: int
    start: int
    length: int
    text: bytes


class Loader:
    """One connection; `rel` holds the readings since the last part."""

    def __init__(self, folder: Folder, options: Options) -> None:
        import duckdb

        self.folder, self.options = folder, options
        settings: dict[str, Any] = {
            "memory_limit": options.memory,
            "preserve_insertion_order": "false",
            "temp_directory": str(folder.work / "spill"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if options.threads:
            settings["threads"] = options.threads
        self.con: duckdb.DuckDBPyConnection = duckdb.connect(config=settings)
        self.con.execute("SET TimeZone = 'UTC'")
        self.known = currencies()
        self.structure, self.doubt = as_json(STRUCTURE), row_doubt(self.known)
        self.elements = element_doubts(self.known)
        self.selects = selects(quoted(options.law))
        self.careful = Careful(self.known, limit=options.line_limit)
        self.n = 0
        """Number of the last record."""
        self.notes: list[Note] = []
        self.records: dict[int, int] = {}
        """Records found, by source."""
        self.rejected = 0
        self.since_part = 0
        self.loose = False
        self._fresh()

    def _fresh(self) -> None:
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE rel (n BIGINT, source BIGINT, line BIGINT, start BIGINT, length BIGINT, doubt BOOLEAN, "
            f"r {sql_type(STRUCTURE)})"
        )
        self.con.execute("CREATE OR REPLACE TEMP TABLE said (n BIGINT, inn VARCHAR, party VARCHAR)")
        self.con.execute("CREATE OR REPLACE TEMP TABLE loose (n BIGINT, source BIGINT, line BIGINT, ocid VARCHAR, date VARCHAR, text VARCHAR)")
        self.notes, self.since_part, self.loose = [], 0, False

    # Records in

    def chunk(self, source: int, chunk: Chunk) -> None:
        """The lines of a chunk. What was lost in it is rejected."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for lost in chunk.lost:
            self._count(source, 1)
            self.reject(source, lost.line, lost.reason, lost.head)
        self.since_part += chunk.after - chunk.start
        count = len(chunk)
        if not count:
            return
        ends = pa.Array.from_buffers(pa.int64(), count + 1, [None, pa.py_buffer(chunk.ends)])
        starts, lengths = ends[:-1], pc.subtract(ends[1:], ends[:-1])
        lines = pa.Array.from_buffers(pa.large_string(), count, [None, pa.py_buffer(chunk.ends), pa.py_buffer(chunk.data)])
        table = pa.table(
            {
                "n": pa.array(range(self.n + 1, self.n + count + 1), pa.int64()),
                "number": pa.array(range(chunk.first_line, chunk.first_line + count), pa.int64()),
                "start": pc.add(starts, chunk.start),
                "length": lengths,
                "line": lines,
            }
        )
        first = self.n + 1
        self.n += count
        self._count(source, count)
        doubtful = self._read(source, table, first, doubt=True)
        del table, lines, ends, starts, lengths
        self._look(
            source, [Text(chunk.first_line + i, chunk.start + chunk.ends[i], chunk.ends[i + 1] - chunk.ends[i], chunk.line(i)) for i in doubtful]
        )

    def texts(self, source: int, texts: Sequence[Text]) -> None:
        """Records of a document, one text each."""
        self._count(source, len(texts))
        first = self.n + 1
        doubtful = self._read(source, self._table(texts), first, doubt=True)
        self.since_part += sum(len(one.text) for one in texts)
        self._look(source, [texts[i] for i in doubtful])

    def _count(self, source: int, count: int) -> None:
        self.records[source] = self.records.get(source, 0) + count

    def reject(self, source: int, line: int, reason: str, value: bytes | str) -> None:
        """A record that is not used at all."""
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        self.rejected += 1
        self.notes.append(Note(source, line, "", "", "", text.replace("\0", "").strip()[:200], reason, "rejected"))

    def _table(self, texts: Sequence[Text]) -> pa.Table:
        import pyarrow as pa

        first = self.n + 1
        self.n += len(texts)
        return pa.table(
            {
                "n": pa.array(range(first, first + len(texts)), pa.int64()),
                "number": pa.array([one.line for one in texts], pa.int64()),
                "start": pa.array([one.start for one in texts], pa.int64()),
                "length": pa.array([one.length for one in texts], pa.int64()),
                "line": pa.array([one.text for one in texts], pa.large_binary()).view(pa.large_string()),
            }
        )

    # Reading

    def _read(self, source: int, table: pa.Table, first: int, *, doubt: bool) -> list[int]:
        """Read lines into `rel`. With `doubt` those that can't be trusted are taken out again; which ones, from 0."""
        import pyarrow as pa

        con = self.con
        con.register("lines", pa.Table.from_batches(table.to_batches(max_chunksize=BATCH)))
        try:
            condition = f"({self.doubt} OR length > {self.options.line_limit})" if doubt else "false"
            con.execute(
                f"INSERT INTO rel SELECT n, {source}, number, start, length, {condition}, r FROM "  # noqa: S608 - our own text, no input
                f"(SELECT *, TRY(json_transform(line, '{self.structure}')) AS r FROM lines)"
            )
            doubtful: set[int] = set()
            if doubt:
                doubtful = self._doubtful(first)
                if doubtful:
                    con.register("doubtful", pa.table({"n": pa.array(sorted(doubtful), pa.int64())}))
                    con.execute("DELETE FROM rel WHERE n IN (SELECT n FROM doubtful)")
                    con.unregister("doubtful")
            self._parties(first)
            self._loose(first)
        finally:
            con.unregister("lines")
        return sorted(n - first for n in doubtful)

    def _doubtful(self, first: int) -> set[int]:
        con = self.con
        found = {n for (n,) in con.execute(f"SELECT n FROM rel WHERE n >= {first} AND doubt").fetchall()}  # noqa: S608
        maybe: set[int] = set()
        for path, (unnest, condition) in self.elements.items():
            inner = f"e.{INNER_LISTS[path]} IS NULL" if path in INNER_LISTS else "false"
            rows = con.execute(
                f"SELECT n, bool_or(bad) OR count(DISTINCT id) < count(*), bool_or(open) FROM (SELECT n, e.id AS id, {condition} AS bad, {inner} AS open"  # noqa: S608
                f" FROM (SELECT n, {unnest} AS e FROM rel WHERE n >= {first} AND NOT doubt)) GROUP BY n"
                " HAVING bool_or(bad) OR count(DISTINCT id) < count(*) OR bool_or(open)"
            ).fetchall()
            for n, bad, _open in rows:
                (found if bad else maybe).add(n)
        maybe -= found
        if maybe:
            found |= self._probe(maybe)
        return found

    def _probe(self, maybe: set[int]) -> set[int]:
        """Of records with an inner list that was not read: those where something else stands in its place."""
        import pyarrow as pa

        self.con.register("maybe", pa.table({"n": pa.array(sorted(maybe), pa.int64())}))
        names = " OR ".join(f"contains(line, '\"{name}\"')" for name in INNER_LISTS.values())
        rows = self.con.execute(
            f"SELECT n FROM (SELECT n, TRY(json_transform(line, '{as_json(PROBE)}')) AS r FROM lines SEMI JOIN maybe USING (n) WHERE {names})"  # noqa: S608
            f" WHERE {probe_doubt()}"
        ).fetchall()
        self.con.unregister("maybe")
        return {n for (n,) in rows}

    def _parties(self, first: int) -> None:
        """What the parties say about a buyer whose own object says too little."""
        wanted = (
            "(coalesce(r.buyer.name, '') = '' AND coalesce(r.buyer.id, '') <> '')"
            " OR (NOT starts_with(coalesce(r.buyer.id, r.tender.procuringEntity.id, 'RU-INN-'), 'RU-INN-')"
            " AND coalesce(r.buyer.identifier.scheme, '') <> 'RU-INN' AND contains(lines.line, 'RU-INN'))"
        )
        self.con.execute(
            f"""INSERT INTO said SELECT n, CASE WHEN one.identifier.scheme = 'RU-INN' THEN one.identifier.id ELSE '' END, one.name FROM (
            SELECT n, (list_filter(TRY(json_transform(line, '{as_json(PARTIES)}')).parties, lambda one: one.id = buyer)[1]) AS one FROM (
            SELECT rel.n, lines.line AS line, coalesce(nullif(r.buyer.id, ''), r.tender.procuringEntity.id) AS buyer
            FROM rel JOIN lines USING (n) WHERE rel.n >= {first} AND ({wanted}))) WHERE one IS NOT NULL"""  # noqa: S608
        )

    def _loose(self, first: int) -> None:
        """Releases that are not compiled are kept aside: others of the same procedure may come."""
        (some,) = self.con.execute(
            f"SELECT count(*) FROM rel WHERE n >= {first} AND NOT coalesce(list_contains(r.tag, 'compiled'), false)"  # noqa: S608
        ).fetchall()[0]
        if some:
            self.loose = True
            self.con.execute(
                "INSERT INTO loose SELECT n, rel.source, rel.line, r.ocid, coalesce(r.date, ''), lines.line FROM rel JOIN lines USING (n)"
                f" WHERE n >= {first} AND NOT coalesce(list_contains(r.tag, 'compiled'), false)"  # noqa: S608
            )

    def _look(self, source: int, texts: Sequence[Text]) -> None:
        """The careful way for lines that can't be trusted; what comes of them is read like everything else."""
        made: list[Text] = []
        for one in texts:
            look = self.careful.look(source, one.line, one.text)
            self._count(source, look.records - 1)
            self.rejected += sum(note.action == "rejected" for note in look.notes)
            self.notes.extend(look.notes)
            whole = len(look.texts) == 1 and not look.unfolded
            made.extend(Text(one.line, one.start if whole else -1, one.length if whole else 0, text) for text in look.texts)
            if len(made) >= SUBSTITUTE_ROWS:
                self._substitute(source, made)
                made = []
        self._substitute(source, made)

    def _substitute(self, source: int, made: Sequence[Text]) -> None:
        if made:
            first = self.n + 1
            self._read(source, self._table(made), first, doubt=False)

    # Parts out

    def write_part(self, entry: dict[str, Any]) -> None:
        """Write what was read since the last part, once for each procedure, and enter it in the journal."""
        con, folder = self.con, self.folder
        number = folder.part + 1
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE keys AS SELECT n, {number} AS part, source, line, r.ocid AS ocid,
            coalesce(list_contains(r.tag, 'compiled'), false) AS compiled, epoch_us(TRY_CAST(r.date AS TIMESTAMPTZ)) AS moment, hash(r) AS content,
            true AS written FROM rel"""  # noqa: S608
        )
        total, distinct = con.execute("SELECT count(*), count(DISTINCT ocid) FROM keys").fetchall()[0]
        if distinct < total:
            con.execute(
                f"UPDATE keys SET written = false WHERE n NOT IN (SELECT arg_max(n, {ORDER}) FROM keys GROUP BY ocid)"  # noqa: S608
            )
            con.execute("DELETE FROM rel WHERE n IN (SELECT n FROM keys WHERE NOT written)")
        rows = {name: self._copy(sql, folder.temporary(name)) for name, sql in self.selects.items()}
        rows = {name: count for name, count in rows.items() if count or number == 1}
        if self.notes or number == 1:
            import pyarrow.parquet as pq

            pq.write_table(arrow("quarantine", [note._asdict() for note in self.notes]), folder.temporary("quarantine"), compression="zstd")
            rows["quarantine"] = len(self.notes)
        work = [f"keys-{number:05d}.parquet"]
        self._copy("SELECT * FROM keys", folder.work / work[0])
        if self.loose:
            work.append(f"loose-{number:05d}.parquet")
            self._copy("SELECT * FROM loose", folder.work / work[1])
        records = {str(source): count for source, count in self.records.items()}
        folder.commit(rows, {"work": work, "n": self.n, "records": records, "rejected": self.rejected, **entry})
        self._fresh()

    def _copy(self, sql: str, path: Path) -> int:
        rows = self.con.execute(f"COPY ({sql}) TO '{_path(path)}' ({COMPRESSION})").fetchall()
        return int(rows[0][0])

    def first_rejection(self) -> str:
        """The reason of the first record that was rejected; "" where none was."""
        files = [quoted(str(self.folder.path / file)) for file in self.folder.files if file.startswith("quarantine/")]
        rows = self.con.execute(
            f"SELECT reason FROM read_parquet([{', '.join(files)}]) WHERE action = 'rejected' ORDER BY source, line LIMIT 1"  # noqa: S608
        ).fetchall()
        return str(rows[0][0]) if rows else ""

    def close(self) -> None:
        """Let go of everything."""
        self.con.close()


ORDER = "(compiled, coalesce(moment, -9223372036854775807), content)"
"""Which record of a procedure counts: a compiled one, the latest, and of equal moments always the same one wherever it stands."""


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _path(path: Path) -> str:
    return str(path).replace("'", "''")
