"""R024 and R058: the winner's distance from the next bidder."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .asking import Answer, bids, won


def contests(*others: Any) -> dict[str, Any]:
    """Procedures p1, p2, …: x wins at 100, y offers what is given."""
    ids = [f"p{n}" for n in range(1, len(others) + 1)]
    return {
        "procedures": [{"procedure_id": id_} for id_ in ids],
        "bids": [bid for id_, other in zip(ids, others, strict=True) for bid in bids(id_, ("x", 100, "valid"), ("y", other, "valid"))],
        "awards": [won(id_, "x", 100) for id_ in ids],
    }


# Seven differences: 1, 20, 21, 22, 23, 24, 60 per cent. Rank of Q1 by definition 8: (7 + 1/3)/4 + 1/3 = 13/6, so Q1 = 20 + 1/6;
# of Q3: 3·(7 + 1/3)/4 + 1/3 = 35/6, so Q3 = 23 + 5/6. IQR = 11/3; fences 20 1/6 − 5 1/2 = 14.666667 and 23 5/6 + 5 1/2 = 29.333333.
SEVEN = (101, 120, 121, 122, 123, 124, 160)


def test_seven_differences_reckoned_by_hand(tmp_path: Path) -> None:
    close = Answer(tmp_path / "close", "R024", contests(*SEVEN))
    assert close.found == [("p1", "", "x", "0.010000", "0.146667")]
    far = Answer(tmp_path / "far", "R058", contests(*SEVEN))
    assert far.found == [("p7", "", "x", "0.600000", "0.293333")]
    assert (close.examined, far.examined) == (7, 7)


@pytest.mark.parametrize(("difference", "found"), [("0.01", ["p1"]), ("0.009999", []), ("0.2", ["p1", "p2"])])
def test_a_difference_of_the_users(tmp_path: Path, difference: str, found: list[str]) -> None:
    answer = Answer(tmp_path, "R024", contests(*SEVEN), thresholds={"R024": {"difference": difference}})
    assert [row[0] for row in answer.found] == found
    assert all(row[4] == format(Decimal(difference), ".6f") for row in answer.found)


def test_where_all_are_alike_none_is_an_outlier(tmp_path: Path) -> None:
    given = contests(110, 110, 110, 110)
    assert Answer(tmp_path / "close", "R024", given).found == Answer(tmp_path / "far", "R058", given).found == []
    one_more = contests(110, 110, 110, 110, 110, 110, 111)
    assert Answer(tmp_path / "one", "R058", one_more).where == [("p7", "")]


def test_the_lower_fence_may_be_negative(tmp_path: Path) -> None:
    answer = Answer(tmp_path, "R024", contests(101, 120, 150, 200))
    assert (answer.found, answer.examined) == ([], 4)


NOT_COMPARED = {
    "alone": (bids("p", ("x", 100, "valid")), [won("p", "x")]),
    "against himself only": (bids("p", ("x", 100, "valid"), ("x", 101, "valid")), [won("p", "x")]),
    "not the lowest": (bids("p", ("x", 100, "valid"), ("y", 99, "valid")), [won("p", "x")]),
    "the other is not valid": (bids("p", ("x", 100, "valid"), ("y", 101, "disqualified")), [won("p", "x")]),
    "two winners": (bids("p", ("x", 100, "valid"), ("y", 101, "valid")), [won("p", "x"), won("p", "y", award_id="a2")]),
    "still open": (bids("p", ("x", 100, "valid"), ("y", 101, "valid")), [won("p", "x"), won("p", "y", award_id="a2", status="pending")]),
    "status not stated": (bids("p", ("x", 100, "valid"), ("y", 101, "valid")), [won("p", "x", status="")]),
    "a price missing": (bids("p", ("x", 100, "valid"), ("y", 101, "valid"), ("z", None, "valid")), [won("p", "x")]),
    "a price of zero": (bids("p", ("x", 0, "valid"), ("y", 101, "valid")), [won("p", "x")]),
    "winner not named": (bids("p", ("x", 100, "valid"), ("y", 101, "valid")), [won("p", "")]),
    "two currencies": ([*bids("p", ("x", 100, "valid")), {**bids("p", ("y", 101, "valid"))[0], "bid_id": "b2", "currency": "USD"}], [won("p", "x")]),
}


@pytest.mark.parametrize("case", NOT_COMPARED)
def test_what_can_not_be_compared(tmp_path: Path, case: str) -> None:
    rows, awards = NOT_COMPARED[case]
    given = {"procedures": [{"procedure_id": "p"}], "bids": rows, "awards": awards}
    answer = Answer(tmp_path, "R024", given, thresholds={"R024": {"difference": "1"}})
    assert (answer.found, answer.examined) == ([], 0)


def test_a_cancelled_award_does_not_stand_in_the_way_and_a_consortium_is_compared(tmp_path: Path) -> None:
    given = {
        "procedures": [{"procedure_id": "p"}],
        "bids": bids("p", ("x|z", 100, "valid"), ("y", 101, "valid"), ("x|z", "100.50", "valid")),
        "awards": [won("p", "x|z"), won("p", "y", award_id="a0", status="cancelled")],
    }
    answer = Answer(tmp_path, "R024", given, thresholds={"R024": {"difference": "1"}})
    assert answer.found == [("p", "", "x|z", "0.010000", "1.000000")]


def test_the_bid_that_the_award_names_is_the_winners(tmp_path: Path) -> None:
    given = {
        "procedures": [{"procedure_id": "p"}],
        "bids": bids("p", ("x", 100, "valid"), ("y", 105, "valid"), ("x", 90, "valid")),
        "awards": [won("p", "x", bid_id="b1")],
    }
    dearer = Answer(tmp_path / "dearer", "R024", given, thresholds={"R024": {"difference": "1"}})
    assert dearer.examined == 0, "the award names his dearer bid, which is not the lowest"
    given["awards"] = [won("p", "x", bid_id="b3")]
    assert Answer(tmp_path / "lowest", "R024", given, thresholds={"R024": {"difference": "1"}}).found == [("p", "", "x", "0.166667", "1.000000")]


def test_by_lot(tmp_path: Path) -> None:
    rows = bids("p", ("x", 100, "valid"), ("y", 101, "valid"), ("x", 200, "valid"), ("y", 300, "valid"), ("x", 7, "valid"))
    given = {
        "procedures": [{"procedure_id": "p"}],
        "lots": [{"procedure_id": "p", "lot_id": lot} for lot in "123"],
        "bids": [{**bid, "lots": 1} for bid in rows],
        "bid_lots": [
            {"procedure_id": "p", "bid_id": bid, "lot_id": lot} for bid, lot in [("b1", "1"), ("b2", "1"), ("b3", "2"), ("b4", "2"), ("b5", "3")]
        ],
        "awards": [won("p", "x", award_id=f"a{lot}", lots=1) for lot in "123"],
        "award_lots": [{"procedure_id": "p", "award_id": f"a{lot}", "lot_id": lot} for lot in "123"],
    }
    answer = Answer(tmp_path, "R058", given, thresholds={"R058": {"difference": "0.01"}})
    assert answer.found == [("p", "1", "x", "0.010000", "0.010000"), ("p", "2", "x", "0.500000", "0.010000")]


def test_a_bid_on_several_lots_together_has_no_price_of_a_lot(tmp_path: Path) -> None:
    rows = bids("p", ("x", 100, "valid"), ("y", 101, "valid"))
    given = {
        "procedures": [{"procedure_id": "p"}],
        "lots": [{"procedure_id": "p", "lot_id": lot} for lot in "12"],
        "bids": [{**rows[0], "lots": 1}, {**rows[1], "lots": 2}],
        "bid_lots": [{"procedure_id": "p", "bid_id": bid, "lot_id": lot} for bid, lot in [("b1", "1"), ("b2", "1"), ("b2", "2")]],
        "awards": [won("p", "x", lots=1)],
        "award_lots": [{"procedure_id": "p", "award_id": "a1", "lot_id": "1"}],
    }
    assert Answer(tmp_path, "R024", given, thresholds={"R024": {"difference": "1"}}).examined == 0
