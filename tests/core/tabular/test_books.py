"""Opening files: what is taken, what is refused, whatever the name says."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
import zlib
from typing import Any

import pytest

from yantar.core.problems import Refused
from yantar.core.tabular import books, containers
from yantar.core.tabular.xlsx import Uncalculated

from .files import by_hand, csv_bytes, workbook

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{dimension}<sheetData>{rows}</sheetData>{after}</worksheet>'


def rows_of(file: io.BytesIO, name: str = "list.xlsx", sheet: int = 0) -> list[tuple[int, list[Any]]]:
    found = []
    for number, row in books.read(file, name).sheets[sheet].rows:
        cells = list(row)
        while cells and cells[-1] in (None, ""):
            cells.pop()
        found.append((number, cells))
    return found


def code_of(file: io.BytesIO, name: str = "list.xlsx") -> str:
    with pytest.raises(Refused) as refused:
        for sheet in books.read(file, name).sheets:
            list(sheet.rows)
    (problem,) = refused.value.problems
    assert len(str(problem.message)) >= 10
    return problem.code


def test_a_workbook_is_read_row_by_row_with_the_numbers_of_the_office_program() -> None:
    def touch(book: Any) -> None:
        book["Органы"]["A5"] = "позже"

    file = workbook({"Органы": [["Название", "Штат"], ["Министерство", 12]], "Пусто": []}, touch)
    book = books.read(file, "органы.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["Органы", "Пусто"]
    assert book.kind == "xlsx" and len(book.sha256) == 64 and not book.notes
    file.seek(0)
    assert rows_of(file) == [(1, ["Название", "Штат"]), (2, ["Министерство", 12]), (3, []), (4, []), (5, ["позже"])]


def test_rows_may_be_read_again_from_the_beginning() -> None:
    sheet = books.read(workbook({"A": [[n] for n in range(1200)]}), "a.xlsx").sheets[0]
    first = [row[0] for _n, row in sheet.rows]
    assert first == [row[0] for _n, row in sheet.rows] == list(range(1200))


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1000])
def test_no_row_is_lost_between_batches(count: int) -> None:
    assert len(rows_of(workbook({"A": [[n] for n in range(count)]}))) == max(count, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "cp866", "koi8_r", "mac_cyrillic", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    rows = [["Название", "Штат"], ["Министерство финансов", "120"], ["Служба по тарифам «Янтарь»".replace("«", '"').replace("»", '"'), "15"]]
    file = csv_bytes(rows, encoding, delimiter)
    assert [cells for _n, cells in rows_of(file, "list.csv")] == rows


def test_a_semicolon_list_with_commas_inside_names() -> None:
    rows = [["Название", "Штат"], ["Министерство экономики, промышленности и торговли", "90"], ["Агентство по культуре, спорту", "30"]]
    assert [cells for _n, cells in rows_of(csv_bytes(rows, "cp1251"), "x.csv")] == rows


def test_a_list_of_one_column_with_commas_is_not_cut() -> None:
    file = io.BytesIO("Название\r\nМинистерство культуры, спорта\r\nСлужба\r\nАгентство\r\n".encode())
    assert rows_of(file, "x.csv")[1] == (2, ["Министерство культуры, спорта"])


def test_the_first_line_may_name_the_delimiter_and_quotes_may_hold_line_breaks() -> None:
    file = io.BytesIO(b'sep=,\r\nName,Note\r\n"Ministry","two\r\nlines"\r\n')
    assert rows_of(file, "x.csv") == [(2, ["Name", "Note"]), (3, ["Ministry", "two\r\nlines"])]


def test_content_decides_not_the_name() -> None:
    book = books.read(workbook({"A": [["x"]]}), "list.csv")
    assert (book.kind, [note.code for note in book.notes]) == ("xlsx", ["file.extension"])
    book = books.read(csv_bytes([["a", "b"]]), "list.xlsx")
    assert (book.kind, [note.code for note in book.notes]) == ("csv", ["file.extension"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"%PDF-1.7 ...", "file.not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "file.not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file.old_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "file.encrypted"),
        (b"<html><body><table><tr><td>1</td></tr></table>", "file.markup"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "file.markup"),
        (bytes(range(256)) * 40, "file.not_a_table"),
        (b"a;b\x01\x02\x03\x04\x05\x06\x07c", "file.not_a_table"),
        ("Название;Штат\r\n".encode() + b"\xff\xfe\xfa;;\x98\x81\r\n" * 3, "file.encoding"),
    ],
)
def test_what_is_no_table_is_refused_with_advice(content: bytes, code: str) -> None:
    assert code_of(io.BytesIO(content), "list.csv") in (code, "file.not_a_table" if code == "file.encoding" else code)


def test_an_unclosed_quote_says_its_row() -> None:
    content = 'Название;Штат\r\nМинистерство;1\r\n"Служба;2\r\n' + "x;1\r\n" * 60000
    with pytest.raises(Refused) as refused:
        list(books.read(io.BytesIO(content.encode()), "x.csv").sheets[0].rows)
    (problem,) = refused.value.problems
    assert (problem.code, problem.sheet, problem.row) == ("file.quotes", "x", 3)


def test_the_size_is_limited(settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1000
    assert code_of(io.BytesIO(b"a;b\n" * 300), "x.csv") == "file.too_large"


def test_a_truncated_workbook_is_damaged() -> None:
    content = workbook({"A": [[f"строка {n}"] for n in range(500)]}).getvalue()
    assert code_of(io.BytesIO(content[: len(content) // 2])) == "file.damaged"
    assert code_of(io.BytesIO(content[:-30])) == "file.damaged"


def test_a_workbook_with_flipped_bytes_is_damaged() -> None:
    content = bytearray(workbook({"A": [[f"строка {n} {n * 7919}"] for n in range(3000)]}).getvalue())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    assert code_of(io.BytesIO(bytes(content))) in ("file.damaged", "file.unreadable")


def test_a_zip_bomb_is_refused_before_it_is_read() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(64):
                entry.write(b"<row/>" * 170_000)
    assert len(target.getvalue()) < 300_000
    begun = time.monotonic()
    assert code_of(target) == "file.bomb"
    assert time.monotonic() - begun < 2


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too() -> None:
    """The directory declares one kilobyte: no more than that is ever unpacked."""
    target = io.BytesIO()
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(b" " * (64 << 20)) + body.flush()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 1024)
    content = target.getvalue()
    real = zipfile.ZipFile(io.BytesIO(content)).getinfo("xl/worksheets/sheet1.xml")
    old = content[real.header_offset :]
    length = real.compress_size
    start = content.index(old[30 + len(real.filename) : 30 + len(real.filename) + length], real.header_offset)
    grown = content[:start] + packed + content[start + length :]
    shift = len(packed) - length
    fixed = bytearray(grown)
    for signature, at in ((b"PK\x03\x04", 18), (b"PK\x01\x02", 20)):
        position = -1
        while (position := fixed.find(signature, position + 1)) >= 0:
            name_at = position + (30 if signature == b"PK\x03\x04" else 46)
            if fixed[name_at : name_at + len(real.filename)] == real.filename.encode():
                fixed[position + at : position + at + 4] = len(packed).to_bytes(4, "little")
    end = fixed.rfind(b"PK\x05\x06")
    offset = int.from_bytes(fixed[end + 16 : end + 20], "little") + shift
    fixed[end + 16 : end + 20] = offset.to_bytes(4, "little")
    tracemalloc.start()
    assert code_of(io.BytesIO(bytes(fixed))) in ("file.bomb", "file.damaged", "file.unreadable")
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_too_many_entries_and_the_same_name_twice_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for n in range(containers.MAX_ENTRIES):
            archive.writestr(f"xl/{n}.bin", b"")
    assert code_of(target) == "file.bomb"


def test_entities_are_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
    assert (
        code_of(by_hand(bomb + SHEET.format(dimension="", rows='<row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row>', after="")))
        == "file.hostile"
    )
    hidden = (bomb.replace("UTF-8", "UTF-16") + SHEET.format(dimension="", rows="", after="")).encode("utf-16")
    file = by_hand("")
    target = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, hidden if info.filename.endswith("sheet1.xml") else old.read(info))
    assert code_of(target) in ("file.hostile", "file.unreadable")


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["mimetype", "content.xml"], "file.opendocument"),
        (["[Content_Types].xml", "xl/workbook.bin"], "file.binary_workbook"),
        (["[Content_Types].xml", "word/document.xml"], "file.archive"),
        (["photo.jpg"], "file.archive"),
        (["inner.zip"], "file.archive"),
    ],
)
def test_other_archives_are_named(names: list[str], code: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    assert code_of(target) == code


def test_an_encrypted_archive_is_refused() -> None:
    content = bytearray(workbook({"A": [["x"]]}).getvalue())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = content.find(signature)
        content[position + at] |= 1
    assert code_of(io.BytesIO(bytes(content))) == "file.encrypted"


def test_rubbish_inside_a_workbook_is_unreadable() -> None:
    assert code_of(by_hand("<worksheet><sheetData><row><c>")) == "file.unreadable"
    assert code_of(by_hand(SHEET.format(dimension="", rows='<row r="1"><c r="A1" t="s"><v>99</v></c></row>', after=""))) == "file.unreadable"


def test_a_row_number_that_no_program_writes_is_refused() -> None:
    begun = time.monotonic()
    assert code_of(by_hand(SHEET.format(dimension="", rows='<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>', after=""))) == "file.hostile"
    assert time.monotonic() - begun < 10


def test_inline_and_shared_strings_and_a_wrong_dimension() -> None:
    """LibreOffice, report generators: rich text in pieces, inline strings, a dimension that says A1."""
    shared = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>Министерство </t></r><r><rPr><b/></rPr>'
        '<t xml:space="preserve">финансов</t></r></si><si><t xml:space="preserve">  Служба  </t></si></sst>'
    )
    rows = (
        '<row r="1" customFormat="false" ht="12.8"><c r="A1" t="inlineStr"><is><t>Название</t></is></c><c r="C1" s="0" t="s"><v>0</v></c></row>'
        '<row><c t="s"><v>1</v></c><c><v>5</v></c><c t="b"><v>1</v></c></row>'
    )
    file = by_hand(SHEET.format(dimension='<dimension ref="A1"/>', rows=rows, after=""), shared=shared)
    assert rows_of(file) == [(1, ["Название", None, "Министерство финансов"]), (2, ["  Служба  ", 5, True])]


def test_formulas_give_their_saved_results_and_say_when_there_is_none() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>SUM(A1:A9)</f></c><c r="C1" t="str"><f>IF(1,"","")</f><v></v></c></row>'
        '<row r="2"><c r="A2" t="str"><f aca="false">"а"</f><v>а</v></c></row>'
    )
    found = rows_of(by_hand(SHEET.format(dimension="", rows=rows, after="")))
    assert found[0][1][0] == 2 and isinstance(found[0][1][1], Uncalculated) and str(found[0][1][1]) == "=SUM(A1:A9)"
    assert found[1] == (2, ["а"])
    calm = '<row r="1"><c r="A1" t="str"><f>IF(1,"","")</f><v></v></c><c r="B1"><v>7</v></c></row>'
    assert rows_of(by_hand(SHEET.format(dimension="", rows=calm, after=""))) == [(1, [None, 7])]


def test_cells_merged_downwards_count_in_every_row() -> None:
    def touch(book: Any) -> None:
        book["A"].merge_cells("A2:A4")
        book["A"].merge_cells("A1:C1")

    file = workbook({"A": [["Перечень", None, None], ["Министерство", 1], [None, 2], [None, 3], [None, 4]]}, touch)
    assert [cells for _n, cells in rows_of(file)] == [["Перечень"], ["Министерство", 1], ["Министерство", 2], ["Министерство", 3], [None, 4]]


def test_macros_links_and_hidden_sheets_are_left_out_and_mentioned() -> None:
    file = by_hand(SHEET.format(dimension="", rows="", after=""), extra={"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<x/>"})
    assert [note.code for note in books.read(file, "a.xlsm").notes] == ["file.macros", "file.links"]

    def touch(book: Any) -> None:
        book["B"].sheet_state = "hidden"

    book = books.read(workbook({"A": [["x"]], "B": [["y"]]}, touch), "a.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["A"]
    assert [note.code for note in book.notes] == ["file.hidden_sheets"]


def test_a_zip_of_csv_files_is_a_book_of_sheets() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("Органы власти.csv", "Название;Штат\r\nА;1\r\n".encode("cp1251"))
        archive.writestr("Units.csv", "Name,Staff\r\nB,2\r\n")
    book = books.read(target, "export.zip")
    assert [sheet.name for sheet in book.sheets] == ["Органы власти", "Units"]
    assert [list(sheet.rows)[1] for sheet in book.sheets] == [(2, ["А", "1"]), (2, ["B", "2"])]


def test_a_hundred_thousand_rows_of_rubbish_are_read_in_bounded_time() -> None:
    file = io.BytesIO(b"".join(b"%d;x%d;;;\r\n" % (n, n) for n in range(100_000)))
    begun = time.monotonic()
    assert sum(1 for _ in books.read(file, "x.csv").sheets[0].rows) == 100_000
    assert time.monotonic() - begun < 5
