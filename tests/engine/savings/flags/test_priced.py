"""Y101 and Y102: the award beside the baseline."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .asking import Answer, won


def procedure(id_: str, amount: Any, awarded: Any, *, of: dict[str, Any] | None = None, **award: Any) -> dict[str, Any]:
    return {"procedures": [{"procedure_id": id_, "amount": amount, **(of or {})}], "awards": [won(id_, "x", awarded, **award)]}


def together(*cases: dict[str, Any]) -> dict[str, Any]:
    return {table: [row for case in cases for row in case.get(table, [])] for table in ("procedures", "awards", "lots", "award_lots")}


NOT_COMPARED = [
    procedure("no baseline", None, 1),
    procedure("zero baseline", 0, 1),
    procedure("zero award", 100, 0),
    procedure("award without a price", 100, None),
    procedure("two currencies", 100, 1, currency="USD"),
    procedure("framework", 100, 1, of={"framework": True}),
    procedure("price of a unit", 100, 1, of={"unit_price": True}),
    procedure("direct", 100, 1, of={"method": "direct"}),
    procedure("with and without VAT", 100, 1, of={"vat": "with"}, vat="without"),
    procedure("pending", 100, 1, status="pending"),
]


def test_a_quarter_below(tmp_path: Path) -> None:
    given = together(
        procedure("exactly", "100.00", "75.00"),
        procedure("a kopeck less", "100.00", "75.01"),
        procedure("above", 100, 101),
        procedure("VAT not stated by one", 100, 50, of={"vat": "with"}),
        *NOT_COMPARED,
    )
    answer = Answer(tmp_path, "Y101", given)
    assert answer.found == [("VAT not stated by one", "", "x", "0.500000", "0.250000"), ("exactly", "", "x", "0.250000", "0.250000")]
    assert answer.examined == 4


@pytest.mark.parametrize(
    ("law", "published", "examined"), [("44-FZ", date(2013, 12, 31), 0), ("44-FZ", date(2014, 1, 1), 1), ("94-FZ", date(2010, 1, 1), 1)]
)
def test_the_rule_holds_from_the_day_of_its_law(tmp_path: Path, law: str, published: date, examined: int) -> None:
    given = procedure("p", 100, 10, of={"law": law, "published_on": published})
    assert Answer(tmp_path, "Y101", given).examined == examined


def test_above_the_baseline(tmp_path: Path) -> None:
    given = together(procedure("above", "100.00", "100.01"), procedure("equal", 100, 100), *NOT_COMPARED)
    answer = Answer(tmp_path, "Y102", given)
    assert answer.found == [("above", "", "x", "100.01 RUB", "100.00 RUB")]
    assert answer.examined == 2


def test_several_awards_add_up_and_lots_stand_alone(tmp_path: Path) -> None:
    lots = {
        "procedures": [{"procedure_id": "lots", "amount": 300}],
        "lots": [{"procedure_id": "lots", "lot_id": "1", "amount": 100}, {"procedure_id": "lots", "lot_id": "2", "amount": 200}],
        "awards": [won("lots", "x", 70, lots=1), won("lots", "y", 199, award_id="a2", lots=1)],
        "award_lots": [{"procedure_id": "lots", "award_id": "a1", "lot_id": "1"}, {"procedure_id": "lots", "award_id": "a2", "lot_id": "2"}],
    }
    parts = procedure("parts", 100, 40)
    parts["awards"].append(won("parts", "y", 40, award_id="a2"))
    given = together(lots, parts)
    assert Answer(tmp_path, "Y101", given).found == [("lots", "1", "x", "0.300000", "0.250000")]


def test_large_money_is_exact(tmp_path: Path) -> None:
    given = together(
        procedure("exactly", "9999999999999999.00", "7499999999999999.25"), procedure("a kopeck less", "9999999999999999.00", "7499999999999999.26")
    )
    assert Answer(tmp_path, "Y101", given).where == [("exactly", "")]
