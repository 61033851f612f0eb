"""Every code of the planner has its sentence, with the parameters that belong to it."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from yantar.core.plan_words import PARTS, SENTENCES, words
from yantar.engine.planner.check_sums import PARTS as COST_PARTS
from yantar.engine.planner.reasons import REASONS


def test_every_code_has_a_sentence_and_no_other() -> None:
    assert set(SENTENCES) == set(REASONS)
    assert set(PARTS) == set(COST_PARTS)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_sentence_names_no_parameter_that_is_not_given(code: str) -> None:
    assert set(re.findall(r"%\((\w+)\)s", SENTENCES[code])) <= REASONS[code].params


def test_keys_and_days_are_said_as_the_reader_knows_them() -> None:
    with translation.override("en"):
        said = words(
            "auditor_absent",
            {"auditor": "p1", "day": "2027-03-05", "count": 2},
            name=lambda kind, key: {"auditor": "Анна Белова"}[kind],
            day=lambda day: f"{day:%d.%m.%Y}",
        )
        assert said == "Анна Белова is absent on 05.03.2027 (days: 2)."
        assert words("part_wrong", {"part": "load", "expected": 1, "found": 2}) == "Costs of the plan (even load) should be 1, not 2."


def test_another_catalogue_may_be_used() -> None:
    assert words("not_list", {}, translate=str.upper) == "A LIST IS EXPECTED HERE."


def test_plans_from_elsewhere_are_no_accident() -> None:
    assert words("of_a_newer_yantar", {"x": 1}) == "of_a_newer_yantar"
    with translation.override("en"):
        assert words("auditor_absent", {"auditor": "p1", "day": "soon"}) == "p1 is absent on soon (days: …)."
