"""The plan of the day, the opening and closing meetings, the people met."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem
from yantar.qms.audits import agenda
from yantar.qms.audits.models import AgendaItem, Audit, AuditState, Meeting, MeetingKind, PersonMet
from yantar.qms.audits.recording import in_state, needed, person, refuse
from yantar.qms.audits.rules import ASKS
from yantar.qms.organisation.models import Unit
from yantar.qms.people.models import Auditor

BEFORE = (AuditState.PLANNED, AuditState.PREPARED, AuditState.UNDER_WAY)
MEETING = (AuditState.PLANNED, AuditState.PREPARED, AuditState.UNDER_WAY, AuditState.REPORT_DRAFTED)


@action("audits.propose_agenda", permission="audits.prepare_audit", target="audit")
def propose_agenda(*, by: Actor, audit: Audit) -> int:
    """Plan the days from scratch: meetings at the ends, processes and units in between, spread over the auditors. What stood in the plan
    is replaced. Returns how many items there are."""
    problems = in_state(audit, *BEFORE)
    if audit.first_day is None or audit.last_day is None:
        problems.append(Problem(_("The days of the audit are not set."), "days"))
    refuse(problems)
    items = agenda.propose(audit)
    audit.agenda.all().delete()
    AgendaItem.objects.bulk_create(items)
    current().decided["items"] = len(items)
    return len(items)


@action("audits.save_agenda_item", permission="audits.prepare_audit", target="audit")
def save_agenda_item(
    *,
    by: Actor,
    audit: Audit,
    day: date,
    begins: time,
    ends: time,
    topic: str,
    unit: Unit | None = None,
    interviewee: str = "",
    auditor: Auditor | None = None,
    item: AgendaItem | None = None,
) -> AgendaItem:
    """Add an item to the plan of the day, or change one. Raises Refused with everything that is wrong; one auditor is in one place at a time."""
    problems = [*in_state(audit, *BEFORE), *needed(topic, "topic", _("Say what it is about."))]
    if item is not None and item.audit_id != audit.pk:
        problems.append(Problem(_("This item is of another audit."), "item"))
    if audit.first_day is None or audit.last_day is None or not audit.first_day <= day <= audit.last_day:
        problems.append(Problem(_("The day is not a day of the audit."), "day", "day", value=day.isoformat()))
    if ends <= begins:
        problems.append(Problem(_("It ends before it begins."), "order", "ends"))
    if unit is not None and not unit.versions.filter(authority_id=audit.authority_id).exists():
        problems.append(Problem(_("The unit is not one of this authority."), "unit", "unit"))
    if auditor is not None:
        if not audit.team.filter(auditor=auditor, role__in=ASKS).exists():
            problems.append(Problem(_("Only members of the team ask questions."), "auditor", "auditor"))
        busy = audit.agenda.filter(auditor=auditor, day=day, begins__lt=ends, ends__gt=begins).exclude(pk=item.pk if item else 0).first()
        if busy is not None:
            problems.append(Problem(_("The auditor is elsewhere at that time."), "busy", "auditor", value=busy.topic))
    refuse(problems)
    row = item or AgendaItem(audit=audit)
    row.day, row.begins, row.ends, row.topic = day, begins, ends, topic.strip()
    row.unit, row.interviewee, row.auditor = unit, interviewee.strip(), auditor
    row.save()
    return row


@action("audits.remove_agenda_item", permission="audits.prepare_audit", target="audit")
def remove_agenda_item(*, by: Actor, audit: Audit, item: AgendaItem) -> None:
    """Take an item out of the plan of the day."""
    problems = in_state(audit, *BEFORE)
    if item.audit_id != audit.pk:
        problems.append(Problem(_("This item is of another audit."), "item"))
    refuse(problems)
    item.delete()


@action("audits.record_meeting", permission="audits.draft_report", target="audit", private=("notes",))
def record_meeting(*, by: Actor, audit: Audit, kind: str, held_at: datetime, notes: str = "") -> Meeting:
    """Record the opening or the closing meeting; recorded again, it replaces what was said of it. The journal keeps no notes."""
    problems = in_state(audit, *MEETING)
    if kind not in MeetingKind.values:
        problems.append(Problem(_("Choose the meeting."), "kind", "kind", value=str(kind)))
    if held_at > clock.now() + timedelta(minutes=5):
        problems.append(Problem(_("A meeting is recorded when it has been held."), "future", "held_at"))
    refuse(problems)
    meeting = audit.meetings.filter(kind=kind).first() or Meeting(audit=audit, kind=kind)
    meeting.held_at, meeting.notes, meeting.recorded_by = held_at, notes.strip(), person(by)
    meeting.save()
    return meeting


@action("audits.record_person_met", permission="audits.take_part", target="audit", private=("name", "post"))
def record_person_met(
    *, by: Actor, audit: Audit, name: str, post: str = "", unit: Unit | None = None, at_opening: bool = False, at_closing: bool = False
) -> PersonMet:
    """Note somebody who was met. The name is personal: the team and the head of quality see it, the journal never."""
    problems = [*in_state(audit, *MEETING), *needed(name, "name", _("Enter the name."))]
    if unit is not None and not unit.versions.filter(authority_id=audit.authority_id).exists():
        problems.append(Problem(_("The unit is not one of this authority."), "unit", "unit"))
    if audit.people_met.filter(name__iexact=name.strip(), post__iexact=post.strip()).exists():
        problems.append(Problem(_("This person is in the list already."), "already", "name"))
    refuse(problems)
    return PersonMet.objects.create(audit=audit, name=name.strip(), post=post.strip(), unit=unit, at_opening=at_opening, at_closing=at_closing)


@action("audits.remove_person_met", permission="audits.take_part", target="audit")
def remove_person_met(*, by: Actor, audit: Audit, met: PersonMet) -> None:
    """Take somebody out of the list of people met."""
    problems = in_state(audit, *MEETING)
    if met.audit_id != audit.pk:
        problems.append(Problem(_("This person is of another audit."), "met"))
    refuse(problems)
    met.delete()
