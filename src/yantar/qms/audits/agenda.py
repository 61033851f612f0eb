"""The plan of the day as a proposal: from the days, the team, the processes and units in scope. Nothing is written here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from yantar.library.audit_questions import DayHours, load_audit_questions
from yantar.qms.organisation.models import Unit, UnitVersion

from .calendar import working_calendar
from .checklist import processes_in_scope
from .models import AgendaItem, Audit
from .rules import JUDGES

MOST_DAYS = 60


def days_of(audit: Audit) -> list[date]:
    """Working days of the audit by the government's calendar; every day of it when none of them is one."""
    assert audit.first_day is not None and audit.last_day is not None
    span = min((audit.last_day - audit.first_day).days, MOST_DAYS)
    days = [audit.first_day + timedelta(days=number) for number in range(span + 1)]
    calendar = working_calendar()
    return [day for day in days if calendar.is_working(day)] or days


def topics(audit: Audit) -> list[tuple[str, Unit | None, str]]:
    """What is visited, in the audit's language: (topic, unit, post of whom to meet): processes with their owners, units that own none, and
    the leadership first of all."""
    day = audit.first_day or audit.window_first
    found: list[tuple[str, Unit | None, str]] = [(_("Leadership: policy, objectives, review"), None, _("Head of the authority"))]
    processes = processes_in_scope(audit)
    found += [(one.name, one.owner_unit, one.owner_post) for one in processes]
    owned = {one.owner_unit_id for one in processes}
    units = list(audit.units.values_list("pk", flat=True))
    versions = UnitVersion.objects.on(day).filter(authority_id=audit.authority_id).select_related("unit").order_by("name_ru")
    versions = versions.filter(unit_id__in=units) if units else versions.filter(parent__isnull=True)
    found += [(_("Unit: %(unit)s") % {"unit": one.name}, one.unit, "") for one in versions if one.unit_id not in owned]
    return found


def slots(hours: DayHours, first: bool, last: bool) -> list[tuple[time, time]]:
    """Spans of one day for talks: between the meetings, noon left free, none shorter than half the usual."""
    morning = (hours.opening if first else hours.begins, hours.noon)
    afternoon = (hours.afternoon, hours.closing if last else hours.team)
    found = []
    for begins, ends in (morning, afternoon):
        now, end = datetime.combine(date.min, begins), datetime.combine(date.min, ends)
        while (end - now) >= timedelta(minutes=hours.slot_minutes // 2):
            stop = min(now + timedelta(minutes=hours.slot_minutes), end)
            if end - stop < timedelta(minutes=hours.slot_minutes // 2):
                stop = end
            found.append((now.time(), stop.time()))
            now = stop
    return found


def propose(audit: Audit) -> list[AgendaItem]:
    """Items of the plan in order, not saved. Each auditor has a talk in every slot as long as there is something to visit."""
    hours = load_audit_questions().day
    days = days_of(audit)
    # The lead first: the leadership is met by the lead.
    team = audit.team.filter(role__in=JUDGES).order_by("-role", "pk")
    auditors: list[int | None] = [member.auditor_id for member in team] or [None]
    items = []
    with override(audit.language if audit.language in ("ru", "en") else "ru"):
        waiting = topics(audit)
        places = [
            (day, begins, ends, auditor)
            for auditor in auditors
            for number, day in enumerate(days)
            for begins, ends in slots(hours, number == 0, number == len(days) - 1)
        ]
        items.append(AgendaItem(audit=audit, day=days[0], begins=hours.begins, ends=hours.opening, topic=_("Opening meeting")))
        # More places than topics: each topic gets several in a row; fewer: topics share a place.
        shares = _shares(len(places), len(waiting))
        for (day, begins, ends, auditor), indexes in zip(places, shares, strict=True):
            parts = [waiting[index] for index in indexes]
            items.append(
                AgendaItem(
                    audit=audit,
                    day=day,
                    begins=begins,
                    ends=ends,
                    topic="; ".join(part[0] for part in parts)[:300],
                    unit=parts[0][1],
                    interviewee="; ".join(dict.fromkeys(part[2] for part in parts if part[2]))[:300],
                    auditor_id=auditor,
                )
            )
        for day in days[:-1]:
            items.append(AgendaItem(audit=audit, day=day, begins=hours.team, ends=hours.ends, topic=_("Talk of the team: findings of the day")))
        items.append(AgendaItem(audit=audit, day=days[-1], begins=hours.closing, ends=hours.ends, topic=_("Closing meeting")))
    return sorted(items, key=lambda one: (one.day, one.begins))


def _shares(places: int, count: int) -> list[list[int]]:
    if places >= count:
        return [[place * count // places] for place in range(places)]
    return [list(range(place * count // places, (place + 1) * count // places)) for place in range(places)]
