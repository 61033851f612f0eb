"""One row of a case feed: everything wrong with it, or what is kept of it. Millions of rows pass here, so what repeats is looked up.

Nothing is asked of the database once `known_now` has read what rows may refer to, so rows can be checked in a thread of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.problems import Problem
from yantar.engine.deadlines import end_of, passport_term
from yantar.engine.working_days import WorkingCalendar
from yantar.library.deadlines import load_deadlines
from yantar.qms.organisation.models import Site
from yantar.qms.organisation.queries import working_calendar

from ..limits import ruled
from ..models import LegalLimit, Outcome, PassportState, Service, ServicePassport

COLUMNS = ("service", "number", "site", "received", "registered", "suspended_days", "done", "outcome", "waiting_minutes")
"""Columns of a feed in their order."""
FIRST_DAY = date(1992, 1, 1)
MOST_SUSPENDED = 3_650
MOST_WAITING = 1_440
MOST_DAYS = 32_767
NUMBER = re.compile(r"[A-Za-z0-9/_.\-]{1,60}")
HARMLESS = re.compile(r"[A-Za-z0-9/_.:+\-]{1,40}")
"""What of a wrong value may be repeated in a report: never a sentence, a name or an address."""
NULL = "\\N"
_NOTHING: tuple[str, int, int, int] = (NULL, -1, 0, 0)
KIND = "service_request"


class Life(NamedTuple):
    """A service as rows see it: its key, the days it exists (ordinals), and its passports as (first, after the last, limit) of ordinals."""

    pk: int
    first: int
    end: int
    limits: tuple[tuple[int, int, tuple[int, str]], ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken: its line (from 1; the heading of a file is line 1), the field, its value where harmless, and why."""

    line: int
    field: str
    value: str
    code: str
    message: Any

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON in the reader's language."""
        return {"line": self.line, "field": self.field, "value": self.value, "code": self.code, "message": str(self.message)}

    def as_problem(self) -> Problem:
        """The same as every other surface says what is wrong."""
        return Problem(self.message, code=self.code, field=self.field, row=self.line, value=self.value)


@dataclass(slots=True)
class Known:
    """What rows may refer to. Days by their text, as (ISO, month counted from year 0, working days before and on it, ordinal)."""

    services: Mapping[str, Life]
    sites: Mapping[str, str]
    days: Mapping[str, tuple[str, int, int, int]]
    calendar: WorkingCalendar
    limits: Sequence[LegalLimit]
    today: date
    _due: dict[tuple[tuple[int, str], int, int], str] = field(default_factory=dict)

    def due(self, limit: tuple[int, str], registered: int, suspended: int) -> str:
        """The day due as ISO 8601: by the limit in force on the day of registration, the days of suspension added to it."""
        key = (limit, registered, suspended)
        found = self._due.get(key)
        if found is None:
            if len(self._due) > 300_000:
                self._due.clear()
            found = self._due[key] = due_by(limit, date.fromordinal(registered), suspended, self.calendar, self.limits).isoformat()
        return found


def due_by(limit: tuple[int, str], registered: date, suspended: int, calendar: WorkingCalendar, rows: Iterable[LegalLimit]) -> date:
    """The day due of a case by the clock: `limit` in days and unit, registered on a day, suspended for so many days of the same unit."""
    term = passport_term(limit[0], limit[1], ruled(load_deadlines().kind(KIND), rows, registered))
    due = end_of(registered, term.days + suspended, term.unit, term.last_day, calendar).due
    assert due is not None  # only an open pause leaves it unknown
    return due


def known_now(authority_ids: Iterable[int] | None = None) -> Known:
    """What rows may refer to as it is now; services of these authorities alone, or (None) of all. Five queries."""
    rows = Service.objects.all() if authority_ids is None else Service.objects.filter(authority_id__in=list(authority_ids))
    promised: dict[int, list[tuple[int, int, tuple[int, str]]]] = {}
    states = [PassportState.IN_FORCE, PassportState.REPLACED]
    for of, since, until, limit, unit in (
        ServicePassport.objects.filter(state__in=states, service__in=rows)
        .order_by("valid_from")
        .values_list("service_id", "valid_from", "valid_to", "limit_days", "limit_unit")
    ):
        end = until.toordinal() if until else date.max.toordinal()
        promised.setdefault(of, []).append((since.toordinal() if since else 0, end, (limit, unit)))
    services = {
        code: Life(pk, since.toordinal(), until.toordinal() if until else date.max.toordinal(), tuple(promised.get(pk, ())))
        for pk, code, since, until in rows.values_list("pk", "code", "valid_from", "valid_to")
    }
    sites = {code: str(pk) for code, pk in Site.objects.values_list("code", "pk")}
    calendar, today = working_calendar(), clock.today()
    limits = tuple(LegalLimit.objects.filter(kind=KIND).order_by("valid_from"))
    return Known(services, {"": NULL, **sites}, _days(calendar, today), calendar, limits, today)


def _days(calendar: WorkingCalendar, today: date) -> dict[str, tuple[str, int, int, int]]:
    """Every possible day as it may be written: 2026-03-15 or 15.03.2026."""
    found, worked, working = {}, 0, set(calendar.working_days(FIRST_DAY, today))
    for number in range((today - FIRST_DAY).days + 1):
        day = FIRST_DAY + timedelta(days=number)
        worked += day in working
        value = (day.isoformat(), day.year * 12 + day.month - 1, worked, day.toordinal())
        found[value[0]] = found[f"{day:%d.%m.%Y}"] = value
    return found


