"""A figure as files: formulas that recompute the totals, nothing that an office program would carry out, the same kopecks to repeat."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from django.utils.translation import override
from pypdf import PdfReader

from tests.factories import GovernmentFactory
from yantar.core import jobs
from yantar.core.models import Job
from yantar.engine.savings.repeat import compare
from yantar.engine.savings.result import Result
from yantar.qms.procurement import actions, exports
from yantar.qms.procurement.actions.figures import answers, decisions_of
from yantar.qms.procurement.exports import book
from yantar.qms.procurement.models import Figure

from .support import BY, joined, ready, tender

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("x")'
TURNED = "Школа \u202e«кавычки»"


@pytest.fixture
def figure() -> Figure:
    rows = joined(
        tender("a", 1000, 900, buyer_name=TURNED),
        tender("b", 500, "450.55", bidders=1, title="+7 (4012) 00-00-00", tender_id=EVIL),
        tender("c", 100, 130, title="@SUM(A1)"),
        tender("d", 200, None, bidders=0, status="cancelled", title="-1"),
        tender("e", 300, 200, currency="USD"),
    )
    dataset = ready(**rows)
    actions.settle(by=BY, dataset=dataset, procedure_id="c", choice="include", reason="=Перерасход подтверждён")
    return actions.make_figure(by=BY, dataset=dataset, title_ru="Экономия за 2025 год", title_en="Savings of 2025", population=10)


def made(figure: Figure, kind: str, language: str = "ru") -> Path:
    with override(language):
        return exports.figure_file(figure, kind).path


def test_every_kind_has_a_name_a_type_and_a_size(figure: Figure) -> None:
    for kind in exports.KINDS:
        found = exports.figure_file(figure, kind)
        assert found.name.startswith("S-2026-001.")
        assert found.name.isascii()
        assert found.size > 500
        assert "/" in found.content_type
    with pytest.raises(KeyError):
        exports.figure_file(figure, "exe")


def test_a_file_is_made_once(figure: Figure) -> None:
    first = made(figure, "manifest")
    stamp = first.stat().st_mtime_ns
    assert made(figure, "manifest") == first
    assert first.stat().st_mtime_ns == stamp
    assert [path.name for path in first.parent.iterdir() if path.name.startswith(".")] == []


def test_the_lists_have_every_procedure_with_what_was_decided(figure: Figure) -> None:
    table = pq.read_table(made(figure, "parquet")).to_pylist()
    assert [(row["procedure_id"], row["class"], row["reason"], row["decided"]) for row in table] == [
        ("a", "E1", "", ""),
        ("b", "E2", "", ""),
        ("c", "E1", "", "include"),
        ("d", "excluded", "cancelled", ""),
        ("e", "excluded", "other_currency", "") if table[4]["reason"] == "other_currency" else ("e", "excluded", "mixed_currencies", ""),
    ]
    content = made(figure, "csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["procedure_id"] for row in rows] == ["a", "b", "c", "d", "e"]
    assert rows[0]["buyer_name"] == "Школа «кавычки»"
    assert [rows[1]["title"], rows[1]["tender_id"], rows[2]["title"], rows[3]["title"]] == ["'+7 (4012) 00-00-00", f"'{EVIL}", "'@SUM(A1)", "'-1"]
    assert sum(Decimal(row["saved"]) for row in rows if row["class"] == "E1") == Decimal(figure.defended["E1"]["saved"])


def totals(sheet: object) -> dict[str, list]:
    return {row[0]: list(row[1:]) for row in sheet.iter_rows(values_only=True) if row[0]}  # type: ignore[attr-defined]


def test_the_totals_of_the_workbook_are_formulas_over_its_rows(figure: Figure) -> None:
    path = made(figure, "xlsx", "en")
    shown = totals(openpyxl.load_workbook(path, data_only=True)["Totals"])
    assert shown["E1: two bidders and more"][:4] == [2, 1100, 1030, 70]
    assert shown["One bidder"][:4] == [1, 500, 450.55, 49.45]
    assert shown["E2: one bidder and more"][:4] == [3, 1600, 1480.55, 119.45]
    assert shown["Difference: must be zero"][:2] == [0, 0]
    formulas = totals(openpyxl.load_workbook(path)["Totals"])
    assert formulas["E1: two bidders and more"][1] == "=ROUND(SUMIFS('Procedures'!$P:$P,'Procedures'!$J:$J,\"E1\"),2)"
    assert formulas["Cancelled"][0].startswith("=COUNTIFS(")
    # What the formulas name is there: by hand from the rows of the sheet.
    rows = list(openpyxl.load_workbook(path)["Procedures"].iter_rows(min_row=2, values_only=True))
    assert sum(row[15] for row in rows if row[9] == "E1") == 1100
    assert sum(row[16] for row in rows if row[9] == "E1") == 1030
    assert sum(row[12] for row in rows if row[9] == "excluded" and row[10] == "cancelled" and row[13] == "RUB") == 200
    assert [row[17] for row in rows if row[9] != "excluded"] == ["=P2-Q2", "=P3-Q3", "=P4-Q4"]


def test_the_workbook_carries_out_nothing_that_somebody_typed(figure: Figure) -> None:
    for language in ("ru", "en"):
        loaded = openpyxl.load_workbook(made(figure, "xlsx", language))
        cells = [cell for sheet in loaded for row in sheet.iter_rows() for cell in row]
        typed = [cell for cell in cells if isinstance(cell.value, str) and ("HYPERLINK" in cell.value or "SUM(A1)" in cell.value)]
        assert [cell.data_type for cell in typed] == ["s", "s"]
        assert not [cell for cell in cells if isinstance(cell.value, str) and "\u202e" in cell.value]
        assert len(loaded.sheetnames) == 4


def test_above_so_many_rows_the_workbook_has_groups_and_says_so(figure: Figure, monkeypatch) -> None:
    monkeypatch.setattr(book, "MOST_ROWS", 3)
    path = made(figure, "xlsx", "en")
    loaded = openpyxl.load_workbook(path, data_only=True)
    assert loaded.sheetnames[1] == "Groups"
    assert totals(loaded["Totals"])["E1: two bidders and more"][:4] == [2, 1100, 1030, 70]
    formulas = totals(openpyxl.load_workbook(path)["Totals"])
    assert formulas["E1: two bidders and more"][0] == "=ROUND(SUMIFS('Groups'!$A:$A,'Groups'!$B:$B,\"E1\"),2)"
    rows = list(loaded["Groups"].iter_rows(min_row=2, values_only=True))
    assert sum(row[0] for row in rows) == 5
    assert sum(row[9] for row in rows if row[1] == "E1") == 1100
    assert any("5 procedures are more than the 3 that a workbook lists" in name for name in totals(loaded["Totals"]))


def test_the_manifest_repeats_the_figure(figure: Figure) -> None:
    content = json.loads(made(figure, "manifest").read_bytes())
    assert content["format"] == "yantar-figure/1"
    assert content["decisions"] == [{"procedure_id": "c", "choice": "include", "reason": "=Перерасход подтверждён"}]
    _raw, again = answers(figure.dataset, figure.method, (None, None), 10, decisions_of(figure.dataset))
    assert compare(content["defended"], Result.model_validate(again)) == []
    other = {**content["defended"], "E1": {**content["defended"]["E1"], "saved": "70.01"}}
    assert [one.where for one in compare(other, Result.model_validate(again))] == ["E1.saved"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_report_says_method_figures_reconciliation_and_hashes(figure: Figure, language: str) -> None:
    GovernmentFactory()
    reader = PdfReader(made(figure, f"pdf-{language}"))
    text = "\n".join(page.extract_text() for page in reader.pages)
    # How a reader of PDF gives back hyphens and spaces that don't break.
    for mark, meant in (("\u200b", ""), ("\xad", "-"), ("\xa0", " "), ("\u202f", " ")):
        text = text.replace(mark, meant)
    assert "S-2026-001" in text
    assert ("Savings of 2025" if language == "en" else "Экономия за 2025 год") in text
    for amount in ("1,480.55", "119.45") if language == "en" else ("1 480,55", "119,45"):
        assert amount in text
    assert figure.dataset.sha256 in text.replace("\n", "")
    assert "yantar savings --repeat S-2026-001.json" in " ".join(text.split())
    assert "yantar-2026-1" in text
    assert reader.metadata is not None
    assert "S-2026-001" in str(reader.metadata.title)


def test_a_file_made_of_the_draft_is_not_taken_for_the_published_one(figure: Figure) -> None:
    assert json.loads(made(figure, "manifest").read_bytes())["state"] == "draft"
    figure = actions.publish_figure(by=BY, figure=figure)
    assert json.loads(made(figure, "manifest").read_bytes())["state"] == "published"
    text = " ".join(page.extract_text() for page in PdfReader(made(figure, "pdf-en")).pages)
    assert "not published" not in text


def test_the_files_of_a_large_figure_are_made_by_a_job_once_it_is_published(figure: Figure, monkeypatch) -> None:
    actions.publish_figure(by=BY, figure=figure)
    assert not Job.objects.filter(kind="procurement.write_files").exists()
    again = actions.make_figure(by=BY, dataset=figure.dataset, title_ru="Ещё раз")
    monkeypatch.setattr("yantar.qms.procurement.actions.figures.LARGE", 1)
    actions.publish_figure(by=BY, figure=again)
    job = Job.objects.get(kind="procurement.write_files")
    jobs.carry_out(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["value"]) == ("done", {"files": 7})
    names = {path.name for path in exports.folder_of(again).iterdir()}
    assert names == {"figure.ru.xlsx", "figure.en.xlsx", "figure.csv", "figure.parquet"} | {
        f"figure.published.{ending}" for ending in ("ru.pdf", "en.pdf", "json")
    }
