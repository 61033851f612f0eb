"""Eight clients that ask as fast as they are answered, in a process of their own; times as they see them."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """What one run showed: milliseconds as the clients saw them (`p50`, `p95`), the 95th percentile of what the server says it took
    (`served95`), requests per second, answers that were not 200."""

    p50: float
    p95: float
    served95: float
    per_second: float
    requests: int
    failed: int


async def _client(
    host: str, port: int, paths: Sequence[str], number: int, seed: int, seconds: list[float], served: list[float], failed: list[int], cookie: str
) -> None:
    rng = random.Random(seed)  # noqa: S311
    reader, writer = await asyncio.open_connection(host, port)
    for _ in range(number):
        path = rng.choice(paths)
        started = time.perf_counter()
        signed_in = f"Cookie: {cookie}\r\n" if cookie else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: identity\r\n{signed_in}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        if b"content-length:" in lower:
            await reader.readexactly(int(lower.split(b"content-length:")[1].split(b"\r\n")[0]))
        else:
            while (size := int((await reader.readuntil(b"\r\n")).strip(), 16)) > 0:
                await reader.readexactly(size + 2)
            await reader.readexactly(2)
        seconds.append(time.perf_counter() - started)
        if b"app;dur=" in head:
            served.append(float(head.split(b"app;dur=")[1].split(b"\r\n")[0]))
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            failed.append(1)
    writer.close()


def ask(host: str, port: int, paths: Sequence[str], *, clients: int = 8, each: int = 100, seed: int = 1, cookies: Sequence[str] = ("",)) -> Times:
    """Let `clients` ask `each` requests over kept connections, choosing among `paths` by seed; `cookies`: those of their sessions, in turn."""
    seconds: list[float] = []
    served: list[float] = []
    failed: list[int] = []

    async def run() -> None:
        asking = (_client(host, port, paths, each, seed + index, seconds, served, failed, cookies[index % len(cookies)]) for index in range(clients))
        await asyncio.gather(*asking)

    started = time.perf_counter()
    asyncio.run(run())
    took = time.perf_counter() - started
    ordered = sorted(seconds)
    return Times(
        p50=1000 * statistics.median(ordered),
        p95=1000 * ordered[int(len(ordered) * 0.95)],
        served95=sorted(served)[int(len(served) * 0.95)] if served else 0.0,
        per_second=len(ordered) / took,
        requests=len(ordered),
        failed=len(failed),
    )
