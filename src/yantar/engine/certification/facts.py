"""What is known of a certificate: the facts every rule of the certification cycle is computed from.

A fact is something somebody did on a day: a decision of the certification body, an audit carried out, an edition published. Nothing here
is computed. All classes are immutable; a mapping handed over must not be changed either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class DecisionKind(StrEnum):
    """What a certification body can decide about a certificate."""

    GRANT = "grant"
    CONFIRM = "confirm"
    SUSPEND = "suspend"
    RESTORE = "restore"
    REDUCE_SCOPE = "reduce_scope"
    WITHDRAW = "withdraw"
    RENEW = "renew"
    MOVE_EDITION = "move_edition"
    TRANSFER = "transfer"


class AuditKind(StrEnum):
    """Audits by a certification body (ISO/IEC 17021-1:2015, 9.3 to 9.6; special audits by rule R15)."""

    STAGE1 = "stage1"
    STAGE2 = "stage2"
    SURVEILLANCE = "surveillance"
    RECERTIFICATION = "recertification"
    EXTENSION = "extension"
    SHORT_NOTICE = "short_notice"


class Status(StrEnum):
    """The state of a certificate on a date."""

    DRAFT = "draft"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


IAF_STATUS: dict[Status, str] = {
    Status.DRAFT: "Draft",
    Status.ACTIVE: "Active",
    Status.SUSPENDED: "Suspended",
    Status.WITHDRAWN: "Withdrawn",
    Status.EXPIRED: "Expired",
    Status.SUPERSEDED: "Inactive",
}
"""The word IAF CertSearch uses for each status (its data field `certification_status`)."""

SUSPENSION_REASONS = ("S1", "S2", "S3")
"""Rule R10: S1 the system fails persistently or seriously, S2 surveillance or recertification not allowed in time, S3 own request."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of the certification body.

    `decided_on` is the day of the decision, `effective_on` the day from which it has effect (the same day when None),
    `expires_on` the last day of validity it states, `edition` the edition the certificate is to from then on, `audit_on`
    the last day of the audit it rests on, `reason` for a suspension S1, S2 or S3 (text may follow the code).
    A `kind` given as plain text is accepted; an unknown one raises ValueError.
    """

    id: int
    kind: DecisionKind
    decided_on: date
    effective_on: date | None = None
    expires_on: date | None = None
    edition: str | None = None
    audit_on: date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if type(self.kind) is not DecisionKind:
            object.__setattr__(self, "kind", DecisionKind(self.kind))

    @property
    def in_force_on(self) -> date:
        """The day from which the decision counts: its effective date, but never before it was decided (rule R6)."""
        if self.effective_on is None or self.effective_on < self.decided_on:
            return self.decided_on
        return self.effective_on


@dataclass(frozen=True, slots=True)
class AuditFact:
    """An audit that was carried out; `ended_on` is its last day."""

    kind: AuditKind
    ended_on: date
    id: int = 0

    def __post_init__(self) -> None:
        if type(self.kind) is not AuditKind:
            object.__setattr__(self, "kind", AuditKind(self.kind))


@dataclass(frozen=True, slots=True)
class EditionFact:
    """The dates of one edition of the standard.

    `ends_on`: last day certificates to it are valid; `new_until`: last day a new certificate may be granted to it. With `confirmed`
    false the dates are expectations: they are announced, but end no certificate and break no rule.
    """

    key: str
    published_on: date | None = None
    ends_on: date | None = None
    new_until: date | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Time limits a certification body sets itself, in days (ISO/IEC 17021-1 leaves them to the body).

    `major_days`, `minor_plan_days`: to close a major nonconformity and to hand in the plan for a minor one, counted from the last day of
    the audit. `recert_start_days` before expiry recertification is opened, `recert_audit_days` before expiry its audit should be over.
    """

    major_days: int = 90
    minor_plan_days: int = 90
    recert_start_days: int = 180
    recert_audit_days: int = 90


@dataclass(frozen=True, slots=True)
class NonconformityFact:
    """A nonconformity raised by the certification body's audit: `closed_on` verified, `plan_accepted_on` its plan accepted."""

    grade: str
    audit: AuditKind
    audit_ended_on: date
    closed_on: date | None = None
    plan_accepted_on: date | None = None
    id: int = 0

    def __post_init__(self) -> None:
        if self.grade not in ("major", "minor"):
            raise ValueError(f"grade of a nonconformity must be major or minor, not {self.grade!r}")
        if type(self.audit) is not AuditKind:
            object.__setattr__(self, "audit", AuditKind(self.audit))


@dataclass(frozen=True, slots=True)
class SiteFact:
    """A site in the scope since `since`, with the days on which audits visited it."""

    name: str
    since: date
    until: date | None = None
    audited_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Everything the rules need to know of one certificate. Decisions reversed by a correcting entry are left out by the caller.

    The order of `decisions` and `audits` has no meaning. `superseded_on` is the first day on which another certificate stands in its place;
    `missing_fields` names the required contents (ISO/IEC 17021-1:2015, 8.2.2) that the certificate lacks; `covid_extension` gives the twelve
    months of rule R8 for restoration. `uncovered_services` names services that no certificate's scope covers.
    """

    number: str
    decisions: tuple[Decision, ...]
    audits: tuple[AuditFact, ...] = ()
    editions: Mapping[str, EditionFact] = field(default_factory=dict)
    limits: BodyLimits = BodyLimits()
    reorganised_on: tuple[date, ...] = ()
    superseded_on: date | None = None
    missing_fields: tuple[str, ...] = ()
    covid_extension: bool = False
    nonconformities: tuple[NonconformityFact, ...] = ()
    sites: tuple[SiteFact, ...] = ()
    uncovered_services: tuple[str, ...] = ()


def as_of(facts: CertificateFacts, on: date) -> CertificateFacts:
    """The facts as they were known at the end of the day `on`: without decisions taken and audits finished later.

    The same object when nothing is left out. Findings and visits to sites carry their own days and stay.
    """
    decisions = tuple(one for one in facts.decisions if one.decided_on <= on)
    audits = tuple(one for one in facts.audits if one.ended_on <= on)
    if len(decisions) == len(facts.decisions) and len(audits) == len(facts.audits):
        return facts
    return replace(facts, decisions=decisions, audits=audits)
