"""Defects of real publishers, one by one: what is certain is repaired, what is not is set aside, each with field, value and reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yantar.engine.savings.ingest.quarantine import load_reasons

from .taken import Taken, release, taken


def changed(path: str, value: Any) -> dict[str, Any]:
    """A good release with one field replaced (`tender.value.amount`, `awards.0.date`); `...` takes it away."""
    made = release()
    at: Any = made
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        at = at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return made


def test_a_good_release_needs_no_repair(tmp_path: Path) -> None:
    made = taken(tmp_path, release())
    assert made.notes() == []
    procedure = made.one("procedures")
    assert procedure["procedure_id"] == "ocds-213czf-1" and procedure["publisher"] == "ocds-213czf"
    assert (procedure["source"], procedure["line"], procedure["offset"]) == (0, 1, 0)
    assert (procedure["buyer_id"], procedure["buyer_name"], procedure["buyer_inn"]) == ("RU-INN-3900000001", "Министерство", "3900000001")
    assert (procedure["amount"], procedure["currency"], procedure["method"]) == (Decimal("1000.00"), "RUB", "open")
    assert procedure["published_on"] == date(2025, 3, 1)
    assert (procedure["opens"], procedure["closes"]) == (1740780000, 1741564800)
    assert procedure["declared_bidders"] == 2 and procedure["data_on"] == date(2025, 4, 1)
    assert (procedure["law"], procedure["framework"], procedure["unit_price"], procedure["vat"]) == ("", False, False, "")
    assert made.one("lots") == {
        "procedure_id": "ocds-213czf-1",
        "lot_id": "1",
        "status": "complete",
        "amount": Decimal("1000.00"),
        "currency": "RUB",
        "vat": "",
    }
    assert [(bid["bid_id"], bid["bidder_id"], bid["members"], bid["lots"], bid["amount"]) for bid in made.rows("bids")] == [
        ("b1", "s1", 1, 1, Decimal("901.00")),
        ("b2", "s2", 1, 1, Decimal("902.00")),
    ]
    assert [(row["bid_id"], row["lot_id"]) for row in made.rows("bid_lots")] == [("b1", "1"), ("b2", "1")]
    award = made.one("awards")
    assert (award["awarded_on"], award["supplier_id"], award["supplier_name"], award["bid_id"]) == (date(2025, 3, 15), "s1", "Поставщик 1", "b1")
    assert made.one("award_lots")["lot_id"] == "1"
    contract = made.one("contracts")
    assert (contract["award_id"], contract["amount"], contract["signed_on"], contract["amendments"]) == (
        "a1",
        Decimal("901.50"),
        date(2025, 3, 20),
        1,
    )
    assert made.one("amendments")["rationale"] == "Рост цен"
    assert made.manifest.data_on == "2025-04-01"


REPAIRED: list[tuple[str, Any, str, tuple[str, ...], str, Any]] = [
    # field, what stands there, noted at, reasons, table.column, what is used
    ("tender.value.amount", "1000", "tender.value.amount", ("number_as_text",), "procedures.amount", Decimal("1000.00")),
    ("tender.value.amount", "12 000,50", "tender.value.amount", ("number_as_text",), "procedures.amount", Decimal("12000.50")),
    ("tender.value.amount", "1,234.50", "tender.value.amount", ("number_as_text",), "procedures.amount", Decimal("1234.50")),
    ("tender.value.amount", "1.234.567", "tender.value.amount", ("number_as_text",), "procedures.amount", Decimal("1234567.00")),
    ("tender.value.amount", "1\u00a0234\u00a0567,5", "tender.value.amount", ("number_as_text",), "procedures.amount", Decimal("1234567.50")),
    ("tender.value.amount", 10.005, "tender.value.amount", ("rounded",), "procedures.amount", Decimal("10.01")),
    ("tender.value.amount", 0.004, "tender.value.amount", ("rounded",), "procedures.amount", Decimal("0.00")),
    ("tender.value.amount", ..., "", (), "procedures.amount", None),
    ("tender.value.amount", None, "", (), "procedures.amount", None),
    ("tender.value.amount", "", "", (), "procedures.amount", None),
    ("tender.value", 1000, "tender.value", ("number_for_value",), "procedures.amount", Decimal("1000.00")),
    ("tender.value.currency", "rub", "tender.value.currency", ("currency_spelling",), "procedures.currency", "RUB"),
    ("tender.value.currency", "руб.", "tender.value.currency", ("currency_spelling",), "procedures.currency", "RUB"),
    ("tender.value.currency", "RUR", "tender.value.currency", ("currency_spelling",), "procedures.currency", "RUB"),
    ("tender.numberOfTenderers", "3", "tender.numberOfTenderers", ("number_as_text",), "procedures.declared_bidders", 3),
    ("tender.id", 17, "", (), "procedures.tender_id", "17"),
    ("tender.title", "[1] Бумага", "", (), "procedures.title", "[1] Бумага"),
    ("tender.title", "Бу\0мага", "tender.title", ("nul",), "procedures.title", "Бумага"),
    ("tender", [{"id": "n9"}], "tender", ("list_for_object",), "procedures.tender_id", "n9"),
    ("tender.lots", {"id": "1"}, "tender.lots", ("object_for_list",), "lots.lot_id", "1"),
    ("tender.lots", {"0": {"id": "7"}}, "tender.lots", ("object_for_list",), "lots.lot_id", "7"),
    ("tender.lots.0.id", 1, "", (), "lots.lot_id", "1"),
    ("tender.lots.0.id", ..., "tender.lots[0].id", ("id_missing",), "lots.lot_id", "#1"),
    ("tag", "compiled", "tag", ("text_as_list",), "procedures.procedure_id", "ocds-213czf-1"),
    ("awards.0.suppliers", {"id": "s1"}, "awards[0].suppliers", ("object_for_list",), "awards.supplier_id", "s1"),
    ("awards.0.suppliers.0.id", ..., "", (), "awards.supplier_id", "Поставщик 1"),
    ("awards.0.suppliers.0", {"identifier": {"scheme": "RU-INN", "id": "77"}}, "", (), "awards.supplier_id", "RU-INN-77"),
    ("awards.0.suppliers", [{"id": "y"}, {"id": "x"}, {"id": "y"}], "", (), "awards.supplier_id", "x|y"),
    ("awards.0.relatedLots", "1", "awards[0].relatedLots", ("text_as_list",), "award_lots.lot_id", "1"),
    ("awards.0.relatedLots", [1], "", (), "award_lots.lot_id", "1"),
    ("awards.0.date", "15.03.2025", "awards[0].date", ("date_spelling",), "awards.awarded_on", date(2025, 3, 15)),
    ("awards.0.date", "2025/3/5", "awards[0].date", ("date_spelling",), "awards.awarded_on", date(2025, 3, 5)),
    ("awards.0.date", "", "", (), "awards.awarded_on", None),
    ("contracts.0.amendments", {"id": "m1", "date": "2025-03-25"}, "contracts[0].amendments", ("object_for_list",), "amendments.amendment_id", "m1"),
    ("buyer.id", ..., "", (), "procedures.buyer_id", "Министерство"),
]


@pytest.mark.parametrize(("path", "value", "field", "reasons", "where", "used"), REPAIRED)
def test_what_is_certain_is_repaired(tmp_path: Path, path: str, value: Any, field: str, reasons: tuple[str, ...], where: str, used: Any) -> None:
    made = taken(tmp_path, changed(path, value))
    assert [(note[0], note[2], note[3]) for note in made.notes()] == [(field, reason, "repaired") for reason in reasons]
    assert made.counts.repaired_values == len(reasons)
    table, column = where.split(".")
    assert made.one(table)[column] == used


SET_ASIDE: list[tuple[str, Any, str, str, str]] = [
    ("tender.value.amount", "1.234", "tender.value.amount", "amount_unclear", "procedures.amount"),
    ("tender.value.amount", "1,234", "tender.value.amount", "amount_unclear", "procedures.amount"),
    ("tender.value.amount", "по смете", "tender.value.amount", "amount_unreadable", "procedures.amount"),
    ("tender.value.amount", "12 34", "tender.value.amount", "amount_unreadable", "procedures.amount"),
    ("tender.value.amount", -5, "tender.value.amount", "amount_negative", "procedures.amount"),
    ("tender.value.amount", 10**16, "tender.value.amount", "amount_too_large", "procedures.amount"),
    ("tender.value.amount", True, "tender.value.amount", "wrong_type", "procedures.amount"),
    ("tender.value.amount", {"x": 1}, "tender.value.amount", "wrong_type", "procedures.amount"),
    ("tender.value.amount", [5], "tender.value.amount", "wrong_type", "procedures.amount"),
    ("tender.value.currency", "MNX", "tender.value.currency", "currency_unknown", "procedures.amount"),
    ("tender.value", [1, 2], "tender.value", "wrong_type", "procedures.amount"),
    ("tender.tenderPeriod.startDate", "завтра", "tender.tenderPeriod.startDate", "date_unreadable", "procedures.opens"),
    ("awards.0.date", "03/04/2025", "awards[0].date", "date_unreadable", "awards.awarded_on"),
    ("awards.0.date", "2025-02-30", "awards[0].date", "date_unreadable", "awards.awarded_on"),
    ("awards.0.date", "0001-01-01", "awards[0].date", "date_implausible", "awards.awarded_on"),
    ("contracts.0.dateSigned", "2105-10-09T05:00:00.000Z", "contracts[0].dateSigned", "date_implausible", "contracts.signed_on"),
    ("tender.numberOfTenderers", "несколько", "tender.numberOfTenderers", "count_unreadable", "procedures.declared_bidders"),
    ("tender.numberOfTenderers", 2.5, "tender.numberOfTenderers", "count_unreadable", "procedures.declared_bidders"),
    ("tender.numberOfTenderers", -1, "tender.numberOfTenderers", "count_unreadable", "procedures.declared_bidders"),
]


@pytest.mark.parametrize(("path", "value", "field", "reason", "where"), SET_ASIDE)
def test_what_is_not_certain_is_set_aside(tmp_path: Path, path: str, value: Any, field: str, reason: str, where: str) -> None:
    made = taken(tmp_path, changed(path, value))
    assert [(note[0], note[2], note[3]) for note in made.notes()] == [(field, reason, "set_aside")]
    assert made.counts.set_aside_values == 1
    table, column = where.split(".")
    assert made.one(table)[column] is None


WRONG_LISTS = ["tender.lots", "bids.details", "awards", "contracts", "awards.0.suppliers", "bids.details.0.tenderers", "contracts.0.amendments"]


@pytest.mark.parametrize("path", WRONG_LISTS)
@pytest.mark.parametrize("value", ["нет", 5])
def test_something_else_in_the_place_of_a_list_is_never_lost_without_a_word(tmp_path: Path, path: str, value: Any) -> None:
    made = taken(tmp_path, changed(path, value))
    (note,) = made.notes()
    assert note[1:] == (str(value), "wrong_type", "set_aside")


@pytest.mark.parametrize("path", ["tender", "bids", "buyer"])
def test_something_else_in_the_place_of_an_object_neither(tmp_path: Path, path: str) -> None:
    made = taken(tmp_path, changed(path, [1, 2]))
    assert [(note[0], note[2]) for note in made.notes()] == [(path, "wrong_type")]


@pytest.mark.parametrize("path", [*WRONG_LISTS, "tag", "planning", "relatedProcesses"])
@pytest.mark.parametrize("value", [None, []])
def test_an_empty_list_or_null_is_no_defect(tmp_path: Path, path: str, value: Any) -> None:
    assert taken(tmp_path, changed(path, value)).notes() == []


def test_elements_of_a_list_that_are_none(tmp_path: Path) -> None:
    made = taken(tmp_path, changed("tender.lots", [None, 5, {"id": "1"}, {}]))
    assert [(note[0], note[2]) for note in made.notes()] == [
        ("tender.lots[0]", "empty_element"),
        ("tender.lots[1]", "wrong_type"),
        ("tender.lots[3]", "empty_element"),
    ]
    assert made.one("lots")["lot_id"] == "1"


def test_repeated_ids_are_told_apart_and_repeated_elements_taken_once(tmp_path: Path) -> None:
    one = release()["awards"][0]
    made = taken(tmp_path, release(awards=[one, one, {**one, "value": {"amount": 5, "currency": "RUB"}}]))
    assert [(row["award_id"], row["amount"]) for row in made.rows("awards")] == [("a1", Decimal("901.00")), ("a1#2", Decimal("5.00"))]
    assert [(note[0], note[2]) for note in made.notes()] == [("awards[1]", "repeated_whole"), ("awards[2].id", "id_repeated")]


def test_digits_beyond_a_double_are_exact(tmp_path: Path) -> None:
    numbers = ["1234567890123456.78", "9999999999999999.99", "1e3", "1.5E-1", "100.00000000000000000001", "99999999999999.995"]
    records = [
        f'{{"ocid":"o-{n}","tag":["compiled"],"tender":{{"value":{{"amount":{number},"currency":"RUB"}}}}}}' for n, number in enumerate(numbers)
    ]
    made = taken(tmp_path, *records)
    assert [str(row["amount"]) for row in made.rows("procedures")] == [
        "1234567890123456.78",
        "9999999999999999.99",
        "1000.00",
        "0.15",
        "100.00",
        "100000000000000.00",
    ]
    assert {(row["procedure_id"], row["reason"]) for row in made.rows("quarantine")} <= {("o-4", "rounded"), ("o-5", "rounded")}
    assert ("o-5", "rounded") in {(row["procedure_id"], row["reason"]) for row in made.rows("quarantine")}


def test_the_buyer_is_completed_from_the_parties(tmp_path: Path) -> None:
    parties = [{"id": "x-1", "name": "Агентство", "identifier": {"scheme": "RU-INN", "id": "3906000000"}}]
    made = taken(tmp_path, release(buyer={"id": "x-1"}, parties=parties))
    row = made.one("procedures")
    assert (row["buyer_id"], row["buyer_name"], row["buyer_inn"]) == ("x-1", "Агентство", "3906000000")
    assert made.notes() == []


def test_the_law_is_told_or_stated(tmp_path: Path) -> None:
    from yantar.engine.savings.ingest import Options

    stated = release("o-2")
    stated["tender"]["x_law"] = "223-ФЗ"
    made = taken(tmp_path, release("o-1"), stated, options=Options(law="44-FZ"))
    assert [(row["procedure_id"], row["law"]) for row in made.rows("procedures")] == [("o-1", "44-FZ"), ("o-2", "223-FZ")]


def test_less_common_fields(tmp_path: Path) -> None:
    whole = release(
        planning={"budget": {"amount": {"amount": 1200, "currency": "RUB"}}},
        relatedProcesses=[{"id": "1", "relationship": ["unsuccessfulProcess"], "identifier": "ocds-213czf-0"}],
    )
    tender = whole["tender"]
    del tender["numberOfTenderers"]
    whole["bids"]["statistics"] = [{"id": "1", "measure": "bids", "value": 5}, {"id": "2", "measure": "validBids", "value": 4}]
    tender["value"]["valueAddedTaxIncluded"] = True
    tender["techniques"] = {"hasFrameworkAgreement": True}
    tender["x_unitPrice"] = True
    tender["procuringEntity"] = {"id": "e", "name": "Организатор"}
    made = taken(tmp_path, whole)
    assert made.notes() == []
    row = made.one("procedures")
    assert (row["budget_amount"], row["replaces"], row["declared_bidders"]) == (Decimal("1200.00"), "ocds-213czf-0", 4)
    assert (row["vat"], row["framework"], row["unit_price"], row["entity_id"], row["entity_name"]) == ("with", True, True, "e", "Организатор")


def test_a_systematic_defect_changes_nothing_else(tmp_path: Path) -> None:
    records = [changed("tender.value.amount", str(n)) | {"ocid": f"o-{n:05}"} for n in range(5000)]
    made: Taken = taken(tmp_path, *records)
    assert made.counts.procedures == made.counts.repaired_values == 5000
    assert sum(row["amount"] for row in made.rows("procedures")) == sum(range(5000))


def test_every_reason_has_words_in_both_languages() -> None:
    reasons = load_reasons()
    assert {reason.action for reason in reasons.values()} == {"repaired", "set_aside", "rejected"}
    assert all(reason.title.ru and reason.title.en and reason.title.ru != reason.title.en for reason in reasons.values())
