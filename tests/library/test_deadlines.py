"""The limits of the laws that ship, what of them a lawyer is still to confirm, and what a wrong file is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from yantar.library.deadlines import load_deadlines, parse_deadlines
from yantar.library.problems import MESSAGES, LibraryError

SHIPPED = (files("yantar.library") / "deadlines.yaml").read_text(encoding="utf-8")


def test_the_limits_are_those_of_the_facts() -> None:
    table = load_deadlines()
    assert table.alarms == (50, 80, 100) and table.checked_on == date(2026, 11, 23) and len(table.digest) == 64
    answers = {(kind.key, term.variant): (term.days, term.unit, term.last_day) for kind in table.kinds for term in kind.terms if term.key == "answer"}
    assert answers == {
        ("service_request", ""): (0, "working", "after"),
        ("service_complaint", ""): (15, "working", "none"),
        ("service_complaint", "intake_refused"): (5, "working", "none"),
        ("service_complaint", "not_corrected"): (5, "working", "none"),
        ("appeal", ""): (30, "calendar", "before"),
        ("information_request", ""): (30, "calendar", "before"),
        ("remark", ""): (10, "working", "none"),
    }
    extensions = {kind.key: kind.extension.most_days for kind in table.kinds if kind.extension}
    assert extensions == {"appeal": 30, "information_request": 15, "remark": 10}
    assert [kind.key for kind in table.kinds if kind.suspension] == ["service_request"]
    assert [kind.key for kind in table.kinds if kind.anonymous] == ["remark"]
    assert table.kind("service_complaint").variants == ("intake_refused", "not_corrected")
    assert table.kind("appeal").title("ru") == "Обращение" and table.kind("appeal").title("en") == "Appeal"


def test_what_is_from_memory_waits_for_a_lawyer_and_what_is_ours_does_not() -> None:
    waiting = {
        (kind.key, term.key): (term.confirmed, term.last_day_confirmed) for kind in load_deadlines().kinds for term in kind.terms if term.to_confirm
    }
    assert waiting == {
        ("service_request", "registration"): (False, False),
        ("service_request", "answer"): (True, False),
        ("service_request", "interagency_answer"): (False, False),
        ("appeal", "registration"): (True, False),
        ("appeal", "forward"): (False, False),
        ("appeal", "answer"): (True, False),
        ("information_request", "registration"): (False, False),
        ("information_request", "forward"): (False, False),
        ("information_request", "answer"): (True, False),
        ("information_request", "extension_notice"): (True, False),
    }
    remark, service = load_deadlines().kind("remark"), load_deadlines().kind("service_request")
    assert all(term.design and (term.source("en"), term.source("ru")) == ("own design", "собственное правило") for term in remark.terms)
    assert remark.extension and service.suspension and not remark.extension.to_confirm and not service.suspension.to_confirm


def test_every_row_has_words_in_both_languages_and_a_source() -> None:
    for kind in load_deadlines().kinds:
        assert kind.title_en and kind.law_en and kind.title_ru != kind.title_en and kind.law_ru != kind.law_en
        rules = [*kind.terms, *(rule for rule in (kind.extension, kind.suspension) if rule)]
        assert all(rule.source("en") and any("а" <= letter <= "я" for letter in rule.source("ru")) or "§" in rule.source("ru") for rule in rules)
        assert all(term.title_en and term.title_ru != term.title_en for term in kind.terms)


def test_a_limit_can_be_replaced() -> None:
    appeal = load_deadlines().kind("appeal")
    term = appeal.term("forward")
    assert term is not None
    changed = appeal.with_term(replace(term, days=5, confirmed=True, last_day_confirmed=True))
    found = changed.term("forward")
    assert found is not None and (found.days, found.to_confirm) == (5, False)
    assert appeal.term("forward") is term and changed.term("answer") is appeal.term("answer")
    with pytest.raises(KeyError):
        appeal.with_term(replace(term, variant="other"))
    with pytest.raises(KeyError):
        load_deadlines().kind("letter")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("alarms: [50, 80, 100]", "alarms: [80, 50, 101, x]", [("alarms", "levels_not_rising"), ("alarms", "not_integer")]),
        ("key: service_complaint", "key: service_request", [("kinds[2]", "duplicate_row")]),
        ("variant: not_corrected", "variant: intake_refused", [("kinds[2].terms[4]", "duplicate_row")]),
        ("days: 15\n", "days: 0\n", [("kinds[2].terms[2].days", "not_integer")]),
        ("days: 15\n", "days: 4000\n", [("kinds[2].terms[2].days", "too_high")]),
        ("most_days: 30", "most_days: 4000", [("kinds[3].extension.most_days", "too_high")]),
        ("unit: working", "unit: hours", [("kinds[1].terms[1].unit", "not_choice")]),
        ("last_day: before", "last_day: never", [("kinds[3].terms[2].last_day", "not_choice")]),
        ("after: receipt", "after: lunch", [("kinds[1].terms[1].after", "not_choice")]),
        (
            'confirmed: false\n        source_en: "general',
            'confirmed: true\n        source_en: "general',
            [("kinds[1].terms[1].confirmed", "confirmed_from_memory")],
        ),
        ("stops: next_day", "stops: never", [("kinds[1].suspension.stops", "not_choice")]),
        ("by_passport: true\n", "by_passport: true\n        days: 5\n", [("kinds[1].terms[2]", "unknown_field")]),
        ('law_ru: "Собственное правило правительства"', 'law_ru: ""', [("kinds[5]", "missing_field")]),
        ('source_ru: "по одному из регламентов: docs.cntd.ru/document/424084948"', "", [("kinds[1].terms[3]", "missing_field")]),
        ('      - key: answer\n        title_en: "Result', '      - key: forward\n        title_en: "Result', [("kinds[1].terms", "missing_row")]),
    ],
)
def test_a_wrong_file_is_told_what_and_where(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert old in SHIPPED
    with pytest.raises(LibraryError) as refused:
        parse_deadlines(SHIPPED.replace(old, new, 1))
    found = [(problem.where, problem.code) for problem in refused.value.problems]
    assert set(expected) <= set(found)
    assert {code for _, code in found} <= MESSAGES.keys() and all(problem.message for problem in refused.value.problems)
