"""All except the winner disqualified."""

from pathlib import Path
from typing import Any

from .asking import Answer, bids, won


def test_only_the_winner_is_left(tmp_path: Path) -> None:
    cases: dict[str, tuple[list[Any], list[Any]]] = {
        "two thrown out": (
            bids("", ("x", 10, "valid"), ("y", 9, "disqualified"), ("z", 8, "disqualified"), ("z", 7, "disqualified")),
            [won("", "x")],
        ),
        "only his own": (bids("", ("x", 10, "valid"), ("x", 9, "disqualified")), [won("", "x")]),
        "another one is valid": (bids("", ("x", 10, "valid"), ("y", 9, "valid"), ("z", 8, "disqualified")), [won("", "x")]),
        "somebody else won": (bids("", ("x", 10, "valid"), ("y", 9, "disqualified")), [won("", "y")]),
        "two awards to him": (bids("", ("x", 10, "valid"), ("y", 9, "disqualified")), [won("", "x"), won("", "x", award_id="a2")]),
        "an award to another": (bids("", ("x", 10, "valid"), ("y", 9, "disqualified")), [won("", "x"), won("", "y", award_id="a2")]),
        "an award still open": (
            bids("", ("x", 10, "valid"), ("y", 9, "disqualified")),
            [won("", "x"), won("", "y", award_id="a2", status="pending")],
        ),
        "a bid not judged": (bids("", ("x", 10, "valid"), ("y", 9, "disqualified"), ("z", 9, "pending")), [won("", "x")]),
        "no award": (bids("", ("x", 10, "valid"), ("y", 9, "disqualified")), []),
    }
    given = {
        "procedures": [{"procedure_id": id_} for id_ in cases],
        "bids": [{**row, "procedure_id": id_} for id_, (rows, _) in cases.items() for row in rows],
        "awards": [{**row, "procedure_id": id_} for id_, (_, rows) in cases.items() for row in rows],
    }
    answer = Answer(tmp_path / "one", "R035", given)
    assert answer.found == [("two awards to him", "", "x", "1", "1"), ("two thrown out", "", "x", "2", "1")]
    assert answer.examined == 6
    stricter = Answer(tmp_path / "two", "R035", given, thresholds={"R035": {"bidders": 2}})
    assert stricter.found == [("two thrown out", "", "x", "2", "2")]
