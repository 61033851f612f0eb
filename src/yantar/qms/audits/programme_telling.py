"""Who is told the dates of the programme: the people of the audited authority, and everybody who is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from yantar.core import clock
from yantar.core.actions import Actor
from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.qms.certification.telling import answerable

from .instance import PUT_OFF
from .models import Audit, Programme, TeamMember
from .telling import AUTHORITY, page_of


def page_of_year(year: int) -> str:
    """Address of a programme's page in the workspace."""
    return f"/workspace/programmes/{year}/"


def tell_dates(programme: Programme, by: Actor) -> None:
    """Tell each authority and each member of a team the dates that concern them: one notification an audit."""
    audits = programme.audits.filter(first_day__isnull=False).exclude(state__in=PUT_OFF).order_by("first_day", "pk")
    _tell(list(audits), "audits.dates", by)


def tell_changes(audits: Sequence[Audit], by: Actor) -> None:
    """Tell those concerned that the days or the team of audits changed after they had been sent."""
    _tell([one for one in audits if one.first_day is not None], "audits.dates_changed", by)


def _tell(audits: Sequence[Audit], kind: str, by: Actor) -> None:
    people = answerable({one.authority_id for one in audits}, AUTHORITY, clock.today())
    sent: dict[int, list[User]] = defaultdict(list)
    rows = TeamMember.objects.filter(audit__in=[one.pk for one in audits], auditor__user__is_active=True).select_related("auditor__user")
    for member in rows:
        if member.auditor.user is not None:
            sent[member.audit_id].append(member.auditor.user)
    for audit in audits:
        told = [one for one in (*people.get(audit.authority_id, ()), *sent[audit.pk]) if not (isinstance(by, User) and one.pk == by.pk)]
        notify(told, kind, url=page_of(audit), number=audit.number, first_day=audit.first_day, last_day=audit.last_day)
