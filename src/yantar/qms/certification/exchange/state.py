"""Certification as it is recorded, in memory: what rows of a file are compared with and refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from yantar.core.tabular import ParsedRow
from yantar.core.tabular.names import name_key
from yantar.core.tabular.tables import heading_key
from yantar.engine.certification import facts as engine
from yantar.qms.organisation.models import Authority, AuthorityVersion, Site
from yantar.qms.organisation.queries import successor_map
from yantar.qms.standards.models import Edition

from ..models import Certificate, CertificationBody, Decision, ExternalAudit

CHUNK = 2000


class Recorded(NamedTuple):
    """A decision that is recorded already."""

    number: str
    effective_on: date
    expires_on: date | None
    audit_on: date | None
    edition_id: int | None
    body_id: int | None
    scope_ru: str
    scope_en: str
    reason_code: str
    is_reversed: bool


class RecordedAudit(NamedTuple):
    """An audit that is recorded already."""

    began_on: date | None
    days: Any
    report: str
    is_reversed: bool


@dataclass(slots=True, eq=False)
class BodyItem:
    """A certification body that is recorded or will be."""

    body: CertificationBody
    is_new: bool = False
    row: ParsedRow | None = None
    changed: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class DecisionItem:
    """A decision to be recorded. `row` is that of the decision, or that of the certificate where it tells its grant."""

    row: ParsedRow
    kind: str
    decided_on: date
    effective_on: date
    expires_on: date | None
    audit_on: date | None
    edition: Edition | None
    body: BodyItem | None
    number: str = ""
    scope_ru: str = ""
    scope_en: str = ""
    reason_code: str = ""
    note: str = ""
    source: str = ""
    breach_reason: str = ""
    breaches: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class AuditItem:
    """An audit to be recorded."""

    row: ParsedRow
    kind: str
    began_on: date | None
    ended_on: date
    days: Any
    report: str
    source: str


@dataclass(slots=True, eq=False)
class CertificateItem:
    """A certificate that is recorded or will be, with what is recorded of it and what will be."""

    certificate: Certificate
    body: BodyItem
    is_new: bool = False
    row: ParsedRow | None = None
    changed: set[str] = field(default_factory=set)
    superseded_by: CertificateItem | None = None
    recorded: dict[tuple[str, date], list[Recorded]] = field(default_factory=dict)
    recorded_audits: dict[tuple[str, date], list[RecordedAudit]] = field(default_factory=dict)
    decisions: list[DecisionItem] = field(default_factory=list)
    audits: list[AuditItem] = field(default_factory=list)


def number_key(number: str) -> str:
    """What spellings of one certificate number share: case and spaces don't matter."""
    return "".join(number.split()).casefold()


