"""The plan: actions with who, when, measure and target; the effect's measure fixed before acting; approval by somebody independent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem
from yantar.qms.findings import timing
from yantar.qms.findings.models import ActionKind, Cause, Direction, Effect, Finding, PlannedAction, State
from yantar.qms.findings.recording import in_state, locked, move, person, refuse, required, state_problem
from yantar.qms.findings.telling import LEAD, RUNNING, tell
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.queries import people_with_role

from .beginning import verifier_problems
from .causes import elsewhere_problems, root_problems

PLANNING = (State.ANALYSIS, State.PLAN)


@action("findings.add_action", permission="findings.act_as_owner", target="finding")
def add_action(
    *,
    by: Actor,
    finding: Finding,
    text: str,
    assignee: User,
    due_on: date,
    measure: str,
    target: str,
    kind: str = ActionKind.CORRECTIVE,
    cause: Cause | None = None,
) -> PlannedAction:
    """Plan an action: what, who, by when, how its success is measured and what is aimed at; against which cause.

    Possible until the plan waits for approval, and while it is carried out (an action more never hurts).
    """
    row = PlannedAction(finding=finding, round=finding.reopened)
    problems = in_state(finding, *PLANNING, State.IMPLEMENTATION)
    refuse([*problems, *_fill(row, text=text, assignee=assignee, due_on=due_on, measure=measure, target=target, kind=kind, cause=cause)])
    row.save()
    current().decided["planned_action"] = row.pk
    if finding.state == State.IMPLEMENTATION:
        _follow_actions(finding)
        tell(finding, "findings.action_assigned", by, people=[assignee], due_on=row.due_on, text=row.text[:200])
    return row


@action("findings.change_action", permission="findings.act_as_owner", target="planned")
def change_action(
    *,
    by: Actor,
    planned: PlannedAction,
    text: str | None = None,
    assignee: User | None = None,
    due_on: date | None = None,
    measure: str | None = None,
    target: str | None = None,
    kind: str | None = None,
    cause: Cause | None = None,
) -> PlannedAction:
    """Change a planned action (None: as it is) until the plan waits for approval; afterwards only who does it."""
    finding = locked(planned.finding_id)
    before = planned.assignee_id
    only_person = not any(value is not None for value in (text, due_on, measure, target, kind, cause))
    problems = _alive(finding, planned, *PLANNING, *([State.IMPLEMENTATION] if only_person else []))
    problems += _fill(
        planned,
        text=planned.text if text is None else text,
        assignee=assignee or planned.assignee,
        due_on=planned.due_on if due_on is None else due_on,
        measure=planned.measure if measure is None else measure,
        target=planned.target if target is None else target,
        kind=planned.kind if kind is None else kind,
        cause=cause or planned.cause,
        keeps_due=due_on is None,
    )
    refuse(problems)
    planned.save()
    current().authority_id = finding.authority_id
    if finding.state == State.IMPLEMENTATION and planned.assignee_id != before:
        tell(finding, "findings.action_assigned", by, people=[planned.assignee], due_on=planned.due_on, text=planned.text[:200])
    return planned


@action("findings.withdraw_action", permission="findings.act_as_owner", target="planned")
def withdraw_action(*, by: Actor, planned: PlannedAction) -> PlannedAction:
    """Take an action out of a plan that is not approved yet."""
    finding = locked(planned.finding_id)
    refuse(_alive(finding, planned, *PLANNING))
    planned.withdrawn_at = clock.now()
    planned.save(update_fields=["withdrawn_at"])
    current().authority_id = finding.authority_id
    return planned


@action("findings.fix_effect", permission="findings.act_as_owner", target="finding")
def fix_effect(
    *,
    by: Actor,
    finding: Finding,
    measure: str,
    baseline: Decimal,
    target: Decimal,
    unit: str = "",
    direction: str = Direction.DOWN,
    baseline_first: date | None = None,
    baseline_last: date | None = None,
    minimum_cases: int | None = None,
) -> Effect:
    """Fix before acting what the effect is measured by: value before, target, and the period the value before is from.

    `minimum_cases`: fewer cases than the library's number, for a process that has no more. May be fixed anew until the plan waits for
    approval; refused once the implementation has begun.
    """
    problems = in_state(finding, *PLANNING)
    if finding.state in (State.IMPLEMENTATION, State.VERIFICATION, State.WAITING_EFFECT):
        problems = [Problem(_("Acting has begun: what the effect is measured by was to be fixed before."), "too_late")]
    problems += required(measure, "measure", _("Say what is measured."))
    least = timing.timers()
    if direction not in Direction.values:
        problems.append(Problem(_("Choose which way is better."), "direction", "direction", value=str(direction)))
    elif (target - baseline) * (1 if direction == Direction.UP else -1) < 0:
        problems.append(Problem(_("The target is worse than the value before."), "target", "target", value=str(target)))
    if (baseline_first is None) != (baseline_last is None):
        missing = "baseline_first" if baseline_first is None else "baseline_last"
        problems.append(Problem(_("Give both days of the period."), "required", missing))
    elif baseline_first is not None and baseline_last is not None:
        if baseline_last > clock.today():
            problems.append(Problem(_("The period before acting is not over."), "future", "baseline_last", value=baseline_last.isoformat()))
        if (baseline_last - baseline_first).days + 1 < least.minimum_days:
            message = _("The period before has at least %(days)s days, like the period of the check.") % {"days": least.minimum_days}
            problems.append(Problem(message, "period", "baseline_first"))
    if minimum_cases is not None and minimum_cases < 1:
        problems.append(Problem(_("At least one case is looked at."), "range", "minimum_cases", value=str(minimum_cases)))
    refuse(problems)
    values = {
        "measure": measure.strip(),
        "unit": unit.strip(),
        "direction": direction,
        "baseline": baseline,
        "target": target,
        "baseline_first": baseline_first,
        "baseline_last": baseline_last,
        "minimum_cases": least.minimum_cases if minimum_cases is None else minimum_cases,
        "fixed_on": clock.today(),
        "fixed_by": person(by),
    }
    effect, _made = Effect.objects.update_or_create(finding=finding, round=finding.reopened, defaults=values)
    return effect


@action("findings.submit_for_approval", permission="findings.act_as_owner", target="finding")
def submit_for_approval(*, by: Actor, finding: Finding) -> Finding:
    """The plan is complete: a root cause, at least one corrective action, every action still to come, the effect's measure fixed."""
    problems = state_problem(finding, "submit")
    problems += root_problems(finding)
    problems += elsewhere_problems(finding)
    planned = list(finding.actions.filter(withdrawn_at__isnull=True, round=finding.reopened))
    if not any(one.kind == ActionKind.CORRECTIVE for one in planned):
        problems.append(Problem(_("Plan at least one corrective action."), "no_action", "actions"))
    for one in planned:
        if one.due_on < clock.today():
            problems.append(Problem(_("The day of “%(text)s” is past.") % {"text": one.text[:60]}, "past", "actions", value=one.due_on.isoformat()))
    if not finding.effects.filter(round=finding.reopened).exists():
        problems.append(Problem(_("Fix measure, value before and target before acting."), "no_effect", "effect"))
    refuse(problems)
    move(finding, "submit", by)
    tell(finding, "findings.to_approve", by, roles=(*RUNNING, *LEAD))
    return finding


