"""Small lists with every kind of defect: what is used, what is set aside, what is rejected; nothing disappears."""

from __future__ import annotations

import gzip
import random
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from yantar.engine.savings.ingest import IngestRefused, Options, Stopped, ingest
from yantar.engine.savings.mapping import made_mapping

from .made import HEAD, INN, ROW, csv, row, taken, two_files, xlsx


def balanced(made: Any) -> None:
    counts = made.manifest.counts
    assert counts.records == counts.procedures + counts.merged + counts.superseded + counts.rejected
    actions = [q["action"] for q in made.rows("quarantine")]
    assert (actions.count("rejected"), actions.count("set_aside"), actions.count("repaired")) == (
        counts.rejected,
        counts.set_aside_values,
        counts.repaired_values,
    )


def test_a_row_becomes_a_procedure_an_award_and_a_contract(tmp_path: Path) -> None:
    made = taken(tmp_path / "d", csv(tmp_path, ROW))
    p, a, c, m = (made.one(name) for name in ("procedures", "awards", "contracts", "amendments"))
    assert (p["procedure_id"], p["title"], p["buyer_id"], p["buyer_inn"]) == ("0335", "Бумага", f"RU-INN-{INN}", INN)
    assert (p["method"], p["method_details"], p["law"], p["status"]) == ("open", "Электронный аукцион", "44-FZ", "complete")
    assert (p["amount"], p["currency"], str(p["published_on"]), p["declared_bidders"]) == (Decimal("12000.50"), "RUB", "2025-03-03", 3)
    assert (p["publisher"], p["line"], str(p["data_on"])) == ("ru_agency_list", 2, "2025-03-20")
    assert (a["amount"], a["supplier_id"], a["members"], a["status"]) == (Decimal("11000.00"), "ООО «Север»", 1, "active")
    assert (c["amount"], str(c["signed_on"]), c["amendments"], c["award_id"]) == (Decimal("11500.00"), "2025-03-20", 1, a["award_id"])
    assert (m["amount"], m["contract_id"]) == (Decimal("11500.00"), c["contract_id"])
    assert made.said() == [] and made.manifest.options["list"]["mapping"]["id"] == "ru_agency_list"
    balanced(made)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "cp866"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    made = taken(tmp_path / "d", csv(tmp_path, row(winner="Север"), row(number="2", winner="Юг"), encoding=encoding))
    assert [one["title"] for one in made.rows("procedures")] == ["Бумага", "Бумага"]
    assert made.manifest.counts.procedures == 2


@pytest.mark.parametrize(
    ("bad", "field", "value", "reason", "action"),
    [
        (row(amount="1,234"), "amount", "1,234", "amount_unclear", "set_aside"),
        (row(amount="дорого"), "amount", "дорого", "amount_unreadable", "set_aside"),
        (row(amount="12,345678"), "amount", "12,345678", "rounded", "repaired"),
        (row(date="31.02.2025"), "published_on", "31.02.2025", "date_unreadable", "set_aside"),
        (row(bids="пять"), "declared_bidders", "пять", "count_unreadable", "set_aside"),
        (row(inn="3900000008"), "buyer_inn", "3900000008", "inn_wrong", "set_aside"),
        (row(status="туман"), "status", "туман", "word_unknown", "set_aside"),
        (row(price="#ДЕЛ/0!"), "contract_amount", "#ДЕЛ/0!", "cell_error", "set_aside"),
        (row(price="500 USD"), "contract_amount", "500 USD", "currency_other", "set_aside"),
        (row(title="Х" * 400), "title", "Х" * 200, "text_cut", "repaired"),
        (row(number="03\u200f35"), "procedure_id", "03\u200f35", "marks_removed", "repaired"),
    ],
)
def test_bad_values(tmp_path: Path, bad: str, field: str, value: str, reason: str, action: str) -> None:
    made = taken(tmp_path / "d", csv(tmp_path, row(number="1"), bad))
    assert (3, field, value, reason, action) in made.said()
    assert made.manifest.counts.procedures == 2
    balanced(made)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(number=""), "no_id"),
        (row(number="Итого", amount="24 000"), "total_row"),
        (row(number="", title="ВСЕГО по отделу"), "total_row"),
        ("0336;Бумага", "row_short"),
        (ROW + ";ещё;что-то", "row_long"),
        (HEAD, "heading_again"),
        (row(number="3,35E+18"), "digits_lost_id"),
        (row(number="0336", title='"не закрыта'), "quote_open"),
        (row(number="1"), "repeated_row"),
    ],
)
def test_rejected_rows(tmp_path: Path, bad: str, reason: str) -> None:
    made = taken(tmp_path / "d", csv(tmp_path, row(number="1"), bad, "", " ; ;", row(number="9")))
    assert [(line, why, action) for line, _field, _value, why, action in made.said()] == [(3, reason, "rejected")]
    assert sorted(one["procedure_id"] for one in made.rows("procedures")) == ["1", "9"]
    assert made.manifest.counts.records == 3
    balanced(made)


