"""What the API takes and gives. Fields are only added; none changes its meaning or goes away below the same `/api/v1/`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from yantar.qms.certification.models import Status
from yantar.qms.certification.queries.holders import Holder
from yantar.qms.certification.queries.shapes import (
    Body,
    Link,
    NextStep,
    Period,
    Provenance,
    PublicDecision,
    PublicExclusion,
    PublicSite,
)
from yantar.qms.organisation.models import AuthorityKind

LONGEST_PAGE = 100
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"


def _day(value: Any) -> Any:
    """A day as ISO 8601 writes it and in no other way: numbers of seconds and times of day are refused."""
    if isinstance(value, str):
        try:
            if len(value) != len("2026-03-15"):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("day", "not a day") from None
    return value


Day = Annotated[date, BeforeValidator(_day)]
Words = Annotated[str, Field(max_length=200, pattern=PRINTABLE)]
Code = Annotated[str, Field(max_length=60, pattern=PRINTABLE)]


class OnDay(Schema):
    """The day that is asked about."""

    on: Day | None = Field(None, description="As of this day, like 2026-03-15; today without it.")


class Paged(OnDay):
    """A page of a list."""

    page: int = Field(1, ge=1, le=1_000_000, description="Number of the page, from 1; beyond the last one `items` is empty.")
    limit: int = Field(50, ge=1, le=LONGEST_PAGE, description="Items of a page.")


class CertificateFilters(Paged):
    """Which certificates."""

    q: Words = Field("", description="A part of the number, words of a name that the holder ever had, or words of the scope, in either language.")
    status: Status | None = Field(None, description="The status on the day.")
    edition: Code = Field("", description="Key of the edition of the standard on the day, like 2015.")
    body: Code = Field("", description="Code of the certification body on the day.")
    authority: Code = Field("", description="Code of the authority that it was granted to or that holds it on the day.")


class AuthorityFilters(Paged):
    """Which authorities."""

    q: Words = Field("", description="Words of the name, full or short, in either language.")


class Step(Schema):
    """What has to happen next to keep the certificate."""

    kind: str
    due_on: date


class CertificateRow(Schema):
    """A certificate in a list, as it stood on the day. `expires_on`: last day of validity."""

    number: str
    url: str = Field(description="Page of the certificate.")
    type: str
    status: Status
    edition: str
    body_ru: str
    body_en: str
    scope_ru: str
    scope_en: str
    expires_on: date | None
    holder: Holder | None
    next_step: Step | None


class RegisterCounts(Schema):
    """The whole register on the day. `confirmed` in its calendar year; `due`, of these `overdue`: still to be confirmed or renewed in it."""

    total: int
    by_status: dict[str, int]
    confirmed: int
    due: int
    overdue: int


class Certificates(Schema):
    """A page of the register. `count`: certificates found on all pages."""

    on: date
    count: int
    page: int
    limit: int
    counts: RegisterCounts
    items: list[CertificateRow]


class CertificateFacts(Schema):
    """Everything the public may know of a certificate as of a day; the same body as its page's `.json`."""

    schema_: Literal["yantar-certificate-1"] = Field(alias="schema")
    url: str
    on: date
    number: str
    identity_number: str
    type: str
    status: Status
    iaf_status: str = Field(description="The word of IAF CertSearch.")
    valid: bool = Field(description="Whether the certificate is in force on the day.")
    status_since: date | None
    expires_on: date | None = Field(description="Last day of validity.")
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
    history: list[Period]
    decisions: list[PublicDecision]
    sites: list[PublicSite]
    exclusions: list[PublicExclusion]
    supersedes: list[Link]
    superseded_by: Link | None
    scan_sha256: str | None
    provenance: list[Provenance]


class Names(Schema):
    """An authority as it was called."""

    code: str
    kind: AuthorityKind
    name_ru: str
    name_en: str
    short_ru: str
    short_en: str


class StandingCertificate(Schema):
    """The one of an authority's certificates that says most about the day."""

    number: str
    status: Status
    edition: str
    expires_on: date | None


class AuthorityItem(Names):
    """An authority that existed on the day, with the certificate that stands for it."""

    url: str
    certificate: StandingCertificate | None


class Authorities(Schema):
    """A page of the authorities. `count`: authorities found on all pages."""

    on: date
    count: int
    page: int
    limit: int
    items: list[AuthorityItem]


class NamesInTime(Names):
    """What an authority was called from `valid_from` until `valid_to` (the first day it no longer was)."""

    valid_from: date
    valid_to: date | None
    personnel: int | None
    legal_basis: str


class PlaceOfWork(Schema):
    """A place where the authority works on the day."""

    code: str
    name_ru: str
    name_en: str
    address_ru: str
    address_en: str
    is_head_office: bool


class Kin(Schema):
    """An authority that this one followed, or that followed it, on a day. `is_main`: its certificates went there."""

    day: date
    code: str
    name_ru: str
    name_en: str
    is_main: bool


class AuthorityFacts(Names):
    """An authority as of a day: its names then, its certificates, its places, and its whole history. `exists`: on that day."""

    on: date
    url: str
    exists: bool
    valid_from: date
    valid_to: date | None
    inn: str
    ogrn: str
    supervisor: Names | None
    certificates: list[CertificateRow]
    sites: list[PlaceOfWork]
    versions: list[NamesInTime]
    predecessors: list[Kin]
    successors: list[Kin]


class Wrong(Schema):
    """One thing that is wrong: what, in words, and with which parameter."""

    message: str
    code: str
    field: str = ""
    value: str = ""


class ProblemBody(Schema):
    """RFC 9457. Words are Russian, or English where Accept-Language prefers it."""

    type: str
    title: str
    status: int
    problems: list[Wrong] = []
