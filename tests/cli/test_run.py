"""`yantar run`, for real: starts, serves, does jobs, survives its parts, stops without a trace."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """A `yantar` of its own: data folder, port, environment without what these tests run in."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("YANTAR_", "DJANGO_", "DATABASE_"))}
        self.environment = {**clean, "YANTAR_DATA": str(folder), "YANTAR_PORT": str(self.port), "YANTAR_DEMO": "0", "LC_ALL": "C.UTF-8"}
        self.log = folder.parent / "run.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Seconds until the first answer."""
        began = time.monotonic()
        with self.log.open("a") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "yantar.cli", "run"], cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() - began < 300, self.log.read_text()
            time.sleep(0.05)
        return time.monotonic() - began

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def call(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "yantar.cli", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def tree(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def database(self) -> list[psutil.Process]:
        folder = self.environment["YANTAR_DATA"]
        servers = (one for one in psutil.process_iter(["name", "cmdline"]) if one.info["name"] == "postgres")
        return [one for one in servers if folder in " ".join(one.info["cmdline"] or [])]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    one = Running(tmp_path / "data")
    yield one
    if one.process is not None and one.process.poll() is None:
        one.process.terminate()
        one.process.wait(timeout=30)
    for left in one.database():
        left.terminate()


def gone(processes: list[psutil.Process], seconds: float = 10) -> bool:
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    return not alive


def test_a_whole_life(running: Running, tmp_path: Path) -> None:
    running.start()
    assert len(running.database()) >= 1

    again = running.call("run", YANTAR_PORT=str(free_port()))
    assert again.returncode == 0
    assert f"already runs at http://localhost:{running.port}/" in again.stdout

    taken = running.call("run", YANTAR_DATA=str(tmp_path / "other"))
    assert taken.returncode == 4
    assert "YANTAR_PORT" in taken.stderr

    backup = running.call("backup", str(tmp_path / "one.backup"))
    assert backup.returncode == 0, backup.stderr
    busy = running.call("restore", "--yes", str(tmp_path / "one.backup"))
    assert busy.returncode == 4

    # A child that dies is started again; people see at most a moment without it.
    assert running.process is not None
    deadline = time.monotonic() + 20
    while not (workers := [one for one in running.tree() if one.cmdline()[-1:] == ["worker"]]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    workers[0].kill()
    deadline = time.monotonic() + 20
    while "worker process ended unexpectedly" not in running.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert running.answers()

    everything = running.tree() + running.database()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=30) == 0
    assert gone(everything)
    assert "has stopped" in running.log.read_text()

    running.start()
    children = running.tree()
    running.process.kill()
    running.process.wait()
    assert gone(children), "children must not outlive a killed parent"
    # The database lives on and is joined by the next start, which ends it in good order.
    assert running.database()
    running.start()
    everything = running.tree() + running.database()
    running.process.terminate()
    assert running.process.wait(timeout=30) == 0
    assert gone(everything)


def test_a_database_that_is_not_there_is_said(running: Running) -> None:
    for url in ("postgresql://nobody@127.0.0.1:1/none", "mysql://x/y"):
        done = running.call("run", DATABASE_URL=url)
        assert done.returncode == 4, done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.strip()


def test_a_port_that_is_none_is_said(running: Running) -> None:
    done = running.call("run", YANTAR_PORT="eighty")
    assert (done.returncode, "YANTAR_PORT" in done.stderr) == (4, True)