def chunks(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """The items in lists of at most `size`."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


class Authorities:
    """Authorities by code, INN and by their names in each span of their lives."""

    def __init__(self) -> None:
        self.all = Authority.objects.in_bulk()
        self._by_code = {authority.code.casefold(): authority for authority in self.all.values()}
        self._by_inn = {authority.inn: authority for authority in self.all.values() if authority.inn}
        self.versions: dict[int, list[AuthorityVersion]] = defaultdict(list)
        self._by_name: dict[str, list[AuthorityVersion]] = defaultdict(list)
        for version in AuthorityVersion.objects.order_by("valid_from").iterator():
            self.versions[version.authority_id].append(version)
            for name in {version.name_ru, version.name_en, version.short_ru, version.short_en}:
                if name:
                    self._by_name[name_key(name)].append(version)
        self._offices: dict[int, list[Site]] = defaultdict(list)
        for site in Site.objects.filter(is_head_office=True):
            self._offices[site.authority_id].append(site)
        self._followed: dict[date, dict[int, int]] = {}

    def find(self, text: str, day: date) -> list[Authority]:
        """Those that a reference means on a day: by code, INN, then name; a name of another day counts where none is of this one."""
        found = self._by_code.get(text.casefold()) or self._by_inn.get(text)
        if found is not None:
            return [found]
        versions = self._by_name.get(name_key(text), [])
        then = [version for version in versions if version.holds_on(day)]
        return [self.all[pk] for pk in dict.fromkeys(version.authority_id for version in then or versions)]

    def version(self, authority: Authority, day: date) -> AuthorityVersion | None:
        """What the authority was on a day."""
        return next((version for version in self.versions[authority.pk] if version.holds_on(day)), None)

    def office(self, authority: Authority, day: date) -> Site | None:
        """Its head office on a day."""
        return next((site for site in self._offices[authority.pk] if site.holds_on(day)), None)

    def follows(self, later: Authority, earlier: Authority, on: date) -> bool:
        """Whether one answers today for what the other once was."""
        if on not in self._followed:
            self._followed[on] = successor_map(on)
        return self._followed[on].get(earlier.pk) == later.pk


class State:
    """What is recorded of the certificates that the file speaks of."""

    def __init__(self, on: date, numbers: set[str]) -> None:
        self.on = on
        self.authorities = Authorities()
        self.editions: dict[str, Edition] = {}
        self.edition_rows = list(Edition.objects.all())
        for edition in self.edition_rows:
            for name in (edition.key, edition.designation, edition.national):
                if name:
                    for spelling in (heading_key(name), heading_key(name).replace("iso", "исо")):
                        self.editions.setdefault(spelling, edition)
        self.bodies: dict[int, BodyItem] = {}
        self.body_by_code: dict[str, BodyItem] = {}
        self.body_by_name: dict[str, list[BodyItem]] = defaultdict(list)
        for body in CertificationBody.objects.order_by("pk"):
            self.add_body(BodyItem(body))
        self.certificates: dict[str, CertificateItem] = {}
        self.rejected: set[str] = set()
        self._next = 0
        self._load(numbers)

    def new_key(self) -> int:
        """A stand-in for the primary key of a row that is not in the database yet: negative, so that it can't be a real one."""
        self._next -= 1
        return self._next

    def add_body(self, item: BodyItem) -> None:
        """Make it findable."""
        self.bodies[item.body.pk] = item
        self.body_by_code[item.body.code.casefold()] = item
        for name in {item.body.name_ru, item.body.name_en}:
            self.body_by_name[name_key(name)].append(item)

    def find_body(self, text: str) -> list[BodyItem]:
        """Bodies that a reference means: by code, else by name."""
        found = self.body_by_code.get(text.casefold())
        return [found] if found is not None else list(dict.fromkeys(self.body_by_name.get(name_key(text), ())))

    def find_edition(self, text: str) -> Edition | None:
        """The edition of a designation, a national designation, a key or a year."""
        return self.editions.get(heading_key(text))

    def _load(self, numbers: set[str]) -> None:
        by_pk: dict[int, CertificateItem] = {}
        everyone: dict[int, CertificateItem] = {}
        for certificate in Certificate.objects.select_related("edition").order_by("pk").iterator(chunk_size=CHUNK):
            item = CertificateItem(certificate, self.bodies[certificate.body_id])
            key = number_key(certificate.number)
            self.certificates[key] = item
            everyone[certificate.pk] = item
            if key in numbers:
                by_pk[certificate.pk] = item
        for item in everyone.values():
            if item.certificate.superseded_by_id is not None:
                item.superseded_by = everyone[item.certificate.superseded_by_id]
        for batch in chunks(by_pk):
            self._load_facts(by_pk, batch)

    def _load_facts(self, items: dict[int, CertificateItem], batch: Sequence[int]) -> None:
        decisions = Decision.objects.filter(certificate__in=batch, reverses__isnull=True).order_by()
        for pk, kind, decided_on, *values, reversed_by in decisions.values_list(
            "certificate_id", "kind", "decided_on", *Recorded._fields[:-1], "reversed_by"
        ):
            items[pk].recorded.setdefault((kind, decided_on), []).append(Recorded._make([*values, reversed_by is not None]))
        audits = ExternalAudit.objects.filter(certificate__in=batch).order_by()
        for pk, kind, ended_on, began_on, days, report, reversed_at in audits.values_list(
            "certificate_id", "kind", "ended_on", "began_on", "days", "report", "reversed_at"
        ):
            items[pk].recorded_audits.setdefault((kind, ended_on), []).append(RecordedAudit(began_on, days, report, reversed_at is not None))


def fact_of(item: DecisionItem, number: int) -> engine.Decision:
    """A decision to be recorded as the engine takes it."""
    return engine.Decision(
        id=number,
        kind=engine.DecisionKind(item.kind),
        decided_on=item.decided_on,
        effective_on=item.effective_on,
        expires_on=item.expires_on,
        edition=item.edition.key if item.edition else None,
        audit_on=item.audit_on,
        reason=item.reason_code,
    )
