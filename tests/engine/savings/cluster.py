"""A real standalone cluster of Apache Spark on loopback: one master and its workers, each a process of its own, all ended afterwards."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 120
PR_SET_PDEATHSIG = 1


def _launch(folder: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    (folder / "conf").mkdir(exist_ok=True)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SPARK_", "PYSPARK_"))}
    environment |= {
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_NO_DAEMONIZE": "1",
    }
    command = [str(home / "bin" / "spark-class"), *arguments]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )


def _end_with_parent() -> None:
    """A killed test run leaves no cluster behind: the kernel ends this process with the one that started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _found(folder: Path, name: str, wanted: str, times: int, process: subprocess.Popen[bytes]) -> list[str]:
    """Waits until the process has said it so many times."""
    until = time.monotonic() + START_SECONDS
    while True:
        said = (folder / f"{name}.log").read_text(errors="replace")
        found = re.findall(wanted, said)
        if len(found) >= times:
            return found
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"Spark's {name} did not start:\n{said[-3000:]}")
        time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The process and whatever it started (a worker starts its executors)."""
    for way in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, way)
        except ProcessLookupError:
            break
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
    process.wait(10)


@contextmanager
def cluster(folder: Path, *, workers: int = 2, cores: int = 1, memory: str = "700m") -> Iterator[str]:
    """The address of a master with so many workers; `cores` and `memory` of each worker."""
    folder.mkdir(parents=True, exist_ok=True)
    started: list[subprocess.Popen[bytes]] = []
    try:
        master = _launch(folder, "master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        started.append(master)
        [address, *_] = _found(folder, "master", r"Starting Spark master at (spark://127\.0\.0\.1:\d+)", 1, master)
        for number in range(workers):
            place = folder / f"work-{number}"
            options = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0", "--cores", str(cores), "--memory", memory, "--work-dir", str(place))
            started.append(_launch(folder, f"worker-{number}", "org.apache.spark.deploy.worker.Worker", *options, address))
        _found(folder, "master", r"Registering worker 127\.0\.0\.1", workers, master)
        yield address
    finally:
        for process in reversed(started):
            _end(process)
