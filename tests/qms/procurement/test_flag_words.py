"""What a rule found and what it was compared with, as people read it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from yantar.engine.savings.flags import RULES
from yantar.qms.procurement import queries
from yantar.qms.procurement.flag_words import bound_words, evidence, found_words

from .support import analyst, authority_of, confirmed, joined, ready, tender

CASES = [
    ("R003", "4", "7", "4 days", "<\u00a07 days"),
    ("R018", "1", "1", "1 bidder", "1 bidder"),
    ("R024", "0.001234", "-0.034000", "0.12\u00a0%", "≤\u00a0\u22123.40\u00a0%"),
    ("R025", "0.000000", "0.050000", "0.00\u00a0%", "≤\u00a05.00\u00a0%"),
    ("R028", "1234567.50 RUB", "=", "1,234,567.50\u00a0₽", "the same price of another bidder"),
    ("R030", "93784", "0", "1 day 2 hours", "the end of the period"),
    ("R030", "59", "0", "59 seconds", "the end of the period"),
    ("R035", "3", "1", "3 bidders", "≥\u00a01 bidder"),
    ("R036", "10.00 EUR", "", "10.00\u00a0EUR", ""),
    ("R038", "0.333333", "0.250000", "33.33\u00a0%", "≥\u00a025.00\u00a0%"),
    ("Y101", "0.250000", "0.250000", "25.00\u00a0%", "≥\u00a025.00\u00a0%"),
    ("Y102", "130.00 RUB", "100.00 RUB", "130.00\u00a0₽", ">\u00a0100.00\u00a0₽"),
    ("Y103", "x", "", "x", ""),
]


@pytest.mark.parametrize(("flag", "value", "threshold", "found", "bound"), CASES)
def test_a_value_has_its_unit_and_stands_to_its_threshold(flag: str, value: str, threshold: str, found: str, bound: str) -> None:
    with override("en"):
        assert (found_words(flag, value), bound_words(flag, threshold)) == (found, bound)


def test_amounts_are_in_the_manner_of_the_language() -> None:
    with override("ru"):
        assert found_words("Y102", "1234.50 RUB").replace("\u202f", "\u00a0") == "1\u00a0234,50\u00a0₽"
        assert bound_words("R024", "0.012345") == "≤\u00a01,23\u00a0%"


def test_where_nothing_is_stated_nothing_is_said() -> None:
    assert {(found_words(code, ""), bound_words(code, "")) for code in RULES} == {("", "")}


@pytest.mark.django_db
def test_flags_by_authority_with_n() -> None:
    finance = authority_of()
    own = [tender(f"a{n}", 1000, 900, bidders=1 if n < 3 else 2, buyer_id="b1") for n in range(30)]
    dataset = ready(**joined(*own, tender("x", 500, 400, bidders=1, buyer_id="b2"), tender("y", 500, 400, buyer_id="b2")))
    by = analyst()
    nobody = queries.flags_by_authority(by, dataset)
    assert nobody is not None and [row.authority for row in nobody.rows] == [None]
    confirmed(dataset, finance, "b1")
    found = queries.flags_by_authority(by, dataset)
    assert found is not None and "R018" in found.flags
    first, rest = found.rows
    assert (first.authority, first.name, first.n, first.counts["R018"], first.enough) == (finance, "Министерство minfin", 30, 3, True)
    assert first.cells(["R018", "R999"]) == [("R018", 3, Decimal("0.1")), ("R999", 0, Decimal(0))]
    assert (rest.authority, rest.n, rest.counts["R018"]) == (None, 2, 1)
    assert rest.cells(["R018"]) == [("R018", 1, None)]
    page = queries.flags(by, dataset, flag="R018", authority=finance.code)
    assert page is not None and [row.procedure_id for row in page.rows] == ["a0", "a1", "a2"]
    none = queries.flags(by, dataset, authority="nowhere")
    assert none is not None and none.rows == []


@pytest.mark.django_db
def test_the_evidence_has_the_same_words() -> None:
    dataset = ready(**joined(tender("b", 500, 450, bidders=1)))
    with override("en"):
        said = evidence(dataset, {"flag": "R018", "procedure_id": "b", "value": "1", "threshold": "1"}, {})
    assert "found 1 bidder, compared with 1 bidder" in said
