"""Headings wherever they stand, cells whatever they hold, everything wrong at once."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from yantar.core.problems import Problem
from yantar.core.tabular import CLEAR, Cancelled, Choice, Column, Parsed, Progress, TableSpec, parse, read
from yantar.core.tabular.cells import Unfit, convert

from .files import csv_bytes, workbook

PEOPLE = TableSpec(
    "offices",
    "Органы",
    "Offices",
    (
        Column("name", "Название", "Name", required=True, max_length=60, aliases=("Наименование органа",)),
        Column(
            "kind", "Вид", "Kind", kind="choice", choices=(Choice("ministry", "Министерство", "Ministry"), Choice("service", "Служба", "Service"))
        ),
        Column("since", "Дата создания", "Created on", kind="date"),
        Column("staff", "Штатная численность", "Personnel", kind="int", least=1),
        Column("inn", "ИНН", "INN", kind="inn"),
    ),
    list_column="name",
    list_accepts=lambda text: text.startswith(("Министерство", "Служба")),
    is_group=lambda text: text.rstrip(":") in ("Министерства", "Службы"),
)
ROOMS = TableSpec(
    "rooms", "Помещения", "Rooms", (Column("office", "Орган", "Office", required=True), Column("room", "Кабинет", "Room", kind="code", required=True))
)


def parsed(rows: Sequence[Sequence[Any]], sheet: str = "Лист1", touch: Any = None) -> Parsed:
    return parse(read(workbook({sheet: rows}, touch), "list.xlsx"), [PEOPLE, ROOMS])


def places(problems: list[Problem]) -> list[tuple[str, int | None, str, str, str]]:
    return [(p.sheet, p.row, p.column, p.code, p.value) for p in problems]


def codes(problems: list[Problem]) -> list[str]:
    return [p.code for p in problems]


def test_a_header_under_title_rows_with_office_habits() -> None:
    def touch(book: Any) -> None:
        book["Лист1"].merge_cells("A1:E1")

    found = parsed(
        [
            ["Перечень органов власти по состоянию на 1 января"],
            [],
            ["№ п/п", " НАИМЕНОВАНИЕ\nоргана ", None, "Штатная\u00a0численность, ".rstrip(", "), "Дата  созданиЯ:", "Телефон"],
            [1, 2, 3, 4, 5, 6],
            [1, " Министерство\u00a0 «Янтарь» ", None, "1 234", "15 марта 2010 г.", "12-34"],
            [None, "   ", None, None, None, None],
            [2, "Служба", None, 15.0, 40252, None],
            ["Итого:", None, None, 1249, None, None],
        ],
        touch=touch,
    )
    assert found.problems == []
    assert [(row.number, row.values) for row in found.tables["offices"]] == [
        (5, {"name": "Министерство «Янтарь»", "staff": 1234, "since": date(2010, 3, 15)}),
        (7, {"name": "Служба", "staff": 15, "since": date(2010, 3, 15)}),
    ]
    assert codes(found.notes) == ["column.unknown", "row.total"]
    assert found.notes[0].value == "Телефон"


def test_everything_wrong_is_listed_at_once_with_its_place() -> None:
    found = parsed(
        [
            ["Название *", "Вид", "Дата создания", "Штатная численность", "ИНН"],
            ["", "Министерство", "31.02.2010", "много", "7707083894"],
            ["Министерство", "Княжество", "вчера", 0, "12345"],
            ["М" * 61, "министерство", date(2010, 3, 15), 12.5, "7,7E+09"],
        ]
    )
    assert places(found.problems) == [
        ("Лист1", 2, "Название", "cell.required", ""),
        ("Лист1", 2, "Дата создания", "cell.no_such_day", "31.02.2010"),
        ("Лист1", 2, "Штатная численность", "cell.int", "много"),
        ("Лист1", 2, "ИНН", "cell.check_digit", "7707083894"),
        ("Лист1", 3, "Вид", "cell.choice", "Княжество"),
        ("Лист1", 3, "Дата создания", "cell.date", "вчера"),
        ("Лист1", 3, "Штатная численность", "cell.range", "0"),
        ("Лист1", 3, "ИНН", "cell.identifier", "12345"),
        ("Лист1", 4, "Название", "cell.too_long", "М" * 61),
        ("Лист1", 4, "Штатная численность", "cell.int", "12.5"),
        ("Лист1", 4, "ИНН", "cell.digits", "7,7E+09"),
    ]
    with translation.override("en"):
        assert "Ministry, Service" in str(found.problems[4].message)


def test_a_missing_required_column_and_a_doubled_one() -> None:
    found = parsed([["Вид", "Дата создания", "Вид"], ["Министерство", None, None]], sheet="Органы")
    assert places(found.problems) == [("Органы", 1, found.problems[0].column, "column.missing", ""), ("Органы", 1, "Вид", "column.twice", "")]


def test_a_sheet_without_any_table_is_a_problem_only_when_nothing_else_is_there() -> None:
    assert codes(parsed([["привет", "мир"], ["1", "2"]]).problems) == ["table.none"]
    assert codes(parsed([["привет", "мир"]], sheet="Органы").problems) == ["table.no_header"]
    book = read(workbook({"Органы": [["Название"], ["Министерство"]], "Заметки": [["привет", "мир"]], "Пояснения": [["Название", "Вид"]]}), "x.xlsx")
    found = parse(book, [PEOPLE, ROOMS])
    assert (found.problems, codes(found.notes), found.count) == ([], ["table.unknown_sheet"], 1)


def test_sheets_are_told_by_their_columns_and_formula_cells_are_placed() -> None:
    book = read(
        workbook({"1": [["Office", "Room"], ["Ministry", 12.0], ["Ministry", "=B2+1"]], "2": [["NAME", "Kind"], ["Ministry", "ministry"]]}), "x.xlsx"
    )
    found = parse(book, [PEOPLE, ROOMS])
    assert [row.values for row in found.tables["rooms"]][0] == {"office": "Ministry", "room": "12"}
    assert places(found.problems) == [("1", 3, "Room", "cell.formula", "=B2+1")]
    assert found.tables["offices"][0].values == {"name": "Ministry", "kind": "ministry"}


def test_a_plain_list_without_a_header() -> None:
    title = "Перечень органов власти\r\n\r\nМинистерства:\r\n"
    text = title + "1. Министерство финансов\r\n2) Министерство спорта\r\nСлужбы\r\n• Служба тарифов\r\nЧто-то ещё\r\n"
    found = parse(read(io.BytesIO(text.encode("cp1251")), "список.csv"), [PEOPLE, ROOMS])
    assert [(r.number, r.values["name"]) for r in found.tables["offices"]] == [
        (4, "Министерство финансов"),
        (5, "Министерство спорта"),
        (7, "Служба тарифов"),
        (8, "Что-то ещё"),
    ]
    assert codes(found.notes) == ["table.list", "row.title", "row.group", "row.group"]
    assert found.problems == []


def test_header_repeated_by_a_page_break_or_a_vertical_merge_is_no_row() -> None:
    def touch(book: Any) -> None:
        book["Лист1"].merge_cells("A1:A2")
        book["Лист1"].merge_cells("B1:C1")

    head = ["Название", "Сведения", None]
    second = [None, "Вид", "Дата создания"]
    found = parsed(
        [head, second, ["Министерство", "министерство", None], ["Название", "Вид", "Дата создания"], ["Служба", "служба", None]], touch=touch
    )
    assert [(r.number, r.get("name")) for r in found.tables["offices"]] == [(3, "Министерство"), (5, "Служба")]


def test_the_1904_calendar_of_a_workbook_is_respected() -> None:
    def touch(book: Any) -> None:
        from openpyxl.utils.datetime import MAC_EPOCH

        book.epoch = MAC_EPOCH

    found = parsed([["Название", "Дата создания"], ["Служба", 40252 - 1462]], touch=touch)
    assert found.tables["offices"][0].values["since"] == date(2010, 3, 15)


def test_too_many_problems_are_counted_not_kept() -> None:
    rows = [["Название", "Дата создания"], *([f"Служба {n}", "x"] for n in range(5200))]
    found = parse(read(csv_bytes(rows), "x.csv"), [PEOPLE])
    assert len(found.problems) == 5001 and found.problems[-1].code == "table.more" and "200" in str(found.problems[-1].message)


def test_progress_goes_forward_and_work_can_be_cancelled() -> None:
    rows = [["Название"], *([f"Служба {n}"] for n in range(3000))]
    told: list[tuple[int, int]] = []
    progress = Progress(lambda done, total: told.append((done, total)))
    progress.stage(600)
    parse(read(csv_bytes(rows), "x.csv"), [PEOPLE], progress)
    assert told == sorted(told) and told[-1][0] > 100 and {total for _d, total in told} == {1000}
    with pytest.raises(Cancelled):
        parse(read(csv_bytes(rows), "x.csv"), [PEOPLE], Progress(cancelled=lambda: True))


DATE = Column("d", "Дата", "Date", kind="date")


@pytest.mark.parametrize(
    "typed",
    [
        "15.03.2010", "15.3.10", "2010.03.15",
        "2010-03-15", "15/03/2010", "15-03-2010", "15 марта 2010 г.", "«15» марта 2010 года", "15 МАРТА 2010", "15 мар 2010",
        "March 15, 2010", "15 March 2010", "2010-03-15T00:00:00", "2010-03-15 00:00:00", "15.03.2010 0:00:00", "15.03.2010г.", "40252", 40252,
        40252.75,
        datetime(2010, 3, 15, 12, 30), date(2010, 3, 15), "\u00a015.03.2010 ",
    ],
)  # fmt: skip
def test_dates_as_people_and_programs_write_them(typed: Any) -> None:
    assert convert(DATE, typed) == date(2010, 3, 15)


@pytest.mark.parametrize("typed", ["03/15/2010", "15.03", "март 2010", "2010", 2010.5e9, "32.01.2010", "15.03.0201", True, "15 мартобря 2010"])
def test_what_is_not_surely_a_date_is_not_guessed(typed: Any) -> None:
    with pytest.raises(Unfit):
        convert(DATE, typed)


@pytest.mark.parametrize(
    ("column", "typed", "value"),
    [
        (Column("n", "N", "N", kind="int"), "1 234", 1234),
        (Column("n", "N", "N", kind="int"), "1\u00a0234,0", 1234),
        (Column("n", "N", "N", kind="int"), "1234.0", 1234),
        (Column("n", "N", "N", kind="int"), "120 чел.", 120),
        (Column("n", "N", "N", kind="int"), 120.0, 120),
        (Column("n", "N", "N", kind="decimal", places=6), "54,710426", Decimal("54.710426")),
        (Column("n", "N", "N", kind="decimal", places=6), 54.710426, Decimal("54.710426")),
        (Column("n", "N", "N", kind="bool"), "Да", True),
        (Column("n", "N", "N", kind="bool"), "-", False),
        (Column("n", "N", "N", kind="bool"), False, False),
        (Column("n", "N", "N", kind="inn"), 7707083893, "7707083893"),
        (Column("n", "N", "N", kind="inn"), 7707083893.0, "7707083893"),
        (Column("n", "N", "N", kind="inn"), "ИНН 7707 083 893", "7707083893"),
        (Column("n", "N", "N", kind="inn"), 101000006, "0101000006"),
        (Column("n", "N", "N", kind="ogrn"), 1027700132195, "1027700132195"),
        (Column("n", "N", "N", kind="code"), 17, "17"),
        (Column("n", "N", "N"), "-", CLEAR),
        (Column("n", "N", "N"), "'=1+1", "=1+1"),
        (Column("n", "N", "N"), "'так'", "'так'"),
        (Column("n", "N", "N"), "=1+1", "=1+1"),
        (Column("n", "N", "N", multiline=True), " а \r\n  б ", "а\nб"),
        (Column("n", "N", "N"), "а\nб\u00ad\u200b в", "а б в"),
        (Column("n", "N", "N"), datetime(2010, 3, 15), "2010-03-15"),
    ],
)
def test_cells(column: Column, typed: Any, value: Any) -> None:
    if typed == 101000006:
        from yantar.engine.requisites import inn_check_digits

        typed = int("010100000" + inn_check_digits("010100000"))
        value = f"0{typed}"
    assert convert(column, typed) == value


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        (Column("n", "N", "N"), "#ССЫЛКА!", "cell.error"),
        (Column("n", "N", "N"), "#REF!", "cell.error"),
        (Column("n", "N", "N", required=True), "—", "cell.required"),
        (Column("n", "N", "N", kind="int"), "1e400", "cell.int"),
        (Column("n", "N", "N", kind="decimal"), "NaN", "cell.decimal"),
        (Column("n", "N", "N", kind="bool"), "возможно", "cell.bool"),
        (Column("n", "N", "N", kind="ogrn"), "1,0277E+12", "cell.digits"),
        (Column("n", "N", "N", kind="inn"), "77070838931", "cell.identifier"),
        (Column("n", "N", "N"), True, "cell.text"),
    ],
)
def test_unfit_cells(column: Column, typed: Any, code: str) -> None:
    with pytest.raises(Unfit) as unfit:
        convert(column, typed)
    assert unfit.value.code == code
