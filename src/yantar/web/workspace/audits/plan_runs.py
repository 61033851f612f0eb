"""Runs of the planner: begun, watched, stopped, looked at, applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from yantar.core import clock
from yantar.core.jobs import cancel_job, notes_of
from yantar.core.plan_words import PARTS
from yantar.core.problems import Refused
from yantar.engine.planner.check_ground import Violation
from yantar.engine.planner.forms import Plan
from yantar.qms.audits import actions, planning
from yantar.qms.audits.models import PlanRun
from yantar.qms.audits.queries import programme as queries
from yantar.web.ui.charts.descent import descent_svg
from yantar.web.workspace.access import demand, person, staff

from .programmes import CHANGE, find, whole
from .programmes import _page as programme_page

PHASES = {
    "tables": _("reads the facts"),
    "first plan": _("makes a first plan"),
    "improvement": _("improves the plan"),
    "proof": _("proves how good it is"),
    "reasons": _("finds out why wishes are left out"),
}
"""What the planner is doing, in words."""
STATUSES = {
    "optimal": _("proven to be the best there is"),
    "feasible": _("the best found in the time"),
    "cancelled": _("stopped; the best found until then"),
}
CHANGED = 200
"""Audits of a plan that are listed beside what stands now."""


def _run(request: HttpRequest, year: int, pk: int) -> PlanRun:
    whole(request, year)
    run = queries.run(person(request), year, pk)
    if run is None:
        raise Http404
    return run


@staff
@require_POST
def start(request: HttpRequest, year: int) -> HttpResponse:
    """Begin to plan with the time that was chosen."""
    one = find(request, year)
    demand(request, CHANGE)
    text = request.POST.get("seconds", "60")
    try:
        run = actions.start_planning(
            by=person(request), programme=one, seconds=int(text) if text.isdecimal() else 0, from_present=request.POST.get("anew") != "1"
        )
    except Refused as refused:
        return programme_page(request, one, refused.problems)
    return redirect("workspace:plan_run", year=year, pk=run.pk)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the objective."""

    name: str
    points: int


@dataclass(frozen=True, slots=True)
class Placed:
    """One audit as the plan has it beside what stands: `how` "new", "moved", "team" or "same"."""

    number: str
    authority: str
    first: date
    last: date
    team: list[str]
    how: str
    points: int


HOW = {
    "new": ("primary", _("new")),
    "moved": ("warning", _("other days")),
    "team": ("warning", _("another team")),
    "same": ("secondary", _("as it is")),
}


def _progress(run: PlanRun) -> dict[str, Any]:
    """What is seen of a run under way."""
    assert run.job is not None
    notes = notes_of(run.job)
    limit = int(run.job.params.get("seconds", 0))
    incumbent, bound = notes.get("incumbent"), notes.get("bound")
    gap = (incumbent - bound) / incumbent * 100 if incumbent else 0.0 if incumbent == 0 else None
    trace = [tuple(one) for one in notes.get("trace", [])]
    if trace and notes.get("seconds", 0) > trace[-1][0]:
        # The trace holds changes alone; nothing changed since.
        trace.append((notes["seconds"], *trace[-1][1:]))
    return {
        "run": run,
        "job": run.job,
        "year": run.programme.year,
        "incumbent": incumbent,
        "bound": round(bound) if bound is not None else None,
        "gap": gap,
        "phase": PHASES.get(notes.get("phase", ""), ""),
        "elapsed": int(notes.get("seconds", 0)),
        "limit": limit,
        "chart": descent_svg(trace, limit, _g("Best plan and bound over time")) if trace else "",
        "poll_url": reverse("workspace:plan_progress", args=[run.programme.year, run.pk]),
        "cancel_url": reverse("workspace:plan_cancel", args=[run.programme.year, run.pk]),
    }


