"""What is written comes back unchanged, and nothing of it runs in a spreadsheet program."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from yantar.core.tabular import Choice, Column, Sheet, TableSpec, parse, read, template, write
from yantar.core.tabular.names import clean, name_key, slug, transliterate, unique
from yantar.core.tabular.writing import safe

LONG = tuple(Choice(f"k{n}", f"Значение номер {n}", f"Value number {n}") for n in range(30))
SPEC = TableSpec(
    "things",
    "Вещи",
    "Things",
    (
        Column(
            "code", "Код", "Code", kind="code", required=True, example_ru="stol", example_en="table", help_ru="Латиница.", help_en="Latin letters."
        ),
        Column("name", "Название", "Name", multiline=True),
        Column("kind", "Вид", "Kind", kind="choice", choices=LONG),
        Column("on", "Дата", "Date", kind="date"),
        Column("count", "Число", "Count", kind="int"),
        Column("place", "Широта", "Latitude", kind="decimal", places=6),
        Column("main", "Главная", "Main", kind="bool"),
        Column("inn", "ИНН", "INN", kind="inn"),
    ),
)
ROWS: list[dict[str, Any]] = [
    {
        "code": "0012",
        "name": "=cmd|' /C calc'!A0",
        "kind": "k7",
        "on": date(2010, 3, 15),
        "count": 12,
        "place": Decimal("-54.710426"),
        "main": True,
        "inn": "7707083893",
    },
    {"code": "b", "name": "'=уже с апострофом", "main": False},
    {"code": "c", "name": '+7 (4012) 00-00-00; «Янтарь», "кавычки"\nвторая строка'},
    {"code": "d", "name": "@СУММ(1)", "on": date(1900, 3, 1)},
    {"code": "e", "name": "''-1"},
]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
def test_what_goes_out_comes_back(language: str, fmt: str) -> None:
    with translation.override(language):
        target = io.BytesIO()
        write([Sheet(SPEC, ROWS)], fmt, target)
        found = parse(read(target, f"export.{fmt}"), [SPEC])
    assert found.problems == []
    assert [row.values for row in found.tables["things"]] == [{k: v for k, v in row.items() if v is not None} for row in ROWS]


def test_csv_starts_with_a_mark_and_guards_formulas() -> None:
    target = io.BytesIO()
    write([Sheet(SPEC, ROWS)], "csv", target)
    content = zipfile.ZipFile(target).read("Вещи.csv")
    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
    text = content.decode("utf-8-sig")
    assert text.splitlines()[0] == "Код *;Название;Вид;Дата;Число;Широта;Главная;ИНН"
    assert ";'=cmd|" in text and ";'@СУММ(1)" in text and "-54,710426" in text
    with translation.override("en"):
        target = io.BytesIO()
        write([Sheet(SPEC, ROWS)], "csv", target)
    assert zipfile.ZipFile(target).read("Things.csv").decode("utf-8-sig").splitlines()[0].startswith("Code *,Name,")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "\rx"])
def test_every_beginning_of_a_formula_is_guarded(text: str) -> None:
    assert safe(text) == "'" + text
    assert safe("x" + text) == "x" + text


def test_a_workbook_has_no_formulas_but_typed_cells_lists_and_frozen_heads() -> None:
    target = io.BytesIO()
    write([Sheet(SPEC, ROWS)], "xlsx", target)
    book = openpyxl.load_workbook(target)
    page = book["Вещи"]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert page["D2"].value.date() == date(2010, 3, 15) and page["D2"].number_format == "dd.mm.yyyy"
    assert page["A2"].value == "0012" and page.freeze_panes == "B2"
    (kinds, yes) = page.data_validations.dataValidation
    assert kinds.formula1 == "'Списки'!$A$1:$A$30" and "да" in yes.formula1 or "yes" in yes.formula1
    assert book["Списки"].sheet_state == "hidden" and book["Списки"]["A30"].value == "Значение номер 29"
    assert "Латиница." in [cell.value for cell in book["Пояснения"]["E"]]


def test_a_template_is_empty_for_the_import_but_shows_an_example() -> None:
    for language in ("ru", "en"):
        with translation.override(language):
            content = template([SPEC])
            found = parse(read(io.BytesIO(content), "template.xlsx"), [SPEC])
            page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
            assert str(page["A2"].value).endswith(SPEC.columns[0].example)
        assert found.problems == [] and found.count == 0
        assert [note.code for note in found.notes] == ["row.example"]


def test_names() -> None:
    assert name_key("Министерство  «Развития»\u00a0инфраструктуры") == name_key('МИНИСТЕРСТВО "развития" инфраструктуры.')
    assert name_key("Озёрский МО") == name_key("Озерский  мо") != name_key("Озёрский ГО")
    assert name_key("Cлужба") == name_key("Служба")  # the first begins with a Latin letter
    assert clean(" а\u00a0\u200bб ") == "а б"
    assert transliterate("Щёлково, ЖКХ и Юг") == "Shchelkovo, ZHKKH i Yug"
    assert slug("Министерство финансов") == "ministerstvo-finansov"
    assert len(slug("Министерство " * 10, 30)) <= 30 and not slug("Министерство " * 10, 30).endswith("-")
    assert slug("«»") == ""
    taken = {"a", "a-2"}
    assert unique("a", taken) == "a-3" and unique("b", taken) == "b"
    assert len(unique("x" * 60, {"x" * 60})) == 60
