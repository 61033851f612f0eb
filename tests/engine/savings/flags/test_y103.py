"""Contract raised after the award."""

from pathlib import Path
from typing import Any

from .asking import Answer, won


def contract(id_: str, amount: Any, **more: Any) -> dict[str, Any]:
    return {"procedure_id": id_, "contract_id": "c1", "award_id": "a1", "amount": amount, **more}


def test_more_than_a_tenth(tmp_path: Path) -> None:
    cases: dict[str, list[dict[str, Any]]] = {
        "a kopeck more": [contract("", "110.01")],
        "a tenth": [contract("", "110.00")],
        "lower": [contract("", 50)],
        "two contracts": [contract("", 60), contract("", 60, contract_id="c2")],
        "one of two cancelled": [contract("", 60), contract("", 60, contract_id="c2", status="cancelled")],
        "award not named": [contract("", 200, award_id="")],
        "another award": [contract("", 200, award_id="a9")],
        "other currency": [contract("", 200, currency="USD")],
        "no price": [contract("", None)],
        "other VAT": [contract("", 200, vat="with")],
        "no contract": [],
    }
    given = {
        "procedures": [{"procedure_id": id_} for id_ in cases],
        "awards": [won(id_, "x", 100, vat="without" if id_ == "other VAT" else "") for id_ in cases],
        "contracts": [{**row, "procedure_id": id_} for id_, rows in cases.items() for row in rows],
    }
    answer = Answer(tmp_path, "Y103", given)
    assert answer.found == [
        ("a kopeck more", "", "c1", "0.100100", "0.100000"),
        ("award not named", "", "c1", "1.000000", "0.100000"),
        ("two contracts", "", "c1", "0.200000", "0.100000"),
    ]
    assert answer.examined == 6
    assert Answer(tmp_path / "half", "Y103", given, thresholds={"Y103": {"percent": "50"}}).where == [("award not named", "")]
