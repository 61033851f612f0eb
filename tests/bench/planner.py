"""How good the planner's plans are, and how soon: three sizes of made-up instances, each in a process of its own.

Run as `python -m tests.bench.planner [small] [large] [scarce] [--seconds N] [--seeds A,B]`. Figures beside the gaps: the parts of the
objective, the load that no plan avoids (a large share of it flatters a gap), seconds to the first plan, the peak memory of the process,
and what a greedy planner reaches that gives every audit in turn its best week and team. Every plan passes the independent checker.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from yantar.engine.planner import Progress, make_plan
from yantar.engine.planner.check import check
from yantar.engine.planner.generate import generate
from yantar.engine.planner.greedy import first_plan
from yantar.engine.planner.tables import Tables


@dataclass(frozen=True)
class Case:
    """A size, its time limit in seconds, and the targets for its gap and against the greedy planner."""

    authorities: int
    auditors: int
    audits: int
    seconds: float
    gap: float
    seeds: tuple[int, ...]
    below_greedy: float | None = None


CASES = {
    "small": Case(40, 120, 60, 60, 0.02, (1, 2, 3, 4, 5)),
    "large": Case(300, 1000, 500, 600, 0.03, (1,), 0.20),
    "scarce": Case(300, 450, 500, 600, 0.08, (1,)),
}
FIRST_PLAN_SECONDS = 5.0
MEMORY_MB = 1024


def run(case: Case, seed: int, seconds: float) -> dict[str, Any]:
    """One plan in this process, with everything worth knowing about it."""
    instance = generate(seed, authorities=case.authorities, auditors=case.auditors, audits=case.audits)
    tables = Tables(instance)
    greedy = tables.total(first_plan(tables)).total
    del tables
    first: list[float] = []

    def note(progress: Progress) -> None:
        if progress.incumbent is not None and not first:
            first.append(progress.seconds)

    began = time.monotonic()
    plan = make_plan(instance, seconds=seconds, progress=note)
    took = time.monotonic() - began
    violations = [v.code for v in check(instance, plan)]
    return {
        "seed": seed,
        "status": plan.status.value,
        "objective": plan.objective,
        "bound": round(plan.bound, 1),
        "gap": round(plan.gap, 4),
        "parts": plan.parts.model_dump(),
        "unavoidable_load": plan.unavoidable_load,
        "greedy": greedy,
        "below_greedy": round(1 - plan.objective / greedy, 4) if greedy else 0.0,
        "first_plan_seconds": round(first[0], 2),
        "seconds": round(took, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "violations": violations,
    }


def in_process(name: str, seed: int, seconds: float) -> dict[str, Any]:
    """The same in a child process, so that its peak memory is its own."""
    command = [sys.executable, "-m", "tests.bench.planner", "--child", name, "--seeds", str(seed), "--seconds", str(seconds)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])  # noqa: S603
    print(f"  {name} {seed}: {json.dumps(found)}", file=sys.stderr, flush=True)
    return found


def rows_of(name: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the table of figures for one size."""
    case = CASES[name]
    size = f"{case.authorities} authorities, {case.auditors} auditors, {case.audits} audits, {case.seconds:g} s"
    proven = sum(one["status"] == "optimal" for one in found)
    worst = max(found, key=lambda one: one["gap"])
    parts = ", ".join(f"{part} {points}" for part, points in worst["parts"].items() if points)
    note = f"{proven} of {len(found)} proven optimal; the worst: {parts}; unavoidable load {worst['unavoidable_load']}"
    rows: list[dict[str, Any]] = [
        {"name": f"planner, gap ({size}; {note})", "percent": 100 * worst["gap"], "target": 100 * case.gap, "cases": found},
        {"name": f"planner, first plan ({name})", "seconds": max(one["first_plan_seconds"] for one in found), "target": FIRST_PLAN_SECONDS},
        {"name": f"planner, memory ({name})", "megabytes": max(one["memory_mb"] for one in found), "target": MEMORY_MB},
    ]
    if case.below_greedy is not None:
        least = min(one["below_greedy"] for one in found)
        rows.append({"name": f"planner, below the greedy plan ({name}, share)", "share": least, "target_at_least": case.below_greedy})
    wrong = [one for one in found if one["violations"]]
    if wrong:
        raise SystemExit(f"a plan breaks rules: {wrong}")
    return rows


def measure(names: list[str] | None = None, seconds: float | None = None, seeds: tuple[int, ...] | None = None) -> list[dict[str, Any]]:
    """All sizes (or the named ones), all seeds."""
    rows: list[dict[str, Any]] = []
    for name in names or list(CASES):
        case = CASES[name]
        rows += rows_of(name, [in_process(name, seed, seconds or case.seconds) for seed in seeds or case.seeds])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", choices=[*CASES, []])
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seeds", type=lambda text: tuple(int(part) for part in text.split(",")))
    parser.add_argument("--child", choices=list(CASES))
    wanted = parser.parse_args()
    if wanted.child:
        print(json.dumps(run(CASES[wanted.child], wanted.seeds[0], wanted.seconds)))
        return
    for row in measure(wanted.cases, wanted.seconds, wanted.seeds):
        print({key: value for key, value in row.items() if key != "cases"})


if __name__ == "__main__":
    main()
