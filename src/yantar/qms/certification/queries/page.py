"""One certificate with its internals, for those who answer for it or look after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language

from yantar.core.freshness import Fresh
from yantar.engine.certification import Breach, breaches_on
from yantar.engine.certification.alarms import Alarm, alarms
from yantar.engine.certification.milestones import Milestone, line_of_dates
from yantar.qms.certification import states
from yantar.qms.certification.facts import facts_of
from yantar.qms.certification.messages import alarm_sentence, breach_sentence
from yantar.qms.certification.models import Certificate, Decision, DecisionKind, ExternalAudit, Obligation
from yantar.qms.organisation.queries import internal_authority_ids

from .duties import Duty, duties
from .expected import ExpectedDays, ExpectedSample, days_of, expected_sample
from .public import describe, find_certificate
from .shapes import PublicCertificate


@dataclass(frozen=True, slots=True)
class BreachNow:
    """A rule that does not hold on the day. A "warning" is a doubt to look at, not a broken rule."""

    breach: Breach

    @property
    def sentence(self) -> Any:
        """What is wrong, with its rule, in the reader's language."""
        return breach_sentence(self.breach.code, self.breach.rule, self.breach.values)

    @property
    def is_warning(self) -> bool:
        return self.breach.severity == "warning"


@dataclass(frozen=True, slots=True)
class AlarmNow:
    """Something to be reminded of on the day; `alarm.level` says how near."""

    alarm: Alarm

    @property
    def sentence(self) -> Any:
        """What it is, with its rule, in the reader's language."""
        return alarm_sentence(self.alarm.code, self.alarm.rule, {**self.alarm.values, "due_on": self.alarm.due_on})


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A recorded decision with what only the staff sees. `reversal` is the entry that took it back."""

    decision: Decision
    reversal: Decision | None
    broken: tuple[Any, ...]

    @property
    def may_be_reversed(self) -> bool:
        return self.reversal is None


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """A certificate with its internals on a day; `public` are the facts that anyone sees.

    `may_record` and `may_change` are what the viewer may do; `foreseen` the decisions that the status of the day foresees.
    """

    certificate: Certificate
    public: PublicCertificate
    line: tuple[Milestone, ...]
    breaches: tuple[BreachNow, ...]
    alarms: tuple[AlarmNow, ...]
    obligations: tuple[Duty, ...]
    decisions: tuple[DecisionLine, ...]
    audits: tuple[ExternalAudit, ...]
    days: ExpectedDays | None
    sample: ExpectedSample | None
    foreseen: tuple[DecisionKind, ...]
    may_record: bool
    may_change: bool


_kept: Fresh[dict[str, Any]] = Fresh(500)


def certificate(viewer: Any, number: str, on: date) -> CertificatePage | None:
    """A certificate with its internals as of a day; None where there is none or the viewer may not see its internals.

    What does not hang on the viewer is kept while nothing changes anywhere; do not change what is handed out.
    """
    row = find_certificate(number)
    if row is None or not _visible(viewer, row):
        return None
    # Names of places are put into words when the page is made: a language has a page of its own.
    kept = _kept.get((row.pk, on, get_language()), lambda: _internals(row, on))
    return CertificatePage(
        certificate=row,
        may_record=viewer.has_perm("certification.record_decision", row),
        may_change=viewer.has_perm("certification.change_certificate", row),
        **kept,
    )


def _internals(row: Certificate, on: date) -> dict[str, Any]:
    facts = facts_of([row])[row.pk]
    public = describe(row, on)
    sample = expected_sample(row, on)
    held = {row.authority_id: public.holder} if public.holder else None
    return {
        "public": public,
        "line": line_of_dates(facts, on),
        "breaches": tuple(BreachNow(one) for one in breaches_on(facts, on)),
        "alarms": tuple(AlarmNow(one) for one in alarms(facts, on)),
        "obligations": tuple(duties(Obligation.objects.filter(certificate=row), on, held)),
        "decisions": decision_lines(row),
        "audits": tuple(ExternalAudit.objects.filter(certificate=row).order_by("ended_on", "pk").prefetch_related("sites__site")),
        "days": days_of(row, on, sample),
        "sample": sample,
        "foreseen": states.possible(public.status),
    }


def decision_lines(certificate: Certificate) -> tuple[DecisionLine, ...]:
    """Every recorded decision with the entry that took it back, in the order of the decisions; one query."""
    rows = list(
        Decision.objects.filter(certificate=certificate)
        .select_related("edition", "body", "recorded_by")
        .defer("edition__source", "edition__exclusions", "edition__note_ru", "edition__note_en")
        .order_by("decided_on", "pk")
    )
    reversals = {row.reverses_id: row for row in rows if row.reverses_id is not None}
    return tuple(
        DecisionLine(row, reversals.get(row.pk), tuple(breach_sentence(one["code"], one["rule"], one["params"]) for one in row.breaches))
        for row in rows
        if row.reverses_id is None
    )


def find_decision(viewer: Any, number: str, decision_id: int) -> Decision | None:
    """A decision of a certificate whose internals the viewer may see."""
    row = Decision.objects.select_related("certificate").filter(pk=decision_id, certificate__number__iexact=number).first()
    return row if row is not None and _visible(viewer, row.certificate) else None


def find_audit(viewer: Any, number: str, audit_id: int) -> ExternalAudit | None:
    """An audit of a certificate whose internals the viewer may see."""
    row = ExternalAudit.objects.select_related("certificate").filter(pk=audit_id, certificate__number__iexact=number).first()
    return row if row is not None and _visible(viewer, row.certificate) else None


def _visible(viewer: Any, row: Certificate) -> bool:
    mine = internal_authority_ids(viewer)
    return mine is None or row.authority_id in mine
