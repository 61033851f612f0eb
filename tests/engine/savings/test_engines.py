"""DuckDB holds what it is asked, or says so."""

from __future__ import annotations

import duckdb
import pytest

from yantar.engine.savings.engines import duck, in_memory


def test_what_does_not_fit_into_memory_is_asked_once_more_with_one_thread() -> None:
    con = duck(threads=2)
    seen = []

    def ask() -> str:
        (threads,) = con.con.execute("SELECT current_setting('threads')").fetchone()
        seen.append(threads)
        if threads > 1:
            raise duckdb.OutOfMemoryException("too much")
        return "fits"

    assert in_memory(con, ask) == "fits" and seen == [2, 1]

    def never() -> None:
        raise duckdb.OutOfMemoryException("too much")

    with pytest.raises(duckdb.OutOfMemoryException):
        in_memory(con, never)
