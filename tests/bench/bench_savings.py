"""From JSON Lines to savings and six flags, beside the bare reading of the same file and beside a peer; memory; figures; Spark.

Everything that is timed runs in a process of its own, from its start to its end. The byte code of Python modules is kept between them, as it is
wherever a command ran once (some environments forbid it, and then half of a start is compiling). `--releases` tries it on a smaller file:
`python -m tests.bench.bench_savings --releases 40000`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .procurement import generate

ROOT = Path(__file__).resolve().parents[2]
RELEASES = 200_000
TIMES = 5
"""The larger file of the memory row is so many times as large."""
RUNS = 5
SIX = ("R003", "R018", "R024", "R028", "R036", "R058")
"""Short submission period, single bid, close bids, identical prices, lowest bid disqualified, heavy discount."""


def read_only(file: Path, folder: Path) -> dict[str, Any]:
    """The bare loop: every line parsed, nothing kept."""
    import orjson

    broken = 0
    with file.open("rb") as lines:
        for line in lines:
            try:
                orjson.loads(line)
            except orjson.JSONDecodeError:
                broken += 1
    return {"broken": broken}


def peer(file: Path, folder: Path) -> dict[str, Any]:
    """How often each field is filled, by Cardinal: the nearest there is to be had in Python."""
    import ocdscardinal

    return {"fields": len(ocdscardinal.coverage(str(file)))}


def taken_in(file: Path, folder: Path) -> dict[str, Any]:
    """Ingest with quarantine."""
    from yantar.engine.savings.ingest import ingest

    counts = ingest([file], folder / "dataset").counts
    return {"records": counts.records, "rejected": counts.rejected, "aside": counts.set_aside_values}


def whole(file: Path, folder: Path) -> dict[str, Any]:
    """Ingest, savings, six flags, as the command does it: the dataframe library is loaded while the file is read.

    Savings and flags are asked for one after the other: both at once do not fit into the memory that DuckDB may hold at five times the file.
    """

    def load() -> None:
        import ibis

        _duckdb = ibis.duckdb
        from yantar.engine.savings import figures, flags  # noqa: F401

    loading = threading.Thread(target=load, daemon=True)
    loading.start()
    found = taken_in(file, folder)
    loading.join()
    from yantar.engine.savings.dataset import open_dataset
    from yantar.engine.savings.engines import duck, run
    from yantar.engine.savings.figures import savings
    from yantar.engine.savings.flags import count_by_flag
    from yantar.engine.savings.method import load_method

    dataset, con = open_dataset(folder / "dataset"), duck()
    result = savings(dataset, load_method(), engine=con)
    flagged = run(con, count_by_flag(dataset.tables(con), rules=SIX, law="44-FZ"))
    assert result.reconciliation.difference_value == "0.00"
    return {**found, "saved": result.E1.saved, "flags": {row["flag"]: row["procedures"] for row in flagged}}


def figures(file: Path, folder: Path) -> dict[str, Any]:
    """Seconds of each figure from the Parquet of a finished dataset (`file` is its folder), in a process that has loaded everything."""
    from datetime import date

    from yantar.engine.savings.dataset import open_dataset
    from yantar.engine.savings.figures import savings
    from yantar.engine.savings.method import load_method
    from yantar.engine.savings.result import DIMENSIONS

    dataset, method = open_dataset(file), load_method()
    asked: dict[str, dict[str, Any]] = {"all": {}, "year 2024": {"period": (date(2024, 1, 1), date(2024, 12, 31))}}
    asked |= {dimension: {"by": (dimension,)} for dimension in DIMENSIONS}
    savings(dataset, method)
    seconds = {}
    for name, more in asked.items():
        began = time.perf_counter()
        savings(dataset, method, **more)
        seconds[name] = time.perf_counter() - began
    return {"figures": seconds}


def on_spark(file: Path, folder: Path) -> dict[str, Any]:
    """Seconds of the savings of a finished dataset on a standalone cluster of one and of two workers, the session's start not counted."""
    from tests.engine.savings.cluster import cluster
    from yantar.engine.savings.dataset import open_dataset
    from yantar.engine.savings.figures import savings
    from yantar.engine.savings.method import load_method
    from yantar.engine.savings.spark import close, spark

    dataset, method, found = open_dataset(file), load_method(), {}
    here = savings(dataset, method)
    for workers in (1, 2):
        with cluster(folder / f"cluster-{workers}", workers=workers, memory="1500m") as master:
            con = spark(master, memory="1g")
            times = []
            for _ in range(3):
                began = time.perf_counter()
                there = savings(dataset, method, engine=con)
                times.append(time.perf_counter() - began)
            close(con)
        if there.model_dump() != here.model_dump():
            raise SystemExit("Spark and DuckDB differ")
        found[str(workers)] = {"first": times[0], "later": min(times[1:])}
    return {"workers": found}


