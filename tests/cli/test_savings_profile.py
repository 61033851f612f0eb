"""`yantar profile`: coverage and quality as a table, as JSON by the published schema, as CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema_rs
import pytest

from .savings_calls import DOCS, EXAMPLE, Run, caller

SCHEMA = json.loads((DOCS / "profile.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def yantar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return caller(monkeypatch, capsys, tmp_path)


def test_the_example(yantar: Run, tmp_path: Path) -> None:
    line = EXAMPLE.read_text(encoding="utf-8").splitlines()[0]
    amount = json.loads(line)["tender"]["value"]["amount"]
    other = line.replace("ocds-sample-0001", "ocds-sample-9999").replace(str(amount), '"1 000,50"', 1)
    (tmp_path / "records.jsonl").write_text(f"{line}\n{other}\n", encoding="utf-8")
    code, out, err = yantar("profile", "records.jsonl", "--dataset", "kept", "--format", "json")
    found = json.loads(out)
    jsonschema_rs.validator_for(SCHEMA).validate(found)
    assert (code, err) == (0, "")
    [publisher] = found["publishers"]
    assert (publisher["publisher"], publisher["procedures"]) == ("ocds-sample", 2)
    assert sum(defect["values"] for defect in publisher["defects"]) >= 1
    code, out, _err = yantar("profile", "kept", "--format", "csv")
    rows = {(row["table"], row["column"]): row for row in csv.DictReader(io.StringIO(out))}
    assert (code, rows["procedures", "amount"]["filled"], rows["procedures", "amount"]["share"]) == (0, "2", "1.000000")
    code, out, _err = yantar("profile", "kept")
    assert code == 0
    for said in ("Publisher ocds-sample: procedures 2", "Checks across fields", "What the ingest met", "repaired", "procedure_id"):
        assert said in out, said


def test_wrong_calls(yantar: Run) -> None:
    code, out, err = yantar("profile", "nowhere.json", "--law", "1", "--mapping", "none.yaml")
    assert (code, out) == (2, "")
    for said in ("nowhere.json", "--law", "none.yaml"):
        assert said in err
