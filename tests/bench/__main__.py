"""`make bench`: every figure of the house, as a table, in docs/figures.json and in docs/figures.md.

Names after the command choose benches: `python -m tests.bench obligations start`; the figures of the others stay as they were measured last.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs" / "figures.json"
PAGE = ROOT / "docs" / "figures.md"
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


def _line(row: dict[str, Any], on: str) -> str:
    measured, target, reached = _figure(row)
    extra = f" ({row['certificates']:,} certificates)" if "certificates" in row else ""
    extra += f" ({row['findings']:,} findings)" if "findings" in row else ""
    if "as_clients_see_it" in row:
        seen = row["as_clients_see_it"]
        extra += f"; the clients see {seen['p50']:.0f} ms (median), {seen['p95']:.0f} ms (95th percentile), queueing included"
    if "share_computed_anew" in row:
        extra += f"; among the answers asked for often, which are kept; {row['share_computed_anew']:.2f} when each is computed anew"
    return f"| {row['name']}{extra} | {measured} | {target} | {REACHED[reached]} | {on} |"


def table(benches: dict[str, Any]) -> str:
    """What was measured last, bench by bench in their order; the machine is named where it is another than the one before."""
    lines: list[str] = []
    machine = ""
    for name in BENCHES:
        if name not in benches:
            continue
        if benches[name]["machine"] != machine:
            machine = benches[name]["machine"]
            lines += ["", f"Machine: {machine}.", "", "| figure | measured | target | reached | on |", "|---|---|---|---|---|"]
        lines += [_line(row, benches[name]["measured_on"]) for row in benches[name]["figures"]]
    return "\n".join(lines).lstrip("\n")


def main(wanted: list[str]) -> None:
    """Run the wanted benches (all without names), each written to the files as soon as it is done, and print them."""
    unknown = [name for name in wanted if name not in BENCHES]
    if unknown:
        raise SystemExit(f"No such bench: {', '.join(unknown)}. There are: {', '.join(BENCHES)}.")
    done: dict[str, Any] = {}
    for name in wanted or BENCHES:
        module, function = BENCHES[name]
        print(f"{name} …", file=sys.stderr, flush=True)
        found = getattr(importlib.import_module(f"tests.bench.{module}"), function)()
        rows = found if isinstance(found, list) else [found]
        # As text and back: what stands in the file and what is shown are the same.
        done[name] = json.loads(json.dumps({"machine": _machine(), "measured_on": date.today().isoformat(), "figures": rows}, default=str))
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        kept[name] = done[name]
        KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        PAGE.write_text(page(kept))
    print(table(done))


def page(benches: dict[str, Any]) -> str:
    """docs/figures.md."""
    missing = [name for name in BENCHES if name not in benches]
    return (
        "# Figures\n\nMade by `make bench`, or bench by bench by `python -m tests.bench NAME`; medians of five runs unless a name says"
        " otherwise, clients on the same machine as the server.\n\n"
        f"{table(benches)}\n\n"
        "Pages are asked by eight clients at once, each as fast as it is answered, on the cores that the server has too. Answers that need no\n"
        "new computation while nothing changes are kept in the process. Not measured: other machines, networks, a busy production database"
        f"{'; by this page also: ' + ', '.join(missing) if missing else ''}.\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
