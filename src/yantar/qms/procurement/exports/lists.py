"""The procedures of a figure, one a row, with the decisions counted in it: Parquet for programs, CSV for everybody."""

# ruff: noqa: S608 - names of our own columns and files

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from yantar.engine.savings.dataset import open_dataset

from ..folders import records_of
from ..models import Figure

TEXTS = ("procedure_id", "tender_id", "title", "buyer_id", "buyer_name", "buyer_inn", "method_name", "category", "law", "status")
COLUMNS = (
    *TEXTS,
    *("published_on", "class", "reason", "decided", "baseline", "baseline_currency", "baseline_source", "awarded", "award_currency"),
    *("saved", "discount", "bidders", "bidders_group", "band", "year", "contracted", "input_value", "input_currency"),
)
"""Columns of the CSV, in their order; the Parquet has all of the outcome."""
DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the direction of writing: they can make a name look like another, and have no place in a table for people."""
MEMORY = "512MB"


def parquet(figure: Figure, path: Path) -> None:
    """The outcome of every procedure of the figure, with its decisions, as the engine computes it."""
    from yantar.engine.savings.engines import duck
    from yantar.engine.savings.figures import inside
    from yantar.engine.savings.method import load_method
    from yantar.engine.savings.outcome import Decision, outcome

    answer = figure.defended
    decisions = [Decision(one["procedure"], one["choice"], one["reason"]) for one in figure.settlements]
    data = open_dataset(records_of(figure.dataset))
    con = duck(memory=MEMORY, spill=str(path.parent / "spill"))
    try:
        day = date.fromisoformat(data.manifest.data_on) if data.manifest.data_on else None
        rows = outcome(data.tables(con), load_method(figure.method), currency=answer["currency"], decisions=decisions, data_on=day)
        rows = inside(rows, (figure.period_from, figure.period_to)).order_by("procedure_id")
        con.con.execute(f"COPY ({con.compile(rows)}) TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd)")
    finally:
        con.disconnect()
        shutil.rmtree(path.parent / "spill", ignore_errors=True)


def csv(figure: Figure, path: Path) -> None:
    """The same for spreadsheet programs: UTF-8 with its mark, commas, and no text that such a program would take for a formula."""
    import duckdb

    from . import figure_file

    source = figure_file(figure, "parquet").path
    shown = ", ".join(f"{_safe(name)} AS {name}" if name in TEXTS else name for name in COLUMNS)
    bare = path.with_suffix(".bare")
    with duckdb.connect(config={"memory_limit": MEMORY}) as con:
        con.execute(f"COPY (SELECT {shown} FROM read_parquet({_quoted(source)}) ORDER BY procedure_id) TO {_quoted(bare)} (FORMAT csv, HEADER)")
    with path.open("wb") as target, bare.open("rb") as written:
        target.write(b"\xef\xbb\xbf")
        shutil.copyfileobj(written, target, 1 << 20)
    bare.unlink()


def plain(text: str) -> str:
    """A text without marks that turn the direction of writing."""
    return text.translate({ord(mark): None for mark in DIRECTIONS})


def guarded(text: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    text = plain(text)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _safe(name: str) -> str:
    """The same as `guarded`, of a column."""
    bare = f"regexp_replace({name}, '[{DIRECTIONS}]', '', 'g')"
    return f"CASE WHEN regexp_matches({bare}, '^[=+\\-@\\t\\r]') THEN '''' || {bare} ELSE {bare} END"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