CHILDREN: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    "read_only": read_only,
    "peer": peer,
    "taken_in": taken_in,
    "whole": whole,
    "figures": figures,
    "on_spark": on_spark,
}


def timed(child: str, file: Path, folder: Path, *, keep: bool = False) -> dict[str, Any]:
    """One child: its answer, the seconds from its start to its end and its peak memory in MB."""
    place = folder / child
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    command = [sys.executable, "-m", "tests.bench.bench_savings", "--child", child, "--file", str(file), "--folder", str(place)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - began
    if not keep:
        shutil.rmtree(place)
    found: dict[str, Any] = {**json.loads(done.stdout.splitlines()[-1]), "seconds": seconds}
    print(f"  {child}: {json.dumps(found)}", file=sys.stderr, flush=True)
    return found


def measure(releases: int = RELEASES, *, larger: bool = True, with_spark: bool = True) -> list[dict[str, Any]]:
    """All rows. The file lies in the system's temporary folder and is made once for all runs."""
    with tempfile.TemporaryDirectory(prefix="yantar-bench-savings-") as name:
        folder = Path(name)
        file = generate(releases, folder / "records.jsonl")
        megabytes = file.stat().st_size / 1e6
        few = generate(1000, folder / "few.jsonl")
        for child in ("read_only", "whole", "peer"):
            timed(child, few, folder)
        size = f"{releases:,} releases, {megabytes:,.0f} MB"
        runs: list[dict[str, dict[str, Any]]] = []
        for _ in range(RUNS):
            runs.append({child: timed(child, file, folder) for child in ("read_only", "whole", "peer", "taken_in")})

        def ratio(child: str, to: str) -> float:
            return statistics.median(run[child]["seconds"] / run[to]["seconds"] for run in runs)

        rate = statistics.median(megabytes / run["taken_in"]["inside"] for run in runs)
        peak = max(run["whole"]["megabytes"] for run in runs)
        rows: list[dict[str, Any]] = [
            {"name": f"records to savings and six flags, against a bare orjson loop ({size})", "ratio": ratio("whole", "read_only"), "target": 0.8},
            {"name": "the same against coverage() of ocdscardinal", "ratio": ratio("whole", "peer"), "target": 0.5},
            {"name": "ingest of records to Parquet, with quarantine", "megabytes_per_second": rate, "target_at_least": 250},
            {"name": "records to savings and six flags, peak memory", "megabytes": peak, "target": 1024},
        ]
        timed("taken_in", file, folder, keep=True)
        dataset = folder / "taken_in" / "dataset"
        found = [timed("figures", dataset, folder)["figures"] for _ in range(RUNS)]
        medians = {figure: statistics.median(run[figure] for run in found) for figure in found[0]}
        slowest = max(medians, key=lambda figure: medians[figure])
        rows.append({"name": f"any figure from Parquet (the slowest: {slowest})", "seconds": medians[slowest], "target": 1.0, "all": medians})
        if with_spark:
            rows += _spark(dataset, folder)
        rows[0]["runs"] = runs
        if larger:
            file.unlink()
            shutil.rmtree(folder / "taken_in")
            large = timed("whole", generate(releases * TIMES, folder / "larger.jsonl"), folder)
            rows.append(
                {"name": f"peak memory at {TIMES} times the file, against that of the file", "ratio": large["megabytes"] / peak, "target": 1.2}
            )
    return rows


def _spark(dataset: Path, folder: Path) -> list[dict[str, Any]]:
    from yantar.engine.savings.spark import missing

    if lack := missing():
        print(f"  no Spark here ({lack}): its rows are left out", file=sys.stderr)
        return []
    found = timed("on_spark", dataset, folder)["workers"]
    return [
        {"name": f"the same savings on Spark, {workers} worker(s) of one core (the first time {one['first']:.1f} s)", "seconds": one["later"]}
        for workers, one in found.items()
    ]


def _child(name: str, file: Path, folder: Path) -> None:
    began = time.perf_counter()
    found = CHILDREN[name](file, folder)
    inside = time.perf_counter() - began
    print(json.dumps({**found, "inside": inside, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--releases", type=int, default=RELEASES)
    parser.add_argument("--no-larger", action="store_true")
    parser.add_argument("--no-spark", action="store_true")
    parser.add_argument("--child", choices=CHILDREN)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--folder", type=Path)
    wanted = parser.parse_args()
    if wanted.child:
        _child(wanted.child, wanted.file, wanted.folder)
        return
    for row in measure(wanted.releases, larger=not wanted.no_larger, with_spark=not wanted.no_spark):
        print({key: value for key, value in row.items() if key != "runs"})


if __name__ == "__main__":
    main()
