"""The public search of services at full size, asked by eight clients at once: words in any form, beginnings, slips, filters, pages."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .bench_server import ROOT, _environment, _free_port, _wait
from .filling_services import ABOUT, AUTHORITIES, WHAT, WHOSE

SERVICES = 5_000
RUNS, EACH = 5, 40
WORDS = sorted({word for text in (*WHAT, *WHOSE, *ABOUT) for word in text.split() if len(word) > 3})


def _asked(rng: random.Random) -> str:
    words = rng.sample(WORDS, rng.choice((1, 2, 2, 3)))
    if rng.random() < 0.3:
        words[-1] = words[-1][: max(3, len(words[-1]) - 3)]
    if rng.random() < 0.15:
        words[0] = words[0][:2] + words[0][3:]
    if rng.random() < 0.3:
        words.append(str(rng.randrange(SERVICES)))
    more = rng.choice(("", "", "&free=1", "&channel=portal", f"&authority=authority-{rng.randrange(AUTHORITIES)}", "&page=2"))
    return f"/services/?q={quote(' '.join(words))}{more}"


def measure(services: int = SERVICES) -> list[dict[str, Any]]:
    """Medians of five runs of the 95th percentile of server time; hardly a question is asked twice, so pages that are kept don't help."""
    from .clients import Times, ask

    with tempfile.TemporaryDirectory(prefix="yantar-bench-") as folder:
        environment = _environment(Path(folder))
        subprocess.run([sys.executable, "-m", "tests.bench.filling_services", str(services)], env=environment, cwd=ROOT, check=True)
        rng = random.Random(3)  # noqa: S311
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "yantar.cli", "web", "--port", str(port)], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            results: list[Times] = []
            ask("127.0.0.1", port, [_asked(rng) for _ in range(100)], each=10)
            for run in range(RUNS):
                results.append(ask("127.0.0.1", port, [_asked(rng) for _ in range(2000)], each=EACH, seed=100 * run))
        finally:
            server.terminate()
            server.wait(15)
    if failed := sum(one.failed for one in results):
        raise RuntimeError(f"{failed} answers were not 200: the figures would say nothing")
    return [
        {
            "name": f"search of {services:,} services, 8 clients, 95th percentile of server time",
            "milliseconds": statistics.median(one.served95 for one in results),
            "as_clients_see_it": {"p50": statistics.median(one.p50 for one in results), "p95": statistics.median(one.p95 for one in results)},
            "target": 60,
            "failed": failed,
        }
    ]
