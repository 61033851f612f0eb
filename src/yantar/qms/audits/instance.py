"""From what is recorded to what the planner reads: the wanted audits of a year, who can be sent, and what stands already.

Keys: an authority and an auditor by their codes, an audit by its number, units, sites and processes by their primary keys. Names stay out:
an instance is kept and given away, and names of people are personal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from math import asin, cos, radians, sin, sqrt

from django.db.models import Count, Max, Prefetch, Q

from yantar.core import clock
from yantar.engine.planner import forms
from yantar.engine.planner.check_ground import Ground
from yantar.engine.planner.check_rules import AUDIT_RULES
from yantar.engine.working_days import WorkingCalendar
from yantar.qms.organisation.models import Authority, Site
from yantar.qms.organisation.queries import successor_map
from yantar.qms.people.models import Auditor
from yantar.qms.people.queries import ForPlanning, for_planning
from yantar.qms.people.standing import Experience
from yantar.qms.services.models import ProcessPart

from .calendar import working_calendar
from .models import Audit, AuditKind, AuditState, MemberRole, Programme, TeamMember

MOVABLE = (AuditState.PLANNED, AuditState.PREPARED)
"""States in which days and team can still be changed."""
PUT_OFF = (AuditState.CANCELLED, AuditState.POSTPONED)
"""States in which an audit takes nobody's time."""
COUNTED = (MemberRole.LEAD, MemberRole.AUDITOR)
SAME_PLACE_KM = 30.0
"""Sites not farther apart than this are one place: going there is no travel day. Our own norm."""
DAY_TRIP_KM = 300.0
"""Farther than this the way there and back takes two days."""
EARTH_KM = 6371.0


def instance_of(programme: Programme, *, from_present: bool = True, on: date | None = None) -> forms.Instance:
    """What the year is planned from, as known on a day (today); a constant number of queries.

    from_present: what is planned already counts as the plan in force, from which every departure costs. What is fixed, and what has
    begun, stands in any case.
    """
    return Reading(programme, from_present=from_present, on=on).instance()


def audits_of(programme: Programme) -> list[Audit]:
    """Internal audits of a programme that are not put off, with all that planning asks of them at hand. Five queries."""
    team = Prefetch("team", TeamMember.objects.select_related("auditor").order_by("pk"))
    rows = programme.audits.filter(kind=AuditKind.INTERNAL).exclude(state__in=PUT_OFF).select_related("authority", "edition")
    return list(rows.prefetch_related(team, "units", "processes", "clauses").order_by("number"))


def assignment_of(audit: Audit) -> forms.Assignment | None:
    """When and by whom an audit is to be carried out; None as long as days or lead are missing."""
    team = list(audit.team.all())
    lead = next((one.auditor.code for one in team if one.role == MemberRole.LEAD), None)
    if lead is None or audit.first_day is None:
        return None
    members = tuple(one.auditor.code for one in team if one.role == MemberRole.AUDITOR)
    trainees = tuple(one.auditor.code for one in team if one.role == MemberRole.TRAINEE)
    return forms.Assignment(first=audit.first_day, lead=lead, members=members, trainees=trainees)


def calendar_form(calendar: WorkingCalendar, first: date, last: date) -> forms.Calendar:
    """A region's calendar as the planner writes it: days off from Monday to Friday, and days of the weekend that are worked."""
    off: list[date] = []
    worked: list[date] = []
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        if calendar.is_working(day) != (day.weekday() < 5):
            (worked if day.weekday() >= 5 else off).append(day)
    return forms.Calendar(id="main", days_off=tuple(off), worked=tuple(worked))


@dataclass
class _Busy:
    """Days that are taken already: of authorities and of auditors, by their keys in the instance."""

    authorities: dict[str, list[forms.Span]] = field(default_factory=lambda: defaultdict(list))
    auditors: dict[str, list[forms.Span]] = field(default_factory=lambda: defaultdict(list))

    def take(self, authority: str, people: Iterable[str], first: date, last: date) -> None:
        span = forms.Span(first=first, last=last)
        self.authorities[authority].append(span)
        for one in people:
            self.auditors[one].append(span)


