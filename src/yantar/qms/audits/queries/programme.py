"""Reading programmes for somebody: whoever sees the whole government sees everything, others the dates that were sent to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from yantar.core import clock
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.organisation.queries import internal_authority_ids, names_on

from ..instance import PUT_OFF
from ..models import Audit, AuditKind, AuditState, MemberRole, PlanRun, Programme, ProgrammeState, RiskAssessment, TeamMember

SENT = (ProgrammeState.PUBLISHED, ProgrammeState.REVIEWED)
"""States of a programme in which the authorities know their dates."""
DONE = (AuditState.REPORTED, AuditState.FOLLOW_UP, AuditState.CLOSED)


def sees_whole(viewer: Any) -> bool:
    """Whether the viewer sees programmes as a whole."""
    return bool(viewer.has_perm("audits.view_programme"))


def _audits(viewer: Any) -> QuerySet[Audit]:
    """Internal audits of programmes that the viewer may see in them."""
    rows = Audit.objects.filter(kind=AuditKind.INTERNAL, programme__isnull=False)
    if sees_whole(viewer):
        return rows
    mine = internal_authority_ids(viewer) or set()
    concerned = Audit.objects.filter(Q(authority__in=mine) | Q(team__auditor__user=viewer.pk)).values("pk")
    return rows.filter(programme__state__in=SENT, pk__in=concerned)


@dataclass(frozen=True, slots=True)
class YearLine:
    """A programme in the list: how many audits it has, how many have days, how many are reported."""

    programme: Programme
    audits: int
    planned: int
    done: int


def programmes(viewer: Any) -> list[YearLine]:
    """Programmes the viewer may see, the latest year first, counting the audits they may see. Two queries."""
    counted = _audits(viewer).exclude(state__in=PUT_OFF).values("programme_id")
    counts = {
        one["programme_id"]: one
        for one in counted.annotate(
            audits=Count("pk"), planned=Count("pk", filter=Q(first_day__isnull=False)), done=Count("pk", filter=Q(state__in=DONE))
        )
    }
    rows = Programme.objects.all() if sees_whole(viewer) else Programme.objects.filter(pk__in=counts)
    nothing = {"audits": 0, "planned": 0, "done": 0}
    found = []
    for one in rows.order_by("-year"):
        known = counts.get(one.pk, nothing)
        found.append(YearLine(one, known["audits"], known["planned"], known["done"]))
    return found


def programme(viewer: Any, year: int) -> Programme | None:
    """A programme the viewer may see; None when there is none or nothing in it concerns them."""
    one = Programme.objects.filter(year=year).select_related("approved_by").first()
    if one is None or sees_whole(viewer) or _audits(viewer).filter(programme=one).exists():
        return one
    return None


def audit(viewer: Any, year: int, number: str) -> Audit | None:
    """An audit of a year's programme that the viewer may see, with what its pages show."""
    rows = _audits(viewer).filter(programme__year=year, number=number).select_related("authority", "edition", "programme")
    return rows.prefetch_related(_team(), "clauses", "processes").first()


@dataclass(frozen=True, slots=True)
class Filters:
    """Which audits of a programme: `authority` and `auditor` by code, `month` 1–12, `show` one of "unplanned", "fixed"; empty: all."""

    authority: str = ""
    auditor: str = ""
    month: int = 0
    show: str = ""

    @property
    def any(self) -> bool:
        return bool(self.authority or self.auditor or self.month or self.show)


@dataclass(frozen=True, slots=True)
class Row:
    """An audit of a programme with the authority's name and its team as they are shown."""

    audit: Audit
    authority: AuthorityVersion | None
    lead: TeamMember | None
    others: Sequence[TeamMember] = field(default=())
    clauses: int = 0
    processes: int = 0

    @property
    def name(self) -> str:
        """Short name of the authority in the reader's language."""
        return self.authority.short if self.authority is not None else self.audit.authority.code

    @property
    def put_off(self) -> bool:
        return self.audit.state in PUT_OFF

    @property
    def team(self) -> Sequence[TeamMember]:
        return (self.lead, *self.others) if self.lead is not None else self.others

    @property
    def warnings(self) -> int:
        """How many warnings the check of the team gave."""
        return sum(len(one.warnings) for one in self.team)


def _team() -> Prefetch[Any]:
    return Prefetch("team", TeamMember.objects.select_related("auditor__authority").order_by("pk"))


