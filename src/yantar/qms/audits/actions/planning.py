"""Runs of the planner: started, kept with what the independent checker says, applied to the programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, User, action, current
from yantar.core.jobs import start_job
from yantar.core.plan_words import words
from yantar.core.problems import Problem, Refused
from yantar.engine.planner import forms, problems_of
from yantar.engine.planner.check_ground import Ground
from yantar.engine.planner.forms import Plan

from .. import programme_telling
from ..instance import MOVABLE, instance_of
from ..models import Audit, PlanRun, Programme, ProgrammeState
from ..planning import Names, assigned_by, assigned_now, broken, sentence
from ..teams import Writer

KIND = "audits.plan"
LEAST_SECONDS, MOST_SECONDS = 1, 1800


@action("audits.start_planning", permission="audits.change_programme", target="programme")
def start_planning(*, by: Actor, programme: Programme, seconds: int, from_present: bool = True, seed: int = 0) -> PlanRun:
    """Begin to compute a plan; what it is computed from is kept as it is now.

    seconds: the planner's time, 1–1800. from_present: what is planned already is departed from as little as possible; otherwise only
    what is fixed stands. Raises Refused while another run is under way, when the facts contradict each other, and when something fixed
    breaks a rule.
    """
    problems = []
    if programme.state == ProgrammeState.REVIEWED:
        problems.append(Problem(_("The programme is reviewed and over."), "reviewed"))
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        problems.append(Problem(_("Between 1 second and 30 minutes."), "range", "seconds", value=str(seconds)))
    if programme.runs.filter(job__isnull=False, job__finished_at__isnull=True).exists():
        problems.append(Problem(_("A plan is being computed now. Wait for it or stop it."), "under_way"))
    instance = instance_of(programme, from_present=from_present)
    problems += instance_problems(instance)
    if problems:
        raise Refused(problems)
    run = PlanRun.objects.create(
        programme=programme,
        instance=instance.model_dump(mode="json"),
        made_at=clock.now(),
        made_by=by if isinstance(by, User) else None,
    )
    run.job = start_job(by=by, kind=KIND, params={"run": run.pk, "seconds": seconds, "seed": seed})
    run.save(update_fields=["job"])
    current().decided["run"] = run.pk
    return run


def instance_problems(instance: forms.Instance) -> list[Problem]:
    """Why nothing can be planned from an instance: nothing to plan, nobody to send, contradictions, fixed audits that break a rule."""
    problems = []
    if not instance.wishes:
        problems.append(Problem(_("No audits are wanted yet."), "no_wishes"))
    if not any(one.qualification is forms.Qualification.LEAD for one in instance.auditors):
        problems.append(Problem(_("Nobody may lead an audit. Enter the auditors and what they are proven to be able to do."), "no_leads"))
    names = Names(clock.today())
    problems += [Problem(words(one.code, one.params, name=names), one.code) for one in problems_of(instance)]
    fixed = {wish.id: wish.present for wish in instance.wishes if wish.fixed and wish.present is not None}
    for one in broken(instance, fixed):
        problems.append(Problem(_("Fixed, but against a rule: %(what)s") % {"what": sentence(one, names)}, one.code))
    return problems


@action(
    "audits.keep_plan",
    permission="audits.change_programme",
    target="run",
    summary=lambda given, result: {"run": result.pk, "status": result.status, "objective": result.objective, "violations": len(result.violations)},
)
def keep_plan(*, by: Actor, run: PlanRun, plan: Plan, violations: Sequence[Mapping[str, Any]]) -> PlanRun:
    """Keep what the planner found and what the checker said of it."""
    run.plan = plan.model_dump(mode="json")
    run.violations = list(violations)
    run.status, run.objective, run.bound, run.gap, run.seconds = plan.status, plan.objective, plan.bound, plan.gap, plan.seconds
    run.save(update_fields=["plan", "violations", "status", "objective", "bound", "gap", "seconds"])
    return run


@action(
    "audits.apply_plan",
    permission="audits.change_programme",
    target="run",
    summary=lambda given, result: {"run": given["run"].pk, "changed": len(result)},
)
def apply_plan(*, by: Actor, run: PlanRun) -> list[Audit]:
    """Give the audits the days and teams of a plan; returns those that changed. What the plan leaves out loses its days.

    Everything is checked again against what is known now: Refused when the plan has violations, was applied already, names an audit that
    is no longer wanted, or would break a rule today. Who was told dates before is told the new ones.
    """
    programme = Programme.objects.select_for_update(of=("self",)).get(pk=run.programme_id)
    problems = []
    if run.plan is None:
        problems.append(Problem(_("This run has no plan."), "no_plan"))
    if run.violations:
        problems.append(Problem(_("The checker found the plan wrong; it is never applied."), "violations"))
    if run.applied_at is not None:
        problems.append(Problem(_("This plan was applied already."), "applied"))
    if programme.state == ProgrammeState.REVIEWED:
        problems.append(Problem(_("The programme is reviewed and over."), "reviewed"))
    if problems or run.plan is None:
        raise Refused(problems)
    plan = Plan.model_validate(run.plan)
    fresh = instance_of(programme)
    planned = assigned_by(plan)
    names = Names(clock.today())
    for key in {*planned, *(one.wish for one in plan.dropped)} - {wish.id for wish in fresh.wishes}:
        problems.append(Problem(_("%(number)s is no longer wanted, or has begun.") % {"number": key}, "gone"))
    dropped = {one.wish for one in plan.dropped}
    beside = {key: one for key, one in assigned_now(fresh).items() if key not in planned and key not in dropped}
    problems += [Problem(sentence(one, names), one.code) for one in broken(fresh, {**beside, **planned})]
    if problems:
        problems.insert(0, Problem(_("Something changed since the plan was made. Plan anew."), "changed"))
        raise Refused(problems)
    changed = _write(programme, fresh, plan)
    run.applied_at = clock.now()
    run.save(update_fields=["applied_at"])
    if programme.state == ProgrammeState.PUBLISHED:
        programme_telling.tell_changes(changed, by)
    return changed


def _write(programme: Programme, fresh: forms.Instance, plan: Plan) -> list[Audit]:
    ground = Ground(fresh)
    planned = assigned_by(plan)
    writer = Writer(fresh, {code for one in planned.values() for code in (one.lead, *one.members, *one.trainees)})
    costs = {one.wish: one.costs for one in plan.audits}
    audits = programme.audits.select_for_update(of=("self",)).filter(number__in={*planned, *(one.wish for one in plan.dropped)}, state__in=MOVABLE)
    changed = []
    for audit in audits.order_by("number"):
        assignment, wish = planned.get(audit.number), ground.wishes[audit.number]
        if wish.fixed:
            continue
        if assignment is None:
            different = writer.clear(audit)
        else:
            sitting = ground.sitting(wish, assignment)
            different = writer.write(audit, assignment, sitting.days, wish.authority, costs[audit.number].model_dump())
        if different:
            changed.append(audit)
    return changed
