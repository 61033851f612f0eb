"""The risk of every process from what is recorded: facts of the process, its last audit, what changed and what was found since.

The rule is the engine's, its factors and limits are the library's; here is where each input is from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Min, Prefetch
from django.db.models.functions import TruncDate

from yantar.engine import risk as engine
from yantar.library import loader
from yantar.library.audit_facts import RiskTable
from yantar.qms.certification.facts import UNSETTLING
from yantar.qms.findings.models import FINAL, Finding, Grade, OriginKind
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.models.reorganisation import Affected
from yantar.qms.organisation.queries import successor_map
from yantar.qms.services.models import Process, ProcessFacts

from .models import Audit, AuditKind, AuditState, Programme, RiskAssessment

DONE = (AuditState.REPORTED, AuditState.FOLLOW_UP, AuditState.CLOSED)
"""States in which an audit has a result."""
FROM_AUDITS = (OriginKind.AUDIT, OriginKind.EXTERNAL_AUDIT)
PLACES = Decimal("0.0001")


@lru_cache(maxsize=1)
def risk_table() -> RiskTable:
    """Factors and bands that ship with the library."""
    return loader.load_risk()


def audits_began(on: date) -> date:
    """The day from which audits are counted here: of the first internal audit or the first programme, at the latest `on`. Two queries.

    What was never audited is due from then on; otherwise a government that has just begun would be late with everything at once.
    """
    first = Audit.objects.filter(kind=AuditKind.INTERNAL, first_day__isnull=False).aggregate(day=Min("first_day"))["day"]
    opened = Programme.objects.aggregate(day=Min(TruncDate("created_at")))["day"]
    return min([day for day in (first, opened, on) if day is not None])


@dataclass(frozen=True, slots=True)
class Assessed:
    """The risk of a process, or (no process) of an authority: that of its riskiest process.

    `of`: the process whose figures these are; None for an authority without processes. `last_on`: the last audit.
    """

    authority_id: int
    process_id: int | None
    of: int | None
    score: engine.RiskScore
    last_on: date | None
    due: engine.NextDue

    @property
    def share(self) -> Decimal:
        """The score as a share of one, to four places."""
        return (Decimal(self.score.share.numerator) / Decimal(self.score.share.denominator)).quantize(PLACES, ROUND_HALF_UP)

    def row(self, on: date, table: RiskTable) -> RiskAssessment:
        """As it is kept."""
        factors = [
            {"code": one.factor, "value": _plain(one.value), "known": one.known, "level": one.level, "weight": one.weight, "points": one.points}
            for one in self.score.lines
        ]
        return RiskAssessment(
            authority_id=self.authority_id,
            process_id=self.process_id,
            assessed_on=on,
            score=self.share,
            band=self.score.band,
            factors=factors,
            table=table.digest,
            next_due_on=self.due.day,
        )


def _plain(value: engine.Value) -> str | int | None:
    return value if value is None or isinstance(value, int | str) else str(value)


class Inputs:
    """Everything that risk is computed from, as of a day, for all authorities at once; a constant number of queries."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.table = risk_table()
        self.began = audits_began(on)
        self.follow = successor_map(on)
        self.authorities = list(Authority.objects.on(on).order_by("code"))
        alive = {one.pk for one in self.authorities}
        self.processes = [one for one in Process.objects.on(on).filter(authority__isnull=False).order_by("pk") if one.authority_id in alive]
        rows = ProcessFacts.objects.filter(known_on__lte=on).order_by("process_id", "-known_on").distinct("process_id")
        self.facts = {one.process_id: one for one in rows}
        self._audits()
        self._findings()
        self._changes()

    def holder(self, authority_id: int) -> int:
        """Who stands on the day for what an authority once was."""
        return self.follow.get(authority_id, authority_id)

    def _audits(self) -> None:
        """The last audit of every process and of every authority. An audit that names no process looked at all of them."""
        self.last_of_process: dict[int, date] = {}
        self.last_of_authority: dict[int, date] = {}
        rows = Audit.objects.filter(state__in=DONE, last_day__lte=self.on).prefetch_related(Prefetch("processes", Process.objects.only("pk")))
        whole: dict[int, date] = {}
        for audit in rows.only("authority_id", "last_day").order_by("last_day"):
            assert audit.last_day is not None
            holder, named = self.holder(audit.authority_id), [one.pk for one in audit.processes.all()]
            self.last_of_authority[holder] = audit.last_day
            for process in named:
                self.last_of_process[process] = audit.last_day
            if not named:
                whole[holder] = audit.last_day
        for one in self.processes:
            assert one.authority_id is not None
            days = [day for day in (self.last_of_process.get(one.pk), whole.get(one.authority_id)) if day is not None]
            if days:
                self.last_of_process[one.pk] = max(days)

    def _findings(self) -> None:
        """What audits found, by process (None: of the authority as a whole), and the days on which others found something major."""
        self.found: dict[tuple[int, int | None], list[tuple[date, str, bool]]] = defaultdict(list)
        self.alarms: dict[tuple[int, int | None], list[date]] = defaultdict(list)
        grades = [Grade.MAJOR, Grade.MINOR, Grade.OBSERVATION]
        rows = Finding.objects.filter(grade__in=grades, raised_on__lte=self.on).exclude(state__in=["draft", "rejected", "cancelled"])
        for authority, process, grade, kind, raised_on, state in rows.values_list(
            "authority_id", "process_id", "grade", "origin_kind", "raised_on", "state"
        ):
            key = (self.holder(authority), process)
            if kind in FROM_AUDITS:
                self.found[key].append((raised_on, grade, state not in FINAL))
            elif grade == Grade.MAJOR:
                self.alarms[key].append(raised_on)

    def _changes(self) -> None:
        """Reorganisations by authority: the days on which they took effect."""
        rows = Affected.objects.filter(reorganisation__kind__in=UNSETTLING, reorganisation__effective_on__lte=self.on)
        self.changed: dict[int, list[date]] = defaultdict(list)
        for authority, day in rows.values_list("authority_id", "reorganisation__effective_on"):
            self.changed[self.holder(authority)].append(day)

    def last_result(self, authority: int, process: int | None, last_on: date | None) -> str | None:
        """How the last audit ended, as an option of the table; a major nonconformity counts as open however old it is."""
        found = [*self.found.get((authority, None), ()), *(self.found.get((authority, process), ()) if process is not None else ())]
        if any(grade == Grade.MAJOR and is_open for _day, grade, is_open in found):
            return "open_major"
        if last_on is None:
            return None
        # Findings of an audit may be written down some days before or after its last day.
        grades = {grade for day, grade, _is_open in found if day >= last_on - timedelta(days=30)}
        if grades & {Grade.MAJOR, Grade.MINOR}:
            return "minor"
        return "observations" if Grade.OBSERVATION in grades else "clean"

    def values(self, authority: int, process: int | None, last_on: date | None) -> dict[str, engine.Value]:
        """The inputs of the score by factor."""
        months: engine.Value = "never" if last_on is None else engine.whole_months(last_on, self.on)
        values: dict[str, engine.Value] = {"last_result": self.last_result(authority, process, last_on), "months_since_audit": months}
        recent = sum(day > self.on - timedelta(days=365) for day in self.changed.get(authority, ()))
        facts = self.facts.get(process) if process is not None else None
        if facts is not None:
            values["cases_per_year"] = "vulnerable" if facts.vulnerable else facts.cases_per_year
            values["legal_weight"] = facts.legal_weight
            values["complaints_per_1000"] = facts.complaints_per_1000
            values["breaches_percent"] = facts.breaches_percent
        known = facts.changes if facts is not None else None
        if known is not None or recent:
            values["changes"] = (known or 0) + recent
        return values


