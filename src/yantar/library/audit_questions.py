"""What a checklist asks besides the clauses, the size of samples, and the hours of an audit day: shipped data of our own design."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from yantar.library.digests import with_digest
from yantar.library.problems import LibraryError, Problem
from yantar.library.reading import Fields
from yantar.library.tables import close_table, open_table, unique

FILE = "audit_questions.yaml"
HOURS = ("begins", "opening", "noon", "afternoon", "team", "ends", "closing")


@dataclass(frozen=True, slots=True)
class QuestionTemplate:
    """A question with %(named)s places, in both languages, and the records to ask for. `least`: for weak indicators, the value it begins at."""

    key: str
    question_en: str
    question_ru: str
    evidence_en: str
    evidence_ru: str
    least: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of an audit day: opening and closing meetings stand at its ends, the team's own talk before `ends`."""

    begins: time
    opening: time
    noon: time
    afternoon: time
    team: time
    ends: time
    closing: time
    slot_minutes: int


@dataclass(frozen=True, slots=True)
class AuditQuestions:
    """Everything of the file. A sample is the root of the number of cases, at least `sample_least` and at most `sample_most`."""

    process: tuple[QuestionTemplate, ...]
    weak: tuple[QuestionTemplate, ...]
    findings: tuple[QuestionTemplate, ...]
    sample_least: int
    sample_most: int
    day: DayHours
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""

    def template(self, group: str, key: str) -> QuestionTemplate:
        """One question of a group ("process", "weak", "findings"). Raises KeyError."""
        for one in getattr(self, group):
            if one.key == key:
                return one  # type: ignore[no-any-return]
        raise KeyError(key)


def parse_audit_questions(text: str) -> AuditQuestions:
    """Read the file; raises LibraryError with all that is wrong in it."""
    top, source, checked_on = open_table(text)
    process, weak, findings = (_questions(top, name) for name in ("process", "weak", "findings"))
    least = most = 1
    if (block := top.block_of("sample", required=True)) is not None:
        least, most = block.integer("least", least=1), block.integer("most", least=1)
        if most < least:
            block.problem("levels_not_rising", "most", value=str(most))
        block.finish()
    hours, slot = dict.fromkeys(HOURS, time(9)), 90
    if (block := top.block_of("day", required=True)) is not None:
        hours = {name: _hour(block, name) for name in HOURS}
        slot = block.integer("slot_minutes", least=15)
        block.finish()
    close_table(top)
    return with_digest(AuditQuestions(process, weak, findings, least, most, DayHours(**hours, slot_minutes=slot), source, checked_on))


def _questions(top: Fields, name: str) -> tuple[QuestionTemplate, ...]:
    found, seen = [], set[str]()
    for row in top.rows(name, required=True):
        key = row.key("key")
        unique(row, key, seen)
        question_en, question_ru = row.pair("question", limit=500)
        evidence_en, evidence_ru = row.pair("evidence", limit=500)
        least = row.ratio("from") if row.has("from") else None
        value = Decimal(least.numerator) / Decimal(least.denominator) if least is not None else Decimal(0)
        found.append(QuestionTemplate(key, question_en, question_ru, evidence_en, evidence_ru, value))
        row.finish()
    return tuple(found)


def _hour(block: Fields, name: str) -> time:
    try:
        return time.fromisoformat(block.text(name, limit=5) or "09:00")
    except ValueError:
        block.problem("not_text", name)
        return time(9)


@lru_cache(maxsize=1)
def load_audit_questions() -> AuditQuestions:
    """The shipped file, read once. Raises LibraryError."""
    try:
        return parse_audit_questions((files("yantar.library") / FILE).read_text(encoding="utf-8"))
    except LibraryError as error:
        raise LibraryError([Problem(f"{FILE}: {p.where}" if p.where else FILE, p.code, p.params, p.line) for p in error.problems]) from error
