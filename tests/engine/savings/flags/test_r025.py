"""Bids often, hardly ever wins."""

from pathlib import Path
from typing import Any

from .asking import Answer, bids, won


def contest(id_: str, winner: str, *losers: str) -> tuple[list[Any], Any]:
    return bids(id_, (winner, 100, "valid"), *((loser, 110, "valid") for loser in losers)), won(id_, winner, 100)


def market() -> dict[str, Any]:
    """Four contests. a: 4 entered, 1 won; b, c, d: 1 entered, 1 won each; e: 2 entered, 1 won... see the table below."""
    drawn = [contest("p1", "b", "a"), contest("p2", "c", "a"), contest("p3", "d", "a"), contest("p4", "e", "a"), contest("p5", "f", "a")]
    return {
        "procedures": [{"procedure_id": f"p{n}"} for n in range(1, 6)],
        "bids": [bid for rows, _ in drawn for bid in rows],
        "awards": [award for _, award in drawn],
    }


# bidder   entered  won  share        The six shares in order: 0, 1, 1, 1, 1, 1. Rank of Q1: (6 + 1/3)/4 + 1/3 = 23/12, so 11/12 between
# a        5        0    0            0 and 1: Q1 = 0.916667; Q3 = 1, the fence 0.916667 − 1.5·0.083333 = 0.791667.
# b … f    1        1    1            Entered in order 1, 1, 1, 1, 1, 5; rank of Q3: 3·(6 + 1/3)/4 + 1/3 = 61/12, so Q3 = 1 + 1/12·4 = 1.333.
def test_five_entered_none_won(tmp_path: Path) -> None:
    answer = Answer(tmp_path, "R025", market())
    assert answer.found == [(f"p{n}", "", "a", "0.000000", "0.791667") for n in range(1, 6)]
    assert answer.examined == 5


def test_who_wins_once_may_still_be_flagged_where_he_lost(tmp_path: Path) -> None:
    given = market()
    rows, award = contest("p6", "a", "b")
    given["procedures"].append({"procedure_id": "p6"})
    given["bids"] += rows
    given["awards"].append(award)
    answer = Answer(tmp_path, "R025", given, thresholds={"R025": {"ratio": "0.166667"}})
    assert answer.where == [(f"p{n}", "") for n in range(1, 6)]
    assert {row[3:] for row in answer.found} == {("0.166667", "0.166667")}


def test_two_bids_for_one_contest_are_one_entry_and_invalid_ones_none(tmp_path: Path) -> None:
    given = market()
    given["bids"] += [{**bid, "bid_id": f"again{n}"} for n, bid in enumerate(bids("p1", ("a", 120, "valid"), ("b", 90, "disqualified")))]
    assert Answer(tmp_path, "R025", given).found == [(f"p{n}", "", "a", "0.000000", "0.791667") for n in range(1, 6)]


def test_without_awards_nothing_can_be_computed(tmp_path: Path) -> None:
    assert Answer(tmp_path, "R025", {**market(), "awards": []}).examined == 0