def rows(viewer: Any, programme: Programme, filters: Filters | None = None) -> list[Row]:
    """Audits of a programme that the viewer may see, by their days, those without days last by their windows. Five queries."""
    asked = filters or Filters()
    found = _audits(viewer).filter(programme=programme).select_related("authority", "edition")
    if asked.authority:
        found = found.filter(authority__code=asked.authority)
    if asked.auditor:
        found = found.filter(pk__in=TeamMember.objects.filter(auditor__code=asked.auditor).values("audit_id"))
    if asked.month:
        in_month = Q(first_day__month__lte=asked.month, last_day__month__gte=asked.month)
        found = found.filter(in_month)
    if asked.show == "unplanned":
        found = found.filter(first_day__isnull=True).exclude(state__in=PUT_OFF)
    if asked.show == "fixed":
        found = found.filter(fixed=True)
    audits = list(found.prefetch_related(_team(), "clauses", "processes"))
    audits.sort(key=lambda one: (one.first_day is None, one.first_day or one.window_first, one.number))
    return shown(audits, date(programme.year, 1, 1))


def shown(audits: Iterable[Audit], on: date) -> list[Row]:
    """Rows of audits whose team, clauses and processes are at hand. One query."""
    audits = list(audits)
    names = names_on({one.authority_id for one in audits}, on)
    found = []
    for one in audits:
        team = list(one.team.all())
        lead = next((member for member in team if member.role == MemberRole.LEAD), None)
        others = tuple(member for member in team if member is not lead)
        found.append(Row(one, names.get(one.authority_id), lead, others, len(one.clauses.all()), len(one.processes.all())))
    return found


def run(viewer: Any, year: int, pk: int) -> PlanRun | None:
    """A run of the planner, for whoever sees programmes as a whole."""
    if not sees_whole(viewer):
        return None
    return PlanRun.objects.filter(pk=pk, programme__year=year).select_related("programme", "job", "made_by").first()


def runs(viewer: Any, programme: Programme) -> list[PlanRun]:
    """Runs of a programme, the latest first, without what went in and came out."""
    if not sees_whole(viewer):
        return []
    return list(programme.runs.defer("instance", "plan").select_related("job", "made_by").order_by("-pk"))


@dataclass(frozen=True, slots=True)
class RiskLine:
    """The risk of an authority and of its processes, the riskiest first."""

    authority: AuthorityVersion
    whole: RiskAssessment
    processes: Sequence[RiskAssessment]


def risks(viewer: Any, on: date) -> list[RiskLine]:
    """The last assessment of every authority by a day, the riskiest first. Two queries."""
    if not sees_whole(viewer):
        return []
    found = RiskAssessment.objects.filter(assessed_on__lte=on).order_by("authority_id", "process_id", "-assessed_on")
    latest = list(found.distinct("authority_id", "process_id").select_related("process"))
    by_authority: dict[int, list[RiskAssessment]] = {}
    for one in latest:
        by_authority.setdefault(one.authority_id, []).append(one)
    names = names_on(by_authority, on)
    lines = []
    for authority, own in by_authority.items():
        whole = next((one for one in own if one.process_id is None), None)
        if whole is None or authority not in names:
            continue
        # What was assessed before the last time and isn't any more (a process that ended) is history.
        processes = [one for one in own if one.process_id is not None and one.assessed_on == whole.assessed_on]
        lines.append(RiskLine(names[authority], whole, sorted(processes, key=lambda one: -one.score)))
    return sorted(lines, key=lambda line: (-line.whole.score, line.authority.authority_id))


def assessed_on() -> date | None:
    """The day of the last assessment of risks."""
    found: date | None = RiskAssessment.objects.filter(assessed_on__lte=clock.today()).aggregate(last=Max("assessed_on"))["last"]
    return found


def dates_of(viewer: Any, since: date, until: date) -> list[Row]:
    """Internal audits with days in a span that concern the viewer personally: in whose team they are, or whose authority is audited.

    For calendars. Four queries.
    """
    mine = internal_authority_ids(viewer) or set()
    concerned = Q(team__auditor__user=viewer.pk) | Q(authority__in=mine)
    found = Audit.objects.filter(concerned, first_day__lte=until, last_day__gte=since).exclude(state__in=PUT_OFF)
    found = found.filter(Q(programme__isnull=True) | Q(programme__state__in=SENT)).select_related("authority", "edition").distinct()
    return shown(found.prefetch_related(_team(), "clauses", "processes").order_by("first_day", "pk"), clock.today())
