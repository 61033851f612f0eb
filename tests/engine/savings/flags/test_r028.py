"""Identical prices."""

from pathlib import Path

from .asking import Answer, bids


def test_same_price_same_currency_other_bidder(tmp_path: Path) -> None:
    dollars = {**bids("two currencies", ("y", 10, "valid"))[0], "bid_id": "b9", "currency": "USD"}
    rows = [
        *bids("the same", ("x", "10.00", "valid"), ("y", "10.00", "disqualified"), ("z", 11, "valid")),
        *bids("a kopeck apart", ("x", "10.00", "valid"), ("y", "10.01", "valid")),
        *bids("of one bidder", ("x", 10, "valid"), ("x", 10, "valid")),
        *bids("two currencies", ("x", 10, "valid")),
        dollars,
        *bids("zero", ("x", 0, "valid"), ("y", 0, "valid")),
        *bids("no price", ("x", None, "valid"), ("y", None, "valid")),
        *bids("nobody named", ("", 10, "valid"), ("", 10, "valid")),
        *bids("price of a unit", ("x", 10, "valid"), ("y", 10, "valid")),
        *bids("not competitive", ("x", 10, "valid"), ("y", 10, "valid")),
        *bids("withdrawn", ("x", 10, "valid"), ("y", 10, "withdrawn")),
        *bids("consortia", ("x|y", 10, "valid"), ("x", 10, "valid")),
    ]
    special = {"price of a unit": {"unit_price": True}, "not competitive": {"method": "limited"}}
    procedures = [{"procedure_id": id_, **special.get(id_, {})} for id_ in dict.fromkeys(str(row["procedure_id"]) for row in rows)]
    answer = Answer(tmp_path, "R028", {"procedures": procedures, "bids": rows})
    assert answer.found == [
        ("consortia", "", "x", "10.00 RUB", "="),
        ("consortia", "", "x|y", "10.00 RUB", "="),
        ("the same", "", "x", "10.00 RUB", "="),
        ("the same", "", "y", "10.00 RUB", "="),
    ]
    assert answer.examined == 6, "also: a kopeck apart, of one bidder, two currencies, withdrawn"


def test_the_same_price_in_two_lots_is_none(tmp_path: Path) -> None:
    given = {
        "procedures": [{"procedure_id": "p"}],
        "lots": [{"procedure_id": "p", "lot_id": lot} for lot in "12"],
        "bids": [{**bid, "lots": 1} for bid in bids("p", ("x", 10, "valid"), ("y", 10, "valid"), ("z", 10, "valid"))],
        "bid_lots": [{"procedure_id": "p", "bid_id": bid, "lot_id": lot} for bid, lot in [("b1", "1"), ("b2", "2"), ("b3", "2")]],
    }
    answer = Answer(tmp_path, "R028", given)
    assert [row[1:3] for row in answer.found] == [("2", "y"), ("2", "z")]
