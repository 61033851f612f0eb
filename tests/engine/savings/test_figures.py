"""Figures of small datasets, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest

from tests.engine.savings.given import dataset
from yantar.engine.savings import engines
from yantar.engine.savings.cells import cells_of, prepared
from yantar.engine.savings.engines import duck, statement
from yantar.engine.savings.figures import DecisionsRefused, savings
from yantar.engine.savings.groups import group_sums
from yantar.engine.savings.method import load_method
from yantar.engine.savings.outcome import Decision, outcome
from yantar.engine.savings.result import DIMENSIONS, Result

METHOD = load_method()


def awarded(procedure: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"procedure_id": procedure, "award_id": "w", "amount": amount, **more}


def year(folder: Path) -> Any:
    """Seven procedures of two buyers and two years: one with three bidders, one with two, one with one; four that don't count."""
    return dataset(
        folder,
        procedures=[
            {"procedure_id": "three", "amount": "1000.00", "declared_bidders": 3, "buyer_id": "A", "buyer_name": "Альфа", "law": "44-FZ"},
            {"procedure_id": "two", "amount": "2000000", "declared_bidders": 2, "buyer_id": "B", "published_on": "2024-05-05"},
            {
                "procedure_id": "one",
                "amount": "500.00",
                "declared_bidders": 1,
                "buyer_id": "A",
                "buyer_name": "",
                "budget_amount": "600",
                "budget_currency": "RUB",
            },
            {"procedure_id": "off", "amount": "200.01", "status": "cancelled", "buyer_id": "A"},
            {"procedure_id": "above", "amount": "100", "declared_bidders": 4, "buyer_id": "B", "published_on": None},
            {"procedure_id": "dollars", "amount": "70", "currency": "USD", "declared_bidders": 2, "buyer_id": "B"},
            {"procedure_id": "unknown", "amount": "10", "buyer_id": "B"},
        ],
        awards=[
            awarded("three", "899.99"),
            awarded("two", "1400000"),
            awarded("one", "490"),
            awarded("above", "130"),
            awarded("dollars", "60", currency="USD"),
            awarded("unknown", "8"),
        ],
        contracts=[
            {"procedure_id": "three", "contract_id": "c", "award_id": "w", "amount": "919.99", "signed_on": "2025-04-01"},
            {"procedure_id": "two", "contract_id": "c", "award_id": "w", "amount": "1400000", "signed_on": "2024-06-01", "status": "terminated"},
        ],
        quarantine=[
            {"field": "tender.value.amount", "reason": "text_for_amount", "action": "repaired"},
            {"field": "tender.value.amount", "reason": "text_for_amount", "action": "repaired"},
            {"field": "", "reason": "not_json", "action": "rejected"},
        ],
    )


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return savings(year(tmp_path_factory.mktemp("year")), METHOD, by=("buyer", "year"), population=1000)


def test_e1_e2_and_one_bid(result: Result) -> None:
    first = result.E1
    assert (first.procedures, first.baseline, first.awarded, first.saved, first.share) == (2, "2001000.00", "1400899.99", "600100.01", "0.299900")
    assert (result.E2.procedures, result.E2.saved) == (3, "600110.01")
    assert (result.one_bid.procedures, result.one_bid.saved, result.one_bid.share) == (1, "10.00", "0.020000")
    assert result.per_inhabitant == "600.10"
    assert (result.currency, result.decisions, result.method.id) == ("RUB", 0, "yantar-2026-1")


def test_every_procedure_left_out_has_its_reason(result: Result) -> None:
    assert [(entry.reason, entry.procedures, entry.value, entry.other_currencies) for entry in result.excluded] == [
        ("cancelled", 1, "200.01", {}),
        ("other_currency", 1, "0.00", {"USD": "70.00"}),
        ("above_baseline", 1, "100.00", {}),
        ("bidders_unknown", 1, "10.00", {}),
    ]
    assert (result.lost.procedures, result.lost.value) == (1, "200.01")


def test_input_is_counted_to_the_kopeck(result: Result) -> None:
    lines = result.reconciliation
    assert (lines.input_procedures, lines.input_value, lines.other_currencies) == (7, "2001810.01", {"USD": "70.00"})
    assert (lines.included_procedures, lines.included_baseline) == (3, "2001500.00")
    assert (lines.excluded_procedures, lines.excluded_value) == (4, "310.01")
    assert (lines.difference_procedures, lines.difference_value) == (0, "0.00")
    assert (result.input.first_on, result.input.last_on, result.input.outside) == ("2024-05-05", "2025-03-03", 0)


