"""The steps of an audit from its plan to its end, except those that a report takes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem
from yantar.qms.audits.messages import GUARDS
from yantar.qms.audits.models import Audit
from yantar.qms.audits.recording import check, move, needed
from yantar.qms.audits.states import Guard
from yantar.qms.audits.telling import tell


@action("audits.finish_preparation", permission="audits.finish_preparation", target="audit")
def finish_preparation(*, by: Actor, audit: Audit) -> Audit:
    """Everything is ready: days, team, checklist, plan of the day. The authority is told. Raises Refused with what is missing."""
    step = check(audit, "audits.finish_preparation", by)
    move(audit, step, by)
    tell(audit, "audits.prepared", by, team=True, authority=True, first_day=audit.first_day, last_day=audit.last_day)
    return audit


@action("audits.prepare_again", permission="audits.prepare_again", target="audit")
def prepare_again(*, by: Actor, audit: Audit) -> Audit:
    """Back to preparation before the audit begins."""
    move(audit, check(audit, "audits.prepare_again", by), by)
    return audit


@action("audits.begin", permission="audits.begin", target="audit")
def begin(*, by: Actor, audit: Audit) -> Audit:
    """The audit begins after its opening meeting, on its first day or later: answers are taken from now on."""
    step = check(audit, "audits.begin", by)
    audit.began_on = clock.today()
    move(audit, step, by, fields=["began_on"])
    return audit


@action("audits.finish_on_the_spot", permission="audits.finish_on_the_spot", target="audit")
def finish_on_the_spot(*, by: Actor, audit: Audit) -> Audit:
    """Every question has an answer, every nonconformity its draft, the closing meeting is held: the report is drafted."""
    step = check(audit, "audits.finish_on_the_spot", by)
    audit.ended_on = clock.today()
    move(audit, step, by, fields=["ended_on"])
    return audit


@action("audits.resume", permission="audits.resume", target="audit")
def resume(*, by: Actor, audit: Audit) -> Audit:
    """Back to the spot before the report is signed: something has to be looked at again."""
    step = check(audit, "audits.resume", by)
    audit.ended_on = None
    move(audit, step, by, fields=["ended_on"])
    return audit


@action("audits.postpone", permission="audits.postpone", target="audit")
def postpone(*, by: Actor, audit: Audit, reason: str) -> Audit:
    """Put an audit off, with a reason; its days are given back, its preparation stays. The authority and the team are told."""
    step = check(audit, "audits.postpone", by, needed(reason))
    tell(audit, "audits.postponed", by, team=True, authority=True, quality=True, reason=reason.strip()[:200])
    audit.state_reason = reason.strip()
    audit.first_day = audit.last_day = None
    audit.fixed = False
    move(audit, step, by, comment=reason, fields=["state_reason", "first_day", "last_day", "fixed"])
    return audit


@action("audits.plan_again", permission="audits.plan_again", target="audit")
def plan_again(*, by: Actor, audit: Audit, window_first: date, window_last: date) -> Audit:
    """A postponed audit is wanted again within a new window; days and team are then planned as for any other."""
    given = []
    if window_last < window_first:
        given.append(Problem(_("The window ends before it begins."), "order", "window_last"))
    if window_last < clock.today():
        given.append(Problem(GUARDS[Guard.WINDOW], "window", "window_last"))
    step = check(audit, "audits.plan_again", by, given)
    audit.window_first, audit.window_last, audit.state_reason = window_first, window_last, ""
    move(audit, step, by, fields=["window_first", "window_last", "state_reason"])
    tell(audit, "audits.planned_again", by, team=True, authority=True, window_first=window_first, window_last=window_last)
    return audit


@action("audits.cancel", permission="audits.cancel", target="audit")
def cancel(*, by: Actor, audit: Audit, reason: str) -> Audit:
    """Give an audit up for good, with a reason. Drafts of findings must be dropped before."""
    step = check(audit, "audits.cancel", by, needed(reason))
    tell(audit, "audits.cancelled", by, team=True, authority=True, quality=True, reason=reason.strip()[:200])
    audit.state_reason = reason.strip()
    move(audit, step, by, comment=reason, fields=["state_reason"])
    return audit


@action("audits.close", permission="audits.close", target="audit")
def close(*, by: Actor, audit: Audit, hours_spent: Decimal | None = None, conclusion: str = "") -> Audit:
    """The follow-up is over: all majors and minors of the audit are closed. `hours_spent`: hours of all auditors together."""
    given = []
    if hours_spent is not None and not 0 < hours_spent < 100_000:
        given.append(Problem(_("Audit hours are more than 0 and fewer than 100,000."), "range", "hours_spent", value=str(hours_spent)))
    if hours_spent is not None:
        audit.hours_spent = hours_spent
    if not audit.external and audit.hours_spent is None:
        given.append(Problem(GUARDS[Guard.HOURS], "required", "hours_spent"))
    step = check(audit, "audits.close", by, given)
    move(audit, step, by, comment=conclusion, fields=["hours_spent"])
    tell(audit, "audits.closed", by, team=True, authority=True, quality=True)
    return audit
