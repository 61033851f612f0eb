"""Which audits a year needs: the rules of coverage (the engine's) over what is recorded of every authority."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from typing import Any

from django.db.models import Prefetch, Q

from yantar.engine import coverage, internal_time
from yantar.engine.dates import add_years
from yantar.library import loader
from yantar.library.audit_facts import CoverageRules, InternalNorm, RiskTable
from yantar.qms.certification.models import CertificateExclusion, Obligation, Status, StatusPeriod
from yantar.qms.certification.queries.register import pending
from yantar.qms.organisation.models import Authority, AuthorityVersion
from yantar.qms.organisation.queries import successor_map
from yantar.qms.services.models import Process, ProcessKind
from yantar.qms.standards.models import Clause, Edition
from yantar.qms.standards.queries import audit_time_table

from .instance import MOVABLE, PUT_OFF
from .models import Audit, AuditKind, AuditState, Programme, RiskAssessment
from .risk import audits_began, latest, risk_table

BY_HAND = "by_hand"
"""Reason of an audit that a person added: making the list anew leaves it alone."""
STANDING = (Status.ACTIVE, Status.SUSPENDED)
AWAITED = ("surveillance", "recertification_start")
"""Obligations of a certificate that an audit of the certification body meets."""
UNKNOWN_PERSONNEL = 25
"""People assumed where the personnel of an authority is not recorded; the audit says so. Our own norm."""
ALONE_UP_TO, PAIR_UP_TO = 2, 6
"""Person-days that one auditor and that two auditors take; more is for three. Our own norm."""


@lru_cache(maxsize=1)
def coverage_rules() -> CoverageRules:
    """How a cycle is covered, as it ships with the library."""
    return loader.load_coverage()


@lru_cache(maxsize=1)
def norm() -> InternalNorm:
    """How long an internal audit takes, as it ships with the library."""
    return loader.load_internal_norm()


@dataclass(frozen=True, slots=True)
class Want:
    """An audit that is wanted, not yet recorded. `why`: codes with parameters, first the reasons, then the steps to its person-days."""

    authority_id: int
    certificate_id: int | None
    edition_id: int
    clauses: tuple[int, ...]
    processes: tuple[int, ...]
    fields: tuple[str, ...]
    person_days: int
    auditors: int
    first: date
    last: date
    risk: Any
    why: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The certificate that an authority is audited by: its key, edition and present cycle; and the certifier's next audit."""

    certificate_id: int
    edition_id: int
    expires_on: date
    awaited_on: date | None