@staff
@require_safe
def run(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """How far a run is; afterwards its plan, what it costs, what it leaves out and why."""
    one = _run(request, year, pk)
    running = one.job is not None and one.job.finished_at is None
    context: dict[str, Any] = {"run": one, "programme": one.programme, "year": year, "running": running, "tab": "runs", "whole": True}
    context |= {"may_change": person(request).has_perm(CHANGE)}
    if one.job is not None:
        context |= _progress(one)
        context["mine"] = one.job.started_by_id == person(request).pk
        context["job_problems"] = one.job.result.get("problems", [])
    if one.plan is not None:
        context |= _found(one)
    return render(request, "workspace/audits/plan_run.html", context)


def _found(run: PlanRun) -> dict[str, Any]:
    assert run.plan is not None
    plan = Plan.model_validate(run.plan)
    names = planning.Names(date(run.programme.year, 1, 1))
    parts = [Part(_g(PARTS[name]), points) for name, points in plan.parts.model_dump().items() if name in PARTS]
    wrong = [planning.sentence(Violation(one["code"], one.get("wish", ""), one["params"]), names) for one in run.violations]
    owner = {wish["id"]: wish["authority"] for wish in run.instance["wishes"]}
    present = {wish["id"]: wish["present"] for wish in run.instance["wishes"] if wish.get("present")}
    placed = []
    for one in plan.audits:
        before, team = present.get(one.wish), [one.lead, *one.members, *one.trainees]
        how = "new"
        if before is not None:
            same_team = team == [before["lead"], *before["members"], *before["trainees"]] or set(team) == {
                before["lead"],
                *before["members"],
                *before["trainees"],
            }
            how = "moved" if before["first"] != one.days[0].isoformat() else "same" if same_team else "team"
        people = [names("auditor", code) for code in team]
        placed.append(Placed(one.wish, names.authority(owner[one.wish]), one.days[0], one.days[-1], people, how, one.costs.total))
    order = list(HOW)
    placed.sort(key=lambda one: (order.index(one.how), one.first, one.number))
    dropped = [
        (one.wish, names.authority(owner[one.wish]), [planning.reason(why.code, why.params, names) for why in one.reasons]) for one in plan.dropped
    ]
    return {
        "plan": plan,
        "parts": parts,
        "wrong": wrong,
        "dropped": dropped,
        "placed": placed[:CHANGED],
        "placed_count": len(placed),
        "how": HOW,
        "status_words": STATUSES.get(run.status, ""),
        "gap_percent": plan.gap * 100,
        "applicable": not run.violations and run.applied_at is None,
        "today": clock.today(),
    }


@staff
@require_safe
def progress(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """The piece of the page that shows how far the planner is; when it has ended, the page is asked for anew."""
    one = _run(request, year, pk)
    if one.job is None or one.job.finished_at is not None:
        return HttpResponseClientRefresh()
    return render(request, "workspace/audits/parts/planning.html", {**_progress(one), "mine": one.job.started_by_id == person(request).pk})


@staff
@require_POST
def cancel(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Stop; the best plan found so far is kept."""
    one = _run(request, year, pk)
    if one.job is None:
        raise Http404
    try:
        cancel_job(by=person(request), job=one.job)
    except Refused as refused:
        messages.warning(request, str(refused.problems[0].message))
    return redirect("workspace:plan_run", year=year, pk=pk)


@staff
@require_POST
def apply(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Give the audits the days and teams of the plan."""
    one = _run(request, year, pk)
    demand(request, CHANGE)
    try:
        changed = actions.apply_plan(by=person(request), run=one)
    except Refused as refused:
        return programme_page(request, one.programme, refused.problems)
    count = len(changed)
    messages.success(
        request,
        ngettext("%(count)s audit has new days or another team.", "%(count)s audits have new days or another team.", count) % {"count": count},
    )
    return redirect("workspace:programme", year=year)


@staff
@require_safe
def runs(request: HttpRequest, year: int) -> HttpResponse:
    """Every run of the planner for a year."""
    one = whole(request, year)
    context = {"programme": one, "year": year, "runs": queries.runs(person(request), one), "statuses": STATUSES, "tab": "runs", "whole": True}
    return render(request, "workspace/audits/plan_runs.html", context)
