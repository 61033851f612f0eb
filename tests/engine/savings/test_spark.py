"""The second engine: a real standalone cluster with two workers gives what DuckDB gives, row by row and to the kopeck."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.bench.procurement import generate
from yantar.engine.savings.dataset import MANIFEST, Counts, Dataset, Tables, open_dataset
from yantar.engine.savings.engines import duck, run
from yantar.engine.savings.figures import savings
from yantar.engine.savings.flags import COLUMNS, RULES, flags
from yantar.engine.savings.ingest import ingest
from yantar.engine.savings.method import REASONS, load_method
from yantar.engine.savings.outcome import Decision, outcome
from yantar.engine.savings.result import DIMENSIONS
from yantar.engine.savings.spark import SparkUnavailable, close, missing, spark

from . import given
from .cluster import cluster
from .test_outcome import CASES, TODAY

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "docs" / "savings" / "example.jsonl"
REAL = ROOT.parent / "shared" / "data" / "procurement"
METHOD = load_method()
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    # For a few thousand rows, planning anew between stages and compiling Java take far longer than the work itself.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
EVERYWHERE = ("R003", "R018", "R028", "R036")
"""Rules that find something in what ships with the project."""

# The one session of this module is heavy: no other worker of the test run should start a second one.
# py4j leaves closing its sockets to the garbage collector.
pytestmark = [
    pytest.mark.xdist_group("spark"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session on a master with two workers."""
    if lack := missing():
        words = f"the second engine can't be tried ({lack}): `make spark` brings it"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    with cluster(tmp_path_factory.mktemp("cluster")) as master:
        session = spark(master, memory="512m", settings=SMALL)
        try:
            assert session._session.sparkContext.master == master
            yield session
        finally:
            close(session)
            gc.collect()


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Everything there is to try, as one dataset: the golden cases, lines made up and real, the list of Moscow."""
    folder = tmp_path_factory.mktemp("datasets")
    rows: dict[str, list[Any]] = {}
    for case in CASES:
        for table, found in case["given"].items():
            rows.setdefault(table, []).extend({"procedure_id": case["case"], **row} for row in found)
    made = {"cases": given.dataset(folder / "cases", **rows).manifest}
    real = sorted(REAL.glob("ocds_real/*.jsonl.gz"))
    made["records"] = ingest([EXAMPLE, generate(600, folder / "made.jsonl", processes=1), *real], folder / "records")
    if lists := sorted((REAL / "ru_mos_quote_sessions").glob("*.csv")):
        made["lists"] = ingest(lists, folder / "lists")
    parts = [part.model_copy(update={"name": part.name.replace("/", f"/{name}-")}) for name, manifest in made.items() for part in manifest.tables]
    for name, manifest in made.items():
        for part in manifest.tables:
            target = folder / "all" / part.name.replace("/", f"/{name}-")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.hardlink_to(folder / name / part.name)
    count = sum(manifest.counts.procedures for manifest in made.values())
    counts = Counts(records=count, procedures=count)
    whole = made["cases"].model_copy(update={"tables": tuple(parts), "counts": counts})
    (folder / "all" / MANIFEST).write_bytes(whole.canonical())
    return open_dataset(folder / "all", verify=True)


def ordered(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: tuple(str(row[name]) for name in names))


def both(con: Any, dataset: Dataset, expression: Callable[[Tables], Any], *names: str) -> list[dict[str, Any]]:
    """The rows of an expression, which both engines give alike."""
    first, second = (ordered(run(engine, expression(dataset.tables(engine))), *names) for engine in (duck(threads=1), con))
    assert len(first) == len(second)
    assert [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]][:3] == []
    return first


def test_what_each_procedure_counts_for(con: Any, dataset: Dataset) -> None:
    rows = both(con, dataset, lambda tables: outcome(tables, METHOD, currency="RUB", data_on=TODAY), "procedure_id")
    assert len(rows) == dataset.manifest.counts.procedures > 600
    assert {row["reason"] for row in rows} >= set(REASONS)


def test_the_whole_answer(con: Any, dataset: Dataset) -> None:
    asked: dict[str, Any] = {
        "by": DIMENSIONS,
        "period": (date(2010, 1, 1), date(2026, 12, 31)),
        "population": 1_000_000,
        "currency": "RUB",
        "decisions": [Decision("two bidders, the price is lower", "exclude", "tried")],
    }
    here, there = savings(dataset, METHOD, **asked), savings(dataset, METHOD, engine=con, **asked)
    assert here.decisions == 1
    assert here.E1.procedures > 100
    assert there.model_dump() == here.model_dump()


@pytest.mark.parametrize("code", RULES)
def test_a_flag(con: Any, dataset: Dataset, code: str) -> None:
    rows = both(con, dataset, lambda tables: flags(tables, rules=[code], on=TODAY), *COLUMNS)
    if code in EVERYWHERE:
        assert rows


def test_a_moment_and_a_sum_too_large_are_no_silent_nulls(con: Any) -> None:
    session = con._session
    assert session.conf.get("spark.sql.session.timeZone") == "UTC"
    with pytest.raises(Exception, match="ARITHMETIC_OVERFLOW|NUMERIC_VALUE_OUT_OF_RANGE"):
        session.sql("SELECT CAST(9223372036854775807 AS bigint) + 1").collect()
    with pytest.raises(Exception, match="NUMERIC_VALUE_OUT_OF_RANGE"):
        session.sql("SELECT CAST(12345678901234567.89 AS decimal(18,2)) * 10 AS x").select("x").selectExpr("cast(x as decimal(18,2))").collect()


def test_two_workers_did_the_work(con: Any) -> None:
    """The address asked for is that of the cluster, and both of its workers lent a core."""
    context = con._session.sparkContext
    assert context.master.startswith("spark://127.0.0.1:")
    assert context._jsc.sc().getExecutorMemoryStatus().size() == 3  # this process and two executors


def test_without_a_master_it_says_so_soon() -> None:
    if missing():
        pytest.skip("no Spark here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SparkUnavailable) as unavailable:
        spark(f"spark://127.0.0.1:{port}")
    assert (unavailable.value.code, unavailable.value.what) == ("no_master", f"spark://127.0.0.1:{port}")


def test_without_java_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    lack = missing()
    assert lack in ("no_java", "no_pyspark")
    with pytest.raises(SparkUnavailable) as unavailable:
        spark()
    assert unavailable.value.code == lack
