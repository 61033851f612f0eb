"""Late bid won."""

from pathlib import Path
from typing import Any

from .asking import Answer, bids, won

DAY = 86_400
NOON = 20_000 * DAY + 12 * 3600
MIDNIGHT = 20_000 * DAY


def case(id_: str, closes: int | None, *moments: tuple[str, int | None, str], **award: Any) -> dict[str, Any]:
    rows = [{**bids(id_, (bidder, 10, status))[0], "bid_id": f"b{n}", "submitted": moment} for n, (bidder, moment, status) in enumerate(moments, 1)]
    return {"procedures": [{"procedure_id": id_, "closes": closes}], "bids": rows, "awards": [won(id_, "x", **award)]}


def test_seconds_decide(tmp_path: Path) -> None:
    cases = [
        case("a second late", NOON, ("x", NOON + 1, "valid")),
        case("in time", NOON, ("x", NOON, "valid")),
        case("the loser was late", NOON, ("x", NOON, "valid"), ("y", NOON + 9, "valid")),
        case("late but not valid", NOON, ("x", NOON + 1, "disqualified")),
        case("another one in time", NOON, ("x", NOON + 1, "valid"), ("x", NOON - 1, "valid")),
        case("the late one is named", NOON, ("x", NOON + 1, "valid"), ("x", NOON - 1, "valid"), bid_id="b1"),
        case("within the day", MIDNIGHT, ("x", MIDNIGHT + DAY - 1, "valid")),
        case("after the day", MIDNIGHT, ("x", MIDNIGHT + DAY, "valid")),
        case("no deadline", None, ("x", NOON, "valid")),
        case("no moment", NOON, ("x", None, "valid")),
        case("award not active", NOON, ("x", NOON + 1, "valid"), status="cancelled"),
    ]
    given = {table: [row for one in cases for row in one[table]] for table in ("procedures", "bids", "awards")}
    answer = Answer(tmp_path, "R030", given)
    assert answer.found == [
        ("a second late", "", "b1", "1", "0"),
        ("after the day", "", "b1", "1", "0"),
        ("the late one is named", "", "b1", "1", "0"),
    ]
    assert answer.examined == 7
