"""What an auditor may be today, computed from what is recorded, and why. Rules: the design of the audit facts, §2 (competence record).

Audits carried out in Yantar are known only above this floor, so whoever asks passes them as `Experience`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from yantar.engine.dates import add_months

from .models import Auditor, CompetenceKind, Qualification

LEAD_AUDITS = 3
"""Audits as auditor that a lead needs."""
EVALUATION_MONTHS = 36
"""An evaluation is due at least so often."""
IDLE_MONTHS = 24
"""After so many months without an audit, competence is to be proven anew."""
NEAR_DAYS = 90
"""Days before an end from which it is called near."""


class Weight(StrEnum):
    """How serious: the person can't be what is recorded, something is missing, something comes near."""

    BLOCKS = "blocks"
    LATE = "late"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Experience:
    """Audits carried out in Yantar: how many as auditor or lead, and the last day of the last one."""

    audits: int = 0
    last_on: date | None = None


NONE = Experience()


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, by its code and values; worded by `messages.warning_sentence`."""

    code: str
    weight: Weight
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the auditor may be on a day. `editions`: keys of the editions they may audit; `audits` counts those before Yantar too."""

    on: date
    may_be: Qualification
    audits: int
    last_audit_on: date | None
    editions: tuple[str, ...]
    evaluation_due_on: date
    requalification_due_on: date
    warnings: tuple[Reason, ...]

    @property
    def may_lead(self) -> bool:
        return self.may_be == Qualification.LEAD

    @property
    def worst(self) -> Weight | None:
        """The weight of the most serious reason; None when there is none."""
        return next((weight for weight in Weight if any(w.weight == weight for w in self.warnings)), None)


def standing(
    auditor: Auditor, competences: Iterable[Any], evaluations: Iterable[Any], on: date, experience: Experience = NONE, near: int = NEAR_DAYS
) -> Standing:
    """What an auditor may be on a day, and why.

    A recorded lead with fewer than three audits is a member; nobody whose competence for every edition has ended, or who neither audited nor
    proved competence anew for 24 months, is more than a trainee. `competences`, `evaluations`: rows of this auditor, competences with their
    edition at hand; rows later than `on` are passed over.
    """
    warnings: list[Reason] = []
    proofs = [c for c in competences if c.obtained_on <= on and (c.withdrawn_on is None or c.withdrawn_on > on)]
    editions = _editions(proofs, on, near, warnings)
    audits = auditor.audits_before + experience.audits
    may_be = Qualification(auditor.qualification)
    if may_be == Qualification.LEAD and audits < LEAD_AUDITS:
        may_be = Qualification.MEMBER
        warnings.append(Reason("too_few_audits", Weight.BLOCKS, {"audits": audits, "needed": LEAD_AUDITS}))
    # Training and a new proof requalify; whoever has just been entered counts from the latest of these.
    active = max([day for day in (experience.last_on, *(c.obtained_on for c in proofs)) if day is not None], default=auditor.valid_from)
    idle_on = add_months(active, IDLE_MONTHS)
    due_on = add_months(_judged(evaluations, on) or max(auditor.valid_from, min((c.obtained_on for c in proofs), default=active)), EVALUATION_MONTHS)
    if not editions:
        warnings.append(Reason("no_competence", Weight.BLOCKS))
    if may_be != Qualification.TRAINEE:
        if idle_on <= on:
            warnings.append(Reason("requalification", Weight.BLOCKS, {"since": active, "months": IDLE_MONTHS}))
        elif idle_on <= on + timedelta(days=near):
            warnings.append(Reason("requalification_near", Weight.NEAR, {"due_on": idle_on}))
        if not editions or idle_on <= on:
            may_be = Qualification.TRAINEE
    if due_on <= on:
        warnings.append(Reason("evaluation_late", Weight.LATE, {"due_on": due_on}))
    elif due_on <= on + timedelta(days=near):
        warnings.append(Reason("evaluation_near", Weight.NEAR, {"due_on": due_on}))
    order = list(Weight)
    warnings.sort(key=lambda one: order.index(one.weight))
    return Standing(on, may_be, audits, experience.last_on, tuple(editions), due_on, idle_on, tuple(warnings))


def _judged(evaluations: Iterable[Any], on: date) -> date | None:
    return max((e.evaluated_on for e in evaluations if e.evaluated_on <= on), default=None)


def _editions(proofs: Iterable[Any], on: date, near: int, warnings: list[Reason]) -> list[str]:
    """Editions that may be audited; an end that a later proof of the same edition and field has put right is no warning."""
    best: dict[tuple[str, str], tuple[date, str]] = {}
    for proof in proofs:
        if proof.kind == CompetenceKind.EDITION:
            key, until = (proof.edition.key, proof.field), proof.valid_until or date.max
            best[key] = max(best.get(key, (until, "")), (until, proof.edition.designation))
    editions: list[str] = []
    for (edition, area), (until, designation) in sorted(best.items()):
        params = {"edition": designation, "field": area, "until": until}
        if until < on:
            warnings.append(Reason("competence_expired", Weight.LATE, params))
            continue
        if until <= on + timedelta(days=near):
            warnings.append(Reason("competence_near", Weight.NEAR, params))
        if edition not in editions:
            editions.append(edition)
    return editions