@action("findings.send_back", permission="findings.approve", target="finding")
def send_back(*, by: Actor, finding: Finding, comment: str) -> Finding:
    """The plan is not good enough; the comment says why."""
    refuse([*state_problem(finding, "send_back"), *required(comment, "comment", _("Say what is to be changed."))])
    move(finding, "send_back", by, comment=comment)
    tell(finding, "findings.sent_back", by, people=[finding.owner], comment=comment.strip())
    return finding


@action("findings.approve", permission="findings.approve", target="finding")
def approve(*, by: Actor, finding: Finding, verifier: User | None = None, comment: str = "") -> Finding:
    """Approve the plan and name who verifies it; acting begins, and nobody changes the effect's measure any more.

    Without a name: who verified before, else who raised the finding, else the government's head of quality; always somebody
    independent. Who approves is neither the owner nor an author of the cause analysis (the permission says so).
    """
    problems = state_problem(finding, "approve")
    if verifier is not None:
        problems += verifier_problems(finding, verifier)
        finding.verifier = verifier
    else:
        finding.verifier = _default_verifier(finding)
        if finding.verifier is None:
            problems.append(Problem(_("Name somebody independent who verifies it."), "required", "verifier"))
    refuse(problems)
    move(finding, "approve", by, comment=comment, due_on=_last_day(finding), fields=["verifier"])
    tell(finding, "findings.approved", by, roles=[Role.COORDINATOR], people=[finding.owner])
    tell(finding, "findings.verifier", by, people=[finding.verifier])
    for one in finding.actions.filter(withdrawn_at__isnull=True, done_on__isnull=True, round=finding.reopened).select_related("assignee"):
        tell(finding, "findings.action_assigned", by, people=[one.assignee], due_on=one.due_on, text=one.text[:200])
    return finding


