"""Splitting."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from .asking import Answer, won

FIRST = date(2025, 3, 1)


def purchases(name: str, *given: tuple[int, Any], **more: Any) -> dict[str, Any]:
    """Direct awards of buyer and supplier `name`: (days after the first of March, amount)."""
    ids = [f"{name} {n}" for n in range(1, len(given) + 1)]
    days = [FIRST + timedelta(days=day) for day, _ in given]
    same: dict[str, Any] = {"method": "direct", "law": "44-FZ", "buyer_id": f"buyer {name}", **more}
    return {
        "procedures": [{"procedure_id": id_, "published_on": day, **same} for id_, day in zip(ids, days, strict=True)],
        "awards": [won(id_, name, amount, awarded_on=day) for id_, day, (_, amount) in zip(ids, days, given, strict=True)],
    }


def test_three_close_to_the_limit_within_thirty_days(tmp_path: Path) -> None:
    cases = [
        purchases("split", (0, 599_999), (10, 480_000), (29, 600_000), (70, 600_000)),
        purchases("a day later", (0, 599_999), (10, 480_000), (30, 600_000)),
        purchases("two", (0, 600_000), (1, 600_000)),
        purchases("one is small", (0, 600_000), (1, 600_000), (2, "479999.99")),
        purchases("one is above", (0, 600_000), (1, 600_000), (2, "600000.01")),
        purchases("open", (0, 600_000), (1, 600_000), (2, 600_000), method="open"),
        purchases("law not stated", (0, 600_000), (1, 600_000), (2, 600_000), law=""),
    ]
    given = {table: [row for case in cases for row in case[table]] for table in ("procedures", "awards")}
    answer = Answer(tmp_path, "Y104", given)
    assert answer.found == [(f"split {n}", "", "split", "1679999.00 RUB", "600000.00 RUB") for n in (1, 2, 3)]
    assert answer.examined == 4 + 3 + 2 + 3 + 2


def test_a_long_run_is_flagged_to_its_ends(tmp_path: Path) -> None:
    run = purchases("run", *((20 * n, 500_000) for n in range(3)), (15, 500_000), (35, 500_000))
    # Days 0, 15, 20, 35, 40: within thirty days lie 0, 15, 20 and 15, 20, 35, 40.
    assert Answer(tmp_path, "Y104", run).where == [(f"run {n}", "") for n in range(1, 6)]


def test_the_limit_is_that_of_the_day(tmp_path: Path) -> None:
    year = {"published_on": date(2018, 5, 5), "law": "44-FZ"}
    given = purchases("old", (0, 100_000), (1, 90_000), (2, 80_000))
    given["procedures"] = [{**row, **year} for row in given["procedures"]]
    answer = Answer(tmp_path, "Y104", given)
    assert {row[3:] for row in answer.found} == {("270000.00 RUB", "100000.00 RUB")}


def test_different_buyers_are_not_one(tmp_path: Path) -> None:
    given = purchases("one", (0, 600_000), (1, 600_000), (2, 600_000))
    given["procedures"][0]["buyer_id"] = "another"
    answer = Answer(tmp_path, "Y104", given)
    assert (answer.found, answer.examined) == ([], 3)
