"""`yantar flags`: what the rules found, as a table, as JSON by the published schema, as CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema_rs
import pytest

from yantar.engine.savings.flags import RULES

from .savings_calls import DOCS, EXAMPLE, Run, caller

SCHEMA = json.loads((DOCS / "flags.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def yantar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return caller(monkeypatch, capsys, tmp_path)


def test_the_example(yantar: Run) -> None:
    code, out, err = yantar("flags", EXAMPLE, "--format", "json")
    found = json.loads(out)
    jsonschema_rs.validator_for(SCHEMA).validate(found)
    assert (code, err) == (0, "")
    assert [rule["flag"] for rule in found["rules"]] == list(RULES)
    single = next(rule for rule in found["rules"] if rule["flag"] == "R018")
    rows = [row for row in found["flags"] if row["flag"] == "R018"]
    assert (single["procedures"], single["rows"], len(rows)) == (2, 2, 2)
    assert {row["procedure_id"] for row in rows} == {"ocds-sample-0003", "ocds-sample-0004"}
    assert found["flagged"] == len({row["procedure_id"] for row in found["flags"]})
    assert found["procedures"] == 16


def test_only_some_rules_and_only_the_counts(yantar: Run) -> None:
    code, out, _err = yantar("flags", EXAMPLE, "--flag", "r018, Y102", "--summary", "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["flag"], row["procedures"]) for row in rows] == [("R018", "2"), ("Y102", "1")]
    code, out, _err = yantar("flags", EXAMPLE, "--flag", "R018", "--format", "csv")
    assert [row["procedure_id"] for row in csv.DictReader(io.StringIO(out))] == ["ocds-sample-0003", "ocds-sample-0004"]
    code, out, _err = yantar("flags", EXAMPLE, "--flag", "R018,R038")
    assert code == 0
    for said in ("questions to ask, not verdicts", "not computable here", "ocds-sample-0003", "Procedures with a flag: 2 of 16."):
        assert said in out


def test_wrong_calls(yantar: Run) -> None:
    code, out, err = yantar("flags", "nowhere.json", "--flag", "R999", "--law", "1")
    assert (code, out) == (2, "")
    for said in ("nowhere.json", "R999", "--law"):
        assert said in err
