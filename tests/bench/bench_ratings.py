"""Ratings sent by eight clients at once to the server that `yantar run` starts; the captcha's work was done before."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

CLIENTS = 8
EACH = 40
RUNS = 3
SERVICES = 20
WHERE = "/widget/services/service-{}/"


def prepare(number: int) -> None:
    """In a process of its own: services in an empty data folder, and so many forms filled in, their proofs of work found, as JSON on stdout."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from datetime import timedelta

    import altcha
    from django.core.management import call_command
    from django.utils import timezone

    from tests.qms.feedback.rating_things import GOOD, a_service
    from yantar.core import clock
    from yantar.core.actions import System
    from yantar.qms.feedback import captcha, stamps
    from yantar.qms.organisation import actions as organisation

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    organisation.open_government(by=System("bench"), name_ru="Правительство образца", name_en="Government of the Sample")
    for one in range(SERVICES):
        a_service(f"service-{one}")
    forms = []
    with clock.at(timezone.now() - timedelta(seconds=30)):
        for one in range(number):
            task = altcha.Challenge.from_dict(captcha.challenge("rating"))
            solution = altcha.solve_challenge(task)
            assert solution is not None
            stamp = stamps.issue("rating", service=f"service-{one % SERVICES}", site="", channel="widget")
            scores = {f"score-{key}": value for key, value in GOOD.items()}
            text = {"text": f"Быстро, спасибо. Талон {one}."} if one % 3 == 0 else {}
            body = urlencode({"stamp": stamp, "altcha": altcha.Payload(task, solution).to_base64(), **scores, **text})
            forms.append((WHERE.format(one % SERVICES), body))
    sys.stdout.write(json.dumps(forms))


async def _client(port: int, forms: list[tuple[str, str]], who: int, seconds: list[float], failed: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for turn, (path, body) in enumerate(forms):
        started = time.perf_counter()
        # Each rating from another network, as citizens come.
        address = f"10.{who}.{turn // 250}.{turn % 250}"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Forwarded-For: {address}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write((head + body).encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        lower = answer.lower()
        if b"content-length:" in lower:
            await reader.readexactly(int(lower.split(b"content-length:")[1].split(b"\r\n")[0]))
        elif b"chunked" in lower:
            while (size := int((await reader.readuntil(b"\r\n")).strip(), 16)) > 0:
                await reader.readexactly(size + 2)
            await reader.readexactly(2)
        seconds.append(time.perf_counter() - started)
        if b" 302 " not in answer.split(b"\r\n", 1)[0]:
            failed.append(answer.split(b"\r\n", 1)[0].decode())
    writer.close()


def measure() -> dict[str, Any]:
    """Median of the runs' 95th percentiles, as the clients see them; and how many of the ratings sent were counted."""
    from .bench_server import ROOT, _environment, _free_port, _wait

    with tempfile.TemporaryDirectory(prefix="yantar-bench-") as folder:
        environment = _environment(Path(folder)) | {"YANTAR_CAPTCHA_COST": "1", "YANTAR_TRUSTED_PROXIES": "1", "YANTAR_STATIC": f"{folder}/static"}
        number = CLIENTS * EACH * RUNS
        code = f"from tests.bench.bench_ratings import prepare; prepare({number})"
        done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        forms = json.loads(done.stdout)
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "yantar.cli", "web", "--port", str(port)], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        p50, p95, failed = [], [], list[str]()
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            _wait(f"http://127.0.0.1:{port}{WHERE.format(0)}")
            for run in range(RUNS):
                seconds: list[float] = []
                first = run * CLIENTS * EACH

                async def everybody(first: int = first, seconds: list[float] = seconds, run: int = run) -> None:
                    parts = [forms[first + one * EACH : first + (one + 1) * EACH] for one in range(CLIENTS)]
                    await asyncio.gather(*(_client(port, part, 10 * run + one, seconds, failed) for one, part in enumerate(parts)))

                asyncio.run(everybody())
                ordered = sorted(seconds)
                p50.append(1000 * statistics.median(ordered))
                p95.append(1000 * ordered[int(len(ordered) * 0.95)])
        finally:
            server.terminate()
            server.wait(15)
    if failed:
        raise RuntimeError(f"{len(failed)} of {number} ratings were not taken: {failed[:3]}")
    return {
        "name": "rating accepted (proof checked, counted, in the journal), 8 clients, 95th percentile as they see it",
        "milliseconds": statistics.median(p95),
        "median": statistics.median(p50),
        "ratings": number,
        "target": 120,
    }