class Year:
    """What is known of every authority for one year's programme, as of a day; a constant number of queries.

    `stays(audit)` says which audits of this very programme are not made anew and therefore count as planned.
    """

    def __init__(self, programme: Programme, on: date, kept: Iterable[Audit] = ()) -> None:
        self.programme, self.year, self.on = programme, programme.year, on
        self.start = max(on + timedelta(days=1), date(self.year, 1, 1))
        self.follow = successor_map(max(on, date(self.year, 1, 1)))
        self.authorities = list(Authority.objects.on(self.start).order_by("code"))
        self.personnel = {
            one.authority_id: one.personnel for one in AuthorityVersion.objects.on(self.start).only("authority_id", "personnel", "valid_from")
        }
        self.processes: dict[int, list[Process]] = defaultdict(list)
        for process in Process.objects.on(self.start).filter(authority__isnull=False).order_by("kind", "order", "pk"):
            assert process.authority_id is not None
            self.processes[self.holder(process.authority_id)].append(process)
        self.risks = latest(on=on)
        self.began = audits_began(on)
        self.standing = self._standing()
        self.clauses = self._clauses()
        self.done = self._done(kept)
        self.newest = newest_edition(self.start)

    def holder(self, authority_id: int) -> int:
        """Who stands in this year for what an authority once was."""
        return self.follow.get(authority_id, authority_id)

    def _standing(self) -> dict[int, Standing]:
        """By authority, the certificate in force that was first recorded. One that is lapsed by the year is expected to be renewed."""
        on = self.on
        periods = StatusPeriod.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), begins_on__lte=on, status__in=STANDING)
        awaited: dict[int, date] = {}
        due = Obligation.objects.filter(pending(on), kind__in=AWAITED, due_on__gte=date(self.year, 1, 1)).order_by("-due_on")
        for certificate, due_on in due.values_list("certificate_id", "due_on"):
            awaited[certificate] = due_on
        found: dict[int, Standing] = {}
        for period in periods.select_related("certificate").order_by("-certificate_id"):
            if period.edition_id is not None and period.expires_on is not None:
                one = Standing(period.certificate_id, period.edition_id, period.expires_on, awaited.get(period.certificate_id))
                found[self.holder(period.certificate.authority_id)] = one
        return found

    def _clauses(self) -> dict[int, list[Clause]]:
        """Audited clauses that have no audited sub-clause, by edition, in the order of the standard."""
        rows = list(Clause.objects.filter(audited=True).only("edition_id", "number", "parent_id").order_by("edition_id", "order"))
        parents = {one.parent_id for one in rows}
        found: dict[int, list[Clause]] = defaultdict(list)
        for one in rows:
            if one.pk not in parents:
                found[one.edition_id].append(one)
        left_out = CertificateExclusion.objects.values_list("certificate_id", "clause_number")
        self.excluded: dict[int, set[str]] = defaultdict(set)
        for certificate, number in left_out:
            self.excluded[certificate].add(number)
        return found

    def _done(self, kept: Iterable[Audit]) -> dict[int, list[tuple[int, coverage.DoneAudit]]]:
        """Internal audits that took place or stand in other programmes, and those of this one that are kept: (edition, what it covered)."""
        stays = {one.pk for one in kept}
        rows = Audit.objects.filter(kind=AuditKind.INTERNAL).exclude(state__in=PUT_OFF)
        rows = rows.filter(Q(first_day__isnull=False, programme__isnull=True) | ~Q(programme=self.programme) | Q(pk__in=stays))
        # What was planned for days that have passed and never begun covered nothing.
        missed = Q(last_day__lt=self.on) | Q(last_day__isnull=True, window_last__lt=self.on)
        rows = rows.exclude(missed, state__in=MOVABLE)
        rows = rows.prefetch_related(Prefetch("clauses", Clause.objects.only("number")), Prefetch("processes", Process.objects.only("pk")))
        found: dict[int, list[tuple[int, coverage.DoneAudit]]] = defaultdict(list)
        for audit in rows.only("authority_id", "edition_id", "first_day", "last_day", "window_last"):
            day = audit.last_day or audit.window_last
            covered = coverage.DoneAudit(
                day, frozenset(one.number for one in audit.clauses.all()), frozenset(str(one.pk) for one in audit.processes.all())
            )
            found[self.holder(audit.authority_id)].append((audit.edition_id, covered))
        return found

    def edition_of(self, authority_id: int) -> int | None:
        """The edition on the certificate; without one the newest that is published."""
        standing = self.standing.get(authority_id)
        return standing.edition_id if standing is not None else self.newest.pk if self.newest is not None else None

    def clauses_of(self, authority_id: int) -> list[Clause]:
        """Clauses that the authority is audited by: those of its edition but for what its certificate excludes."""
        edition, standing = self.edition_of(authority_id), self.standing.get(authority_id)
        if edition is None:
            return []
        excluded = self.excluded.get(standing.certificate_id, set()) if standing is not None else set()
        return [one for one in self.clauses.get(edition, ()) if not coverage.is_core(one.number, excluded)]

    def subject(self, authority: Authority, editions: Mapping[int, str], bands: Mapping[str, int]) -> coverage.Subject:
        """An authority as the engine takes it."""
        standing, edition = self.standing.get(authority.pk), self.edition_of(authority.pk)
        rules = coverage_rules()
        clauses = tuple(one.number for one in self.clauses_of(authority.pk))
        done = [audit if covered_by == edition else audit._replace(clauses=frozenset()) for covered_by, audit in self.done.get(authority.pk, ())]
        return coverage.Subject(
            key=str(authority.pk),
            cycle=self.cycle(standing),
            clauses=clauses,
            core=rules.core(editions.get(edition or 0, "")),
            processes=tuple(self._process(authority.pk, one, bands) for one in self.processes.get(authority.pk, ())),
            done=tuple(done),
            certified=standing is not None,
            surveillance_due=standing.awaited_on if standing is not None else None,
        )

    def cycle(self, standing: Standing | None) -> coverage.Cycle:
        """The three years of the certificate; without one three calendar years, the same for all."""
        years = coverage_rules().cycle_years
        if standing is not None:
            return coverage.Cycle(add_years(standing.expires_on + timedelta(days=1), -years), standing.expires_on)
        base = self.year - self.year % years
        return coverage.Cycle(date(base, 1, 1), date(base + years - 1, 12, 31))

    def _process(self, authority: int, process: Process, bands: Mapping[str, int]) -> coverage.AuditedProcess:
        known = self.risks.get((authority, process.pk))
        months = bands.get(known.band, 12) if known is not None else 12
        return coverage.AuditedProcess(str(process.pk), months, max(process.valid_from, self.began))


def newest_edition(on: date) -> Edition | None:
    """The newest edition published by a day that is nobody's own. One query."""
    return Edition.objects.filter(own=False, expected=False, published_on__lte=on).order_by("-published_on", "-order").first()


def wants(programme: Programme, on: date, kept: Iterable[Audit] = ()) -> tuple[list[Want], list[str]]:
    """Audits that the year needs beside those that are kept, authorities by their codes; and authorities without an edition to audit by."""
    known = Year(programme, on, kept)
    editions = dict(Edition.objects.values_list("pk", "key"))
    bands = months_by_band(risk_table())
    table = audit_time_table() or loader.load_audit_time()
    found: list[Want] = []
    without: list[str] = []
    for authority in known.authorities:
        edition = known.edition_of(authority.pk)
        if edition is None:
            without.append(authority.code)
            continue
        subject = known.subject(authority, editions, bands)
        if not subject.certified and not subject.processes:
            # Nobody promised anything here and nothing is described: there is nothing to hold an audit against.
            continue
        wishes = coverage.propose(known.year, subject, coverage_rules(), start=known.start)
        found += [_want(known, authority, edition, wish, subject, table) for wish in wishes]
    return found, without


