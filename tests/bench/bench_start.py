"""From `yantar run` in a folder that is set up to the first page."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from .bench_server import ROOT, _free_port, _wait

RUNS = 5


def _start(data: Path, seconds: float) -> float:
    port = _free_port()
    environment = {**os.environ, "YANTAR_DATA": str(data), "YANTAR_PORT": str(port)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    began = time.perf_counter()
    running = subprocess.Popen([sys.executable, "-m", "yantar.cli", "run"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", seconds)
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).read()  # noqa: S310
        return time.perf_counter() - began
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)


def measure() -> dict[str, Any]:
    """Seconds of the first start (tables, library, demonstration) and the median of five later ones, each to the whole first page."""
    with tempfile.TemporaryDirectory(prefix="yantar-start-") as folder:
        first = _start(Path(folder), 300)
        later = [_start(Path(folder), 60) for _ in range(RUNS)]
    return {
        "name": "start of an installed Yantar to the first page",
        "seconds": statistics.median(later),
        "target": 10.0,
        "first_start": first,
        "all": later,
    }
