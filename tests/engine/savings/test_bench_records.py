"""The made-up records of the measurements: the same by seed, and every rule that is measured finds something in them."""

from __future__ import annotations

from pathlib import Path

from tests.bench.bench_savings import SIX
from tests.bench.procurement import chunk
from yantar.engine.savings.dataset import open_dataset
from yantar.engine.savings.engines import duck, run
from yantar.engine.savings.flags import count_by_flag
from yantar.engine.savings.ingest import ingest


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert chunk((1, 0, 20)) == chunk((1, 0, 20)) != chunk((2, 0, 20))


def test_every_rule_that_is_measured_finds_something(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(chunk((1, 0, 1000)) + chunk((1, 1000, 1000)))
    ingest([path], tmp_path / "data")
    con = duck(memory="256MB", spill=str(tmp_path / "spill"))
    try:
        counts = {row["flag"]: row for row in run(con, count_by_flag(open_dataset(tmp_path / "data").tables(con)))}
    finally:
        con.disconnect()
    assert {flag: counts[flag]["procedures"] > 0 for flag in SIX} == dict.fromkeys(SIX, True)
    # Rare, or it would tell nothing.
    assert 0 < counts["R024"]["procedures"] / counts["R024"]["examined"] < 0.02
