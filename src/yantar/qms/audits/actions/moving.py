"""Days and teams changed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem, Refused
from yantar.engine.planner import forms
from yantar.qms.people.models import Auditor

from .. import programme_telling
from ..instance import assignment_of, audits_of
from ..models import Audit, Programme, ProgrammeState
from ..moving import Board, may_move
from ..teams import Writer

FIELD_OF = {
    "lead_not_qualified": "lead",
    "lead_not_competent": "lead",
    "lead_covers_no_field": "lead",
    "pair_too_long": "lead",
    "member_not_qualified": "members",
    "member_not_competent": "members",
    "team_size": "members",
    "field_not_covered": "members",
    "trainee_not_trainee": "trainees",
    "trainees_over_places": "trainees",
    "trainees_over_auditors": "trainees",
    "day_not_worked": "first_day",
    "outside_window": "first_day",
    "authority_closed": "first_day",
    "authority_booked": "first_day",
}
"""Which field of the form a violation stands beside; others stand at the top."""


@action("audits.move_audit", permission="audits.change_programme", target="audit", private=("lead", "members", "trainees"))
def move_audit(
    *,
    by: Actor,
    audit: Audit,
    first_day: date,
    lead: Auditor,
    members: Sequence[Auditor] = (),
    trainees: Sequence[Auditor] = (),
    fixed: bool = True,
) -> Audit:
    """Give an audit other days and another team by hand. `fixed`: the planner leaves it so from now on.

    Raises Refused with every rule that it would break. What it costs is no reason to refuse. Who was told dates before is told the new ones.
    """
    programme = _programme(audit)
    board = Board(programme, audit.number)
    if board.wish is None:
        raise Refused(Problem(_("This audit can't be moved any more."), "state"))
    assignment = forms.Assignment(
        first=first_day, lead=lead.code, members=tuple(one.code for one in members), trainees=tuple(one.code for one in trainees)
    )
    judged = board.judge(assignment)
    if judged.hard:
        raise Refused([Problem(text, one.code, FIELD_OF.get(one.code, "")) for one, text in judged.hard])
    writer = Writer(board.instance, {lead.code, *(one.code for one in (*members, *trainees))})
    costs = {one.code.removeprefix("cost_"): int(one.params["after"]) for one, _text in judged.costs}
    changed = writer.write(audit, assignment, judged.days, board.wish.authority, {**audit.costs, **costs})
    audit.fixed = fixed
    audit.save(update_fields=["fixed"])
    current().decided |= {"team": sorted(one.pk for one in (lead, *members, *trainees)), "days": len(judged.days)}
    if changed and programme.state == ProgrammeState.PUBLISHED:
        programme_telling.tell_changes([audit], by)
    return audit


def _programme(audit: Audit) -> Programme:
    """The programme of an audit, locked so that two moves can't cross. Raises Refused where the audit can't be moved."""
    if not may_move(audit) or audit.programme_id is None:
        raise Refused(Problem(_("Only internal audits of a programme that have not begun can be moved."), "state"))
    programme = Programme.objects.select_for_update(of=("self",)).get(pk=audit.programme_id)
    if programme.state == ProgrammeState.REVIEWED:
        raise Refused(Problem(_("The programme is reviewed and over."), "reviewed"))
    return programme


@action("audits.unplan_audit", permission="audits.change_programme", target="audit")
def unplan_audit(*, by: Actor, audit: Audit) -> Audit:
    """Take days and team from an audit of a draft, so that the planner places it anew."""
    programme = _programme(audit)
    if programme.state != ProgrammeState.DRAFT:
        raise Refused(Problem(_("An audit of an approved programme keeps its days until it gets others."), "state"))
    audit.fixed = False
    audit.save(update_fields=["fixed"])
    Writer(Board(programme, audit.number).instance, ()).clear(audit)
    return audit


@action("audits.fix_audit", permission="audits.change_programme", target="audit")
def fix_audit(*, by: Actor, audit: Audit, fixed: bool = True) -> Audit:
    """Say that the planner leaves an audit where it is, or that it may move it again."""
    programme = _programme(audit)
    planned = next((one for one in audits_of(programme) if one.pk == audit.pk), None)
    if fixed and (planned is None or assignment_of(planned) is None):
        raise Refused(Problem(_("Only an audit with days and a lead can be fixed."), "unplanned"))
    audit.fixed = fixed
    audit.save(update_fields=["fixed"])
    return audit
