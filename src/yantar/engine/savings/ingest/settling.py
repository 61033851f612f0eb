"""At the end: which record of a procedure counts, releases merged, parts written again without what was superseded, everything counted."""

from __future__ import annotations

from ..dataset import Counts
from ..tables import TABLES
from .loading import ORDER, Loader, quoted
from .writing import COMPRESSION


def settle(loader: Loader, records: int) -> tuple[Counts, str]:
    """Counts of the dataset and the date of its data. `records`: found in the input."""
    con, folder = loader.con, loader.folder
    keys = sorted(folder.work.glob("keys-*.parquet"))
    con.execute(f"CREATE OR REPLACE TEMP VIEW all_keys AS SELECT * FROM read_parquet([{', '.join(quoted(str(key)) for key in keys)}])")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE several AS SELECT ocid, count(*) AS records, bool_or(compiled) AS compiled, arg_max(n, {ORDER}) AS winner
        FROM all_keys GROUP BY ocid HAVING count(*) > 1"""  # noqa: S608 - our own text
    )
    kept, again, superseded, merged = con.execute(
        """SELECT (SELECT count(DISTINCT ocid) FROM all_keys), count(*), coalesce(sum(records - 1) FILTER (compiled), 0),
        coalesce(sum(records - 1) FILTER (NOT compiled), 0) FROM several"""
    ).fetchall()[0]
    if again:
        _drop(loader)
    rejected, repaired, set_aside, data_on = _tally(loader)
    counts = Counts(
        records=records,
        procedures=kept,
        merged=int(merged),
        superseded=int(superseded),
        rejected=rejected,
        repaired_values=repaired,
        set_aside_values=set_aside,
    )
    if counts.records != counts.procedures + counts.merged + counts.superseded + counts.rejected:
        raise AssertionError(f"records do not add up: {counts}")
    return counts, data_on


def _drop(loader: Loader) -> None:
    """Write the parts again that have rows of records that do not count."""
    con, folder = loader.con, loader.folder
    con.execute(
        """CREATE OR REPLACE TEMP TABLE out AS SELECT part, k.ocid, k.source, k.line, k.written, several.compiled FROM all_keys AS k JOIN several USING (ocid)
        WHERE NOT several.compiled OR k.n <> winner"""
    )
    for (part,) in con.execute("SELECT DISTINCT part FROM out ORDER BY part").fetchall():
        for name in TABLES:
            file = f"{name}/part-{part:05d}.parquet"
            if file not in folder.files:
                continue
            if name == "quarantine":
                gone = (
                    "t.action <> 'rejected' AND (t.source, t.line, t.procedure_id) IN"
                    f" (SELECT (source, line, ocid) FROM out WHERE part = {part} AND compiled)"
                )
            else:
                gone = f"t.procedure_id IN (SELECT ocid FROM out WHERE part = {part} AND written)"
            path = folder.path / file
            rows = con.execute(
                f"COPY (SELECT * FROM read_parquet({quoted(str(path))}) AS t WHERE NOT ({gone})) TO {quoted(f'{path}.tmp')} ({COMPRESSION})"  # noqa: S608
            ).fetchall()
            folder.replace(file, int(rows[0][0]))


def _tally(loader: Loader) -> tuple[int, int, int, str]:
    folder = loader.folder
    parts = {name: [quoted(str(folder.path / file)) for file in folder.files if file.startswith(f"{name}/")] for name in ("quarantine", "procedures")}
    rejected, repaired, set_aside = loader.con.execute(
        "SELECT count(*) FILTER (action = 'rejected'), count(*) FILTER (action = 'repaired'), count(*) FILTER (action = 'set_aside')"
        f" FROM read_parquet([{', '.join(parts['quarantine'])}])"  # noqa: S608
    ).fetchall()[0]
    (data_on,) = loader.con.execute(f"SELECT max(data_on) FROM read_parquet([{', '.join(parts['procedures'])}])").fetchall()[0]  # noqa: S608
    return rejected, repaired, set_aside, data_on.isoformat() if data_on else ""
