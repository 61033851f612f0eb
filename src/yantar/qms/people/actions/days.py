"""When an auditor can't be sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import day_text, refuse_if

from ..models import Absence, AbsenceKind, Auditor

LONGEST = 731
"""Days: whoever is away longer than two years is ended as an auditor instead."""


@action("people.record_absence", permission="people.record_absence", target="auditor")
def record_absence(*, by: Actor, auditor: Auditor, first_day: date, last_day: date, kind: str = AbsenceKind.LEAVE) -> Absence:
    """Record days of absence, both included. Raises Refused for days the wrong way round, too many of them, or days that overlap others."""
    problems = []
    if kind not in AbsenceKind.values:
        problems.append(Problem(_("Choose a kind of absence."), code="kind", field="kind"))
    if last_day < first_day:
        problems.append(Problem(_("The last day is before the first."), code="dates_reversed", field="last_day"))
    elif (last_day - first_day).days >= LONGEST:
        problems.append(Problem(_("This is longer than two years: end the auditor instead."), code="too_long", field="last_day"))
    message: Any = _("From %(first)s to %(last)s an absence is already recorded.")
    for other in auditor.absences.filter(cancelled_at=None, first_day__lte=last_day, last_day__gte=first_day):
        problems.append(Problem(message % {"first": day_text(other.first_day), "last": day_text(other.last_day)}, code="overlap", field="first_day"))
    refuse_if(problems)
    absence = Absence.objects.create(auditor=auditor, first_day=first_day, last_day=last_day, kind=kind)
    current().decided["absence"] = absence.pk
    return absence


@action("people.cancel_absence", permission="people.record_absence", target="absence")
def cancel_absence(*, by: Actor, absence: Absence) -> Absence:
    """Say that an absence does not take place. Raises Refused when that is said already."""
    current().authority_id = absence.auditor.authority_id
    if absence.cancelled_at is not None:
        refuse_if([Problem(_("This absence is already cancelled."), code="cancelled")])
    absence.cancelled_at = clock.now()
    absence.save(update_fields=["cancelled_at"])
    return absence
