"""Parsing of the library's data about audits and findings. Every function raises LibraryError with all that is wrong in a file."""

import re
from fractions import Fraction

from yantar.library.audit_facts import (
    BandFactor,
    CoverageRules,
    EscalationRow,
    GradeTimer,
    InternalNorm,
    LanguageWords,
    RiskBand,
    RiskFactor,
    RiskLevel,
    RiskOption,
    RiskTable,
    StageTimer,
    StatementWords,
    Timers,
    YearlyClauses,
)
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


HIGHEST_LEVEL = 3
"""Levels of a risk factor are 0 to 3 (audits.md §3)."""


def parse_risk(text: str) -> RiskTable:
    """Read factors and bands of risk."""
    top, source, checked_on = open_table(text)
    factors, seen = [], set[str]()
    for row in top.rows("factors", required=True):
        key = row.key("key")
        unique(row, key, seen)
        weight = row.integer("weight", least=1)
        (title_en, title_ru), (unit_en, unit_ru) = row.pair("title"), row.pair("unit", required=False)
        levels, options = _levels(row), _options(row)
        for level in range(1, HIGHEST_LEVEL + 1):
            if level not in {item.level for item in (levels or options)}:
                row.problem("level_missing", level=str(level))
        factors.append(RiskFactor(key, weight, title_en, title_ru, unit_en, unit_ru, levels, options))
        row.finish()
    bands: list[RiskBand] = []
    seen = set()
    for row in top.rows("bands", required=True):
        band = RiskBand(row.key("key"), number(row, "from"), row.integer("months", least=1), *row.pair("title"))
        unique(row, band.key, seen)
        if bands and band.least >= bands[-1].least:
            row.problem("bands_not_falling", "from")
        bands.append(band)
        row.finish()
    if bands and bands[-1].least != 0:
        top.problem("bands_not_falling", "bands")
    unknown, trigger = top.integer("unknown_level"), top.integer("trigger_days", least=1)
    if unknown > HIGHEST_LEVEL:
        top.problem("level_missing", "unknown_level", level=str(unknown))
    close_table(top)
    return with_digest(RiskTable(tuple(factors), tuple(bands), unknown, trigger, source, checked_on))


def _levels(factor: Fields) -> tuple[RiskLevel, ...]:
    levels: list[RiskLevel] = []
    for row in factor.rows("levels"):
        above = row.has("above")
        item = RiskLevel(row.integer("level", least=1), number(row, "above" if above else "from"), above, row.flag("design", False))
        before = levels[-1] if levels else None
        if before and (item.level <= before.level or (item.bound, item.above) <= (before.bound, before.above)):
            row.problem("levels_not_rising", value=str(item.bound))
        if item.level > HIGHEST_LEVEL:
            row.problem("level_missing", "level", level=str(item.level))
        levels.append(item)
        row.finish()
    return tuple(levels)


def _options(factor: Fields) -> tuple[RiskOption, ...]:
    options, seen = [], set[str]()
    for row in factor.rows("options"):
        option = RiskOption(row.key("key"), row.integer("level"), *row.pair("title"), design=row.flag("design", False))
        unique(row, option.key, seen)
        if option.level > HIGHEST_LEVEL:
            row.problem("level_missing", "level", level=str(option.level))
        options.append(option)
        row.finish()
    return tuple(options)


def parse_coverage(text: str) -> CoverageRules:
    """Read how the years of a cycle are covered."""
    top, source, checked_on = open_table(text)
    every_year, seen = [], set[str]()
    for row in top.rows("every_year", required=True):
        every_year.append(YearlyClauses(row.key("edition"), row.texts("clauses", required=True, limit=20)))
        unique(row, every_year[-1].edition, seen)
        row.finish()
    rules = CoverageRules(
        cycle_years=top.integer("cycle_years", least=1),
        every_year=tuple(every_year),
        surveillance_margin_days=top.integer("surveillance_margin_days", least=1),
        window_days=top.integer("window_days", least=1),
        join_days=top.integer("join_days", least=1),
        source=source,
        checked_on=checked_on,
    )
    close_table(top)
    return with_digest(rules)


def parse_internal_norm(text: str) -> InternalNorm:
    """Read the norm of person-days of internal audits."""
    top, source, checked_on = open_table(text)
    bands, seen = [], set[str]()
    for row in top.rows("bands", required=True):
        bands.append(BandFactor(row.key("band"), row.ratio("factor")))
        unique(row, bands[-1].band, seen)
        row.finish()
    norm = InternalNorm(
        share=top.ratio("share"),
        minimum=top.ratio("minimum_days"),
        processes_included=top.integer("processes_included"),
        per_process=number(top, "days_per_process"),
        per_site=number(top, "days_per_site"),
        bands=tuple(bands),
        source=source,
        checked_on=checked_on,
    )
    close_table(top)
    return with_digest(norm)
