"""The shapes of the library's data about audits and findings: timers, vague words, risk, coverage, the internal norm of time."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class StageTimer:
    """A step of a corrective action and the working days for it, counted from the day after opening."""

    key: str
    working_days: int


@dataclass(frozen=True, slots=True)
class GradeTimer:
    """Calendar days of one grade: the whole corrective action, and from its last action to the judgement of the effect."""

    key: str
    overall_days: int
    effect_days: int


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """Who is told when something is `after_days` calendar days late."""

    after_days: int
    to: str


@dataclass(frozen=True, slots=True)
class Timers:
    """Time limits of findings.

    `minimum_cases` and `minimum_days`: the least that an effect is judged on; `partly_from`: share of the gap that must be closed for
    "partly effective"; `recurrence_months`: how long after closing the same clause and process count as a recurrence. The same minor
    finding in `repeats` of the last `repeats_of` audits is a major one; from `escalate_from` recurrences on the head is told.
    """

    stages: tuple[StageTimer, ...]
    grades: tuple[GradeTimer, ...]
    escalation: tuple[EscalationRow, ...]
    minimum_cases: int
    minimum_days: int
    partly_from: Fraction
    recurrence_months: int
    repeats: int
    repeats_of: int
    escalate_from: int
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """Words of one language, small letters, "*" for any ending: vague ones, and marks of time and of place."""

    language: str
    vague: tuple[str, ...]
    when: tuple[str, ...]
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementWords:
    """What the check of a statement looks for, by language."""

    languages: tuple[LanguageWords, ...]
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""


@dataclass(frozen=True, slots=True)
class RiskLevel:
    """From which value a level is reached: at `bound`, or only above it when `above`. `design`: a limit of our own choice."""

    level: int
    bound: Fraction
    above: bool
    design: bool


@dataclass(frozen=True, slots=True)
class RiskOption:
    """A value in words and the level that it means."""

    key: str
    level: int
    title_en: str
    title_ru: str
    design: bool


@dataclass(frozen=True, slots=True)
class RiskFactor:
    """One factor: a number is measured against `levels` (rising, level 1 to 3; below the first is 0), a word against `options`."""

    key: str
    weight: int
    title_en: str
    title_ru: str
    unit_en: str
    unit_ru: str
    levels: tuple[RiskLevel, ...]
    options: tuple[RiskOption, ...]


@dataclass(frozen=True, slots=True)
class RiskBand:
    """Shares of at least `least` (of one) mean an audit every `months`; bands fall."""

    key: str
    least: Fraction
    months: int
    title_en: str
    title_ru: str


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Factors and bands of risk. What nobody knows counts as `unknown_level`; a trigger asks for an audit in `trigger_days`."""

    factors: tuple[RiskFactor, ...]
    bands: tuple[RiskBand, ...]
    unknown_level: int
    trigger_days: int
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""


@dataclass(frozen=True, slots=True)
class YearlyClauses:
    """Clauses of one edition, by its key, that are audited every year with their sub-clauses."""

    edition: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageRules:
    """How a three-year cycle is covered.

    `every_year`: clauses audited each year, by edition. An internal audit ends `surveillance_margin_days` before the
    surveillance is due; its window is `window_days` long; what falls due within `join_days` after is audited together.
    """

    cycle_years: int
    every_year: tuple[YearlyClauses, ...]
    surveillance_margin_days: int
    window_days: int
    join_days: int
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""

    def core(self, edition: str) -> tuple[str, ...]:
        """Clauses of the edition that are audited every year; none for an edition without a row."""
        return next((row.clauses for row in self.every_year if row.edition == edition), ())


@dataclass(frozen=True, slots=True)
class BandFactor:
    """How much longer (above 1) or shorter an internal audit is in a band of risk."""

    band: str
    factor: Fraction


@dataclass(frozen=True, slots=True)
class InternalNorm:
    """Person-days of an internal audit: `share` of the initial time of the audit-time table, changed by processes, sites and risk."""

    share: Fraction
    minimum: Fraction
    processes_included: int
    per_process: Fraction
    per_site: Fraction
    bands: tuple[BandFactor, ...]
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""
