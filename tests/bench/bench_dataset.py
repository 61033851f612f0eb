"""The pages of a dataset of three million procedures, asked by eight clients at once."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .bench_server import ROOT, _environment, _free_port, _wait

PROCEDURES = 3_000_000
RUNS, EACH = 5, 40


def _lists(one: str, rng: random.Random) -> list[str]:
    """Addresses of the list of procedures with any filter."""
    single = [
        lambda: f"klass={rng.choice(('E1', 'one_bid', 'excluded'))}",
        lambda: f"year={rng.randrange(2021, 2026)}",
        lambda: f"buyer=RU-INN-39{rng.randrange(4000):08d}",
        lambda: f"bidders={rng.choice('12345')}",
        lambda: "reason=cancelled",
    ]
    return [f"{one}procedures/?{'&'.join(make() for make in rng.sample(single, rng.choice((0, 1, 2))))}" for _ in range(200)]


def measure(procedures: int = PROCEDURES) -> list[dict[str, Any]]:
    """Medians of five runs of 95th percentiles of server time."""
    from .clients import Times, ask

    with tempfile.TemporaryDirectory(prefix="yantar-bench-") as folder:
        environment = _environment(Path(folder))
        command = [sys.executable, "-m", "tests.bench.filling_procurement", str(procedures)]
        done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        filled = json.loads(done.stdout.splitlines()[-1])
        one, cookies = f"/workspace/savings/{filled['dataset']}/", [filled["cookie"]]
        cases = {"page of a dataset": [one], "its procedures, any filter": _lists(one, random.Random(4))}  # noqa: S311
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "yantar.cli", "web", "--port", str(port)], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            results: dict[str, list[Times]] = {name: [] for name in cases}
            for paths in cases.values():
                ask("127.0.0.1", port, paths, each=5, seed=9, cookies=cookies)
            for run in range(RUNS):
                for name, paths in cases.items():
                    results[name].append(ask("127.0.0.1", port, paths, each=EACH, seed=100 * run, cookies=cookies))
        finally:
            server.terminate()
            server.wait(15)
    failed = sum(one.failed for times in results.values() for one in times)
    if failed:
        raise RuntimeError(f"{failed} answers were not 200: the figures would say nothing")
    return [
        {
            "name": f"{name} ({procedures:,} procedures), 8 clients, 95th percentile of server time",
            "milliseconds": statistics.median(one.served95 for one in times),
            "as_clients_see_it": {"p50": statistics.median(one.p50 for one in times), "p95": statistics.median(one.p95 for one in times)},
            "target": 300,
        }
        for name, times in results.items()
    ]


if __name__ == "__main__":
    for row in measure(int(sys.argv[1]) if sys.argv[1:] else PROCEDURES):
        print(row)
