"""Where expressions run: DuckDB in the process, or a cluster of Apache Spark. The expressions are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

EngineName = Literal["duckdb", "spark"]


def duck(*, threads: int | None = None, memory: str = "512MB", spill: str | None = None) -> BaseBackend:
    """A DuckDB of its own, in memory. `memory`: what it may hold before it spills to the folder `spill`."""
    import ibis

    settings: dict[str, str | int] = {"memory_limit": memory, "preserve_insertion_order": "false"}
    if threads is not None:
        settings["threads"] = threads
    if spill is not None:
        settings["temp_directory"] = spill
    return ibis.duckdb.connect(**settings)
