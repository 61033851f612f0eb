"""The shipped questions, sample bounds and hours of an audit day; what a wrong file is told."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from yantar.library.audit_questions import FILE, load_audit_questions, parse_audit_questions
from yantar.library.problems import LibraryError

PLACE = re.compile(r"%\((\w+)\)s")


def shipped() -> str:
    return (files("yantar.library") / FILE).read_text(encoding="utf-8")


def test_the_shipped_file_is_whole() -> None:
    found = load_audit_questions()
    assert found.source and found.digest == parse_audit_questions(shipped()).digest
    assert 1 <= found.sample_least <= found.sample_most
    hours = found.day
    assert hours.begins < hours.opening < hours.noon < hours.afternoon < hours.closing <= hours.team < hours.ends
    assert {one.key for one in found.findings} == {"open", "last"}
    assert {one.key for one in found.weak} == {"breaches_percent", "complaints_per_1000"}
    with pytest.raises(KeyError):
        found.template("process", "nothing")


def test_both_languages_name_the_same_places_and_can_be_filled_in() -> None:
    found = load_audit_questions()
    for one in (*found.process, *found.weak, *found.findings):
        places = set(PLACE.findall(one.question_ru))
        assert places == set(PLACE.findall(one.question_en)) and places
        for text in (one.question_ru, one.question_en):
            assert "%(" not in text % dict.fromkeys(places, "x")


@pytest.mark.parametrize(
    ("wrong", "by", "code"),
    [
        ("least: 3, most: 25", "least: 30, most: 25", "levels_not_rising"),
        ('begins: "09:00"', 'begins: "9 часов"', "not_text"),
        ("  - key: owner", "  - key: indicator", "duplicate_row"),
        ("format: 1", "format: 1\nextra: 1", "unknown_field"),
    ],
)
def test_everything_wrong_is_said_with_its_place(wrong: str, by: str, code: str) -> None:
    text = shipped()
    assert wrong in text
    with pytest.raises(LibraryError) as refused:
        parse_audit_questions(text.replace(wrong, by, 1))
    assert code in {one.code for one in refused.value.problems}
