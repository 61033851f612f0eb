"""Every way in which an ingest is refused has its sentence, and names the reason in words."""

from __future__ import annotations

import pytest

from yantar.core.savings_words import SENTENCES, words
from yantar.engine.savings.ingest.forms import MESSAGES, Problem


def test_the_sentences_are_those_of_the_engine() -> None:
    assert SENTENCES == MESSAGES


@pytest.mark.parametrize(("language", "reason"), [("ru", "Строка не является записью JSON"), ("en", "The line is no JSON")])
def test_a_reason_is_named_in_words(language: str, reason: str) -> None:
    [said] = words([Problem("nothing_usable", {"records": "2", "reason": "not_json"})], language=language, translate=str)
    assert said == f"No record of the input can be used: 2 found, all rejected. The first reason: {reason}."
