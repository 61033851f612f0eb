"""Data about audits and findings: what ships is whole, and a bad file tells everything that is wrong with it."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Any

import pytest

from yantar.library.audit_tables import parse_coverage, parse_internal_norm, parse_risk, parse_statement_words, parse_timers
from yantar.library.loader import load_coverage, load_internal_norm, load_risk, load_statement_words, load_timers
from yantar.library.problems import MESSAGES, LibraryError

LOADERS: list[Callable[[], Any]] = [load_timers, load_statement_words, load_risk, load_coverage, load_internal_norm]
PARSERS: dict[str, Callable[[str], Any]] = {
    "timers.yaml": parse_timers,
    "statement_words.yaml": parse_statement_words,
    "risk.yaml": parse_risk,
    "coverage.yaml": parse_coverage,
    "internal_norm.yaml": parse_internal_norm,
}


def shipped(name: str) -> str:
    return (files("yantar.library") / name).read_text(encoding="utf-8")


def problems_of(name: str, old: str, new: str) -> list[tuple[str, str]]:
    text = shipped(name)
    assert old in text
    with pytest.raises(LibraryError) as caught:
        PARSERS[name](text.replace(old, new, 1))
    return [(problem.where, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize("load", LOADERS)
def test_every_table_names_its_source_and_is_the_same_each_time(load: Callable[[], Any]) -> None:
    table = load()
    assert table.source and table.checked_on == date(2026, 11, 23)
    assert len(table.digest) == 64 and load() == table


def test_the_figures_are_those_of_the_facts() -> None:
    timers, norm, coverage = load_timers(), load_internal_norm(), load_coverage()
    assert [(stage.key, stage.working_days) for stage in timers.stages] == [("acknowledge", 3), ("containment", 5), ("analysis", 15), ("plan", 20)]
    assert [(row.key, row.overall_days, row.effect_days) for row in timers.grades] == [("major", 90, 180), ("minor", 180, 90)]
    assert [(row.after_days, row.to) for row in timers.escalation] == [(14, "authority_head"), (30, "government_quality")]
    assert (timers.minimum_cases, timers.minimum_days, timers.partly_from, timers.recurrence_months) == (30, 90, Fraction(1, 2), 12)
    assert (timers.repeats, timers.repeats_of, timers.escalate_from) == (2, 3, 3)
    assert (norm.share, norm.minimum) == (Fraction(1, 3), 1)
    assert (coverage.cycle_years, coverage.surveillance_margin_days) == (3, 30)


def test_limits_of_our_own_choice_are_marked_and_the_others_are_not() -> None:
    risk = load_risk()
    for factor in risk.factors:
        assert factor.title_en and factor.title_ru
        marked = {row.level for row in (*factor.levels, *factor.options) if row.design}
        assert 2 in marked and not marked - {1, 2, 3}
    numbers = {factor.key: [(row.level, row.design) for row in factor.levels] for factor in risk.factors if factor.levels}
    assert all(rows == [(1, False), (2, True), (3, False)] for rows in numbers.values())
    assert len(numbers) == 5


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("timers.yaml", "working_days: 5", "working_days: 2", [("stages[2].working_days", "levels_not_rising")]),
        ("timers.yaml", "after_days: 30", "after_days: 14", [("escalation[2].after_days", "levels_not_rising")]),
        ("timers.yaml", "key: minor", "key: major", [("grades[2]", "duplicate_row")]),
        ("timers.yaml", "minimum_days: 90", "minimum_days: 0", [("effect.minimum_days", "not_integer")]),
        ("timers.yaml", "repeats:", "repeat:", [("", "missing_field"), ("", "unknown_field")]),
        ("timers.yaml", "{key: analysis, working_days: 15}", "{key: acknowledge, working_days: x}", [("stages[3].working_days", "not_integer")]),
        ("statement_words.yaml", '"sometimes"', '"Sometimes"', [("languages[1].vague", "bad_word")]),
        ("statement_words.yaml", '"sometimes"', '"*some"', [("languages[1].vague", "bad_word")]),
        ("statement_words.yaml", '"sometimes"', '"should"', [("languages[1].vague", "duplicate_row")]),
        ("statement_words.yaml", "language: ru", "language: en", [("languages[2]", "duplicate_row")]),
        ("risk.yaml", 'from: "5000"', 'from: "50"', [("factors[1].levels[2]", "levels_not_rising")]),
        ("risk.yaml", 'from: "5000"', 'from: "-5"', [("factors[1].levels[2].from", "not_number")]),
        ("risk.yaml", '{level: 2, from: "5000", design: true}', '{level: 4, from: "5000"}', [("factors[1].levels[2].level", "level_missing")]),
        ("risk.yaml", "unknown_level: 1", "unknown_level: 4", [("unknown_level", "level_missing")]),
        ("risk.yaml", 'from: "0.60"', 'from: "0.20"', [("bands[2].from", "bands_not_falling")]),
        ("risk.yaml", 'from: "0", months', 'from: "0.1", months', [("bands", "bands_not_falling")]),
        ("risk.yaml", "key: changes", "key: legal_weight", [("factors[6]", "duplicate_row")]),
        ("risk.yaml", 'unit_ru: "обращений в год"', 'unit_ru: ""', [("factors[1]", "half_pair")]),
        ("coverage.yaml", 'edition: "2008"', 'edition: "2000"', [("every_year[2]", "duplicate_row")]),
        ("coverage.yaml", "window_days: 60", "window_days: 0", [("window_days", "not_integer")]),
        ("internal_norm.yaml", 'share: "1/3"', 'share: "0"', [("share", "not_ratio")]),
        ("internal_norm.yaml", "band: low", "band: high", [("bands[3]", "duplicate_row")]),
        ("internal_norm.yaml", 'days_per_site: "0.5"', 'days_per_site: "half"', [("days_per_site", "not_number")]),
    ],
)
def test_a_bad_table_says_what_is_wrong_and_where(name: str, old: str, new: str, expected: list[tuple[str, str]]) -> None:
    found = problems_of(name, old, new)
    assert set(expected) <= set(found)
    assert {code for _, code in found} <= MESSAGES.keys()
