"""One cell to one value: certain meanings are taken, uncertain ones are set aside with the reason."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from yantar.engine.savings.mapping.forms import Column, Mapping
from yantar.engine.savings.mapping.values import Reader, Unsaved

from .made import INN


def reader(field: str, **how: Any) -> Reader:
    column = Column(headings=("x",), field=field, **{name: value for name, value in how.items() if name not in ("nulls", "currency", "epoch_1904")})
    file = {"id": "a", "rows": "procedure", "columns": [{"headings": ["n"], "field": "procedure_id", "required": True}]}
    mapping = Mapping.model_validate({"id": "m", "title": {"ru": "м", "en": "m"}, "nulls": how.get("nulls", ()), "files": [file]})
    return Reader(mapping, column, how.get("currency", "RUB"), epoch_1904=how.get("epoch_1904", False))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12 000,50", "12000.50"),
        ("12\u00a0000,50", "12000.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567.00"),
        ("1,234,567.8", "1234567.80"),
        ("416550.0", "416550.00"),
        ("15 руб.", "15.00"),
        ("1 500,00 руб", "1500.00"),
        ("₽ 99,90", "99.90"),
        ("RUB 7", "7.00"),
        ("\u200f12,5\u200e", "12.50"),
        ("0,123", "0.12"),
        ("1.5E+06", "1500000.00"),
        (0.1 + 0.2, "0.30"),
        (1234, "1234.00"),
        ("0", "0.00"),
    ],
)
def test_amounts(cell: Any, value: str) -> None:
    read = reader("amount")(cell)
    assert read.value == Decimal(value) and read.value.as_tuple().exponent == -2
    assert read.reason in ("", "rounded") and (read.reason == "rounded") == (cell == "0,123")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1,234", "amount_unclear"),
        ("12.345", "amount_unclear"),
        ("много", "amount_unreadable"),
        ("12,34,5.6.7", "amount_unreadable"),
        ("1.23,45,6", "amount_unreadable"),
        ("-5", "amount_negative"),
        ("1" + "0" * 17, "amount_too_large"),
        ("100 USD", "currency_other"),
        ("1,23457E+12", "digits_lost"),
        ("#REF!", "cell_error"),
        (True, "wrong_type"),
        (datetime(2025, 1, 1), "wrong_type"),
        (Unsaved("=A1*2"), "formula_unsaved"),
        ("5\ufffd0", "letters_unreadable"),
        ("=1+1", "amount_unreadable"),
    ],
)
def test_amounts_set_aside(cell: Any, reason: str) -> None:
    assert reader("amount")(cell) == (None, reason)


def test_a_stated_convention_ends_the_doubt() -> None:
    assert reader("amount", decimals="comma")("1,234").value == Decimal("1.23")
    assert reader("amount", decimals="point")("1,234").value == Decimal("1234.00")
    assert reader("amount", decimals="comma")("1.234").value == Decimal("1234.00")
    assert reader("amount", factor=1000)("12,5").value == Decimal("12500.00")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("03.04.2025", date(2025, 4, 3)),
        ("2025-04-03", date(2025, 4, 3)),
        ("2025-04-03T23:59:59+03:00", date(2025, 4, 3)),
        ("03.04.25 г.", date(2025, 4, 3)),
        ("3 апреля 2025 года", date(2025, 4, 3)),
        (45750, date(2025, 4, 3)),
        ("45750", date(2025, 4, 3)),
        (45750.75, date(2025, 4, 3)),
        (datetime(2025, 4, 3, 10), date(2025, 4, 3)),
    ],
)
def test_days(cell: Any, day: date) -> None:
    assert reader("published_on")(cell) == (day, "")


def test_days_that_are_none() -> None:
    read = reader("published_on")
    assert [read(cell).reason for cell in ("31.02.2025", "скоро", 7, "01.01.1890", "12.31.2025")] == [
        "date_unreadable",
        "date_unreadable",
        "date_unreadable",
        "date_implausible",
        "date_unreadable",
    ]
    assert reader("published_on", dates=("mdy",))("12.31.2025").value == date(2025, 12, 31)
    assert reader("published_on", epoch_1904=True)(45750 - 1462).value == date(2025, 4, 3)


def test_moments_count_seconds_from_1970() -> None:
    read = reader("opens")
    assert read("1970-01-02 00:00:01.9").value is None  # before 1990 nobody took bids here
    start = read("2022-12-02 09:18:07.577").value
    assert read("2022-12-02 12:18:07+03:00").value == start
    assert read("2022-12-02").value == start - start % 86400


def test_identifiers() -> None:
    read = reader("procedure_id", prefix="p-")
    assert read(" № 0123 ") == ("p-0123", "")
    assert read(123.0) == ("p-123", "")
    assert read("01\u200e23") == ("p-0123", "marks_removed")
    assert read("1,23457E+18") == read(1.2345678901234568e18) == (None, "digits_lost")
    assert read("=HYPERLINK(1)").value == "p-=HYPERLINK(1)"


def test_words_flags_counts_inn_and_nothing() -> None:
    status = reader("status", words={"Завершена": "complete", "*отмен*": "cancelled", "прочее": ""})
    assert status("  ЗАВЕРШЕНА. ").value == "complete" and status("Закупка отменена").value == "cancelled"
    assert status("прочее") == (None, "") and status("hmm") == (None, "word_unknown") and status("unsuccessful").value == "unsuccessful"
    assert reader("unit_price")("да").value is True and reader("unit_price")("maybe").reason == "word_unknown"
    assert reader("declared_bidders")("3").value == 3 and reader("declared_bidders")("3,5").reason == "count_unreadable"
    inn = reader("buyer_inn")
    assert inn(INN).value == INN and inn(f"ИНН {INN}").value == INN and inn("3900000008") == (None, "inn_wrong")
    assert inn("105022600") == (None, "inn_wrong") or inn("105022600").reason == "zero_restored"
    assert reader("amount", nulls=("нет данных",))("Нет данных") == reader("amount")("—") == reader("amount")("") == (None, "")
    assert reader("currency")("руб.") == ("RUB", "currency_spelling") and reader("currency")("MNX").reason == "currency_unknown"


@for_all(st.decimals(min_value=0, max_value=Decimal("9999999999999999"), places=2), st.sampled_from(["ru", "en", "plain", "float"]))
def test_what_offices_write_is_read_back(amount: Decimal, way: str) -> None:
    if way == "float":
        if amount > 10**12:
            return
        cell: Any = float(amount)
    else:
        english = f"{amount:,.2f}"
        cell = {"ru": english.replace(",", "\u00a0").replace(".", ","), "en": english, "plain": f"{amount:.2f}"}[way]
    assert reader("amount")(cell) == (amount, "")


@for_all(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y 10:30", "%Y.%m.%dT00:00:00Z"]))
def test_days_are_read_back(day: date, way: str) -> None:
    assert reader("published_on")(day.strftime(way)).value == day