def test_rows_with_one_number_that_differ_are_all_rejected(tmp_path: Path) -> None:
    rows = [row(number="1"), row(number="2", amount="5"), row(number="2", amount="6"), row(number="3")]
    kept = set()
    for number, order in enumerate((rows, rows[::-1])):
        made = taken(tmp_path / f"d{number}", csv(tmp_path, *order))
        assert [reason for *_place, reason, _action in made.said()] == ["repeated_differs"] * 2
        kept.add(tuple(sorted(one["procedure_id"] for one in made.rows("procedures"))))
        balanced(made)
    assert kept == {("1", "3")}


def test_quotes_formulas_and_broken_letters(tmp_path: Path) -> None:
    path = csv(tmp_path, row(title='"=cmd|\' /C calc\'!A0; и ""кавычки""\nв две строки"'), row(number="2"), row(number="3"))
    path.write_bytes(path.read_bytes().replace("Бумага".encode(), b"\xd0\xff\xfebad", 1))
    made = taken(tmp_path / "d", path)
    by = {one["procedure_id"]: one for one in made.rows("procedures")}
    assert by["0335"]["title"] == "=cmd|' /C calc'!A0; и \"кавычки\" в две строки"
    assert by["2"]["title"] == "" and by["2"]["line"] == 4 and by["3"]["title"] == "Бумага"
    assert [(line, field, reason) for line, field, _value, reason, _action in made.said()] == [(4, "title", "letters_unreadable")]


def test_a_line_too_long_is_rejected_alone(tmp_path: Path) -> None:
    made = taken(tmp_path / "d", csv(tmp_path, row(number="1"), row(number="2", title="Б" * 1_500_000), row(number="3")))
    assert [(line, reason) for line, _f, _v, reason, _a in made.said()] == [(3, "too_long")]
    assert made.manifest.counts.procedures == 2


def test_titles_above_and_columns_elsewhere(tmp_path: Path) -> None:
    head = "№ п/п;НМЦК (руб.);Примечание;Номер извещения;Статус"
    path = csv(tmp_path, "Сведения за 2025 год;;;;", ";;;;", head, "1;100;x;A-1;Отменена", "2;200;;A-2;Закупка завершена", head="Реестр;;;;")
    made = taken(tmp_path / "d", path)
    assert {one["procedure_id"]: (one["amount"], one["status"]) for one in made.rows("procedures")} == {
        "A-1": (Decimal("100.00"), "cancelled"),
        "A-2": (Decimal("200.00"), "complete"),
    }
    assert made.rows("awards") == []


def test_a_workbook_with_days_as_numbers_and_amounts_as_text(tmp_path: Path) -> None:
    head = HEAD.split(";")
    cells: list[Any] = [
        "0335",
        "Бумага",
        "Минфин",
        int(INN),
        "Конкурс",
        "44-ФЗ",
        "12 000,50",
        45750,
        3,
        "ООО «Север»",
        11000.1,
        datetime(2025, 4, 20),
        None,
        "Завершена",
    ]
    lost = [1234567890123456789, *cells[1:]]
    formula = ["0336", *cells[1:6], "=1+1", *cells[7:]]
    made = taken(tmp_path / "d", xlsx(tmp_path, ["Реестр закупок"], [], head, cells, lost, formula, [None] * 14))
    by = {one["procedure_id"]: one for one in made.rows("procedures")}
    assert by["0335"]["amount"] == Decimal("12000.50") and str(by["0335"]["published_on"]) == "2025-04-03" and by["0335"]["buyer_inn"] == INN
    assert by["0336"]["amount"] is None
    assert {one["amount"] for one in made.rows("awards")} == {Decimal("11000.10")}
    assert [(line, field, reason) for line, field, _v, reason, _a in made.said()] == [(5, "", "digits_lost_id"), (6, "amount", "formula_unsaved")]
    assert made.manifest.input[0].form == "xlsx"
    balanced(made)


