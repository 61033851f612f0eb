"""Disqualified unusually often."""

from pathlib import Path
from typing import Any

from .asking import Answer, bids


def buyers() -> dict[str, Any]:
    """Five buyers of two procedures with two bids each; four disqualify nobody, the fifth three of four. Every bid has its own bidder."""
    procedures = [{"procedure_id": f"{buyer}{n}", "buyer_id": buyer, "entity_id": ""} for buyer in "ABCDE" for n in (1, 2)]
    rows = [
        {**bid, "bidder_id": f"{procedure['procedure_id']}-{bid['bid_id']}"}
        for procedure in procedures
        for bid in bids(str(procedure["procedure_id"]), ("", 10, "valid"), ("", 11, "valid"))
    ]
    for row in rows:
        if (row["procedure_id"], row["bid_id"]) in {("E1", "b1"), ("E1", "b2"), ("E2", "b2")}:
            row["status"] = "disqualified"
    return {"procedures": procedures, "bids": rows}


# Shares 0, 0, 0, 0, 0.75. Rank of Q1: (5 + 1/3)/4 + 1/3 = 5/3: 0; of Q3: 3·(5 + 1/3)/4 + 1/3 = 13/3, so Q3 = 0.75/3 = 0.25.
# Upper fence: 0.25 + 1.5·0.25 = 0.625. Every bidder has a single bid and is left out.
def test_a_buyer_above_the_fence(tmp_path: Path) -> None:
    answer = Answer(tmp_path, "R038", buyers())
    assert answer.found == [("E1", "", "E", "0.750000", "0.625000"), ("E2", "", "E", "0.750000", "0.625000")]
    assert {row["subject_kind"] for row in answer.rows} == {"buyer"}
    assert answer.examined == 10


def test_a_share_of_the_users_and_the_least_number_of_procedures(tmp_path: Path) -> None:
    assert Answer(tmp_path / "at", "R038", buyers(), thresholds={"R038": {"ratio": "0.75"}}).where == [("E1", ""), ("E2", "")]
    assert Answer(tmp_path / "above", "R038", buyers(), thresholds={"R038": {"ratio": "0.750001"}}).where == []
    few = Answer(tmp_path / "few", "R038", buyers(), thresholds={"R038": {"procedures": 3}})
    assert (few.found, few.examined) == ([], 0)


def test_bidders_and_organisers_alike(tmp_path: Path) -> None:
    given = buyers()
    given["procedures"] = [{**row, "buyer_id": "one buyer", "entity_id": row["buyer_id"]} for row in given["procedures"]]
    given["bids"] = [{**row, "bidder_id": row["procedure_id"][0]} for row in given["bids"]]
    answer = Answer(tmp_path, "R038", given)
    kinds = {(row["procedure_id"], row["subject_kind"], row["subject"], row["value"]) for row in answer.rows}
    assert kinds == {(id_, kind, "E", "0.750000") for id_ in ("E1", "E2") for kind in ("bidder", "entity")}


def test_where_no_disqualification_is_told_nothing_is_computed(tmp_path: Path) -> None:
    given = buyers()
    given["bids"] = [{**row, "status": "valid"} for row in given["bids"]]
    assert Answer(tmp_path, "R038", given).examined == 0
