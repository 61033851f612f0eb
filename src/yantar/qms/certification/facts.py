"""From rows to what the engine reasons about: the facts of many certificates in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from yantar.engine.certification import facts as engine
from yantar.qms.findings.models import Finding, FindingStep, Grade, OriginKind, State
from yantar.qms.organisation.models import ReorganisationKind, Succession
from yantar.qms.organisation.models.reorganisation import Affected
from yantar.qms.standards.models import Edition, Transition

from .models import Certificate, CertificateSite, CertificationBody, Decision, ExternalAudit

UNSETTLING = (ReorganisationKind.ABOLISH, ReorganisationKind.MERGE, ReorganisationKind.SPLIT, ReorganisationKind.MOVE_UNIT)
"""Reorganisations after which the certifier may want a stage 1 again (R17). A new name alone unsettles nothing."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Facts by the certificate's primary key, with the rows that the engine's words stand for.

    `transfers`: (first day, certification body that took over), in the order of time; `editions`: primary key by the edition's key.
    """

    facts: dict[int, engine.CertificateFacts]
    transfers: dict[int, list[tuple[date, int]]]
    editions: dict[str, int]


def edition_facts() -> dict[str, engine.EditionFact]:
    """The dates of every edition. The end is that of the transition away from it, which people edit; else the edition's own.

    Where several transitions lead away from one edition the one that ends first counts.
    """
    return _editions()[0]


def _editions() -> tuple[dict[str, engine.EditionFact], dict[str, int]]:
    ends: dict[int, tuple[date, date | None, bool]] = {}
    for old, new_until, ends_on, confirmed in Transition.objects.filter(ends_on__isnull=False).values_list(
        "old_id", "new_until", "ends_on", "confirmed"
    ):
        assert ends_on is not None
        if old not in ends or ends_on < ends[old][0]:
            ends[old] = (ends_on, new_until, confirmed)
    found, ids = {}, {}
    for pk, key, published_on, valid_until, new_until, confirmed in Edition.objects.values_list(
        "pk", "key", "published_on", "valid_until", "new_until", "confirmed"
    ):
        end = ends.get(pk, (valid_until, new_until, confirmed))
        found[key] = engine.EditionFact(key, published_on, ends_on=end[0], new_until=end[1], confirmed=end[2])
        ids[key] = pk
    return found, ids


def decision_fact(row: Decision) -> engine.Decision:
    """One recorded decision as the engine takes it."""
    return engine.Decision(
        id=row.pk or 0,
        kind=engine.DecisionKind(row.kind),
        decided_on=row.decided_on,
        effective_on=row.effective_on,
        expires_on=row.expires_on,
        edition=row.edition.key if row.edition else None,
        audit_on=row.audit_on,
        reason=row.reason_code,
    )


def facts_of(certificates: Iterable[Certificate], *, whole: bool = True) -> dict[int, engine.CertificateFacts]:
    """The facts of each certificate by its primary key; decisions that were reversed and audits taken back are left out.

    `whole=False` leaves out what neither status nor obligations depend on (reorganisations, sites): enough for the projections.
    """
    return gather(certificates, whole=whole).facts


def gather(certificates: Iterable[Certificate], *, whole: bool = True, found: bool | None = None) -> Gathered:
    """As `facts_of`, with what is needed to store what the engine says of them. `found`: with nonconformities of the body's audits (as `whole`)."""
    wanted = {certificate.pk: certificate for certificate in certificates}
    if not wanted:
        return Gathered({}, {}, {})
    editions, edition_ids = _editions()
    decisions: dict[int, list[engine.Decision]] = defaultdict(list)
    transfers: dict[int, list[tuple[date, int]]] = defaultdict(list)
    bodies = {pk: certificate.body_id for pk, certificate in wanted.items()}
    rows = (
        Decision.objects.filter(certificate__in=wanted, reverses__isnull=True, reversed_by__isnull=True)
        .order_by("effective_on", "decided_on", "pk")
        .values_list("certificate_id", "pk", "kind", "decided_on", "effective_on", "expires_on", "edition__key", "audit_on", "reason_code", "body_id")
    )
    for certificate, pk, kind, decided_on, effective_on, expires_on, edition, audit_on, reason, body in rows:
        decisions[certificate].append(engine.Decision(pk, engine.DecisionKind(kind), decided_on, effective_on, expires_on, edition, audit_on, reason))
        if body:
            transfers[certificate].append((max(effective_on, decided_on), body))
            bodies[certificate] = body
    audits: dict[int, list[engine.AuditFact]] = defaultdict(list)
    for pk, certificate, audit_kind, ended_on in ExternalAudit.objects.filter(certificate__in=wanted, reversed_at__isnull=True).values_list(
        "pk", "certificate_id", "kind", "ended_on"
    ):
        audits[certificate].append(engine.AuditFact(engine.AuditKind(audit_kind), ended_on, pk))
    body_rows = CertificationBody.objects.in_bulk(set(bodies.values()))
    reorganised = _reorganised(wanted.values()) if whole else {}
    sites = _sites(wanted) if whole else {}
    nonconformities = _nonconformities(audits) if (whole if found is None else found) else {}
    facts = {
        pk: engine.CertificateFacts(
            number=certificate.number,
            decisions=tuple(decisions[pk]),
            audits=tuple(audits[pk]),
            editions=editions,
            limits=limits_of(body_rows[bodies[pk]]),
            reorganised_on=reorganised.get(certificate.authority_id, ()),
            superseded_on=certificate.superseded_on,
            missing_fields=missing_fields(certificate, body_rows[bodies[pk]], decisions[pk]),
            covid_extension=certificate.covid_extension,
            sites=sites.get(pk, ()),
            nonconformities=nonconformities.get(pk, ()),
        )
        for pk, certificate in wanted.items()
    }
    return Gathered(facts, transfers, edition_ids)


