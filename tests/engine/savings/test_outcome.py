"""What a procedure counts for: every case of cases.yaml, and the statement for Spark."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pytest
import yaml

from tests.engine.savings.given import tables
from yantar.engine.savings.engines import duck, run
from yantar.engine.savings.method import MARKS, REASONS, load_method
from yantar.engine.savings.outcome import Decision, months_before, outcome

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All cases in one dataset, each procedure under the name of its case."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for case in CASES:
        for table, given in case["given"].items():
            rows.setdefault(table, []).extend({"procedure_id": case["case"], **row} for row in given)
    found = tables(tmp_path_factory.mktemp("cases"), **rows)
    return {row["procedure_id"]: row for row in run(duck_of(found), outcome(found, load_method(), currency="RUB", data_on=TODAY))}


def duck_of(found: Any) -> Any:
    return found.procedures.get_backend()


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case: dict[str, Any], outcomes: dict[str, dict[str, Any]]) -> None:
    row = outcomes[case["case"]]
    expected = dict(case["then"])
    marks = {mark for bit, mark in enumerate(MARKS) if row["marks"] >> bit & 1}
    if mark := expected.pop("mark", None):
        assert mark in marks
    if mark := expected.pop("no_mark", None):
        assert mark not in marks
    assert {name: str(row[name]) if isinstance(value, str) else row[name] for name, value in expected.items()} == expected


def test_every_reason_has_a_case() -> None:
    assert {case["then"].get("reason") for case in CASES} >= set(REASONS)


def test_one_row_for_each_procedure(outcomes: dict[str, dict[str, Any]]) -> None:
    assert len(outcomes) == len(CASES) == len({case["case"] for case in CASES})


def test_bought_again_counts_what_it_cost_above_the_first_award(tmp_path: Path) -> None:
    found = tables(
        tmp_path,
        procedures=[
            {"procedure_id": "first", "amount": "1000", "declared_bidders": 2},
            {"procedure_id": "again", "amount": "1000", "declared_bidders": 2, "replaces": "first"},
        ],
        awards=[{"procedure_id": "first", "award_id": "w", "amount": "800"}, {"procedure_id": "again", "award_id": "w", "amount": "950"}],
        contracts=[
            {"procedure_id": "first", "contract_id": "c", "award_id": "w", "amount": "800", "status": "terminated", "signed_on": "2025-04-01"}
        ],
    )
    rows = {row["procedure_id"]: row for row in run(duck_of(found), outcome(found, load_method(), currency="RUB", data_on=TODAY))}
    assert (rows["first"]["net_state"], str(rows["first"]["repeat_cost"])) == ("broken", "150.00")
    assert str(rows["again"]["repeat_cost"]) == "0.00"


def test_decisions_settle_doubts_and_nothing_else(tmp_path: Path) -> None:
    found = tables(
        tmp_path,
        procedures=[
            {"procedure_id": "above", "amount": "1000", "declared_bidders": 2},
            {"procedure_id": "unknown", "amount": "1000"},
            {"procedure_id": "off", "amount": "1000", "status": "cancelled"},
            {"procedure_id": "good", "amount": "1000", "declared_bidders": 2},
        ],
        awards=[
            {"procedure_id": "above", "award_id": "w", "amount": "1100"},
            {"procedure_id": "unknown", "award_id": "w", "amount": "900"},
            {"procedure_id": "good", "award_id": "w", "amount": "900"},
        ],
    )
    decisions = [Decision("above", "include"), Decision("unknown", "include"), Decision("off", "include"), Decision("good", "exclude")]
    rows = run(duck_of(found), outcome(found, load_method(), currency="RUB", decisions=decisions))
    assert {row["procedure_id"]: (row["class"], row["reason"]) for row in rows} == {
        "above": ("E1", ""),
        "unknown": ("E2", ""),
        "off": ("excluded", "cancelled"),
        "good": ("excluded", "settled_out"),
    }


@pytest.mark.parametrize(("baseline", "awarded"), [("0.03", "0.02"), ("3.00", "1.00"), ("9999999999999999.99", "0.01"), ("0.07", "0.06")])
def test_discount_is_exact_to_the_millionth(tmp_path: Path, baseline: str, awarded: str) -> None:
    found = tables(
        tmp_path,
        procedures=[{"procedure_id": "p", "amount": baseline, "declared_bidders": 2}],
        awards=[{"procedure_id": "p", "award_id": "w", "amount": awarded}],
    )
    (row,) = run(duck_of(found), outcome(found, load_method(), currency="RUB"))
    cents = [int(text.replace(".", "")) for text in (baseline, awarded)]
    assert row["discount"] == (cents[0] - cents[1]) * 1_000_000 // cents[0]


def test_the_same_expression_compiles_for_spark(tmp_path: Path) -> None:
    found = tables(tmp_path)
    expr = outcome(found, load_method(), currency="RUB", decisions=[Decision("a", "include")], data_on=TODAY)
    assert "`class`" in ibis.to_sql(expr, dialect="pyspark")


def test_months_before_ends_of_months() -> None:
    assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)
    assert duck(threads=1).name == "duckdb"
