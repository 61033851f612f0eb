"""What anyone may know of a certificate, as values: no row of the database is touched any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from yantar.core.canonical import plain
from yantar.qms.certification.messages import obligation_name, rule_sentence
from yantar.qms.certification.models import DecisionKind, Status
from yantar.qms.certification.models.facts import SuspensionReason

from .holders import Holder


def _in_language(ru: str, en: str) -> str:
    return (en or ru) if get_language() == "en" else (ru or en)


@dataclass(frozen=True, slots=True)
class Body:
    """A certification body."""

    code: str
    name_ru: str
    name_en: str
    country: str
    address: str
    accreditation_body: str
    accreditation_number: str
    website: str

    @property
    def name(self) -> str:
        return _in_language(self.name_ru, self.name_en)


@dataclass(frozen=True, slots=True)
class Period:
    """From `begins_on` until `ends_on` (not included) the certificate stood like this; `expires_on` as it was then."""

    status: str
    begins_on: date
    ends_on: date | None
    edition: str
    body_ru: str
    body_en: str
    expires_on: date | None

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label)

    @property
    def body(self) -> str:
        return _in_language(self.body_ru, self.body_en)


@dataclass(frozen=True, slots=True)
class PublicDecision:
    """A decision of the certification body. `flagged`: it broke a rule when it was recorded.

    `reversed_at`: the entry was taken back then and never counted. Scope, edition and body are given where the decision changed them.
    """

    id: int
    kind: str
    number: str
    decided_on: date
    effective_on: date
    expires_on: date | None
    audit_on: date | None
    edition: str
    body_ru: str
    body_en: str
    scope_ru: str
    scope_en: str
    reason_code: str
    flagged: bool
    reversed_at: datetime | None
    source: str
    recorded_at: datetime

    @property
    def kind_label(self) -> str:
        return str(DecisionKind(self.kind).label)

    @property
    def reason_label(self) -> str:
        """The ground of a suspension in words."""
        return str(SuspensionReason(self.reason_code).label) if self.reason_code else ""

    @property
    def scope(self) -> str:
        return _in_language(self.scope_ru, self.scope_en)

    @property
    def body(self) -> str:
        return _in_language(self.body_ru, self.body_en)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What has to happen next to keep the certificate. Not `confirmed`: the day is only expected."""

    kind: str
    rule: str
    opens_on: date
    due_on: date
    confirmed: bool

    @property
    def name(self) -> str:
        return obligation_name(self.kind)

    @property
    def rule_text(self) -> str:
        return rule_sentence(self.rule)


@dataclass(frozen=True, slots=True)
class PublicSite:
    """A site within the certificate."""

    code: str
    name_ru: str
    name_en: str
    address_ru: str
    address_en: str
    scope_ru: str
    scope_en: str
    is_central: bool

    @property
    def name(self) -> str:
        return _in_language(self.name_ru, self.name_en)

    @property
    def address(self) -> str:
        return _in_language(self.address_ru, self.address_en)

    @property
    def scope(self) -> str:
        return _in_language(self.scope_ru, self.scope_en)


@dataclass(frozen=True, slots=True)
class PublicExclusion:
    """A clause left out (2000, 2008) or not applicable (2015 and later)."""

    clause_number: str
    justification: str
    approved_by: str
    approved_on: date


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact came from (words of whoever recorded it; "" when they gave none) and when it was recorded; by which decision, if by one."""

    fact: str
    source: str
    recorded_at: datetime
    decision_id: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """Another certificate, from a day on."""

    number: str
    on: date | None


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """Everything the public may know of a certificate as of the day `on`.

    `granted_on` and `effective_on` are of the grant or renewal that opened the running cycle; `scope_*` and `body` are as of the day,
    `holder` who answers for it then, `client_*` whom it was granted to. `decisions` were taken by the day, newest last, with those taken
    back. `iaf_status` is the word of IAF CertSearch. `provenance` names number, client, scope,
    edition, body, granted_on, status, expires_on and, after a surveillance, confirmed.
    """

    on: date
    number: str
    identity_number: str
    type: str
    status: str
    iaf_status: str
    status_since: date | None
    expires_on: date | None
    edition_key: str
    edition: str
    edition_national: str
    scope_ru: str
    scope_en: str
    client_ru: str
    client_en: str
    address_ru: str
    address_en: str
    iaf_sector: str
    original_issue_on: date | None
    granted_on: date | None
    effective_on: date | None
    holder: Holder | None
    body: Body
    next_step: NextStep | None
    history: tuple[Period, ...]
    decisions: tuple[PublicDecision, ...]
    sites: tuple[PublicSite, ...]
    exclusions: tuple[PublicExclusion, ...]
    supersedes: tuple[Link, ...]
    superseded_by: Link | None
    scan_sha256: str
    provenance: tuple[Provenance, ...]

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label)

    @property
    def scope(self) -> str:
        return _in_language(self.scope_ru, self.scope_en)

    @property
    def client(self) -> str:
        return _in_language(self.client_ru, self.client_en)

    @property
    def address(self) -> str:
        return _in_language(self.address_ru, self.address_en)

    def source_of(self, fact: str) -> Provenance | None:
        """Where one fact came from."""
        return next((one for one in self.provenance if one.fact == fact), None)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON: days as ISO 8601, nothing translated."""
        value: dict[str, Any] = plain(self)
        return value
