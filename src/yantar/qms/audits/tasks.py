"""Long work of audits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yantar.core import jobs
from yantar.core.models import Job

from .actions.planning import KIND, keep_plan
from .models import PlanRun

TRACE = 240
"""Points of the line of a run that are kept, at most; a longer one is thinned."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What came out of a run and what the checker said of it."""

    run: int
    plan: Any
    violations: list[dict[str, Any]]


def _keep(job: Job, computed: Computed) -> dict[str, Any]:
    run = keep_plan(by=jobs.actor_of(job), run=PlanRun.objects.get(pk=computed.run), plan=computed.plan, violations=computed.violations)
    return {"run": run.pk, "status": run.status, "violations": len(run.violations)}


@jobs.register_apart(KIND, permission="audits.change_programme", keep=_keep)
def plan(job: Job, watch: jobs.Watch) -> Computed:
    """Compute a plan and have it checked. Stopped by somebody, it gives the best plan found so far."""
    # The solver is heavy; only the worker that plans loads it.
    from yantar.engine.planner import Progress, make_plan
    from yantar.engine.planner.check import check
    from yantar.engine.planner.forms import Instance

    run = PlanRun.objects.get(pk=job.params["run"])
    instance = Instance.model_validate(run.instance)
    seconds = int(job.params["seconds"])
    trace: list[tuple[float, int | None, float]] = []

    def tell(progress: Progress) -> None:
        point = (round(progress.seconds, 1), progress.incumbent, round(progress.bound, 1))
        if not trace or trace[-1][1:] != point[1:]:
            trace.append(point)
        if len(trace) > TRACE:
            del trace[1:-1:2]
        watch.note(seconds=point[0], incumbent=point[1], bound=point[2], phase=progress.phase, trace=trace)
        watch.wanted(min(int(progress.seconds), seconds), seconds)

    found = make_plan(instance, seconds=seconds, seed=int(job.params.get("seed", 0)), progress=tell, cancelled=lambda: not watch.wanted())
    violations = [{"code": one.code, "wish": one.wish, "params": dict(one.params)} for one in check(instance, found)]
    return Computed(run.pk, found, violations)
