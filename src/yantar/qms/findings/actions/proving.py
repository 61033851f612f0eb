"""Done, proven, effective: actions with their proof, verification by somebody independent, the verdict on the effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem
from yantar.engine import effect as engine
from yantar.qms.findings import recurring, timing
from yantar.qms.findings.models import Effect, Finding, PlannedAction, Recurrence, State, Verdict
from yantar.qms.findings.recording import actions_left, in_state, locked, move, person, refuse, required, state_problem
from yantar.qms.findings.telling import LEAD, RUNNING, tell

SAME_LENGTH = 3
"""Days by which the periods before and after may differ and still count as equally long: as much as three months do."""


@action("findings.complete_action", permission="findings.do_action", target="planned")
def complete_action(*, by: Actor, planned: PlannedAction, proof: str, done_on: date | None = None) -> PlannedAction:
    """An action is done (today by default): the proof says what shows it; files are attached by add_attachment."""
    finding = locked(planned.finding_id)
    problems = in_state(finding, State.IMPLEMENTATION)
    if planned.withdrawn_at is not None or planned.done_on is not None or planned.round != finding.reopened:
        problems.append(Problem(_("This action is done or withdrawn already. Reload the page."), "gone"))
    problems += required(proof, "proof", _("Say what shows that it was done."))
    if done_on is not None and done_on > clock.today():
        problems.append(Problem(_("An action is recorded when it is done."), "future", "done_on", value=done_on.isoformat()))
    refuse(problems)
    planned.done_on, planned.proof = done_on or clock.today(), proof.strip()
    planned.save(update_fields=["done_on", "proof"])
    current().authority_id = finding.authority_id
    tell(finding, "findings.action_done", by, people=[finding.owner], text=planned.text[:200])
    return planned


@action("findings.submit_for_verification", permission="findings.act_as_owner", target="finding")
def submit_for_verification(*, by: Actor, finding: Finding) -> Finding:
    """All actions of the plan are done with proof."""
    problems = state_problem(finding, "done")
    left = _current_actions(finding).filter(done_on__isnull=True).count()
    if left:
        problems.append(Problem(actions_left(left), "actions_left", "actions"))
    refuse(problems)
    move(finding, "done", by, due_on=finding.overall_due_on)
    tell(finding, "findings.to_verify", by, people=[finding.verifier])
    return finding


@action("findings.refuse_proof", permission="findings.verify", target="finding")
def refuse_proof(*, by: Actor, finding: Finding, comment: str, planned: Sequence[PlannedAction] = ()) -> Finding:
    """The proof is not sufficient: the actions named (all of them where none is) are to be done again; what was written stays."""
    problems = [*state_problem(finding, "refuse_proof"), *required(comment, "comment", _("Say what the proof lacks."))]
    again = _current_actions(finding)
    if planned:
        again = again.filter(pk__in=[one.pk for one in planned])
        if again.count() != len(set(planned)):
            problems.append(Problem(_("An action named is not one of this plan."), "actions", "planned"))
    refuse(problems)
    again.update(done_on=None)
    move(finding, "refuse_proof", by, comment=comment, due_on=_current_actions(finding).aggregate(last=Max("due_on"))["last"])
    tell(finding, "findings.proof_refused", by, people=[finding.owner], comment=comment.strip())
    return finding


@action("findings.accept_proof", permission="findings.verify", target="finding")
def accept_proof(*, by: Actor, finding: Finding, effect_on: date | None = None, comment: str = "") -> Finding:
    """The actions are proven. The effect is judged on `effect_on`; by default 90 days after the last action, 180 for a major."""
    problems = state_problem(finding, "accept_proof")
    last = _current_actions(finding).aggregate(last=Max("done_on"))["last"] or clock.today()
    finding.effect_on = effect_on or engine.effect_due(last, finding.grade, timing.timers())
    problems += _effect_day_problems(finding, last)
    refuse(problems)
    move(finding, "accept_proof", by, comment=comment, due_on=finding.effect_on, fields=["effect_on"])
    tell(finding, "findings.proof_accepted", by, roles=RUNNING, people=[finding.owner], effect_on=finding.effect_on)
    return finding


@action("findings.postpone_effect", permission="findings.verify", target="finding")
def postpone_effect(*, by: Actor, finding: Finding, effect_on: date, reason: str) -> Finding:
    """Judge later, e.g. because there were too few cases so far; the reason stays in the journal."""
    problems = [*in_state(finding, State.WAITING_EFFECT), *required(reason, "reason", _("Say why it is judged later."))]
    if finding.effect_on is not None and effect_on <= max(finding.effect_on, clock.today()):
        problems.append(Problem(_("Choose a day later than the one set."), "order", "effect_on", value=effect_on.isoformat()))
    refuse(problems)
    finding.effect_on = finding.due_on = effect_on
    finding.save(update_fields=["effect_on", "due_on"])
    tell(finding, "findings.effect_postponed", by, people=[finding.owner], effect_on=effect_on)
    return finding


@action("findings.judge_effect", permission="findings.verify", target="finding")
def judge_effect(
    *,
    by: Actor,
    finding: Finding,
    observed: Decimal,
    cases: int,
    check_first: date,
    check_last: date,
    recurrences: int = 0,
    comment: str = "",
) -> Finding:
    """Give the verdict on what was observed from `check_first` to `check_last`, both included: the engine judges, somebody independent signs.

    Effective: closed. Partly or not effective: back to the cause analysis, `reopened` + 1. Judged not before `effect_on`, unless
    there were enough cases and days already. `recurrences`: those known to the person; the system adds the ones it found itself.
    """
    problems = state_problem(finding, "effective")
    today = clock.today()
    row = finding.effects.select_for_update(no_key=True).filter(round=finding.reopened).first()
    if row is None:
        refuse([*problems, Problem(_("No measure was fixed before acting."), "no_effect", "effect")])
        raise AssertionError("refused above")
    problems += _window_problems(finding, row, check_first, check_last)
    for name, number in (("cases", cases), ("recurrences", recurrences)):
        if number < 0:
            problems.append(Problem(_("This can't be less than 0."), "range", name, value=str(number)))
    if problems:
        refuse(problems)
    found = Recurrence.objects.filter(earlier=finding, later__raised_on__range=(check_first, check_last)).count()
    judgement = engine.judge(
        direction=row.direction,
        baseline=row.baseline,
        target=row.target,
        observed=observed,
        cases=cases,
        window_days=(check_last - check_first).days + 1,
        recurrences=max(recurrences, found),
        timers=timing.timers(),
        minimum_cases=row.minimum_cases,
    )
    if judgement.verdict is None:
        refuse(_lacking(finding, row, judgement.why, today))
    row.check_first, row.check_last, row.observed, row.cases = check_first, check_last, observed, cases
    row.recurrences, row.verdict = max(recurrences, found), Verdict(str(judgement.verdict)).value
    row.judged_on, row.judged_by, row.comment = today, person(by), comment.strip()
    row.save()
    current().decided.update(verdict=row.verdict, closed_share=str(judgement.closed), why=list(judgement.why))
    if row.verdict == Verdict.EFFECTIVE:
        finding.closed_on = today
        move(finding, "effective", by, comment=comment, fields=["closed_on"])
        tell(finding, "findings.closed", by, roles=(*RUNNING, *LEAD), people=[finding.owner, finding.raised_by])
    else:
        recurring.begin_again(finding, "not_effective", by, comment=comment)
        tell(finding, "findings.not_effective", by, roles=(*RUNNING, *LEAD), people=[finding.owner], verdict=row.verdict)
    return finding


def _current_actions(finding: Finding) -> QuerySet[PlannedAction]:
    return finding.actions.filter(withdrawn_at__isnull=True, round=finding.reopened)


def _effect_day_problems(finding: Finding, last: date) -> list[Problem]:
    assert finding.effect_on is not None
    least = timing.timers().minimum_days
    if (finding.effect_on - last).days >= least:
        return []
    message = _("The effect shows after %(days)s days at the earliest, counted from the last action.") % {"days": least}
    return [Problem(message, "too_soon", "effect_on", value=finding.effect_on.isoformat())]


def _window_problems(finding: Finding, row: Effect, first: date, last: date) -> list[Problem]:
    problems = []
    done = _current_actions(finding).aggregate(last=Max("done_on"))["last"]
    if last < first:
        problems.append(Problem(_("The first day is later than the last."), "order", "check_first"))
    if last > clock.today():
        problems.append(Problem(_("The period of the check is not over."), "future", "check_last", value=last.isoformat()))
    if done is not None and first < done:
        message = _("The check begins after the last action was done on %(done)s.") % {"done": done.isoformat()}
        problems.append(Problem(message, "before_acting", "check_first", value=first.isoformat()))
    if row.baseline_first is not None and row.baseline_last is not None and not problems:
        before, after = (row.baseline_last - row.baseline_first).days, (last - first).days
        if abs(before - after) > SAME_LENGTH:
            unequal = _("The period before had %(before)s days, the check has %(after)s: both are equally long.")
            problems.append(Problem(unequal % {"before": before + 1, "after": after + 1}, "length", "check_last"))
    return problems


def _lacking(finding: Finding, row: Effect, why: Sequence[str], today: date) -> list[Problem]:
    """Why no verdict can be given yet: too few cases or days; before the day set, that too."""
    timers = timing.timers()
    problems = []
    if "too_few_cases" in why:
        message = _("Too few cases for a verdict, at least %(least)s: wait, and judge later.") % {"least": row.minimum_cases}
        problems.append(Problem(message, "too_few_cases", "cases"))
    if "window_too_short" in why:
        message = _("Too short a period for a verdict, at least %(least)s days: wait, and judge later.") % {"least": timers.minimum_days}
        problems.append(Problem(message, "window_too_short", "check_last"))
    if finding.effect_on is not None and today < finding.effect_on:
        message = _("The effect is judged on %(day)s; sooner only with enough cases and days.") % {"day": finding.effect_on.isoformat()}
        problems.append(Problem(message, "too_soon"))
    return problems