_OUTCOMES = {str(outcome): outcome != Outcome.OPEN for outcome in Outcome}
_SUSPENDED = {"": 0, **{str(number): number for number in range(MOST_SUSPENDED + 1)}}
_WAITING = {"": NULL, **{str(number): str(number) for number in range(MOST_WAITING + 1)}}


class Wrong(ValueError):
    """The quick way found something wrong; `explain` says what."""


def line_of(row: Sequence[str], known: Known, number_fits: Callable[[str], Any] = NUMBER.fullmatch) -> tuple[str, str]:
    """What is kept of a row, as a key (service and number) and the rest of a line for COPY, in the order of `merging.STAGED`.

    Raises KeyError or ValueError where anything is wrong.
    """
    code, number, site, received, registered, suspended, done, outcome, waiting = row
    service = known.services[code]
    if not number_fits(number):
        raise Wrong
    since = known.days[received]
    begun = known.days[registered] if registered else _NOTHING
    ended = known.days[done] if done else _NOTHING
    paused = _SUSPENDED[suspended]
    if _OUTCOMES[outcome] != bool(done) or not service.first <= since[3] < service.end or (registered and begun[3] < since[3]):
        raise Wrong
    due = days = NULL
    if registered:
        limit = None
        for first, end, held in service.limits:
            if first <= begun[3] < end:
                limit = held
                break
        if limit is None:
            raise Wrong
        due = known.due(limit, begun[3], paused)
        if done:
            took = (ended[2] - begun[2] if limit[1] == "working" else ended[3] - begun[3]) - paused
            days = str(min(max(took, 0), MOST_DAYS))
    elif done and outcome != "withdrawn":
        raise Wrong
    if done and ended[3] < (begun[3] or since[3]):
        raise Wrong
    key = f"{service.pk}\t{number}"
    rest = (
        f"{known.sites[site]}\t{since[0]}\t{begun[0]}\t{paused}\t{ended[0]}\t{due}\t{days}\t{outcome}\t{_WAITING[waiting]}\t{since[1]}\t{ended[1]}\n"
    )
    return key, rest


def explain(row: Sequence[str], line: int, known: Known) -> list[Reject]:
    """Everything wrong with a row; empty for a good one."""
    found: list[Reject] = []

    def wrong(name: str, value: str, code: str, message: Any) -> None:
        found.append(Reject(line, name, value if HARMLESS.fullmatch(value) else "", code, message))

    if len(row) != len(COLUMNS):
        wrong("", "", "columns", _("This row has more or fewer columns than the heading."))
        return found
    code, number, site, received, registered, suspended, done, outcome, waiting = row
    service = known.services.get(code)
    if service is None:
        wrong("service", code, "service.unknown", _("There is no such service."))
    if not NUMBER.fullmatch(number):
        # Never repeated: it may be somebody's name.
        wrong("number", "", "number", _("A number is 1 to 60 Latin letters, digits and / _ . -: no names, no spaces, no addresses."))
    if site not in known.sites:
        wrong("site", site, "site.unknown", _("There is no such site."))
    days = {name: _day_of(text, name, known, wrong) for name, text in (("received", received), ("registered", registered), ("done", done))}
    if not received:
        wrong("received", "", "required", _("Say when it was received."))
    if suspended not in _SUSPENDED:
        wrong("suspended_days", suspended, "number_of_days", _("A whole number from 0 to %(most)s.") % {"most": MOST_SUSPENDED})
    if waiting not in _WAITING:
        wrong("waiting_minutes", waiting, "minutes", _("Whole minutes from 0 to %(most)s, or nothing.") % {"most": MOST_WAITING})
    if outcome not in _OUTCOMES:
        wrong("outcome", outcome, "outcome", _("One of these: %(values)s.") % {"values": ", ".join(_OUTCOMES)})
    elif _OUTCOMES[outcome] and not done:
        wrong("done", "", "required", _("What has ended has a day on which it ended."))
    elif done and not _OUTCOMES[outcome]:
        wrong("outcome", outcome, "outcome.open", _("It ended on a day, so it is granted, refused or withdrawn."))
    since, begun, ended = days["received"], days["registered"], days["done"]
    if since and begun and begun < since:
        wrong("registered", registered, "dates.reversed", _("Registered before it was received."))
    if ended and (begun or since) and ended < (begun or since or 0):
        wrong("done", done, "dates.reversed", _("Ended before it was registered."))
    if ended and not registered and outcome in ("granted", "refused"):
        wrong("registered", "", "required", _("What was decided had been registered: say when."))
    if service and since and not service.first <= since < service.end:
        wrong("received", received, "service.not_then", _("The service did not exist on this day."))
    if service and begun and not any(first <= begun < end for first, end, _limit in service.limits):
        wrong("registered", registered, "passport.none", _("No passport of the service was in force on this day, so the limit is not known."))
    return found


def _day_of(text: str, name: str, known: Known, wrong: Callable[..., None]) -> int | None:
    """The ordinal of a day; None for none and for a wrong one, which is told."""
    if not text:
        return None
    if text in known.days:
        return known.days[text][3]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        wrong(name, text, "day", _("Write the day like 2026-03-15 or 15.03.2026."))
        return None
    later = day > known.today
    wrong(name, text, "future" if later else "early", _("This day is yet to come.") if later else _("Days before 1992 are not taken."))
    return None