def _default_verifier(finding: Finding) -> User | None:
    """Who verifies when nobody is named: asked in turn, the first one that nothing speaks against."""
    for candidate in (finding.verifier, finding.raised_by):
        if candidate is not None and not verifier_problems(finding, candidate):
            return candidate
    for candidate in people_with_role(Role.HEAD_OF_QUALITY, None, clock.today()):
        if not verifier_problems(finding, candidate):
            return candidate
    return None


def _last_day(finding: Finding) -> date | None:
    days = finding.actions.filter(withdrawn_at__isnull=True, round=finding.reopened).order_by("-due_on").values_list("due_on", flat=True)
    return days.first()


def _follow_actions(finding: Finding) -> None:
    """While acting, the state is due with its last action."""
    finding.due_on = _last_day(finding)
    finding.save(update_fields=["due_on"])


def _fill(
    row: PlannedAction,
    *,
    text: str,
    assignee: User,
    due_on: date,
    measure: str,
    target: str,
    kind: str,
    cause: Cause | None,
    keeps_due: bool = False,
) -> list[Problem]:
    problems = [
        *required(text, "text", _("Say what is to be done.")),
        *required(measure, "measure", _("Say how success is measured.")),
        *required(target, "target", _("Say what is aimed at.")),
    ]
    if not assignee.is_active:
        problems.append(Problem(_("This person can't sign in any more."), "inactive", "assignee"))
    if assignee.pk == row.finding.verifier_id:
        problems.append(Problem(_("Whoever verifies is neither the owner nor has an action of it to do."), "independence", "assignee"))
    if due_on < clock.today() and not keeps_due:
        problems.append(Problem(_("The day is past."), "past", "due_on", value=due_on.isoformat()))
    if kind not in ActionKind.values:
        problems.append(Problem(_("Choose the kind of action."), "kind", "kind", value=str(kind)))
    if cause is not None and (cause.finding_id != row.finding_id or cause.removed_at is not None or cause.rejected_on is not None):
        problems.append(Problem(_("This cause was removed or rejected."), "cause", "cause"))
    row.text, row.assignee, row.due_on = text.strip(), assignee, due_on
    row.measure, row.target, row.kind, row.cause = measure.strip(), target.strip(), kind, cause
    return problems


def _alive(finding: Finding, planned: PlannedAction, *states: State) -> list[Problem]:
    problems = in_state(finding, *states)
    if planned.withdrawn_at is not None or planned.done_on is not None:
        problems.append(Problem(_("This action is done or withdrawn already. Reload the page."), "gone"))
    return problems
