"""`yantar savings` on lists: recognised, read by a mapping of one's own, repeated by who has only the figure and the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.savings.mapping.made import csv, row

from .savings_calls import Run, caller

HEAD = "Шифр;Сумма;Итог;Кто;Когда;Заявок"


@pytest.fixture
def yantar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return caller(monkeypatch, capsys, tmp_path)


def own(folder: Path) -> Path:
    """A mapping of a list of one's own, in a file."""
    fields = {
        "Шифр": "procedure_id",
        "Сумма": "amount",
        "Итог": "award_amount",
        "Кто": "supplier_name",
        "Когда": "published_on",
        "Заявок": "declared_bidders",
    }
    columns = [{"headings": [heading], "field": field, "required": field == "procedure_id"} for heading, field in fields.items()]
    constants = {"currency": "RUB", "method": "open", "status": "complete", "award_status": "active"}
    file = {"id": "list", "rows": "procedure", "columns": columns, "constants": constants}
    path = folder / "own.json"
    path.write_text(json.dumps({"id": "own", "title": {"ru": "Свой", "en": "Own"}, "files": [file]}, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_list_that_is_known(yantar: Run, tmp_path: Path) -> None:
    csv(tmp_path, row(), row(number="2", bids="1", amount="100", price="90,10", after=""), row(number="3", status="Отменена"))
    code, out, _err = yantar("savings", "list.csv", "--format", "json")
    answer = json.loads(out)
    assert code == 0 and answer["reconciliation"]["difference_value"] == "0.00"
    assert (answer["E1"]["baseline"], answer["E1"]["awarded"], answer["E1"]["saved"]) == ("12000.50", "11000.00", "1000.50")
    assert (answer["one_bid"]["procedures"], answer["one_bid"]["saved"]) == (1, "9.90")
    assert {one["reason"]: one["procedures"] for one in answer["excluded"] if one["procedures"]} == {"cancelled": 1}


def test_a_figure_carries_the_mapping_that_read_its_list(yantar: Run, tmp_path: Path) -> None:
    csv(tmp_path, "A;100;80;Север;03.03.2025;2", "B;200;200;Юг;04.03.2025;3", head=HEAD)
    assert yantar("savings", "list.csv")[0] != 0
    told = ("--mapping", own(tmp_path), "--format", "json", "-o", "figure.json")
    assert yantar("savings", "list.csv", *told)[0] == 0
    answer = json.loads((tmp_path / "figure.json").read_text(encoding="utf-8"))
    assert answer["E1"]["saved"] == "20.00"
    (tmp_path / "own.json").unlink()
    code, out, err = yantar("savings", "--repeat", "figure.json", "list.csv")
    assert (code, err) == (0, ""), out
    answer["manifest"]["options"]["list"]["mapping"]["files"] = []
    (tmp_path / "figure.json").write_text(json.dumps(answer), encoding="utf-8")
    code, _out, err = yantar("savings", "--repeat", "figure.json", "list.csv")
    assert code != 0 and "files" in err
