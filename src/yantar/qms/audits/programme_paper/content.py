"""What a programme says on paper, in the language that is active; all values are text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.qms.organisation.queries import government

from ..calendar import working_calendar
from ..models import MemberRole, Programme
from ..planning import shown_day
from ..queries import programme as queries
from ..queries.programme import Row


@dataclass(frozen=True, slots=True)
class Content:
    """A programme with its rows and the days of each auditor."""

    programme: Programme
    title: str
    government: str
    state: str
    texts: list[tuple[str, str]]
    rows: list[Row]
    loads: list[tuple[str, str, int, int]]
    """Auditor, home authority, audits, audit days as lead or member."""


def content_of(viewer: Any, programme: Programme) -> Content:
    """Everything for whoever sees programmes as a whole; a constant number of queries."""
    house = government()
    english = get_language() == "en"
    texts = [
        (_("Goals"), programme.goals),
        (_("Scope"), programme.scope),
        (_("Criteria"), programme.criteria),
        (_("Methods, on site and remote"), programme.methods),
        (_("Risks of the programme"), programme.risks),
        (_("Resources"), programme.resources),
        (_("Result of the review"), programme.review_result),
    ]
    rows = [row for row in queries.rows(viewer, programme) if not row.put_off]
    state = str(programme.get_state_display())
    if programme.approved_on is not None:
        state = _("Approved on %(day)s.") % {"day": shown_day(programme.approved_on)}
        if programme.approved_by is not None:
            who = programme.approved_by
            state = f"{state} {who.full_name}" + (f", {who.post}" if who.post else "")
    return Content(
        programme,
        _("Audit programme %(year)s") % {"year": programme.year},
        (house.name_en if english else house.name_ru) if house is not None else "",
        state,
        [pair for pair in texts if pair[1].strip()],
        rows,
        _loads(rows),
    )


def days(row: Row) -> str:
    """The days of an audit, or its window where it has none."""
    audit = row.audit
    if audit.first_day is None or audit.last_day is None:
        return _("not planned (%(first)s – %(last)s)") % {"first": shown_day(audit.window_first), "last": shown_day(audit.window_last)}
    first, last = shown_day(audit.first_day), shown_day(audit.last_day)
    return first if first == last else f"{first} – {last}"


def others(row: Row) -> str:
    """Everybody but the lead, trainees named as such."""
    names = []
    for member in row.others:
        name = member.auditor.name
        names.append(name if member.role == MemberRole.AUDITOR else f"{name} ({member.get_role_display()})")
    return ", ".join(names)


def _loads(rows: list[Row]) -> list[tuple[str, str, int, int]]:
    works = working_calendar()
    count: Counter[int] = Counter()
    spent: Counter[int] = Counter()
    people = {}
    for row in rows:
        first, last = row.audit.first_day, row.audit.last_day
        if first is None or last is None:
            continue
        length = len(works.working_days(first, last))
        for member in row.team:
            people[member.auditor_id] = member.auditor
            count[member.auditor_id] += 1
            if member.role in (MemberRole.LEAD, MemberRole.AUDITOR):
                spent[member.auditor_id] += length
    ordered = sorted(people.values(), key=lambda one: one.name.casefold())
    return [(one.name, one.authority.code, count[one.pk], spent[one.pk]) for one in ordered]
