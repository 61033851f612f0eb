"""Criteria and scale that ship, and what a wrong file is told."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from importlib.resources import files

import pytest

from yantar.library.problems import MESSAGES, LibraryError
from yantar.library.satisfaction import load_satisfaction, parse_satisfaction

SHIPPED = (files("yantar.library") / "satisfaction.yaml").read_text(encoding="utf-8")


def test_five_criteria_on_a_scale_of_five() -> None:
    rules = load_satisfaction()
    assert [criterion.key for criterion in rules.criteria] == ["time", "queue", "staff", "premises", "information"]
    assert (rules.scale.least, rules.scale.most, rules.scale.satisfied_from, rules.scale.dissatisfied_to) == (1, 5, 4, 2)
    assert (rules.shown_from, rules.ranked_from, rules.z, rules.confidence) == (5, 30, Fraction(49, 25), Fraction(19, 20))
    assert [(dimension.key, dimension.items) for dimension in rules.dimensions] == [
        ("reliability", 5),
        ("responsiveness", 4),
        ("assurance", 4),
        ("empathy", 5),
        ("tangibles", 4),
    ]
    assert rules.goal and (rules.goal.share, rules.goal.by_year) == (Fraction(9, 10), 2018)
    assert rules.source and rules.checked_on == date(2026, 11, 23) and len(rules.digest) == 64


def test_what_is_from_memory_is_marked_and_everything_has_words() -> None:
    rules = load_satisfaction()
    assert not any([rules.scale.confirmed, *(row.confirmed for row in rules.criteria), *(row.confirmed for row in rules.dimensions)])
    titles = [(criterion.title_en, criterion.title_ru) for criterion in rules.criteria]
    titles += [(dimension.title_en, dimension.title_ru) for dimension in rules.dimensions]
    titles += [(step.title_en, step.title_ru) for step in rules.scale.steps]
    assert all(english and russian and english != russian for english, russian in titles)
    assert all(row.question_en.endswith("?") and row.question_ru.endswith("?") for row in rules.criteria)
    assert rules.criterion("queue") is rules.criteria[1]
    with pytest.raises(KeyError):
        rules.criterion("weather")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{value: 3,", "{value: 4,", [("scale.steps[3].value", "bands_not_joined"), ("scale.steps[4].value", "bands_not_joined")]),
        ("satisfied_from: 4", "satisfied_from: 2", [("scale.satisfied_from", "levels_not_rising")]),
        ("satisfied_from: 4", "satisfied_from: 6", [("scale.satisfied_from", "level_missing")]),
        ("key: queue", "key: time", [("criteria[2]", "duplicate_row")]),
        ("key: queue", "key: time queue", [("criteria[2].key", "bad_key")]),
        ('confidence: "0.95"', 'confidence: "95"', [("interval.confidence", "too_high")]),
        ('z: "1.96"', 'z: "0"', [("interval.z", "not_ratio")]),
        ("shown_from: 5", "shown_from: 50", [("thresholds.ranked_from", "levels_not_rising")]),
        ('share: "0.9"', 'share: "90"', [("goal.share", "too_high")]),
        ("items: 5, weight: 20", "items: 5, weight: 30", [("dimensions", "weights_not_whole")]),
        ("key: empathy", "key: assurance", [("dimensions[4]", "duplicate_row")]),
        ("interval: {", "intervals: {", [("", "missing_field"), ("", "unknown_field")]),
        ('    question_ru: "Удобно', '    question: "Удобно', [("criteria[4]", "missing_field"), ("criteria[4]", "unknown_field")]),
    ],
)
def test_a_wrong_file_is_told_what_and_where(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert old in SHIPPED
    with pytest.raises(LibraryError) as refused:
        parse_satisfaction(SHIPPED.replace(old, new, 1))
    found = [(problem.where, problem.code) for problem in refused.value.problems]
    assert set(expected) <= set(found)
    assert {code for _, code in found} <= MESSAGES.keys() and all(problem.message for problem in refused.value.problems)


def test_a_scale_without_steps_and_a_very_long_one() -> None:
    steps = "\n".join(f"    - {{value: {value}, title_en: 'v', title_ru: 'з'}}" for value in range(1, 13))
    head, rest = SHIPPED.split("  steps:\n", 1)
    _, tail = rest.split("criteria:\n", 1)
    for text, code in ((f"{head}  steps:\n{steps}\ncriteria:\n{tail}", "too_high"), (f"{head}criteria:\n{tail}", "missing_field")):
        with pytest.raises(LibraryError) as refused:
            parse_satisfaction(text)
        assert [problem.code for problem in refused.value.problems] == [code]
