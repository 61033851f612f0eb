"""A published figure is repeated, or one learns where it differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engine.savings.given import dataset
from yantar.engine.savings.figures import savings
from yantar.engine.savings.method import load_method
from yantar.engine.savings.outcome import Decision
from yantar.engine.savings.repeat import Difference, compare
from yantar.engine.savings.result import Result


def answer(folder: Path, price: str = "900", **asked: Any) -> Result:
    given = dataset(
        folder,
        procedures=[{"procedure_id": "a", "amount": "1000", "declared_bidders": 2}, {"procedure_id": "b", "amount": "10", "status": "cancelled"}],
        awards=[{"procedure_id": "a", "award_id": "w", "amount": price}],
    )
    return savings(given, load_method(), by=("year",), **asked)


def test_the_same_records_give_the_same_kopecks(tmp_path: Path) -> None:
    published = json.loads(answer(tmp_path / "a").model_dump_json())
    assert compare(published, answer(tmp_path / "b")) == []


def test_a_kopeck_is_found_wherever_it_shows(tmp_path: Path) -> None:
    found = compare(answer(tmp_path / "a"), answer(tmp_path / "b", "900.01"))
    assert Difference("figure", "E1.saved", "100.00", "99.99") in found
    assert Difference("figure", "groups[year=2025].E2.awarded", "900.00", "900.01") in found
    assert {difference.kind for difference in found} == {"figure"}


def test_other_files_another_method_and_another_question_come_first(tmp_path: Path) -> None:
    published = json.loads(answer(tmp_path / "a").model_dump_json())
    published["manifest"]["input"][0]["sha256"] = "0" * 64
    published["manifest"]["input"][0]["name"] = "another name"
    published["method"]["sha256"] = "1" * 64
    published["parameters"]["from"] = "2025-01-01"
    published["manifest"]["counts"]["rejected"] = 3
    found = compare(published, answer(tmp_path / "b"))
    assert [(difference.kind, difference.where) for difference in found] == [
        ("input", "manifest.input"),
        ("input", "manifest.input"),
        ("records", "manifest.counts.rejected"),
        ("method", "method.sha256"),
        ("question", "parameters.from"),
    ]


def test_a_reason_or_group_that_only_one_has_is_named(tmp_path: Path) -> None:
    published = json.loads(answer(tmp_path / "a").model_dump_json())
    published["excluded"][0]["reason"] = "failed"
    published["groups"][0]["year"] = 2024
    found = {difference.where: (difference.published, difference.now) for difference in compare(published, answer(tmp_path / "b"))}
    assert found["excluded[failed]"] == ("procedures=1 value=10.00", None)
    assert found["excluded[cancelled]"] == (None, "procedures=1 value=10.00")
    assert found["groups[year=2024]"] == ("procedures=1 saved=100.00", None)


def test_decisions_differ(tmp_path: Path) -> None:
    found = compare(answer(tmp_path / "a"), answer(tmp_path / "b", decisions=[Decision("a", "exclude", "why")]))
    assert ("decisions", "decisions") in {(difference.kind, difference.where) for difference in found}


def test_what_an_older_form_did_not_have_is_no_difference(tmp_path: Path) -> None:
    published = json.loads(answer(tmp_path / "a").model_dump_json())
    del published["sensitivity"], published["indicators"]["average_bidders"], published["net"]["too_young"]
    assert compare(published, answer(tmp_path / "b")) == []


@pytest.mark.parametrize("other", [{}, {"format": "yantar-savings/1"}, {"format": "yantar-savings/9", "E1": {}, "manifest": {}}])
def test_something_else_is_refused(tmp_path: Path, other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no answer"):
        compare(other, answer(tmp_path))
