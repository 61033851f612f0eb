"""What the checker knows of an instance, and one audit as it sees it. Shares nothing with the model that makes plans but the forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from yantar.engine.dates import add_months

from .forms import Assignment, AuditedAuthority, Auditor, Calendar, Instance, Planned, Qualification, Wish
from .reasons import REASONS, Kind

Value = str | int


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing to say about a plan: a code of `reasons.REASONS`, the wish it is about ("": the plan as a whole), and what it speaks of."""

    code: str
    wish: str = ""
    params: Mapping[str, Value] = field(default_factory=dict)

    @property
    def hard(self) -> bool:
        """Whether something is broken. Otherwise it only says what a move costs."""
        return REASONS[self.code].kind is not Kind.COST


@dataclass(frozen=True, slots=True)
class Sitting:
    """One audit with its days and its team, whoever proposed it. `counted` are the lead and the members, `everybody` the trainees too."""

    wish: Wish
    days: tuple[date, ...]
    lead: str
    members: tuple[str, ...] = ()
    trainees: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[str, ...]:
        return (self.lead, *self.members)

    @property
    def everybody(self) -> tuple[str, ...]:
        return (self.lead, *self.members, *self.trainees)

    @classmethod
    def planned(cls, wish: Wish, audit: Planned) -> Sitting:
        return cls(wish, audit.days, audit.lead, audit.members, audit.trainees)


class Ground:
    """An instance, ready to be asked. Made in about a millisecond for a thousand auditors."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.wishes: dict[str, Wish] = {one.id: one for one in instance.wishes}
        self.auditors: dict[str, Auditor] = {one.id: one for one in instance.auditors}
        self.authorities: dict[str, AuditedAuthority] = {one.id: one for one in instance.authorities}
        self._calendars = {one.id: (frozenset(one.days_off), frozenset(one.worked)) for one in instance.calendars}

    @cached_property
    def led(self) -> frozenset[tuple[int, str, str]]:
        """(year, lead, authority) of past years."""
        return frozenset((one.year, one.lead, one.authority) for one in self.instance.history)

    @cached_property
    def _travel(self) -> dict[frozenset[str], int]:
        return {frozenset((one.a, one.b)): one.days for one in self.instance.travel}

    @cached_property
    def even_load(self) -> int:
        """Days of the year that every lead and member would have, were the work spread evenly; rounded up."""
        able = sum(one.qualification is not Qualification.TRAINEE and one.days_per_month > 0 for one in self.instance.auditors)
        wanted = sum(wish.days * wish.auditors for wish in self.instance.wishes)
        return -(-wanted // able) if able else 0

    def unfit(self) -> Iterator[Violation]:
        """What makes an instance unreadable for the checker: keys twice, or naming nothing."""
        instance = self.instance
        lists: dict[str, Iterable[Calendar | AuditedAuthority | Auditor | Wish]] = {
            "calendars": instance.calendars,
            "authorities": instance.authorities,
            "auditors": instance.auditors,
            "wishes": instance.wishes,
        }
        for name, rows in lists.items():
            for key in sorted(key for key, count in Counter(row.id for row in rows).items() if count > 1):
                yield Violation("id_twice", params={"list": name, "id": key})
        named = {one.calendar for one in instance.authorities} | {one.calendar for one in instance.auditors}
        for calendar in sorted(named - self._calendars.keys()):
            yield Violation("calendar_unknown", params={"calendar": calendar})
        for wish in instance.wishes:
            if wish.authority not in self.authorities:
                yield Violation("authority_unknown", wish.id, {"wish": wish.id, "authority": wish.authority})

    def works(self, calendar: str, day: date) -> bool:
        """Whether a day is worked in a calendar. A day that is both off and worked was transferred here: worked."""
        off, worked = self._calendars[calendar]
        return day in worked or (day.weekday() < 5 and day not in off)

    def run(self, wish: Wish, first: date) -> tuple[date, ...]:
        """The days of an audit that begins on `first`: that day whatever it is, then working days of the authority until there are enough.

        Shorter where a calendar ends before that (year 9999, or a year without working days).
        """
        calendar = self.authorities[wish.authority].calendar
        days, day = [first], first
        while len(days) < wish.days and (day - first).days < 3_650 and day < date.max:
            day += timedelta(days=1)
            if self.works(calendar, day):
                days.append(day)
        return tuple(days)

    def sitting(self, wish: Wish, assignment: Assignment) -> Sitting:
        """An assignment as an audit with days."""
        return Sitting(wish, self.run(wish, assignment.first), assignment.lead, assignment.members, assignment.trainees)

    def known(self, people: Iterable[str]) -> list[Auditor]:
        """Those of the people that the instance names, each once."""
        return [self.auditors[one] for one in dict.fromkeys(people) if one in self.auditors]

    def travel_days(self, a: str, b: str) -> int:
        """Days of travel there and back between two sites."""
        return 0 if a == b else self._travel.get(frozenset((a, b)), self.instance.travel_default)

    def fields_of(self, auditor: Auditor, edition: str, last: date) -> frozenset[str]:
        """Fields in which somebody is competent for an edition on a day; "*" means every field. Empty: not competent at all."""
        return frozenset(one.field for one in auditor.competences if one.edition == edition and (one.until is None or one.until >= last))

    def works_too_near(self, auditor: Auditor, wish: Wish, first: date) -> list[str]:
        """Processes of a wish that somebody owns or performs, or did until less than the cooling months before."""
        since = add_months(first, -self.instance.cooling_months)
        near = {part.process for part in auditor.parts if part.until is None or part.until >= since}
        return [process for process in wish.processes if process in near]

    def leads_too_long(self, lead: str, authority: str) -> bool:
        """Whether somebody led the audits of an authority in each of the last `pair_years` years."""
        years = range(self.instance.year - self.instance.pair_years, self.instance.year)
        return all((year, lead, authority) in self.led for year in years)


def covered(field_name: str, fields: Collection[str]) -> bool:
    """Whether somebody's fields hold a field."""
    return field_name in fields or "*" in fields
