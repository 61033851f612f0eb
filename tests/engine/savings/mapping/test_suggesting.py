"""Recognised, suggested, previewed: what a person sees before anything is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from yantar.engine.savings.mapping import made_mapping, preview, recognise, shipped, suggest
from yantar.engine.savings.mapping.sheets import ListFileOpened, NotAList
from yantar.engine.savings.mapping.suggesting import draft_content, factor_of, look

from .made import HEAD, INN, ROW, csv, row, taken, two_files, xlsx


def test_recognised_by_headings_never_by_name(tmp_path: Path) -> None:
    path = csv(tmp_path, ROW, name="ks.csv")
    assert recognise([path]) == recognise([tmp_path]) == shipped()["ru_agency_list"]
    assert recognise([csv(tmp_path, "1;2", name="participant.csv", head="a;b")]) is None
    assert recognise([]) is None and recognise([tmp_path / "nothing"]) is None if (tmp_path / "nothing").mkdir() is None else False
    english = csv(tmp_path, "A1,5", name="e.csv", head="Tender number,Estimated value")
    assert recognise([english]) == shipped()["ru_agency_list"]
    own = made_mapping(two_files())
    assert recognise([csv(tmp_path, "1,2", name="o.csv", head="id,price")], [own, *shipped().values()]) == own


def test_a_hint_decides_only_between_files_that_fit(tmp_path: Path) -> None:
    content = two_files()
    twin = {**content["files"][0], "id": "twins", "name_hint": "twin"}
    mapping = made_mapping(content | {"files": [content["files"][0], twin]})
    for name, expected in (("twin-2025.csv", "twins"), ("other.csv", "sessions")):
        found = preview(mapping, csv(tmp_path, "1,2", name=name, head="id,price"))
        assert found.file is not None and found.file.id == expected


@pytest.mark.parametrize(
    ("heading", "cells", "field"),
    [
        ("Реестровый номер", ["0335100001225000001"], "procedure_id"),
        ("Начальная (максимальная) цена, тыс. руб.", ["12 000,50"], "amount"),
        ("Количество поданных заявок", ["3"], ""),
        ("Кол-во участников; количество участников", ["3"], "declared_bidders"),
        ("ИНН", [INN], "buyer_inn"),
        ("Реквизит", [INN], "buyer_inn"),
        ("Дата публикации", ["03.03.2025"], "published_on"),
        ("Победитель закупки", ["ООО «Север»"], "supplier_name"),
        ("Contract price, RUB", ["5.00"], "contract_amount"),
        ("Примечание", ["нет"], ""),
    ],
)
def test_a_column_is_guessed_by_words_and_content(heading: str, cells: list[str], field: str) -> None:
    (guess,) = suggest([heading], [[cell] for cell in cells]).guesses
    assert guess.field == field and guess.samples == tuple(cells)
    assert (guess.confidence > 0) == bool(field)


def test_a_whole_list_is_suggested_and_loads(tmp_path: Path) -> None:
    head = HEAD.replace("НМЦК", "НМЦК, тыс. руб.").replace("Номер извещения", "Номер извещения в ЕИС")
    path = csv(tmp_path, row(amount="12"), row(number="2", amount="13", status="Отменена"), head=head)
    looked = look(path)
    assert looked.header == 1 and len(looked.rows) == 2
    found = suggest(looked.headings, looked.rows)
    assert [guess.field for guess in found.guesses] == [
        *("procedure_id", "title", "buyer_name", "buyer_inn", "method", "law", "amount", "published_on", "declared_bidders"),
        *("supplier_name", "contract_amount", "contract_signed_on", "contract_amended_amount", "status"),
    ]
    assert all(guess.confidence > 0.5 for guess in found.guesses)
    assert found.mapping is not None
    made = taken(tmp_path / "d", path, mapping=found.mapping)
    assert sorted(str(one["amount"]) for one in made.rows("procedures")) == ["12000.00", "13000.00"]
    assert {one["status"] for one in made.rows("procedures")} == {"complete", "cancelled"}
    assert {one["method_details"] for one in made.rows("procedures")} == {"Электронный аукцион"}


def test_without_a_number_there_is_no_draft() -> None:
    assert suggest(["Предмет", "НМЦК"], [["Бумага", "5"]]).mapping is None


def test_thousands_and_millions() -> None:
    assert [factor_of(one) for one in ("НМЦК, тыс. руб.", "Price, million", "НМЦК")] == [1000, 1_000_000, 1]


def test_headings_are_found_under_titles(tmp_path: Path) -> None:
    path = xlsx(tmp_path, ["Отчёт за 2025 год"], [], ["Номер", "Цена", "Дата"], ["1", 5, 45750], ["2", 6, 45751])
    looked = look(path)
    assert (looked.header, looked.headings, len(looked.rows)) == (3, ("Номер", "Цена", "Дата"), 2)


def test_a_preview_shows_rows_problems_and_what_is_impossible(tmp_path: Path) -> None:
    path = csv(tmp_path, "А-1;100;x", "А-2;1,234;y", ";5;z", "А-1;100;x", head="Номер закупки;НМЦК;Примечание")
    seen = preview(shipped()["ru_agency_list"], path, 2)
    assert seen.file is not None and [shown.values["procedure_id"] for shown in seen.rows] == ["А-1", "А-2"]
    assert [(one.line, one.field, one.reason) for one in seen.problems] == [
        (3, "amount", "amount_unclear"),
        (4, "", "no_id"),
        (5, "", "repeated_row"),
    ]
    assert seen.problems[0].title.ru and (seen.looked_at, seen.rejected) == (4, 2)
    assert seen.unread == ("Примечание",) and "buyer_name" in seen.missing and seen.empty == ()
    assert {"savings", "E1", "by_buyer", "by_year", "net"} <= {name for name, _words in seen.impossible}
    full = preview(shipped()["ru_agency_list"], csv(tmp_path, ROW, name="full.csv"))
    assert {name for name, _words in full.impossible} == {"short_submission", "bids"} and full.problems == []
    assert preview(shipped()["ru_mos_quote_sessions"], path).file is None


def test_a_preview_of_one_file_counts_what_the_other_states(tmp_path: Path) -> None:
    seen = preview(made_mapping(two_files()), csv(tmp_path, "1,5,4,7", head="id,price,end,winner"))
    assert "E1" not in {name for name, _words in seen.impossible} and "by_buyer" in {name for name, _words in seen.impossible}


def test_what_is_no_table(tmp_path: Path) -> None:
    files = {"empty": b"", "not_a_table": b"<html>", "old_format": b"\xd0\xcf\x11\xe0" + b"0" * 60, "damaged": b"PK\x03\x04" + b"0" * 60}
    for code, content in files.items():
        path = tmp_path / f"{code}.csv"
        path.write_bytes(content)
        with pytest.raises(NotAList) as caught:
            ListFileOpened(path)
        assert caught.value.code == code
        assert recognise([path]) is None


def test_a_draft_follows_what_was_chosen() -> None:
    content = draft_content(["Номер", "Участник", "Цена"], {0: "procedure_id", 1: "bidder_id", 2: "bid_amount"}, rows="bid", id_="bids")
    mapping = made_mapping(content)
    assert mapping.files[0].rows == "bid" and mapping.files[0].constants == {"currency": "RUB", "bid_status": "valid"}