def test_hostile_workbooks_are_not_opened(tmp_path: Path) -> None:
    bomb, entity, cut = tmp_path / "bomb.xlsx", tmp_path / "entity.xlsx", tmp_path / "cut.xlsx"
    good = xlsx(tmp_path, HEAD.split(";"), ROW.split(";"))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _mb in range(96):
                part.write(b" " * (1 << 20))
    with zipfile.ZipFile(entity, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><workbook/>')
    cut.write_bytes(good.read_bytes()[:-200])
    made = taken(tmp_path / "d", bomb, good, entity, cut)
    assert made.manifest.counts.procedures == 1 and made.manifest.counts.rejected == 3
    assert {(q["source"], q["reason"]) for q in made.rows("quarantine")} == {(0, "bomb"), (2, "not_recognised"), (3, "damaged")}


def test_packed_lists_and_lists_of_several_files(tmp_path: Path) -> None:
    packed, zipped = tmp_path / "one.csv.gz", tmp_path / "two.zip"
    packed.write_bytes(gzip.compress(csv(tmp_path, row(number="1")).read_bytes()))
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("year/two.csv", f"{HEAD}\n{row(number='2')}\n".encode("cp1251"))
    made = taken(tmp_path / "d", packed, zipped, csv(tmp_path, row(number="3"), name="three.csv"))
    assert sorted((one["source"], one["procedure_id"]) for one in made.rows("procedures")) == [(0, "1"), (1, "2"), (2, "3")]
    assert [file.packing for file in made.manifest.input] == ["gzip", "zip", "plain"]
    assert {file.mapping for file in made.manifest.input} == {"ru_agency_list"}


def test_files_joined_by_a_key(tmp_path: Path) -> None:
    mapping = made_mapping(two_files())
    sessions = csv(tmp_path, "1,100,90,7", "2,200,,", "3,300,250,8", name="a.csv", head="id,price,end,winner")
    bids = csv(tmp_path, "1,7,90", "1,7,90", "9,7,1", "1,8,95", "3,,5", "1,7,91", name="b.csv", head="session,bidder,offer")
    for number, paths in enumerate(((sessions, bids), (bids, sessions))):
        made = taken(tmp_path / f"d{number}", *paths, mapping=mapping, law="223-FZ")
        assert [(one["procedure_id"], one["bidder_id"], one["amount"]) for one in made.rows("bids")] == [
            ("1", "s-7", Decimal("90.00")),
            ("1", "s-8", Decimal("95.00")),
        ]
        assert {one["procedure_id"]: one["status"] for one in made.rows("procedures")} == {"1": "complete", "2": "unsuccessful", "3": "complete"}
        assert {one["law"] for one in made.rows("procedures")} == {"223-FZ"}
        assert [(line, reason) for line, _f, _v, reason, _a in made.said()] == [
            (3, "repeated_row"),
            (4, "unmatched"),
            (6, "no_bid"),
            (7, "repeated_differs"),
        ]
        assert [one["supplier_id"] for one in made.rows("awards")] == ["s-7", "s-8"]
        balanced(made)


def lots(rows: str = "lot") -> dict[str, Any]:
    columns = [
        ("n", "procedure_id"),
        ("lot", "lot_id"),
        ("buyer", "buyer_name"),
        ("price", "lot_amount"),
        ("winner", "supplier_name"),
        ("sum", "contract_amount"),
    ]
    made = [{"headings": [heading], "field": field, "required": field in ("procedure_id", "lot_id")} for heading, field in columns]
    file = {"id": "list", "rows": rows, "columns": made, "constants": {"currency": "RUB", "award_status": "active"}}
    return {"id": "lots", "title": {"ru": "Лоты", "en": "Lots"}, "files": [file]}


def test_a_row_is_a_lot(tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "1,1,Минфин,100,А,90",
        "1,2,Минздрав,200,,",
        "2,1,Минфин,50,Б,50",
        "1,1,Минфин,100,А,90",
        "1,,Минфин,1,,",
        head="n,lot,buyer,price,winner,sum",
    )
    made = taken(tmp_path / "d", path, mapping=made_mapping(lots()))
    assert [(one["procedure_id"], one["lot_id"], one["amount"]) for one in made.rows("lots")] == [
        ("1", "1", Decimal("100.00")),
        ("1", "2", Decimal("200.00")),
        ("2", "1", Decimal("50.00")),
    ]
    assert [(one["award_id"], one["lots"]) for one in made.rows("awards")] == [("1", 1), ("1", 1)]
    assert [(one["procedure_id"], one["lot_id"]) for one in made.rows("award_lots")] == [("1", "1"), ("2", "1")]
    assert made.said() == [
        (3, "buyer_name", "Минздрав", "differs", "set_aside"),
        (5, "", "1; 1; Минфин; 100; А; 90", "repeated_row", "rejected"),
        (6, "", "1; Минфин; 1", "no_lot", "rejected"),
    ]
    assert made.manifest.counts.merged == 1
    balanced(made)


def test_what_can_not_be_read_is_refused_and_says_why(tmp_path: Path) -> None:
    other = csv(tmp_path, "1;2", name="other.csv", head="альфа;бета")
    html = tmp_path / "page.csv"
    html.write_text("<html><table><tr><td>1</td></tr></table></html>", encoding="utf-8")
    for paths, mapping, code in (
        ([other], None, "list_unknown"),
        ([html], None, "list_unknown"),
        ([other], made_mapping(two_files()), "list_other"),
        ([csv(tmp_path, "1;2;3", name="b.csv", head="session;bidder;offer")], made_mapping(two_files()), "list_incomplete"),
        ([csv(tmp_path, row(number=""), name="c.csv")], None, "nothing_usable"),
        ([csv(tmp_path, name="d.csv")], None, "empty"),
    ):
        with pytest.raises(IngestRefused) as refused:
            ingest(paths, tmp_path / code / paths[0].name, options=Options(mapping=mapping))
        assert [problem.code for problem in refused.value.problems] == [code]
        assert refused.value.problems[0].message
        assert not list((tmp_path / code / paths[0].name).glob("manifest.json"))


def test_a_stranger_among_the_files_is_named(tmp_path: Path) -> None:
    made = taken(tmp_path / "d", csv(tmp_path, "1;2", name="other.csv", head="альфа;бета"), csv(tmp_path, ROW))
    assert [(q["source"], q["value"], q["reason"]) for q in made.rows("quarantine")] == [(0, "other.csv", "not_recognised")]
    balanced(made)


class Impatient:
    """Looks on for a while, then stops."""

    def __init__(self, looks: int) -> None:
        self.looks, self.seen = looks, []  # type: ignore[var-annotated]

    def progress(self, done_bytes: int, total_bytes: int | None, records: int) -> None:
        self.seen.append((done_bytes, total_bytes, records))

    def wanted(self) -> bool:
        self.looks -= 1
        return self.looks >= 0


def test_stopped_and_started_again_it_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from yantar.engine.savings.ingest import lists

    monkeypatch.setattr(lists, "ROWS", 500)
    monkeypatch.setattr(lists, "PART", 2000)
    path = csv(tmp_path, *(row(number=str(n), amount=str(n)) for n in range(1, 7001)))
    watch = Impatient(5)
    with pytest.raises(Stopped):
        ingest([path], tmp_path / "a", watch=watch)
    assert not (tmp_path / "a" / "manifest.json").exists() and watch.seen[-1][0] > 0
    assert list((tmp_path / "a" / "procedures").glob("*.parquet"))
    again, whole = taken(tmp_path / "a", path), taken(tmp_path / "b", path)
    assert [file.sha256 for file in again.manifest.tables] == [file.sha256 for file in whole.manifest.tables]
    assert again.manifest == whole.manifest == ingest([path], tmp_path / "a")
    assert sum(one["amount"] for one in again.rows("procedures")) == 7000 * 7001 // 2


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(
    st.lists(
        st.tuples(st.integers(1, 30), st.decimals(0, 10**9, places=2), st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12)),
        min_size=1,
        max_size=25,
    ),
    st.integers(1, 24),
    st.randoms(use_true_random=False),
)
def test_order_and_division_of_the_input_never_change_what_comes_out(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, Decimal, str]], cut: int, chance: random.Random
) -> None:
    import csv as written
    import io

    folder = tmp_path_factory.mktemp("order")
    lines = []
    for number, amount, title in rows:
        cell = io.StringIO()
        written.writer(cell, delimiter=";").writerow([f"n{number}", title.replace("\x00", "").replace("\r", " "), f"{amount:.2f}".replace(".", ",")])
        lines.append(cell.getvalue().removesuffix("\r\n"))
    head = "Номер закупки;Предмет;НМЦК"
    mixed = list(lines)
    chance.shuffle(mixed)
    lines += ["whole;x;1"]
    mixed += ["whole;x;1"]
    one = taken(folder / "1", csv(folder, *lines, head=head, encoding="utf-8-sig"))
    parts = [(name, part) for name, part in (("x", mixed[:cut]), ("y", mixed[cut:])) if part]
    two = taken(folder / "2", *(csv(folder, *part, name=f"{name}.csv", head=head, encoding="utf-8-sig") for name, part in parts))
    by = [sorted((p["procedure_id"], p["amount"], p["title"]) for p in made.rows("procedures")) for made in (one, two)]
    assert by[0] == by[1]
    assert one.manifest.counts == two.manifest.counts
    distinct = {number: {(amount, title) for n, amount, title in rows if n == number} for number, *_rest in rows}
    assert {p[0] for p in by[0]} == {"whole"} | {f"n{number}" for number, ways in distinct.items() if len(ways) == 1}
    balanced(one)
