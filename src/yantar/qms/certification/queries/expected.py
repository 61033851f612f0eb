"""What the next audit will take, and which sites it visits, with how each figure was reached (IAF MD 5 and MD 1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from yantar.engine import audit_time, sampling
from yantar.engine.steps import Step
from yantar.library.facts import AuditTimeTable
from yantar.qms.certification.models import Certificate, ExternalAudit, ExternalAuditKind, Obligation
from yantar.qms.certification.models.certificate import CertificateType
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.organisation.queries import successor_map
from yantar.qms.standards.queries import audit_time_table

from .register import pending

KINDS = ("surveillance", "recertification")


def step_words(texts: Mapping[str, str], step: Step) -> str:
    """One step of a computation in the reader's language."""
    return gettext(texts[step.code]) % dict(step.params)


@dataclass(frozen=True, slots=True)
class DaysPart:
    """Audit time of one place (a site, or the authority as a whole) by its personnel."""

    name: str
    time: audit_time.AuditTime

    @property
    def steps(self) -> list[str]:
        """How it was reached, in the reader's language."""
        return [step_words(audit_time.STEP_TEXTS, step) for step in self.time.steps]


@dataclass(frozen=True, slots=True)
class ExpectedDays:
    """Audit days to expect for the next audit: `kind` "surveillance" or "recertification", the sum of its parts.

    Adjustments are the certification body's to decide; none is assumed. `table` says where the numbers are from.
    """

    kind: str
    parts: tuple[DaysPart, ...]
    table: AuditTimeTable

    @property
    def days(self) -> Decimal:
        """Audit days of the next audit, all places together."""
        return sum((getattr(part.time, self.kind) for part in self.parts), Decimal(0))

    @property
    def initial(self) -> Decimal:
        """Audit days of an initial audit of the same places, for comparison."""
        return sum((part.time.initial for part in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class ExpectedSample:
    """Sites that the next audit should visit. `names` by the identifier that the sample uses."""

    kind: str
    sample: sampling.Sample
    names: Mapping[str, str]

    @property
    def chosen(self) -> list[str]:
        return [self.names[one] for one in self.sample.chosen]

    @property
    def steps(self) -> list[str]:
        """How it was reached, in the reader's language."""
        return [step_words(sampling.STEP_TEXTS, step) for step in self.sample.steps]


def next_kind(certificate: Certificate, on: date) -> tuple[str, date | None]:
    """Which audit comes next, and by when it is due: of what can be done already the most urgent, else what opens next."""
    kind = {"surveillance": "surveillance", "recertification_start": "recertification", "recertification_decision": "recertification"}
    ahead = Obligation.objects.filter(pending(on), certificate=certificate, kind__in=kind)
    first = min(ahead, key=lambda one: (one.opens_on > on, one.due_on, one.pk), default=None)
    return (kind[first.kind], first.due_on) if first is not None else ("surveillance", None)


def expected_audit_days(certificate: Certificate, on: date) -> ExpectedDays | None:
    """Audit days to expect next; None where personnel or the table is not known.

    One authority: by its effective personnel on the day. Several sites: the sampled ones, each by its own personnel.
    """
    return days_of(certificate, on, expected_sample(certificate, on))


def days_of(certificate: Certificate, on: date, sample: ExpectedSample | None) -> ExpectedDays | None:
    """As `expected_audit_days` where the sample is known already."""
    table = audit_time_table()
    if table is None:
        return None
    places: list[tuple[str, int | None]]
    kind = sample.kind if sample is not None else next_kind(certificate, on)[0]
    if sample is None:
        holder = successor_map(on).get(certificate.authority_id, certificate.authority_id)
        version = AuthorityVersion.objects.on(on).filter(authority=holder).first()
        places = [(version.name, version.personnel)] if version is not None else []
    else:
        personnel = {str(row.pk): row.site.personnel for row in certificate.certificate_sites.select_related("site")}
        places = [(sample.names[one], personnel[one]) for one in sample.sample.chosen]
    if not places or any(not number for _name, number in places):
        return None
    parts = tuple(DaysPart(name, audit_time.audit_time(number or 1, (), table)) for name, number in places)
    return ExpectedDays(kind, parts, table)


def expected_sample(certificate: Certificate, on: date) -> ExpectedSample | None:
    """Sites that the next audit should visit; None for a certificate of one place or without a central function.

    The seed is the certificate's number and the year the audit is due, so that anyone can draw the same sample.
    """
    if certificate.type == CertificateType.SINGLE:
        return None
    rows = list(certificate.certificate_sites.select_related("site").order_by("pk"))
    if not any(row.is_central for row in rows):
        return None
    visits: dict[int, list[date]] = defaultdict(list)
    for site, ended_on in ExternalAudit.sites.through.objects.filter(
        externalaudit__certificate=certificate, externalaudit__reversed_at__isnull=True, externalaudit__ended_on__lte=on
    ).values_list("certificatesite_id", "externalaudit__ended_on"):
        visits[site].append(ended_on)
    sites = [
        sampling.Site(
            id=str(row.pk),
            personnel=row.site.personnel or 0,
            last_visited_on=max(visits[row.pk], default=None),
            is_central=row.is_central,
        )
        for row in rows
    ]
    kind, due_on = next_kind(certificate, on)
    seed = f"{certificate.number}/{(due_on or on).year}"
    if certificate.type == CertificateType.NO_SAMPLING:
        before = (
            ExternalAudit.objects.filter(certificate=certificate, kind=ExternalAuditKind.SURVEILLANCE, reversed_at__isnull=True, ended_on__lte=on)
            .order_by("-ended_on")
            .first()
        )
        visited = {str(pk) for pk in before.sites.values_list("pk", flat=True)} if before is not None else set()
        sample = sampling.choose_without_sampling(kind, sites, seed, visited)
    else:
        sample = sampling.choose_sample(kind, sites, seed)
    return ExpectedSample(kind, sample, {str(row.pk): row.site.name for row in rows})
