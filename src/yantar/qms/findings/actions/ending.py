"""Cancelling, with four eyes for majors; and reopening what was closed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem
from yantar.engine.dates import add_months
from yantar.qms.findings import recurring, timing
from yantar.qms.findings.models import Finding, Grade
from yantar.qms.findings.recording import move, person, refuse, required, state_problem
from yantar.qms.findings.telling import LEAD, RUNNING, tell
from yantar.qms.organisation.models import Role


@action("findings.cancel", permission="findings.lead", target="finding")
def cancel(*, by: Actor, finding: Finding, reason: str) -> Finding:
    """Cancel a finding before it is closed. For a major ask with `request_cancel`: a second person confirms."""
    problems = [*state_problem(finding, "cancel"), *required(reason, "reason", _("Say why it is cancelled."))]
    if finding.grade == Grade.MAJOR:
        problems.append(Problem(_("A major nonconformity is cancelled by two: ask for the cancelling, a second person confirms it."), "four_eyes"))
    refuse(problems)
    finding.cancel_reason = reason.strip()
    _cancelled(finding, by)
    return finding


@action("findings.request_cancel", permission="findings.lead", target="finding")
def request_cancel(*, by: Actor, finding: Finding, reason: str) -> Finding:
    """Ask to cancel a major; it goes on until the head of the authority or another head of quality confirms."""
    problems = [*state_problem(finding, "cancel"), *required(reason, "reason", _("Say why it is cancelled."))]
    if finding.grade != Grade.MAJOR:
        problems.append(Problem(_("Only a major nonconformity needs a second approval; cancel this one."), "grade"))
    if finding.cancel_wanted_on is not None:
        problems.append(Problem(_("The cancelling is asked for already."), "already"))
    refuse(problems)
    finding.cancel_wanted_by, finding.cancel_wanted_on, finding.cancel_reason = person(by), clock.today(), reason.strip()
    finding.save(update_fields=["cancel_wanted_by", "cancel_wanted_on", "cancel_reason"])
    tell(finding, "findings.cancel_wanted", by, roles=(Role.HEAD_OF_AUTHORITY, *LEAD), reason=finding.cancel_reason)
    return finding


@action("findings.confirm_cancel", permission="findings.confirm_cancel", target="finding")
def confirm_cancel(*, by: Actor, finding: Finding) -> Finding:
    """The second person agrees: the major is cancelled."""
    refuse([*state_problem(finding, "cancel"), *_wanted(finding)])
    _cancelled(finding, by)
    return finding


@action("findings.refuse_cancel", permission="findings.confirm_cancel", target="finding")
def refuse_cancel(*, by: Actor, finding: Finding, reason: str) -> Finding:
    """The second person does not agree: the major goes on."""
    refuse([*_wanted(finding), *required(reason, "reason", _("Say why it goes on."))])
    asked = finding.cancel_wanted_by
    finding.cancel_wanted_by = finding.cancel_wanted_on = None
    finding.cancel_reason = ""
    finding.save(update_fields=["cancel_wanted_by", "cancel_wanted_on", "cancel_reason"])
    tell(finding, "findings.cancel_refused", by, people=[asked], reason=reason.strip())
    return finding


@action("findings.reopen", permission="findings.lead", target="finding")
def reopen(*, by: Actor, finding: Finding, comment: str) -> Finding:
    """Reopen a closed finding by hand, because it came again; the system does so itself where clause and process are the same."""
    problems = [*state_problem(finding, "reopen"), *required(comment, "comment", _("Say how it came again."))]
    months = timing.timers().recurrence_months
    if finding.closed_on is not None and add_months(finding.closed_on, months) < clock.today():
        message = _("It was closed more than %(months)s months ago: raise a new finding.") % {"months": months}
        problems.append(Problem(message, "too_late"))
    refuse(problems)
    recurring.begin_again(finding, "reopen", by, comment=comment)
    tell(finding, "findings.reopened_by_hand", by, roles=RUNNING, people=[finding.owner, finding.verifier], comment=comment.strip())
    return finding


def _wanted(finding: Finding) -> list[Problem]:
    if finding.cancel_wanted_on is not None:
        return []
    return [Problem(_("Nobody asked to cancel it. Reload the page."), "not_wanted")]


def _cancelled(finding: Finding, by: Actor) -> None:
    move(finding, "cancel", by, comment=finding.cancel_reason, fields=["cancel_reason"])
    tell(finding, "findings.cancelled", by, roles=RUNNING, people=[finding.owner, finding.verifier, finding.raised_by], reason=finding.cancel_reason)