def assess(on: date) -> list[Assessed]:
    """The risk of every authority of a day and of each of its processes, authorities by their codes, the authority before its processes."""
    inputs = Inputs(on)
    by_authority: dict[int, list[Process]] = defaultdict(list)
    for process in inputs.processes:
        assert process.authority_id is not None
        by_authority[process.authority_id].append(process)
    found: list[Assessed] = []
    for authority in inputs.authorities:
        own = [_assessed(inputs, authority.pk, process.pk, process.valid_from) for process in by_authority.get(authority.pk, ())]
        found += [_of_authority(inputs, authority, own), *own]
    return found


def _assessed(inputs: Inputs, authority: int, process: int | None, since: date) -> Assessed:
    last_on = inputs.last_of_process.get(process) if process is not None else inputs.last_of_authority.get(authority)
    score = engine.score(inputs.values(authority, process, last_on), inputs.table)
    triggers = [*inputs.changed.get(authority, ()), *inputs.alarms.get((authority, None), ())]
    if process is not None:
        triggers += inputs.alarms.get((authority, process), ())
    due = engine.next_due(last_on or max(since, inputs.began), score.months, triggers, trigger_days=inputs.table.trigger_days)
    return Assessed(authority, process, process, score, last_on, due)


def _of_authority(inputs: Inputs, authority: Authority, own: Sequence[Assessed]) -> Assessed:
    """An authority is as risky as its riskiest process, and due when the first of them is; without processes it is assessed by itself."""
    if not own:
        return _assessed(inputs, authority.pk, None, authority.valid_from)
    worst = max(own, key=lambda one: (one.score.share, -(one.process_id or 0)))
    due = min((one.due for one in own), key=lambda one: one.day)
    return Assessed(authority.pk, None, worst.process_id, worst.score, inputs.last_of_authority.get(authority.pk), due)


def latest(authorities: Iterable[int] | None = None, *, on: date) -> dict[tuple[int, int | None], RiskAssessment]:
    """The last assessment by a day of every authority and process, by (authority, process or None). One query."""
    rows: Any = RiskAssessment.objects.filter(assessed_on__lte=on)
    if authorities is not None:
        rows = rows.filter(authority__in=set(authorities))
    found: Mapping[tuple[int, int | None], RiskAssessment] = {
        (one.authority_id, one.process_id): one for one in rows.order_by("authority_id", "process_id", "assessed_on")
    }
    return dict(found)
