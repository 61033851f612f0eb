"""Pages and answers of a full register, asked by eight clients at once from the server that `yantar run` starts."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CERTIFICATES = 10_000
RUNS = 5
ASKED_OFTEN = 200
"""Certificates whose verification is asked for again and again: their answers are kept while nothing changes."""


def _environment(data: Path) -> dict[str, str]:
    return {
        **os.environ,
        "YANTAR_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _wait(url: str, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).read()  # noqa: S310
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def measure() -> list[dict[str, Any]]:
    """Medians of five runs: 95th percentiles of the register and of certificate pages, the JSON answer against an empty view."""
    from .clients import Times, ask

    with tempfile.TemporaryDirectory(prefix="yantar-bench-") as folder:
        data = Path(folder)
        environment = _environment(data)
        subprocess.run([sys.executable, "-m", "tests.bench.filling", str(CERTIFICATES)], env=environment, cwd=ROOT, check=True)
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "yantar.cli", "web", "--port", str(port)], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            certificates = [f"/certificates/YA-{number:05d}/" for number in range(CERTIFICATES)]
            register = [f"/certificates/?page={number}" for number in range(1, CERTIFICATES // 50 + 1)]
            cases = {
                "register page": register,
                "certificate page": certificates,
                "JSON answer": [path.rstrip("/") + ".json" for path in certificates[:ASKED_OFTEN]],
                "JSON answer, computed anew": [path.rstrip("/") + ".json" for path in certificates],
                "empty view": ["/empty"],
            }
            results: dict[str, list[Times]] = {name: [] for name in cases}
            ask("127.0.0.1", port, cases["JSON answer"], each=400)
            for run in range(RUNS):
                # In turn, so that the machine's moods meet every case alike.
                for name, paths in cases.items():
                    results[name].append(ask("127.0.0.1", port, paths, each=100 if "page" in name else 400, seed=100 * run))
        finally:
            server.terminate()
            server.wait(15)
    failed = sum(one.failed for times in results.values() for one in times)
    if failed:
        raise RuntimeError(f"{failed} answers were not 200: the figures would say nothing")

    def median(name: str, field: str) -> float:
        return statistics.median(getattr(one, field) for one in results[name])

    def share(name: str) -> float:
        pairs = zip(results[name], results["empty view"], strict=True)
        return statistics.median(json.per_second / empty.per_second for json, empty in pairs)

    rows: list[dict[str, Any]] = [
        {
            "name": f"{name}, 8 clients, 95th percentile of server time",
            "milliseconds": median(name, "served95"),
            "as_clients_see_it": {"p50": median(name, "p50"), "p95": median(name, "p95")},
            "target": 60,
        }
        for name in ("register page", "certificate page")
    ]
    rows.append(
        {
            "name": "JSON verification per second as a share of an empty view",
            "share": share("JSON answer"),
            "share_computed_anew": share("JSON answer, computed anew"),
            "target_at_least": 0.4,
            "per_second": median("JSON answer", "per_second"),
            "empty_per_second": median("empty view", "per_second"),
        }
    )
    return [{**row, "certificates": CERTIFICATES, "failed": failed} for row in rows]
