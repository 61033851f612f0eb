"""The second engine: Apache Spark, on a cluster or on this machine's cores. An optional extra (`make spark`) that needs Java 17.

Every worker reads the dataset's Parquet at the same path as the driver, so the dataset lies on a file system they share.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .tables import TABLES, Kind

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend

LOCAL = "local[*]"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CONNECT_SECONDS = 5.0
MASTER_PORT = 7077
TYPES = {Kind.TEXT: "string", Kind.MONEY: "decimal(18,2)", Kind.COUNT: "bigint", Kind.FLAG: "boolean", Kind.DAY: "date"}
"""Types of columns as Spark names them."""

SETTINGS: Mapping[str, str] = {
    "spark.app.name": "yantar savings",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # An overflow or a cast that can't be is an error and never a silent null.
    "spark.sql.ansi.enabled": "true",
    # A decimal that does not fit is an error too, and never loses its last places.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.catalogImplementation": "in-memory",
}

QUIET = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = Spark: %m%n%ex{0}
"""
"""What Spark says beside its answers: errors only."""


class SparkUnavailable(Exception):
    """Spark can't be had. `code`: no_pyspark, no_java, no_master (nobody answers at the address) or failed; `what`: which, or why."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code, self.what = code, what


def missing() -> str:
    """What this machine lacks for Spark: no_pyspark, no_java, or nothing (an empty text)."""
    if importlib.util.find_spec("pyspark") is None:
        return "no_pyspark"
    home = os.environ.get("JAVA_HOME")
    return "" if (home and (Path(home) / "bin" / "java").exists()) or shutil.which("java") else "no_java"


def spark(master: str = "", *, memory: str = "1g", settings: Mapping[str, str] | None = None) -> BaseBackend:
    """A session of Spark as a backend of Ibis. `master`: spark://host:port, yarn, k8s://… or local[n]; empty: all cores of this machine.

    `memory`: of this process's Java and of each executor. `settings` of Spark go before ours. A process has one session: asking again
    for the same master gives it again, for another one ends the first. Raises SparkUnavailable.
    """
    if lack := missing():
        raise SparkUnavailable(lack, "java" if lack == "no_java" else "pyspark")
    master = master or LOCAL
    _answers(master)
    import ibis
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None and running.sparkContext.master != master:
        running.stop()
    wanted = {**SETTINGS, "spark.master": master, "spark.driver.memory": memory, "spark.executor.memory": memory, **_places(), **(settings or {})}
    try:
        with _this_machine(master) as here:
            session = SparkSession.builder.config(conf=SparkConf().setAll(list({**here, **wanted}.items()))).getOrCreate()
    except Exception as error:  # py4j's and pyspark's own: a refused master, a full disk, a Java that is too old
        raise SparkUnavailable("failed", str(error).partition("\n")[0]) from error
    if "spark.sql.shuffle.partitions" not in wanted:
        # The default of 200 is for clusters of hundreds of cores.
        session.conf.set("spark.sql.shuffle.partitions", str(max(2, 2 * session.sparkContext.defaultParallelism)))
    return ibis.pyspark.connect(session)


def read(con: BaseBackend, parts: Sequence[Path]) -> ibis.Table:
    """Parts of one table of a dataset as a table of Spark. (The backend's own `read_parquet` takes one path only.)"""
    from ibis import util

    name = util.gen_name("yantar")
    paths = [part.resolve() for part in parts]
    # With the columns told, Spark need not start a job to look for them.
    columns = ", ".join(f"`{column.name}` {TYPES[column.kind]}" for column in TABLES[paths[0].parent.name].columns)
    con._session.read.schema(columns).parquet(*map(str, paths)).createOrReplaceTempView(name)
    return con.table(name)


def run(con: BaseBackend, expr: ibis.Table) -> list[dict[str, Any]]:
    """The rows of an expression as plain Python values: Decimal, int, str, date, bool, None."""
    # Tables that stand in the expression itself are made known to the session first.
    con._run_pre_execute_hooks(expr)
    return [row.asDict() for row in con._session.sql(con.compile(expr)).collect()]


def close(con: BaseBackend) -> None:
    """End the session and its Java process."""
    from pyspark import SparkContext

    con.disconnect()
    gateway = SparkContext._gateway
    if gateway is None:
        return
    gateway.shutdown()
    java = getattr(gateway, "proc", None)
    if java is not None:
        java.stdin.close()
        java.wait(30)
    SparkContext._gateway = SparkContext._jvm = None


def _places() -> dict[str, str]:
    """Settings that name files: a folder for this process's Spark, removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="yantar-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    quiet = folder / "log4j2.properties"
    quiet.write_text(QUIET, encoding="ascii")
    return {
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet}",
    }


@contextmanager
def _this_machine(master: str) -> Iterator[dict[str, str]]:
    """Where the executors find this process: on loopback when they run on this machine, else as Spark finds out."""
    if not master.startswith("local") and urlsplit(master).hostname not in LOOPBACK:
        yield {}
        return
    before = os.environ.get("SPARK_LOCAL_IP")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    try:
        yield {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    finally:
        if before is None:
            del os.environ["SPARK_LOCAL_IP"]
        else:
            os.environ["SPARK_LOCAL_IP"] = before


def _answers(master: str) -> None:
    """Spark itself would try for minutes."""
    if not master.startswith("spark://"):
        return
    failed = None
    for address in master.removeprefix("spark://").split(","):
        try:
            parts = urlsplit(f"spark://{address}")
            with socket.create_connection((parts.hostname or "", parts.port or MASTER_PORT), CONNECT_SECONDS):
                return
        except (OSError, ValueError) as error:
            failed = error
    raise SparkUnavailable("no_master", master) from failed
