"""The queue of appeals at full size, asked by eight clients at once: any filter, words of the texts, any page."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .bench_server import ROOT, _environment, _free_port, _wait
from .filling_findings import FLAWS, PLACES, SUBJECTS

APPEALS, AUTHORITIES = 200_000, 60
RUNS, EACH = 5, 40
QUEUE = "/workspace/appeals/"


def _queues(rng: random.Random) -> list[str]:
    """Addresses of the queue with any filter, alone and together."""
    single = [
        lambda: f"kind={rng.choice(('appeal', 'service_complaint', 'remark'))}",
        lambda: f"due={rng.choice(('late', 'today'))}",
        lambda: f"authority=authority-{rng.randrange(AUTHORITIES)}",
        lambda: f"state={rng.choice(('disputed', 'answered', 'closed', 'all', 'rejected'))}",
        lambda: f"service=service-{rng.randrange(AUTHORITIES)}",
        lambda: "mine=on",
        lambda: "unassigned=on",
    ]
    some = [rng.sample(single, rng.choice((0, 0, 1, 1, 2))) for _ in range(200)]
    return [f"{QUEUE}?{'&'.join(one() for one in chosen)}&page={rng.choice((1, 1, 1, 2, 7))}" for chosen in some]


def _searches(rng: random.Random) -> list[str]:
    """Addresses with words of the texts, common and rare ones."""
    common = [word for text in (*SUBJECTS, *FLAWS, *PLACES) for word in text.split() if len(word) > 3]
    found = []
    for _ in range(200):
        words = rng.sample(common, rng.choice((1, 2))) + ([f"улица{rng.randrange(3000)}"] if rng.random() < 0.4 else [])
        found.append(f"{QUEUE}?q={quote(' '.join(words))}{rng.choice(('', '&state=all', '&state=all', '&kind=remark'))}")
    return found


def measure(appeals: int = APPEALS) -> list[dict[str, Any]]:
    """Medians of five runs of 95th percentiles of server time."""
    from .clients import Times, ask

    with tempfile.TemporaryDirectory(prefix="yantar-bench-") as folder:
        environment = _environment(Path(folder))
        command = [sys.executable, "-m", "tests.bench.filling_appeals", str(appeals), str(AUTHORITIES)]
        done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        cookies = json.loads(done.stdout.splitlines()[-1])
        rng = random.Random(5)  # noqa: S311
        cases = {"queue of appeals, any filter": _queues(rng), "search in the queue of appeals": _searches(rng)}
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "yantar.cli", "web", "--port", str(port)], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            results: dict[str, list[Times]] = {name: [] for name in cases}
            for paths in cases.values():
                ask("127.0.0.1", port, paths, each=10, seed=9, cookies=cookies)
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
            "name": f"{name}, {appeals:,} appeals, 8 clients, 95th percentile of server time",
            "milliseconds": statistics.median(one.served95 for one in times),
            "as_clients_see_it": {"p50": statistics.median(one.p50 for one in times), "p95": statistics.median(one.p95 for one in times)},
            "target": 120,
        }
        for name, times in results.items()
    ]
