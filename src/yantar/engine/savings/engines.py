"""Where expressions run: DuckDB in the process, or a cluster of Apache Spark. The expressions are the same."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend

T = TypeVar("T")
EngineName = Literal["duckdb", "spark"]
_compiling = threading.Lock()
"""Ibis' options hold for all threads."""
_known: dict[Hashable, str] = {}
KNOWN = 64
"""Statements that are kept."""


def duck(*, threads: int | None = None, memory: str = "512MB", spill: str | None = None) -> BaseBackend:
    """A DuckDB of its own, in memory. `memory`: what it may hold before it spills to the folder `spill`."""
    import ibis

    settings: dict[str, str | int] = {"memory_limit": memory, "preserve_insertion_order": "false"}
    if threads is not None:
        settings["threads"] = threads
    if spill is not None:
        settings["temp_directory"] = spill
    con = ibis.duckdb.connect(**settings)
    # Ibis turns a progress bar on, and DuckDB draws it on standard output, into the answer.
    con.con.execute("SET enable_progress_bar = false")
    return con


def read(con: BaseBackend, parts: Sequence[Path], name: str) -> ibis.Table:
    """Parquet files of one table, as a table of the backend. `name`: what DuckDB calls it; the same name always means the same rows."""
    if con.name == "pyspark":
        from . import spark

        return spark.read(con, parts)
    return con.read_parquet([str(part) for part in parts], table_name=name)


def statement(con: BaseBackend, expr: ibis.Table) -> str:
    """The expression as a statement of the backend. Selects stay nested as they were written: to fuse them takes Ibis longer than DuckDB
    needs for the answer, and every engine fuses them itself."""
    import ibis

    with _compiling:
        fused = ibis.options.sql.fuse_selects
        ibis.options.sql.fuse_selects = False
        try:
            return str(con.compile(expr))
        finally:
            ibis.options.sql.fuse_selects = fused


def run(con: BaseBackend, expr: ibis.Table) -> list[dict[str, Any]]:
    """The rows of an expression, money as Decimal, days as date. (Ibis' own `execute` would go through pandas, a second of import.)"""
    if con.name == "pyspark":
        from . import spark

        return spark.run(con, expr)
    text = statement(con, expr)

    def ask() -> list[dict[str, Any]]:
        answer = con.con.execute(text)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    return in_memory(con, ask)


def in_memory(con: BaseBackend, ask: Callable[[], T]) -> T:
    """What `ask` gives. Where it does not fit into DuckDB's memory it is asked once more with one thread, which holds less and takes longer.

    Raises duckdb.OutOfMemoryException where that does not fit either.
    """
    import duckdb

    try:
        return ask()
    except duckdb.OutOfMemoryException:
        con.con.execute("SET threads = 1")
    try:
        return ask()
    finally:
        con.con.execute("RESET threads")


def _statement_of(con: BaseBackend, make: Callable[[], ibis.Table], same: Hashable) -> str:
    """The statement of an expression, made only where none is known under `same`."""
    if same is None:
        return statement(con, make())
    found = _known.get(same)
    if found is None:
        if len(_known) >= KNOWN:
            _known.clear()
        found = _known[same] = statement(con, make())
    return found


@contextmanager
def held(con: BaseBackend, make: Callable[[], ibis.Table], same: Hashable = None) -> Iterator[ibis.Table]:
    """The expression that `make` gives, computed once, to be read several times within the block.

    `same`: what decides the expression, the tables it reads included. To write and compile a large one takes as long as a tenth of its
    computing, so a process that asks again goes by the statement it had. None: it is made anew.
    """
    if con.name != "duckdb":
        cached = make().cache()
        try:
            yield cached
        finally:
            cached.release()
        return
    # Not Ibis' own cache: the statement by which it clears up is none that DuckDB 2 understands.
    name = f"held_{uuid.uuid4().hex}"
    text = f'CREATE TEMPORARY TABLE "{name}" AS {_statement_of(con, make, same)}'
    in_memory(con, lambda: con.con.execute(text))
    try:
        yield con.table(name)
    finally:
        con.con.execute(f'DROP TABLE "{name}"')
