"""`make bench`: every figure of the house, as a table, in bench.json and in docs/figures.md.

Names after the command choose benches: `python -m tests.bench obligations start`.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BENCHES = {
    "obligations": ("bench_obligations", "measure"),
    "import": ("bench_import", "measure"),
    "certificates": ("bench_import", "measure_certificates"),
    "server": ("bench_server", "measure"),
    "findings": ("bench_findings", "measure"),
    "start": ("bench_start", "measure"),
    "planner": ("planner", "measure"),
    "savings": ("bench_savings", "measure"),
    "dataset": ("bench_dataset", "measure"),
    "cases": ("bench_cases", "measure"),
    "appeals": ("bench_appeals", "measure"),
    "ratings": ("bench_ratings", "measure"),
    "services": ("bench_services", "measure"),
}

REACHED = {True: "yes", False: "no", None: ""}


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB memory, {platform.system()}, Python {platform.python_version()}"


def _figure(row: dict[str, Any]) -> tuple[str, str, bool | None]:
    if "share" in row:
        return f"{row['share']:.2f}", f"≥ {row['target_at_least']}", row["share"] >= row["target_at_least"]
    if "milliseconds" in row:
        return f"{row['milliseconds']:.1f} ms", f"≤ {row['target']} ms", row["milliseconds"] <= row["target"]
    if "percent" in row:
        return f"{row['percent']:.2f} %", f"≤ {row['target']:g} %", row["percent"] <= row["target"]
    if "megabytes" in row:
        return f"{row['megabytes']} MB", f"≤ {row['target']} MB", row["megabytes"] <= row["target"]
    if "ratio" in row:
        return f"{row['ratio']:.2f} ×", f"≤ {row['target']:g} ×", row["ratio"] <= row["target"]
    if "megabytes_per_second" in row:
        return f"{row['megabytes_per_second']:.0f} MB/s", f"≥ {row['target_at_least']} MB/s", row["megabytes_per_second"] >= row["target_at_least"]
    if "rows_per_second" in row:
        return f"{row['rows_per_second']:,.0f} rows/s", f"≥ {row['target_at_least']:,} rows/s", row["rows_per_second"] >= row["target_at_least"]
    if "target" not in row:
        return f"{row['seconds']:.2f} s", "", None
    return f"{row['seconds']:.2f} s", f"≤ {row['target']:g} s", row["seconds"] <= row["target"]


def main(wanted: list[str]) -> None:
    """Run the wanted benches (all without names), print, and write the files when all were run."""
    rows: list[dict[str, Any]] = []
    for name in wanted or BENCHES:
        module, function = BENCHES[name]
        print(f"{name} …", file=sys.stderr, flush=True)
        found = getattr(importlib.import_module(f"tests.bench.{module}"), function)()
        rows += found if isinstance(found, list) else [found]
    lines = ["| figure | measured | target | reached |", "|---|---|---|---|"]
    for row in rows:
        measured, target, reached = _figure(row)
        extra = f" ({row['certificates']:,} certificates)" if "certificates" in row else ""
        extra += f" ({row['findings']:,} findings)" if "findings" in row else ""
        if "as_clients_see_it" in row:
            seen = row["as_clients_see_it"]
            extra += f"; the clients see {seen['p50']:.0f} ms (median), {seen['p95']:.0f} ms (95th percentile), queueing included"
        if "share_computed_anew" in row:
            extra += f"; among the answers asked for often, which are kept; {row['share_computed_anew']:.2f} when each is computed anew"
        lines.append(f"| {row['name']}{extra} | {measured} | {target} | {REACHED[reached]} |")
    table = "\n".join(lines)
    print(table)
    (ROOT / "bench.json").write_text(json.dumps({"machine": _machine(), "figures": rows}, indent=1, default=str) + "\n")
    if not wanted:
        page = (
            "# Figures\n\nMade by `make bench`; medians of five runs, clients on the same machine as the server.\n\n"
            f"Machine: {_machine()}.\n\n{table}\n\n"
            "Pages are asked by eight clients at once, each as fast as it is answered, on the cores that the server has too. Answers that need no\n"
            "new computation while nothing changes are kept in the process. Not measured: other machines, networks, a busy production database.\n"
        )
        (ROOT / "docs" / "figures.md").write_text(page)


if __name__ == "__main__":
    main(sys.argv[1:])
