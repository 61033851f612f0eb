"""Parsing of the library's data about audits and findings. Every function raises LibraryError with all that is wrong in a file."""

import re
from fractions import Fraction

from yantar.library.audit_facts import EscalationRow, GradeTimer, LanguageWords, StageTimer, StatementWords, Timers
from yantar.library.digests import with_digest
from yantar.library.problems import Problem
from yantar.library.reading import Fields
from yantar.library.tables import close_table, open_table, unique

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_WORD = re.compile(r"[^\W\d_]+(?:[-. ]{1,2}[^\W\d_]+)*\*?")


def number(row: Fields, name: str) -> Fraction:
    """An exact number of zero or more."""
    value = row.text(name, limit=40)
    if not value:
        return Fraction(0)
    if not _NUMBER.fullmatch(value):
        row.problem("not_number", name, value=value)
        return Fraction(0)
    return Fraction(value)


def parse_timers(text: str) -> Timers:
    """Read the time limits of findings."""
    top, source, checked_on = open_table(text)
    stages, grades, escalation, seen = [], [], [], set[str]()
    for row in top.rows("stages", required=True):
        stages.append(StageTimer(row.key("key"), row.integer("working_days", least=1)))
        unique(row, stages[-1].key, seen)
        if len(stages) > 1 and stages[-1].working_days < stages[-2].working_days:
            row.problem("levels_not_rising", "working_days", value=str(stages[-1].working_days))
        row.finish()
    seen = set()
    for row in top.rows("grades", required=True):
        grades.append(GradeTimer(row.key("key"), row.integer("overall_days", least=1), row.integer("effect_days", least=1)))
        unique(row, grades[-1].key, seen)
        row.finish()
    for row in top.rows("escalation", required=True):
        escalation.append(EscalationRow(row.integer("after_days", least=1), row.key("to")))
        if len(escalation) > 1 and escalation[-1].after_days <= escalation[-2].after_days:
            row.problem("levels_not_rising", "after_days", value=str(escalation[-1].after_days))
        row.finish()
    effect = {"minimum_cases": 1, "minimum_days": 1, "recurrence_months": 1}
    partly = Fraction(1)
    if (block := top.block_of("effect", required=True)) is not None:
        effect = {name: block.integer(name, least=1) for name in effect}
        partly = block.ratio("partly_from")
        block.finish()
    repeats = {"findings": 1, "of_audits": 1, "escalate_from": 1}
    if (block := top.block_of("repeats", required=True)) is not None:
        repeats = {name: block.integer(name, least=1) for name in repeats}
        block.finish()
    close_table(top)
    return with_digest(
        Timers(
            stages=tuple(stages),
            grades=tuple(grades),
            escalation=tuple(escalation),
            minimum_cases=effect["minimum_cases"],
            minimum_days=effect["minimum_days"],
            partly_from=partly,
            recurrence_months=effect["recurrence_months"],
            repeats=repeats["findings"],
            repeats_of=repeats["of_audits"],
            escalate_from=repeats["escalate_from"],
            source=source,
            checked_on=checked_on,
        )
    )


def parse_statement_words(text: str) -> StatementWords:
    """Read the words that the check of statements looks for."""
    top, source, checked_on = open_table(text)
    languages, seen = [], set[str]()
    for row in top.rows("languages", required=True):
        language = row.key("language")
        unique(row, language, seen)
        languages.append(LanguageWords(language, _words(row, "vague"), _words(row, "when"), _words(row, "where")))
        row.finish()
    close_table(top)
    return with_digest(StatementWords(tuple(languages), source, checked_on))


def _words(row: Fields, name: str) -> tuple[str, ...]:
    words = row.texts(name, required=True, limit=60)
    for word in words:
        if not _WORD.fullmatch(word) or word != word.lower():
            row.problem("bad_word", name, value=word)
    for word in {word for word in words if words.count(word) > 1}:
        row.problems.append(Problem(f"{row.where}.{name}", "duplicate_row", {"name": word}, row.block.lines.get(name)))
    return words
