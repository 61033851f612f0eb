"""How an auditor's work is judged, and whom the auditor must not audit."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import field_problems, refuse_if
from yantar.qms.organisation.models import Authority

from ..models import Auditor, Conflict, Evaluation


@action("people.evaluate", permission="people.change_auditor", target="auditor", private=("note",))
def evaluate(*, by: Actor, auditor: Auditor, score: int, note: str = "", evaluated_on: date | None = None) -> Evaluation:
    """Judge an auditor's work, 1 (poor) to 5 (excellent). Nobody judges their own. Raises Refused."""
    day = evaluated_on or clock.today()
    evaluation = Evaluation(auditor=auditor, evaluated_on=day, score=score, note=note.strip(), evaluated_by=by if isinstance(by, User) else None)
    problems = field_problems(evaluation)
    if isinstance(by, User) and auditor.user_id == by.pk:
        problems.append(Problem(_("Nobody evaluates their own work."), code="own"))
    if day > clock.today():
        problems.append(Problem(_("This day is yet to come."), code="future", field="evaluated_on"))
    if auditor.evaluations.filter(evaluated_on=day).exists():
        problems.append(Problem(_("An evaluation of this day is already recorded."), code="recorded", field="evaluated_on"))
    refuse_if(problems)
    evaluation.save()
    current().decided["evaluation"] = evaluation.pk
    return evaluation


@action("people.declare_conflict", permission="people.declare_conflict", target="auditor")
def declare_conflict(*, by: Actor, auditor: Auditor, authority: Authority, declared_on: date | None = None) -> Conflict:
    """Say that an auditor must not audit an authority; the reason is nobody's business. Raises Refused when that is said already."""
    problems = []
    if authority.pk == auditor.authority_id:
        problems.append(Problem(_("This is the auditor's own authority; the units are looked at anyway."), code="own", field="authority"))
    if auditor.conflicts.filter(authority=authority, ended_on=None).exists():
        problems.append(Problem(_("This conflict is already declared."), code="recorded", field="authority"))
    refuse_if(problems)
    conflict = Conflict.objects.create(auditor=auditor, authority=authority, declared_on=declared_on or clock.today())
    current().decided["conflict"] = conflict.pk
    return conflict


@action("people.end_conflict", permission="people.change_auditor", target="conflict")
def end_conflict(*, by: Actor, conflict: Conflict, ended_on: date | None = None) -> Conflict:
    """Say that a conflict is over. The auditor alone can't. Raises Refused when it has ended already or ends before it was declared."""
    current().authority_id = conflict.auditor.authority_id
    day = ended_on or clock.today()
    problems = []
    if conflict.ended_on is not None:
        problems.append(Problem(_("This conflict has already ended."), code="ended"))
    if day < conflict.declared_on:
        problems.append(Problem(_("The end must be later than the beginning."), code="dates_reversed", field="ended_on"))
    refuse_if(problems)
    conflict.ended_on = day
    conflict.save(update_fields=["ended_on"])
    return conflict
