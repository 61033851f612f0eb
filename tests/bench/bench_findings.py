"""The list of findings, its search and its figures at full size, asked by eight clients at once while somebody works; a step of the work."""

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
from .filling_findings import FLAWS, GRADES, LIFE, ORIGINS, PLACES, RARE, SUBJECTS

FINDINGS, AUTHORITIES = 100_000, 300
RUNS, EACH = 5, 60
STEPS = 40
"""Findings that are raised, given to their owner and corrected."""
ONE = "/workspace/findings/"


def _lists(rng: random.Random) -> list[str]:
    """Addresses of lists with any filter, alone and together."""
    single = [
        lambda: f"grade={rng.choice(GRADES)[0]}",
        lambda: f"source={rng.choice(ORIGINS)[0]}",
        lambda: f"state={rng.choice((*LIFE, 'running', 'noted'))}",
        lambda: f"authority=authority-{rng.randrange(AUTHORITIES)}",
        lambda: f"clause={rng.choice(('4', '7.2', '8.5', '8.5.1', '9.1', '10.2'))}",
        lambda: f"since={rng.randrange(2012, 2026)}-01-01&until={rng.randrange(2018, 2027)}-06-30",
        lambda: f"owner={quote('Примерович')}+{rng.randrange(AUTHORITIES)}",
        lambda: "late=on",
        lambda: "repeated=on",
        lambda: "mine=on",
    ]
    orders = ["", "", "&order=due", "&order=grade", "&order=-state", "&order=raised"]
    paths = []
    for _ in range(300):
        some = rng.sample(single, rng.choice((0, 1, 1, 2, 2, 3)))
        paths.append(f"{ONE}?{'&'.join(one() for one in some)}{rng.choice(orders)}&page={rng.choice((1, 1, 1, 2, 5, 40))}")
    return paths


def _searches(rng: random.Random) -> list[str]:
    """Addresses with words of the texts, one to three, some with a filter."""
    words = [word for text in (*SUBJECTS, *FLAWS, *PLACES, *RARE) for word in text.split() if len(word) > 3]
    filters = ["", "", "&grade=major", "&state=running", "&authority=authority-7", "&source=staff&late=on"]
    return [f"{ONE}?q={quote(' '.join(rng.sample(words, rng.choice((1, 1, 2, 3)))))}{rng.choice(filters)}" for _ in range(300)]


def _figures(rng: random.Random) -> list[str]:
    """Addresses of the figures, narrowed in every way."""
    single = [
        lambda: f"grade={rng.choice(('major', 'minor'))}",
        lambda: f"source={rng.choice(ORIGINS)[0]}",
        lambda: f"first={rng.randrange(2012, 2026)}",
        lambda: f"authority=authority-{rng.randrange(AUTHORITIES)}",
    ]
    return [f"{ONE}figures/?{'&'.join(one() for one in rng.sample(single, rng.choice((0, 1, 1, 2, 3))))}" for _ in range(300)]


def measure() -> list[dict[str, Any]]:
    """Medians of five runs of 95th percentiles of server time; a step every half second goes on meanwhile."""
    with tempfile.TemporaryDirectory(prefix="yantar-bench-") as folder:
        environment = _environment(Path(folder))
        filled = _work(environment, str(FINDINGS), str(AUTHORITIES))
        return measured(environment, filled)


FILLING = [sys.executable, "-m", "tests.bench.filling_findings"]


def _work(environment: dict[str, str], *arguments: str) -> list[Any]:
    """What a process of `filling_findings` says at last."""
    done = subprocess.run([*FILLING, *arguments], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(environment: dict[str, str], cookies: list[str]) -> list[dict[str, Any]]:
    """The figures over a filled data folder."""
    from .clients import Times, ask

    rng = random.Random(3)  # noqa: S311
    cases = {"list of findings, any filter": _lists(rng), "search in the texts of findings": _searches(rng), "figures of findings": _figures(rng)}
    steps = sorted(_work(environment, "steps", str(STEPS), "0"))
    port = _free_port()
    server = subprocess.Popen([sys.executable, "-m", "yantar.cli", "web", "--port", str(port)], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    worker = None
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        results: dict[str, list[Times]] = {name: [] for name in cases}
        # Every process has answered before it is measured, as it has after its first minute.
        for paths in cases.values():
            ask("127.0.0.1", port, paths, each=10, seed=9, cookies=cookies)
        worker = subprocess.Popen([*FILLING, "steps", "100000", "0.5"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        for run in range(RUNS):
            for name, paths in cases.items():
                results[name].append(ask("127.0.0.1", port, paths, each=EACH, seed=100 * run, cookies=cookies))
    finally:
        for process in (worker, server):
            if process is not None:
                process.terminate()
                process.wait(15)
    failed = sum(one.failed for times in results.values() for one in times)
    if failed:
        raise RuntimeError(f"{failed} answers were not 200: the figures would say nothing")
    rows: list[dict[str, Any]] = [
        {
            "name": f"{name}, 8 clients, 95th percentile of server time",
            "milliseconds": statistics.median(one.served95 for one in times),
            "as_clients_see_it": {"p50": statistics.median(one.p50 for one in times), "p95": statistics.median(one.p95 for one in times)},
            "target": 120,
        }
        for name, times in results.items()
    ]
    rows.append({"name": "a step of a corrective action, 95th percentile", "milliseconds": steps[int(len(steps) * 0.95)], "target": 60})
    return [{**row, "findings": FINDINGS} for row in rows]
