"""Recording a step of an audit: the table is asked, its conditions are checked, the line of its life grows. Runs inside actions only."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, current
from yantar.core.models import User
from yantar.core.problems import Problem, Refused

from . import guards
from .messages import GUARDS, state_name
from .models import Audit, AuditState, AuditStep
from .rules import parts_of
from .states import Guard, Step, find


def refuse(problems: Iterable[Problem]) -> None:
    """Say no when anything is wrong."""
    if problems := list(problems):
        raise Refused(problems)


def person(by: Actor) -> User | None:
    """The person who acts; None for a part of the system."""
    return by if isinstance(by, User) else None


def in_state(audit: Audit, *states: AuditState) -> list[Problem]:
    """A problem when the audit is in none of the states."""
    if audit.state in states:
        return []
    message = _("This can't be done in the state “%(state)s”. Reload the page: somebody may have gone on.")
    return [Problem(message % {"state": state_name(audit.state)}, "state")]


def needed(text: str, field: str = "reason", message: object = None) -> list[Problem]:
    """A problem when a text is empty."""
    return [] if text.strip() else [Problem(message or GUARDS[Guard.REASON], "required", field)]


def step_of(audit: Audit, action: str, by: Actor) -> Step:
    """The step of the table that this action takes from where the audit is. Raises Refused when there is none, or not for this person."""
    step = find(audit.state, action, audit.external)
    if step is None:
        raise Refused(in_state(audit))
    if isinstance(by, User) and not parts_of(by, audit) & step.who:
        raise Refused(Problem(_("This step is for somebody else to take."), "who"))
    return step


def check(audit: Audit, action: str, by: Actor, given: Iterable[Problem] = ()) -> Step:
    """The step, when the table has it and all its conditions hold. Raises Refused with everything that is wrong."""
    step = step_of(audit, action, by)
    refuse([*given, *guards.problems(audit, step.guards)])
    return step


def move(audit: Audit, step: Step, by: Actor, *, comment: str = "", fields: Iterable[str] = ()) -> AuditStep:
    """Take a checked step and save the audit with the further `fields` that the caller has set."""
    row = AuditStep(audit=audit, before=step.before, after=step.after, on=clock.today(), at=clock.now(), by=person(by), comment=comment.strip())
    audit.state = step.after
    audit.state_since = clock.today()
    audit.save(update_fields=sorted({*fields, "state", "state_since"}))
    row.save()
    current().decided.update(number=audit.number, before=row.before, after=row.after)
    return row