def missing_fields(certificate: Certificate, body: CertificationBody, decisions: Iterable[engine.Decision]) -> tuple[str, ...]:
    """What a certificate must show and this entry lacks (ISO/IEC 17021-1:2015, 8.2.2)."""
    required = {
        "client": certificate.client_ru or certificate.client_en,
        "address": certificate.address_ru or certificate.address_en,
        "scope": certificate.scope_ru or certificate.scope_en,
        "body_address": body.address,
        "accreditation": body.accreditation_number,
        "expiry": any(decision.expires_on for decision in decisions),
    }
    return tuple(name for name, value in required.items() if not value)


def limits_of(body: CertificationBody) -> engine.BodyLimits:
    """A body's own time limits as the engine takes them."""
    return engine.BodyLimits(major_days=body.major_days, minor_plan_days=body.minor_plan_days, recert_start_days=body.recert_start_days)


def _reorganised(certificates: Iterable[Certificate]) -> Mapping[int, tuple[date, ...]]:
    """By the authority a certificate was granted to: days on which it, or who answered for it by then, was reorganised."""
    steps: dict[int, list[tuple[date, int]]] = defaultdict(list)
    days: dict[int, set[date]] = defaultdict(set)
    for predecessor, successor, day in (
        Succession.objects.filter(is_main=True)
        .order_by("reorganisation__effective_on")
        .values_list("predecessor_id", "successor_id", "reorganisation__effective_on")
    ):
        steps[predecessor].append((day, successor))
        days[predecessor].add(day)
        days[successor].add(day)
    for authority, day in Affected.objects.filter(reorganisation__kind__in=UNSETTLING).values_list("authority_id", "reorganisation__effective_on"):
        days[authority].add(day)
    result = {}
    for start in {certificate.authority_id for certificate in certificates}:
        found: set[date] = set()
        holder, since, seen = start, date.min, set[int]()
        while holder not in seen:
            seen.add(holder)
            onward = next(((day, successor) for day, successor in steps[holder] if day >= since), None)
            until = onward[0] if onward else date.max
            found |= {day for day in days[holder] if since <= day <= until}
            if onward is None:
                break
            since, holder = onward
        result[start] = tuple(sorted(found))
    return result


def _nonconformities(audits: Mapping[int, list[engine.AuditFact]]) -> Mapping[int, tuple[engine.NonconformityFact, ...]]:
    """What the certification body's audits found, by certificate. A finding of such an audit carries the audit's primary key as its origin.

    Closed for the certifier is what somebody independent has verified as done; the effect is judged later and may open it again. A plan is
    accepted when it was approved.
    """
    of = {str(audit.id): (certificate, audit) for certificate, rows in audits.items() for audit in rows}
    found = list(
        Finding.objects.filter(origin_kind=OriginKind.EXTERNAL_AUDIT, origin_id__in=of, grade__in=(Grade.MAJOR, Grade.MINOR))
        .exclude(state__in=(State.DRAFT, State.REJECTED, State.CANCELLED))
        .order_by("pk")
        .values_list("pk", "origin_id", "grade", "state")
    )
    if not found:
        return {}
    verified: dict[int, date] = {}
    accepted: dict[int, date] = {}
    for finding, after, on in (
        FindingStep.objects.filter(finding__in=[row[0] for row in found], after__in=(State.WAITING_EFFECT, State.IMPLEMENTATION))
        .order_by("pk")
        .values_list("finding_id", "after", "on")
    ):
        (verified if after == State.WAITING_EFFECT else accepted)[finding] = on
    rows: dict[int, list[engine.NonconformityFact]] = defaultdict(list)
    for pk, origin, grade, state in found:
        certificate, audit = of[origin]
        closed_on = verified.get(pk) if state in (State.WAITING_EFFECT, State.CLOSED) else None
        rows[certificate].append(engine.NonconformityFact(grade, audit.kind, audit.ended_on, closed_on, accepted.get(pk), pk))
    return {pk: tuple(one) for pk, one in rows.items()}


def _sites(wanted: Mapping[int, Certificate]) -> Mapping[int, tuple[engine.SiteFact, ...]]:
    """Sites with the audits that visited them; nothing for a certificate of whose audits the visited sites were never recorded."""
    rows: dict[int, list[engine.SiteFact]] = defaultdict(list)
    visits: dict[int, list[date]] = defaultdict(list)
    for site, ended_on in ExternalAudit.sites.through.objects.filter(
        externalaudit__certificate__in=wanted, externalaudit__reversed_at__isnull=True
    ).values_list("certificatesite_id", "externalaudit__ended_on"):
        visits[site].append(ended_on)
    if not visits:
        return {}
    known = set()
    for pk, certificate, name, since, until in CertificateSite.objects.filter(certificate__in=wanted).values_list(
        "pk", "certificate_id", "site__name_ru", "site__valid_from", "site__valid_to"
    ):
        if visits[pk]:
            known.add(certificate)
        rows[certificate].append(engine.SiteFact(name, since, until, tuple(sorted(visits[pk]))))
    return {pk: tuple(found) for pk, found in rows.items() if pk in known}
