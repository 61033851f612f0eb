"""Single bid."""

from pathlib import Path

from .asking import Answer, bids


def test_one_bidder_by_bids_or_by_declaration(tmp_path: Path) -> None:
    procedures = [
        {"procedure_id": "one bid"},
        {"procedure_id": "two bids of one bidder"},
        {"procedure_id": "two bidders"},
        {"procedure_id": "two bids of nobody named"},
        {"procedure_id": "declared one", "declared_bidders": 1},
        {"procedure_id": "declared two, one bid shown", "declared_bidders": 2},
        {"procedure_id": "declared none", "declared_bidders": 0},
        {"procedure_id": "nothing known"},
        {"procedure_id": "direct", "method": "direct", "declared_bidders": 1},
        {"procedure_id": "withdrawn bid", "method": "selective"},
        {"procedure_id": "consortium"},
    ]
    rows = [
        *bids("one bid", ("x", 10, "valid")),
        *bids("two bids of one bidder", ("x", 10, "valid"), ("x", 9, "disqualified")),
        *bids("two bidders", ("x", 10, "valid"), ("y", 9, "valid")),
        *bids("two bids of nobody named", ("", 10, "valid"), ("", 9, "valid")),
        *bids("declared two, one bid shown", ("x", 10, "valid")),
        *bids("direct", ("x", 10, "valid")),
        *bids("withdrawn bid", ("x", 10, "pending"), ("y", 9, "withdrawn")),
        *bids("consortium", ("x|y", 10, "valid")),
    ]
    answer = Answer(tmp_path, "R018", {"procedures": procedures, "bids": rows})
    assert [(row[0], row[2]) for row in answer.found] == [
        ("consortium", "x|y"),
        ("declared one", ""),
        ("one bid", "x"),
        ("two bids of one bidder", "x"),
        ("withdrawn bid", "x"),
    ]
    assert answer.examined == 8


def test_every_lot_by_itself(tmp_path: Path) -> None:
    lots = [{"procedure_id": "p", "lot_id": lot} for lot in ("1", "2")] + [{"procedure_id": "single", "lot_id": "1"}]
    rows = [{**bid, "lots": 1} for bid in [*bids("p", ("x", 10, "valid"), ("y", 9, "valid"), ("x", 8, "valid")), *bids("single", ("x", 1, "valid"))]]
    named = [("p", "b1", "1"), ("p", "b2", "1"), ("p", "b3", "2"), ("single", "b1", "1")]
    answer = Answer(
        tmp_path,
        "R018",
        {
            "procedures": [{"procedure_id": "p", "declared_bidders": 2}, {"procedure_id": "single"}],
            "lots": lots,
            "bids": rows,
            "bid_lots": [dict(zip(("procedure_id", "bid_id", "lot_id"), one, strict=True)) for one in named],
        },
    )
    assert answer.found == [("p", "2", "x", "1", "1"), ("single", "", "x", "1", "1")]


def test_bids_for_the_whole_beside_bids_for_lots_are_not_compared(tmp_path: Path) -> None:
    rows = bids("p", ("x", 10, "valid"), ("y", 9, "valid"))
    rows = [{**rows[0], "lots": 1}, rows[1]]
    given = {
        "procedures": [{"procedure_id": "p"}],
        "lots": [{"procedure_id": "p", "lot_id": "1"}, {"procedure_id": "p", "lot_id": "2"}],
        "bids": rows,
        "bid_lots": [{"procedure_id": "p", "bid_id": "b1", "lot_id": "1"}],
    }
    answer = Answer(tmp_path, "R018", given)
    assert (answer.found, answer.examined) == ([], 0)