def test_contracts_take_back_what_they_grew_and_what_was_terminated(result: Result) -> None:
    stage, net = result.contract_stage, result.net
    assert (stage.procedures, stage.awarded, stage.saved, stage.without_contract) == (2, "1400919.99", "600080.01", 0)
    assert (net.procedures, net.saved, net.increases, net.terminated, net.net) == (2, "600100.01", "20.00", "600000.00", "80.01")


def test_heavy_savings_are_named_and_stay_in(result: Result) -> None:
    named = {(entry.id, entry.within): entry for entry in result.named}
    assert (named["heavy", "E1"].procedures, named["heavy", "E1"].saved) == (1, "600000.00")
    assert (named["above_baseline", "excluded"].procedures, named["above_baseline", "excluded"].saved) == (1, "-30.00")


def test_groups_are_sorted_and_add_up(result: Result) -> None:
    assert [(row["buyer"], row["buyer_name"], row["year"], row["E1"]["saved"], row["E2"]["procedures"]) for row in result.groups] == [
        ("A", "Альфа", 2025, "100.01", 2),
        ("B", "Министерство", 2024, "600000.00", 1),
    ]
    assert sum(Decimal(row["E2"]["saved"]) for row in result.groups) == Decimal(result.E2.saved)
    assert result.groups[0]["contract_stage"]["without_contract"] == 0


@pytest.mark.parametrize(
    ("scenario", "first", "both", "moved"),
    [
        ("tender_value", "600100.01", "600110.01", "0.00"),
        ("budget", "0.00", "110.00", "-600100.01"),
        ("above_baseline_counted", "600070.01", "600080.01", "-30.00"),
        ("heavy_left_out", "100.01", "110.01", "-600000.00"),
        ("bidders_unknown_counted", "600100.01", "600112.01", "0.00"),
        ("unstated_left_out", "600100.01", "600110.01", "0.00"),
        ("small_left_out", "600000.00", "600000.00", "-100.01"),
    ],
)
def test_how_the_figure_moves(result: Result, scenario: str, first: str, both: str, moved: str) -> None:
    found = {entry.id: entry for entry in result.sensitivity}[scenario]
    assert (found.E1.saved, found.E2.saved, found.moved) == (first, both, moved)


def test_indicators(result: Result) -> None:
    # Discounts of E2 are 2 %, 10.001 % and 30 %; R-8: the place of the lower quartile is (3 + 1/3)/4 + 1/3 = 7/6.
    assert result.indicators == {
        "average_bidders": "2.000000",
        "one_bid_share": "0.333333",
        "known_bidders_share": "0.833333",
        "discount_lower_quartile": "0.033335",
        "discount_median": "0.100010",
        "discount_upper_quartile": "0.266668",
    }


def test_quarantine_is_counted_by_reason(result: Result) -> None:
    found = result.quarantine
    assert (found.rejected, found.set_aside, found.repaired) == (1, 0, 2)
    assert [(entry.reason, entry.rows) for entry in found.reasons] == [("not_json", 1), ("text_for_amount", 2)]


def test_bands_bidders_method_and_law(tmp_path: Path) -> None:
    rows = savings(year(tmp_path), METHOD, by=("band", "bidders", "method", "law")).groups
    assert [(row["band"], row["bidders"], row["method"], row["law"]) for row in rows] == [
        ("0-100000", "1", "open", ""),
        ("0-100000", "3", "open", "44-FZ"),
        ("600000-3000000", "2", "open", ""),
    ]


def test_a_period_holds_both_its_days_and_leaves_undated_procedures_out(tmp_path: Path) -> None:
    found = savings(year(tmp_path), METHOD, period=(date(2024, 5, 5), date(2024, 5, 5)))
    assert (found.E1.procedures, found.E1.saved, found.input.procedures, found.input.outside) == (1, "600000.00", 1, 6)
    assert savings(year(tmp_path), METHOD, period=(date(2024, 5, 6), None)).input.procedures == 5
    assert savings(year(tmp_path), METHOD, period=(None, date(2030, 1, 1))).input.outside == 1
    assert savings(year(tmp_path), METHOD, only={"buyer": ["A"]}).E2.procedures == 2