class Reading:
    """One reading of a programme; the rows stay at hand for whoever needs names afterwards."""

    def __init__(self, programme: Programme, *, from_present: bool = True, on: date | None = None) -> None:
        self.programme, self.from_present = programme, from_present
        self.on = on or clock.today()
        self.first, self.last = date(programme.year, 1, 1), date(programme.year, 12, 31)
        self.audits = audits_of(programme)
        self.follow = successor_map(max(self.on, self.first))
        self.people = for_planning(self.first, self.last)
        self.codes: dict[int, str] = dict(Authority.objects.values_list("pk", "code"))

    def key(self, authority_id: int) -> str:
        """The key of whoever stands for an authority in this year."""
        return self.codes[self.follow.get(authority_id, authority_id)]

    def instance(self) -> forms.Instance:
        """The instance; audits under way or done that no longer fit the rules block their days instead of being planned."""
        busy = self._busy()
        made = self._made(self.audits, busy)
        if over := self._unfit(made):
            stay = []
            for audit in self.audits:
                if audit.number not in over:
                    stay.append(audit)
                elif audit.first_day is not None and audit.last_day is not None:
                    busy.take(self.key(audit.authority_id), (one.auditor.code for one in audit.team.all()), audit.first_day, audit.last_day)
            made = self._made(stay, busy)
        return made

    def _unfit(self, made: forms.Instance) -> set[str]:
        """Audits that have begun and would break a rule of planning: what happened, happened."""
        begun = {audit.number for audit in self.audits if audit.state not in MOVABLE}
        ground = Ground(made)
        found = set()
        for wish in made.wishes:
            if wish.id in begun and wish.present is not None:
                sitting = ground.sitting(wish, wish.present)
                if any(True for rule in AUDIT_RULES for _one in rule(ground, sitting)):
                    found.add(wish.id)
        # Without days or lead there is nothing to hold on to.
        return found | (begun - {wish.id for wish in made.wishes if wish.fixed})

    def _made(self, audits: Sequence[Audit], busy: _Busy) -> forms.Instance:
        # The map of sites is made once the wishes are known: only places that are visited matter.
        places = self._places()
        wanted = sorted({self.key(audit.authority_id) for audit in audits})
        own = {self.codes[authority]: site for authority, site in places.head_offices.items()}
        homes = {one.auditor.code: self._home(one, places) for one in self.people}
        sites = {authority: own.get(authority, f"authority:{authority}") for authority in wanted}
        return forms.Instance(
            year=self.programme.year,
            calendars=(calendar_form(working_calendar(), self.first, self.last),),
            authorities=tuple(forms.AuditedAuthority(id=one, site=sites[one], closed=tuple(busy.authorities.get(one, ()))) for one in wanted),
            auditors=tuple(self._auditors(homes, busy)),
            wishes=tuple(self._wish(audit) for audit in audits),
            history=tuple(self._history(set(wanted))),
            travel=tuple(places.travel({*sites.values(), *homes.values()})),
            weights=forms.Weights(**self.programme.weights),
        )

    def _home(self, person: ForPlanning, places: Places) -> str:
        if person.site_id is not None and person.site_id in places.of_site:
            return places.of_site[person.site_id]
        return places.head_offices.get(person.authority_id, f"authority:{self.codes[person.authority_id]}")

    def _auditors(self, homes: Mapping[str, str], busy: _Busy) -> Iterable[forms.Auditor]:
        parts: dict[int, list[forms.Part]] = defaultdict(list)
        for auditor, process, valid_to in ProcessPart.objects.values_list("auditor_id", "process_id", "valid_to"):
            until = valid_to - timedelta(days=1) if valid_to is not None else None
            parts[auditor].append(forms.Part(process=str(process), until=until))
        done = experience()
        day = min(max(self.on, self.first), self.last)
        for one in self.people:
            code = one.auditor.code
            yield forms.Auditor(
                id=code,
                authority=self.codes[one.authority_id],
                units=tuple(str(unit) for unit in one.units),
                qualification=forms.Qualification(one.standing(day, done.get(one.auditor.pk, Experience())).may_be),
                competences=tuple(forms.Competence(edition=proof.edition, field=proof.field, until=proof.until) for proof in one.proofs),
                languages=one.languages or ("ru",),
                site=homes[code],
                days_per_month=one.days_per_month,
                absences=(*(forms.Span(first=span.first, last=span.last) for span in one.absences), *busy.auditors.get(code, ())),
                parts=tuple(parts.get(one.auditor.pk, ())),
                conflicts=tuple(self.key(authority) for authority in one.conflicts),
            )

    def _wish(self, audit: Audit) -> forms.Wish:
        present = assignment_of(audit)
        begun = audit.state not in MOVABLE
        fixed = present is not None and (begun or audit.fixed)
        first, last = audit.window_first, audit.window_last
        if fixed and audit.first_day is not None and audit.last_day is not None:
            first, last = min(first, audit.first_day), max(last, audit.last_day)
        elif first <= self.on:
            # What has passed can't be planned any more; from tomorrow on.
            first = min(self.on + timedelta(days=1), last)
        return forms.Wish(
            id=audit.number,
            authority=self.key(audit.authority_id),
            units=tuple(str(unit.pk) for unit in audit.units.all()),
            edition=audit.edition.key,
            fields=tuple(dict.fromkeys(audit.fields)),
            clauses=tuple(clause.number for clause in audit.clauses.all()),
            processes=tuple(str(process.pk) for process in audit.processes.all()),
            person_days=audit.person_days,
            auditors=audit.auditors_wanted,
            trainees=audit.trainees_wanted,
            window=forms.Span(first=first, last=last),
            method=forms.Method(audit.method),
            language=audit.language,
            risk=float(audit.risk),
            present=present if fixed or self.from_present else None,
            fixed=fixed,
        )

    def _busy(self) -> _Busy:
        """Days of every other audit of the year: of the certification bodies, and of the programmes beside this one."""
        busy = _Busy()
        others = Audit.objects.filter(first_day__lte=self.last, last_day__gte=self.first).exclude(state__in=PUT_OFF)
        others = others.exclude(kind=AuditKind.INTERNAL, programme=self.programme)
        for audit in others.prefetch_related(Prefetch("team", TeamMember.objects.select_related("auditor"))):
            assert audit.first_day is not None
            assert audit.last_day is not None
            busy.take(self.key(audit.authority_id), (one.auditor.code for one in audit.team.all()), audit.first_day, audit.last_day)
        return busy

    def _history(self, wanted: set[str]) -> Iterable[forms.Led]:
        """Who led the audits of which authority in earlier years; what authorities were before counts for those that followed them."""
        rows = TeamMember.objects.filter(role=MemberRole.LEAD, audit__kind=AuditKind.INTERNAL, audit__first_day__lt=self.first)
        rows = rows.exclude(audit__state__in=PUT_OFF).filter(audit__first_day__year__gte=self.programme.year - 20)
        found = {
            (first_day.year, code, self.key(authority))
            for first_day, code, authority in rows.values_list("audit__first_day", "auditor__code", "audit__authority_id")
            if first_day is not None
        }
        return (forms.Led(year=year, lead=lead, authority=authority) for year, lead, authority in sorted(found) if authority in wanted)

    def _places(self) -> Places:
        return Places(max(self.on, self.first))


