"""Recording a step of a finding: the table is asked, the line of its life grows, the next day is set. Runs inside actions only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from yantar.core import clock
from yantar.core.actions import Actor, current
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.engine import statements

from . import timing
from .models import FINAL, Finding, FindingNumber, FindingStep, State
from .states import possible, transition

NONCONFORMITIES = statements.NONCONFORMITIES


def person(by: Actor) -> User | None:
    """The person who acts; None for a part of the system."""
    return by if isinstance(by, User) else None


def required(value: str, field: str, message: Any) -> list[Problem]:
    """A problem when a text is empty."""
    return [] if value.strip() else [Problem(message, "required", field)]


def refuse(problems: Iterable[Problem]) -> None:
    """Say no when anything is wrong."""
    if problems := list(problems):
        raise Refused(problems)


def new_number(on: date) -> str:
    """The next number of a year, YYYY-NNNNN. The year's row stays locked until the transaction ends: no number is given twice or left out."""
    FindingNumber.objects.get_or_create(year=on.year)
    row = FindingNumber.objects.select_for_update().get(year=on.year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{on.year}-{row.last:05d}"


def locked(pk: int) -> Finding:
    """The finding that a cause, an action or an answer belongs to, locked like an action's own target."""
    return Finding.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)


def state_problem(finding: Finding, code: str) -> list[Problem]:
    """A problem when the table has no such transition from the finding's state."""
    if transition(code, finding.state):
        return []
    message = _("This can't be done in the state “%(state)s”. Reload the page: somebody may have gone on.")
    return [Problem(message % {"state": State(finding.state).label}, "state")]


def in_state(finding: Finding, *states: State) -> list[Problem]:
    """A problem when the finding is in none of the states."""
    if finding.state in states:
        return []
    message = _("This can't be done in the state “%(state)s”. Reload the page: somebody may have gone on.")
    return [Problem(message % {"state": State(finding.state).label}, "state")]


def move(finding: Finding, code: str, by: Actor, *, comment: str = "", due_on: date | None = None, fields: Iterable[str] = ()) -> FindingStep:
    """Make a transition of the table and save the finding with the further `fields` that the caller has set.

    `due_on`: by when the new state is to be left; without one, what the timers say. Raises Refused when the table has no such row.
    """
    refuse(state_problem(finding, code))
    row = transition(code, finding.state)
    assert row is not None
    today = clock.today()
    step = FindingStep(
        finding=finding,
        before=finding.state,
        after=row.after,
        on=today,
        at=clock.now(),
        days=max(0, (today - finding.state_since).days),
        late=finding.due_on is not None and today > finding.due_on,
        by=person(by),
        comment=comment.strip(),
    )
    finding.state = row.after
    finding.state_since = today
    finding.due_on = None if row.after in FINAL else due_on or timing.stage_due(finding, row.after)
    if row.after in FINAL and finding.cancel_wanted_on is not None:
        finding.cancel_wanted_on = finding.cancel_wanted_by = None
        fields = [*fields, "cancel_wanted_on", "cancel_wanted_by"]
    finding.save(update_fields=sorted({*fields, "state", "state_since", "due_on"}))
    step.save()
    current().decided.update(number=finding.number, before=step.before, after=step.after)
    return step


def steps_possible(finding: Finding) -> list[str]:
    """Codes of the transitions that the table has from the finding's state."""
    return [row.code for row in possible(finding.state)]


def statement_problems(*, grade: str, requirement: str, evidence: str, gap: str, clause: Any, regulation: str) -> list[Problem]:
    """What must be mended in a statement before it is issued (audits.md §4); hints are left to the pages."""
    known = ("clause",) if clause is not None or regulation.strip() else ()
    found = []
    for one in statements.check(requirement, evidence, gap, grade=grade, words=timing.words(), known=known):
        if one.weight is statements.Weight.REJECT:
            message = statements.PROBLEM_TEXTS[one.code]
            found.append(Problem(_(message) % {"word": one.word}, one.code, one.field, value=one.word))
    return found


def actions_left(count: int) -> Any:
    """How many actions are still to be done, in words."""
    return ngettext_lazy("%(count)d action is not done yet.", "%(count)d actions are not done yet.", count) % {"count": count}