def test_another_currency_can_be_asked_for(tmp_path: Path) -> None:
    found = savings(year(tmp_path), METHOD, currency="USD")
    assert (found.E1.procedures, found.E1.saved, found.reconciliation.difference_value) == (1, "10.00", "0.00")
    assert found.reconciliation.other_currencies == {"RUB": "2001810.01"}


def test_decisions_are_counted_and_named(tmp_path: Path) -> None:
    decisions = [Decision("above", "include", "исполнено"), Decision("three", "exclude", "цена завышена")]
    found = savings(year(tmp_path), METHOD, decisions=decisions)
    assert (found.E1.procedures, found.E1.saved, found.decisions) == (2, "599970.00", 2)
    assert [(entry.reason, entry.procedures) for entry in found.excluded if entry.reason == "settled_out"] == [("settled_out", 1)]
    assert found.reconciliation.difference_value == "0.00"
    assert len(found.decisions_sha256) == 64
    assert found.decisions_sha256 == savings(year(tmp_path), METHOD, decisions=decisions[::-1]).decisions_sha256


def test_decisions_that_numbers_forbid_are_refused_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(DecisionsRefused) as refused:
        savings(year(tmp_path), METHOD, decisions=[Decision("off", "include"), Decision("nobody", "exclude"), Decision("dollars", "include")])
    assert refused.value.problems == (("nobody", "unknown"), ("off", "cancelled"), ("dollars", "other_currency"))


def test_a_stored_outcome_gives_the_same_answer(tmp_path: Path) -> None:
    given = year(tmp_path / "data")
    con = duck(threads=1)
    kept = outcome(given.tables(con), METHOD, currency="RUB", data_on=date(2026, 11, 23))
    con.con.execute(f"COPY ({statement(con, kept)}) TO '{tmp_path / 'outcome.parquet'}' (FORMAT parquet)")
    stored = con.read_parquet(str(tmp_path / "outcome.parquet"))
    for by in ((), ("year",), DIMENSIONS):
        assert savings(given, METHOD, by=by, engine=con, stored=stored, currency="RUB") == savings(given, METHOD, by=by)


def test_an_empty_dataset_has_figures_of_nothing(tmp_path: Path) -> None:
    found = savings(dataset(tmp_path), METHOD, by=("year",))
    assert (found.E1.procedures, found.E1.saved, found.E1.share, found.currency) == (0, "0.00", None, "XXX")
    assert (found.groups, found.indicators, found.excluded) == ((), {}, ())


def test_an_unknown_dimension_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colour"):
        savings(dataset(tmp_path), METHOD, by=("colour",))  # type: ignore[arg-type]


def test_cells_and_groups_compile_for_spark(tmp_path: Path) -> None:
    tables = year(tmp_path).tables(duck(threads=1))
    rows = prepared(outcome(tables, METHOD, currency="RUB"), METHOD, "RUB")
    for expr in (cells_of(rows), group_sums(rows, DIMENSIONS)):
        assert "SELECT" in ibis.to_sql(expr, dialect="pyspark")


def test_a_question_asked_again_goes_by_the_statement_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two datasets in one connection keep apart, and what is asked again is not written again."""
    procedures = [{"procedure_id": "p", "amount": "100", "declared_bidders": 2}]
    cheap = dataset(tmp_path / "cheap", procedures=procedures, awards=[awarded("p", "70")])
    dear = dataset(tmp_path / "dear", procedures=procedures, awards=[awarded("p", "90")])
    con = duck(threads=1)
    written: list[str] = []
    compiled = engines.statement

    def watched(to: Any, expr: Any) -> str:
        written.append(compiled(to, expr))
        return written[-1]

    monkeypatch.setattr(engines, "statement", watched)
    first = [savings(one, METHOD, engine=con, by=["year"]) for one in (cheap, dear)]
    assert [one.E1.saved for one in first] == ["30.00", "10.00"]
    long = [len(one) for one in written]
    written.clear()
    assert [savings(one, METHOD, engine=con, by=["year"]) for one in (cheap, dear)] == first
    assert max(map(len, written)) < max(long) / 3
    assert savings(cheap, METHOD, engine=con, decisions=[Decision("p", "exclude", "tried")]).E1.procedures == 0
