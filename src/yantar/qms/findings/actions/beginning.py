"""The first days of a finding: acknowledged or rejected, an owner, the correction of the found case."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem
from yantar.qms.findings.models import FINAL, Finding, State
from yantar.qms.findings.recording import in_state, move, refuse, required, state_problem
from yantar.qms.findings.telling import RUNNING, tell
from yantar.qms.findings.timing import stage_due
from yantar.qms.organisation.models import Role

ASSIGNABLE = tuple(state for state in State if state not in FINAL and state != State.DRAFT)


@action("findings.acknowledge", permission="findings.set_owner", target="finding")
def acknowledge(*, by: Actor, finding: Finding) -> Finding:
    """The authority has taken notice; the next day is that of the correction."""
    problems = in_state(finding, State.OPEN)
    if finding.acknowledged_on is not None:
        problems.append(Problem(_("This finding is acknowledged already."), "already"))
    refuse(problems)
    finding.acknowledged_on = clock.today()
    finding.due_on = stage_due(finding, finding.state)
    finding.save(update_fields=["acknowledged_on", "due_on"])
    tell(finding, "findings.acknowledged", by, people=[finding.raised_by])
    return finding


@action("findings.reject", permission="findings.lead", target="finding")
def reject(*, by: Actor, finding: Finding, reason: str) -> Finding:
    """The quality lead finds that there is nothing to it."""
    refuse([*state_problem(finding, "reject"), *required(reason, "reason", _("Say why it is rejected."))])
    move(finding, "reject", by, comment=reason)
    tell(finding, "findings.rejected", by, roles=RUNNING, people=[finding.owner, finding.raised_by], reason=reason.strip())
    return finding


@action("findings.assign", permission="findings.set_owner", target="finding")
def assign(*, by: Actor, finding: Finding, owner: User, due_on: date | None = None) -> Finding:
    """Name the owner. An open finding goes on to its correction, due on the day given or by the timers; later, the owner only changes.

    An open finding that was not acknowledged yet is so by this. The owner must be able to sign in and must not verify it.
    """
    problems = in_state(finding, *ASSIGNABLE)
    today = clock.today()
    if not owner.is_active:
        problems.append(Problem(_("This person can't sign in any more."), "inactive", "owner"))
    if finding.verifier_id == owner.pk:
        problems.append(Problem(_("The owner can't be the one who verifies it. Name another verifier first."), "independence", "owner"))
    if due_on is not None and due_on < today:
        problems.append(Problem(_("The day is past."), "past", "due_on", value=due_on.isoformat()))
    begins = finding.state == State.OPEN
    due = (due_on or stage_due(finding, State.CONTAINMENT)) if begins else due_on
    if begins and due is None:
        problems.append(Problem(_("Say by when it is to be corrected."), "required", "due_on"))
    refuse(problems)
    changed = finding.owner_id != owner.pk
    finding.owner = owner
    if not begins:
        finding.due_on = due or finding.due_on
        finding.save(update_fields=["owner", "due_on"])
        if changed:
            tell(finding, "findings.handed_over", by, people=[owner], state=finding.state)
        return finding
    finding.acknowledged_on = finding.acknowledged_on or today
    move(finding, "assign", by, due_on=due, fields=["owner", "acknowledged_on"])
    tell(finding, "findings.assigned", by, people=[owner], due_on=finding.due_on)
    return finding


@action("findings.set_verifier", permission="findings.lead", target="finding")
def set_verifier(*, by: Actor, finding: Finding, verifier: User) -> Finding:
    """Name who verifies the corrective action: never its owner."""
    refuse([*in_state(finding, *ASSIGNABLE), *verifier_problems(finding, verifier)])
    finding.verifier = verifier
    finding.save(update_fields=["verifier"])
    tell(finding, "findings.verifier", by, people=[verifier])
    return finding


def verifier_problems(finding: Finding, verifier: User) -> list[Problem]:
    """What speaks against a person as verifier: owner, somebody with an action to do, nobody who can sign in."""
    if not verifier.is_active:
        return [Problem(_("This person can't sign in any more."), "inactive", "verifier")]
    if verifier.pk == finding.owner_id or finding.actions.filter(assignee=verifier, withdrawn_at__isnull=True, round=finding.reopened).exists():
        return [Problem(_("Whoever verifies is neither the owner nor has an action of it to do."), "independence", "verifier")]
    return []


@action("findings.record_correction", permission="findings.act_as_owner", target="finding")
def record_correction(*, by: Actor, finding: Finding, correction: str = "", corrected_on: date | None = None, impossible: str = "") -> Finding:
    """What was done about the found case itself, and when (today by default); or why nothing can be done about it any more."""
    problems = state_problem(finding, "correct")
    today = clock.today()
    if bool(correction.strip()) == bool(impossible.strip()):
        message = _("Say what was corrected, or why no correction is possible: one of both.")
        problems.append(Problem(message, "required", "correction"))
    if corrected_on is not None and corrected_on > today:
        problems.append(Problem(_("A correction is recorded when it is done."), "future", "corrected_on", value=corrected_on.isoformat()))
    refuse(problems)
    finding.correction, finding.correction_impossible = correction.strip(), impossible.strip()
    finding.corrected_on = (corrected_on or today) if finding.correction else None
    move(finding, "correct", by, comment=correction or impossible, fields=["correction", "correction_impossible", "corrected_on"])
    current().decided["corrected_on"] = finding.corrected_on
    tell(finding, "findings.corrected", by, roles=[Role.COORDINATOR], people=[finding.raised_by])
    return finding