def experience() -> dict[int, Experience]:
    """Audits carried out in Yantar by auditor: how many as lead or auditor, and the last day of the last one. One query."""
    done = Q(teams__role__in=COUNTED, teams__audit__state__in=[AuditState.REPORTED, AuditState.FOLLOW_UP, AuditState.CLOSED])
    rows = Auditor.objects.filter(done).values_list("pk").annotate(count=Count("teams"), last=Max("teams__audit__last_day"))
    return {pk: Experience(count, last) for pk, count, last in rows}


class Places:
    """Sites that lie close together as one place, and how far places are from each other. One query.

    A site without coordinates is a place of its own, one travel day from everywhere (the planner's default).
    """

    def __init__(self, on: date) -> None:
        self.of_site: dict[int, str] = {}
        self.head_offices: dict[int, str] = {}
        self._spots: dict[str, tuple[float, float]] = {}
        rows = Site.objects.on(on).order_by("-is_head_office", "pk").values_list("pk", "authority_id", "latitude", "longitude")
        for pk, authority, latitude, longitude in rows:
            place = f"site:{pk}"
            if latitude is not None and longitude is not None:
                spot = (float(latitude), float(longitude))
                near = (key for key, other in self._spots.items() if kilometres(spot, other) <= SAME_PLACE_KM)
                place = next(near, place)
                self._spots.setdefault(place, spot)
            self.of_site[pk] = place
            self.head_offices.setdefault(authority, place)

    def travel(self, used: set[str]) -> Iterable[forms.Travel]:
        """Travel days between places in use, where they are not the default of one."""
        for a, b in combinations(sorted(used & self._spots.keys()), 2):
            if kilometres(self._spots[a], self._spots[b]) > DAY_TRIP_KM:
                yield forms.Travel(a=a, b=b, days=2)


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of two points (latitude, longitude in degrees) over the ground, by the haversine formula."""
    (la, oa), (lb, ob) = ((radians(one), radians(other)) for one, other in (a, b))
    half = sin((lb - la) / 2) ** 2 + cos(la) * cos(lb) * sin((ob - oa) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))
