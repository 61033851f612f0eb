"""The shapes of what the library holds: editions with their clauses, correspondence, transitions, audit time, sectors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Question:
    """An auditor's question in both languages."""

    question_en: str
    question_ru: str


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause of an edition, in the order of the standard.

    `audited`: requirements to look at in an audit; a heading is audited through its sub-clauses and has no question of its own.
    `untitled`: a numbered paragraph without a title in the standard. `general_knowledge`: fields no source that was read confirms.
    """

    number: str
    title_en: str
    title_ru: str
    question_en: str = ""
    question_ru: str = ""
    extra_questions: tuple[Question, ...] = ()
    audited: bool = True
    untitled: bool = False
    note_en: str = ""
    note_ru: str = ""
    general_knowledge: tuple[str, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether a source that was read confirms the titles."""
        return not self.general_knowledge

    @property
    def parent(self) -> str:
        """Number of the clause above; "" at the top."""
        return self.number.rpartition(".")[0]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, the main one first."""
        main = (Question(self.question_en, self.question_ru),) if self.question_en else ()
        return main + self.extra_questions


@dataclass(frozen=True, slots=True)
class National:
    """The national text of an edition."""

    designation: str
    approved_on: date | None = None
    in_force_on: date | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExclusionCandidate:
    """A clause that a government often leaves out; `challenge`: a reviewer should ask for the reasons."""

    clause: str
    challenge: bool = False
    note_en: str = ""
    note_ru: str = ""


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Which requirements may be left out: `mode` is "exclusion" or "not_applicable", `clause` where the standard says so.

    `requires`: fields that a recorded exclusion must carry.
    """

    mode: str
    clause: str
    sections: tuple[str, ...]
    requires: tuple[str, ...]
    condition_en: str
    condition_ru: str
    candidates: tuple[ExclusionCandidate, ...] = ()
    confirmed: bool = False

    def allows(self, number: str) -> bool:
        """Whether clause `number` lies in a section from which requirements may be left out at all."""
        return any(number == section or number.startswith(section + ".") for section in self.sections)


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A documented procedure that the edition demands."""

    clause: str
    title_en: str
    title_ru: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class RecordRow:
    """Documented information that the edition demands: kind "maintain" (a document) or "retain" (a record); `item` is the letter."""

    clause: str
    item: str
    kind: str
    title_en: str
    title_ru: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a standard with its whole tree, whatever file it was built on.

    `published_precision` "month" means that only the month is known and `published_on` is its first day; `status` is "published" or
    "expected"; `confirmed` says whether a source that was read confirms the publication date. `base_kind` is "" (own tree), "alias"
    or "overlay" on the edition `base_key`. `digest`: SHA-256, as hexadecimal text, of all the content, so the same content always
    has the same digest.
    """

    key: str
    standard: str
    title_en: str
    title_ru: str
    designation: str
    national: National | None
    published_on: date | None
    published_precision: str
    status: str
    confirmed: bool
    general_knowledge: tuple[str, ...]
    base_key: str
    base_kind: str
    clauses: tuple[ClauseRow, ...]
    exclusions: Exclusions | None
    procedures: tuple[ProcedureRow, ...]
    records: tuple[RecordRow, ...]
    note_en: str
    note_ru: str
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""

    @property
    def national_designation(self) -> str:
        """Designation of the national text; "" when none is known."""
        return self.national.designation if self.national else ""

    def clause(self, number: str) -> ClauseRow:
        """The clause with this number; raises KeyError when there is none."""
        for row in self.clauses:
            if row.number == number:
                return row
        raise KeyError(number)

    def has_clause(self, number: str) -> bool:
        """Whether the edition has this clause."""
        return any(row.number == number for row in self.clauses)

    def children(self, number: str) -> tuple[ClauseRow, ...]:
        """Clauses directly beneath `number` ("" for the sections)."""
        return tuple(row for row in self.clauses if row.parent == number)


@dataclass(frozen=True, slots=True)
class Target:
    """A clause of the newer edition to which an older one leads."""

    clause: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CorrespondenceRow:
    """Where one clause of the older edition went: a set of clauses, in the order of the source."""

    clause: str
    targets: tuple[Target, ...]
    note_en: str = ""
    note_ru: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether every target is confirmed by a source that was read."""
        return all(target.confirmed for target in self.targets)


@dataclass(frozen=True, slots=True)
class NewClause:
    """A clause without a parent in the older edition: `extent` is "whole", "mostly" or "partly"."""

    clause: str
    extent: str
    confirmed: bool
    note_en: str = ""
    note_ru: str = ""


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The correspondence of two editions' clauses."""

    from_key: str
    to_key: str
    rows: tuple[CorrespondenceRow, ...]
    new: tuple[NewClause, ...]
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""

    def forward(self, number: str) -> frozenset[str]:
        """Clauses of the newer edition that took over old clause `number`; empty when none is recorded."""
        return frozenset(target.clause for row in self.rows if row.clause == number for target in row.targets)

    def backward(self, number: str) -> frozenset[str]:
        """Clauses of the older edition that went, wholly or in part, into new clause `number`."""
        return frozenset(row.clause for row in self.rows if any(target.clause == number for target in row.targets))


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """One edition gives way to another.

    `ends_on`: last day of validity of a certificate to the old edition; None when there is no end. `new_until`: last day on which a
    new certificate to the old edition may be granted; None when no general rule is known. With precision "month" the dates are the
    first (published) and the last (end) day of the known month. `reinstatement_months`: 0 when unknown.
    """

    from_key: str
    to_key: str
    published_on: date
    published_precision: str
    ends_on: date | None
    ends_precision: str
    new_until: date | None
    reinstatement_months: int
    confirmed: bool
    source: str
    note_en: str
    note_ru: str


@dataclass(frozen=True, slots=True)
class Transitions:
    """All transitions with the day on which they were checked."""

    rows: tuple[TransitionRow, ...]
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""

    def __iter__(self) -> Iterator[TransitionRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def after(self, key: str) -> tuple[TransitionRow, ...]:
        """Transitions that lead away from edition `key`."""
        return tuple(row for row in self.rows if row.from_key == key)


@dataclass(frozen=True, slots=True)
class AuditTimeBand:
    """Effective personnel from `lower` to `upper`, both included, take `days` of stage 1 and stage 2 together."""

    lower: int
    upper: int
    days: Decimal


@dataclass(frozen=True, slots=True)
class AuditTimeTable:
    """The audit-time table of one kind of management system, with the ratios of the other audits.

    `max_reduction` and `onsite_share` are shares of one. Beyond the last band each `beyond_step` days cover personnel up to
    `beyond_growth` times the bound before. `unconfirmed`: names of the values no source that was read confirms.
    """

    key: str
    bands: tuple[AuditTimeBand, ...]
    hours_per_day: int
    surveillance_ratio: Fraction
    recertification_ratio: Fraction
    max_reduction: Fraction
    onsite_share: Fraction
    beyond_growth: Fraction
    beyond_step: Decimal
    confirmed: bool
    unconfirmed: tuple[str, ...]
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Sector:
    """An IAF code of an economic sector."""

    code: str
    title_en: str
    title_ru: str
    confirmed: bool
