"""Figures of small datasets, worked out by hand."""

from __future__ import annotations

from pathlib import Path

from tests.engine.savings.given import dataset
from yantar.engine.savings.figures import savings
from yantar.engine.savings.method import load_method


def two_bids(procedure: str) -> list[dict[str, object]]:
    return [{"procedure_id": procedure, "bid_id": "1", "bidder_id": "x"}, {"procedure_id": procedure, "bid_id": "2", "bidder_id": "y"}]


def test_e1_e2_and_excluded_add_up_to_the_input(tmp_path: Path) -> None:
    given = dataset(
        tmp_path,
        procedures=[
            {"procedure_id": "two", "amount": "1000.00"},
            {"procedure_id": "one", "amount": "500.00", "declared_bidders": 1},
            {"procedure_id": "off", "amount": "200.01", "status": "cancelled"},
        ],
        bids=two_bids("two"),
        awards=[{"procedure_id": "two", "award_id": "1", "amount": "899.99"}, {"procedure_id": "one", "award_id": "1", "amount": "490"}],
    )
    result = savings(given, load_method())
    assert (result.E1.procedures, result.E1.baseline, result.E1.awarded, result.E1.saved, result.E1.share) == (
        1,
        "1000.00",
        "899.99",
        "100.01",
        "0.100010",
    )
    assert (result.E2.procedures, result.E2.saved, result.E2.share) == (2, "110.01", "0.073340")
    assert (result.one_bid.procedures, result.one_bid.saved) == (1, "10.00")
    assert [(entry.reason, entry.procedures, entry.value) for entry in result.excluded] == [("cancelled", 1, "200.01")]
    assert (result.lost.procedures, result.lost.value) == (1, "200.01")
    assert (result.input.procedures, result.input.value) == (3, "1700.01")
    assert (result.reconciliation.difference_procedures, result.reconciliation.difference_value) == (0, "0.00")