def months_by_band(table: RiskTable) -> dict[str, int]:
    """Months between audits by band of risk."""
    return {one.key: one.months for one in table.bands}


def _want(known: Year, authority: Authority, edition: int, wish: coverage.Wish, subject: coverage.Subject, table: Any) -> Want:
    numbers = {one.number: one.pk for one in known.clauses_of(authority.pk)}
    own = {str(one.pk): one for one in known.processes.get(authority.pk, ())}
    processes = [own[key] for key in wish.processes]
    risks = [risk for risk in (known.risks.get((authority.pk, one.pk)) for one in processes) if risk is not None]
    whole = known.risks.get((authority.pk, None))
    worst = max(risks, key=lambda one: one.score, default=whole)
    why = [{"code": code} for code in wish.reasons]
    days, steps = _days(known, authority.pk, wish, len(subject.processes), worst, table)
    standing = known.standing.get(authority.pk)
    # The core processes ask for somebody who knows their field; what every authority does alike is any auditor's trade.
    fields = tuple(dict.fromkeys(one.field for one in processes if one.field and one.kind == ProcessKind.CORE))
    auditors = 1 if days <= ALONE_UP_TO else 2 if days <= PAIR_UP_TO else 3
    return Want(
        authority_id=authority.pk,
        certificate_id=standing.certificate_id if standing is not None else None,
        edition_id=edition,
        clauses=tuple(numbers[number] for number in wish.clauses),
        processes=tuple(one.pk for one in processes),
        fields=fields,
        person_days=days,
        auditors=auditors,
        first=wish.first,
        last=wish.last,
        risk=worst.score if worst is not None else 0,
        why=(*why, *steps),
    )


def _days(known: Year, authority: int, wish: coverage.Wish, of: int, worst: RiskAssessment | None, table: Any) -> tuple[int, list[dict[str, Any]]]:
    """Whole person-days of an audit with the steps to them. A further audit in the year counts the people of its share of the processes."""
    personnel = known.personnel.get(authority)
    steps: list[dict[str, Any]] = [] if personnel else [{"code": "personnel_unknown", "params": {"personnel": str(UNKNOWN_PERSONNEL)}}]
    people = personnel or UNKNOWN_PERSONNEL
    if not wish.clauses and of:
        people = max(1, ceil(people * len(wish.processes) / of))
    time = internal_time.internal_days(people, len(wish.processes), 1, worst.band if worst is not None else "", table, norm())
    steps += [{"code": one.code, "params": dict(one.params)} for one in time.steps]
    return max(1, ceil(time.days)), steps


@dataclass(frozen=True, slots=True)
class Covered:
    """How a cycle of one authority is covered: by clause and by process the last day it is audited in the cycle (None: not yet)."""

    authority_id: int
    cycle: coverage.Cycle
    certified: bool
    clauses: Sequence[tuple[Clause, date | None]]
    processes: Sequence[tuple[Process, date | None]]

    @property
    def missing(self) -> int:
        """Clauses and processes that no audit of the cycle covers yet."""
        return sum(day is None for _one, day in (*self.clauses, *self.processes))


def covered(programme: Programme, on: date, authorities: Iterable[int] | None = None) -> list[Covered]:
    """How each authority's cycle is covered by audits that took place and those of all programmes, this one's included."""
    known = Year(programme, on, programme.audits.filter(kind=AuditKind.INTERNAL))
    wanted = set(authorities) if authorities is not None else None
    found = []
    for authority in known.authorities:
        if wanted is not None and authority.pk not in wanted:
            continue
        standing, edition = known.standing.get(authority.pk), known.edition_of(authority.pk)
        cycle = coverage.cycle_of(known.year, known.cycle(standing), coverage_rules())
        clauses: dict[str, date] = {}
        processes: dict[str, date] = {}
        for covered_by, audit in sorted(known.done.get(authority.pk, ()), key=lambda one: one[1].day):
            if cycle.first <= audit.day <= cycle.last:
                processes |= dict.fromkeys(audit.processes, audit.day)
                if covered_by == edition:
                    clauses |= dict.fromkeys(audit.clauses, audit.day)
        found.append(
            Covered(
                authority.pk,
                cycle,
                standing is not None,
                [(one, clauses.get(one.number)) for one in known.clauses_of(authority.pk)],
                [(one, processes.get(str(one.pk))) for one in known.processes.get(authority.pk, ())],
            )
        )
    return found


def replaceable(audits: Iterable[Audit]) -> list[Audit]:
    """Audits that a new list of wants may replace: nobody asked for them by hand, nothing is fixed, nothing is prepared."""
    return [
        one
        for one in audits
        if one.state == AuditState.PLANNED
        and not one.fixed
        and not any(reason.get("code") == BY_HAND for reason in one.why if isinstance(reason, dict))
    ]
