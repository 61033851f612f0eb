"""Lowest bid disqualified."""

from pathlib import Path
from typing import Any

from .asking import Answer, bids, won


def test_the_lowest_is_out(tmp_path: Path) -> None:
    cases: dict[str, list[Any]] = {
        "the lowest": bids("", ("x", 10, "valid"), ("y", "9.99", "disqualified")),
        "as low as another": bids("", ("x", 10, "valid"), ("y", 10, "disqualified")),
        "a higher one": bids("", ("x", 10, "valid"), ("y", 11, "disqualified")),
        "all of them": bids("", ("x", 10, "disqualified"), ("y", 11, "disqualified")),
        "a price missing": bids("", ("x", None, "valid"), ("y", 9, "disqualified")),
        "no status": bids("", ("x", 10, ""), ("y", 9, "")),
        "no award": bids("", ("x", 10, "valid"), ("y", 9, "disqualified")),
        "a contest": bids("", ("x", 10, "valid"), ("y", 9, "disqualified")),
        "two lowest": bids("", ("x", 10, "valid"), ("z", 9, "disqualified"), ("y", 9, "disqualified")),
    }
    special = {"a contest": {"method_details": "Открытый конкурс в электронной форме"}}
    given = {
        "procedures": [{"procedure_id": id_, **special.get(id_, {})} for id_ in cases],
        "bids": [{**row, "procedure_id": id_} for id_, rows in cases.items() for row in rows],
        "awards": [won(id_, "x") for id_ in cases if id_ != "no award"],
    }
    answer = Answer(tmp_path, "R036", given)
    assert answer.found == [
        ("all of them", "", "b1", "10.00 RUB", ""),
        ("the lowest", "", "b2", "9.99 RUB", "10.00 RUB"),
        ("two lowest", "", "b2", "9.00 RUB", "10.00 RUB"),
    ]
    assert answer.examined == 5
