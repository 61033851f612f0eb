"""At the end: which record of a procedure counts, releases merged, parts written again without what does not count, everything counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..dataset import Counts
from ..tables import TABLES
from .forms import Options
from .loading import ORDER
from .writing import COMPRESSION, Folder, quoted

if TYPE_CHECKING:
    import duckdb


class Settling:
    """Works on the keys of all records: which part and number each has, its procedure, moment and content."""

    def __init__(self, folder: Folder, options: Options) -> None:
        import duckdb

        self.folder = folder
        settings: dict[str, Any] = {
            "memory_limit": options.memory,
            "threads": options.lanes,
            "preserve_insertion_order": "false",
            "temp_directory": str(folder.work / "spill-end"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        self.con: duckdb.DuckDBPyConnection = duckdb.connect(config=settings)
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute(f"CREATE VIEW all_keys AS SELECT * FROM {self.files('keys-*.parquet')}")  # noqa: S608 - our own text
        self.con.execute(
            f"""CREATE TABLE several AS SELECT ocid, count(*) AS records, bool_or(compiled) AS compiled, arg_max((part, n), {ORDER}) AS winner
            FROM all_keys GROUP BY ocid HAVING count(*) > 1"""  # noqa: S608
        )

    def files(self, pattern: str) -> str:
        """The relation of the working files of a kind."""
        files = sorted(self.folder.work.glob(pattern))
        return f"read_parquet([{', '.join(quoted(str(file)) for file in files)}])"

    def counts(self) -> tuple[int, int, int]:
        """Procedures, records superseded, releases merged into the first of their procedure."""
        row = self.con.execute(
            """SELECT (SELECT count(DISTINCT ocid) FROM all_keys), coalesce(sum(records - 1) FILTER (compiled), 0),
            coalesce(sum(records - 1) FILTER (NOT compiled), 0) FROM several"""
        ).fetchall()[0]
        return int(row[0]), int(row[1]), int(row[2])

    def drop(self) -> None:
        """Write the parts again that have rows of records that do not count: superseded ones, and releases that are merged."""
        con, folder = self.con, self.folder
        con.execute(
            """CREATE TABLE gone AS SELECT part, k.ocid, k.source, k.line, k.written, several.compiled FROM all_keys AS k JOIN several USING (ocid)
            WHERE NOT several.compiled OR (k.part, k.n) <> winner"""
        )
        for (part,) in con.execute("SELECT DISTINCT part FROM gone ORDER BY part").fetchall():
            for name in TABLES:
                file = f"{name}/part-{part:05d}.parquet"
                if file not in folder.files:
                    continue
                if name == "quarantine":
                    out = (
                        "t.action <> 'rejected' AND (t.source, t.line, t.procedure_id) IN"  # noqa: S608
                        f" (SELECT (source, line, ocid) FROM gone WHERE part = {part} AND compiled)"
                    )
                else:
                    out = f"t.procedure_id IN (SELECT ocid FROM gone WHERE part = {part} AND written)"  # noqa: S608
                path = str(folder.path / file)
                rows = con.execute(
                    f"COPY (SELECT * FROM read_parquet({quoted(path)}) AS t WHERE NOT ({out})) TO {quoted(f'{path}.tmp')} ({COMPRESSION})"  # noqa: S608
                ).fetchall()
                folder.replace(file, int(rows[0][0]))

    def tally(self, records: int) -> tuple[Counts, str]:
        """Counts of the dataset and the date of its data."""
        rejected, repaired, set_aside = self.con.execute(
            "SELECT count(*) FILTER (action = 'rejected'), count(*) FILTER (action = 'repaired'), count(*) FILTER (action = 'set_aside')"  # noqa: S608
            f" FROM {self._table('quarantine')}"  # noqa: S608
        ).fetchall()[0]
        ((data_on,),) = self.con.execute(f"SELECT max(data_on) FROM {self._table('procedures')}").fetchall()  # noqa: S608
        procedures, superseded, merged = self.counts()
        counts = Counts(
            records=records,
            procedures=procedures,
            merged=merged,
            superseded=superseded,
            rejected=rejected,
            repaired_values=repaired,
            set_aside_values=set_aside,
        )
        if records != procedures + merged + superseded + rejected:
            raise AssertionError(f"records do not add up: {counts}")
        return counts, data_on.isoformat() if data_on else ""

    def first_rejection(self) -> str:
        """The reason of the first record that was rejected; "" where none was."""
        rows = self.con.execute(
            f"SELECT reason FROM {self._table('quarantine')} WHERE action = 'rejected' ORDER BY source, line LIMIT 1"  # noqa: S608
        ).fetchall()
        return str(rows[0][0]) if rows else ""

    def _table(self, name: str) -> str:
        files: Sequence[str] = [quoted(str(self.folder.path / file)) for file in self.folder.files if file.startswith(f"{name}/")]
        return f"read_parquet([{', '.join(files)}])"

    def close(self) -> None:
        """Let go of everything."""
        self.con.close()
