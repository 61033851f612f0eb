"""Who of the auditors owns or performs a process, and so does not audit it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import day_text, field_problems, refuse_if, span_problems
from yantar.qms.people.models import Auditor

from ..models import PartKind, Process, ProcessPart


@action("services.set_part", permission="services.change_process", target="process")
def set_part(
    *, by: Actor, process: Process, auditor: Auditor, part: str = PartKind.PERFORMER, valid_from: date | None = None, valid_to: date | None = None
) -> ProcessPart:
    """Say that an auditor owns or performs a process from a day (today) on, until another. Raises Refused when that is said of those days."""
    row = ProcessPart(process=process, auditor=auditor, part=part, valid_from=valid_from or clock.today(), valid_to=valid_to)
    problems = [*field_problems(row), *span_problems(row.valid_from, valid_to)]
    if process.authority_id is None:
        problems.append(Problem(_("Nobody performs the template."), code="template"))
    same = ProcessPart.objects.filter(process=process, auditor=auditor, part=part).exclude(valid_to__lte=row.valid_from)
    if valid_to is not None:
        same = same.filter(valid_from__lt=valid_to)
    if same.exists():
        problems.append(Problem(_("This part is already recorded for these days."), code="recorded", field="auditor"))
    refuse_if(problems)
    row.save()
    current().decided["row"] = row.pk
    return row


@action("services.end_part", permission="services.change_process", target="part")
def end_part(*, by: Actor, part: ProcessPart, effective_on: date | None = None) -> ProcessPart:
    """Say from which day (today) on an auditor has this part no longer. Raises Refused when it has ended or begins later."""
    current().authority_id = part.process.authority_id
    day = effective_on or clock.today()
    if part.valid_to is not None:
        message: Any = _("This part has already ended on %(day)s.")
        refuse_if([Problem(message % {"day": day_text(part.valid_to)}, code="ended", field="effective_on")])
    refuse_if(span_problems(part.valid_from, day, "effective_on"))
    part.valid_to = day
    part.save(update_fields=["valid_to"])
    return part
