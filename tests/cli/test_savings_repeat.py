"""`yantar savings --repeat`: proved to the kopeck with 0, refuted with 1 and where, refused with what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .savings_calls import EXAMPLE, Run, caller


@pytest.fixture
def yantar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return caller(monkeypatch, capsys, tmp_path)


@pytest.fixture
def published(yantar: Run, tmp_path: Path) -> dict[str, Any]:
    """A figure as it was published, by group and of a period, in figure.json."""
    asked = ("--by", "bidders", "--from", "2025-01-01", "--population", "1000000", "-o", "figure.json", "--format", "json")
    assert yantar("savings", EXAMPLE, *asked)[0] == 0
    found: dict[str, Any] = json.loads((tmp_path / "figure.json").read_text(encoding="utf-8"))
    return found


def test_proved(yantar: Run, published: dict[str, Any], tmp_path: Path) -> None:
    code, out, err = yantar("savings", "--repeat", "figure.json", EXAMPLE)
    assert (code, err) == (0, "")
    assert "agrees to the kopeck" in out
    # Another name of the same bytes is the same file.
    (tmp_path / "renamed.jsonl").write_bytes(EXAMPLE.read_bytes())
    code, out, _err = yantar("savings", "--repeat", "figure.json", "renamed.jsonl", "--format", "json")
    assert (code, json.loads(out)) == (0, {"repeated": True, "differences": []})


def test_refuted_by_one_kopeck(yantar: Run, published: dict[str, Any], tmp_path: Path) -> None:
    published["groups"][1]["E2"]["saved"] = "290000.01"
    (tmp_path / "figure.json").write_text(json.dumps(published))
    code, out, err = yantar("savings", "--repeat", "figure.json", EXAMPLE)
    assert (code, err) == (1, "")
    for said in ("Not repeated.", "The numbers differ.", "groups[bidders=2].E2.saved", "290000.01", "290000.00"):
        assert said in out
    code, out, _err = yantar("savings", "--repeat", "figure.json", EXAMPLE, "--format", "json", "-o", "differences.json")
    assert (code, out) == (1, "")
    found = json.loads((tmp_path / "differences.json").read_text())
    assert found["differences"] == [{"kind": "figure", "where": "groups[bidders=2].E2.saved", "published": "290000.01", "now": "290000.00"}]


def test_another_file_is_said_first(yantar: Run, published: dict[str, Any], tmp_path: Path) -> None:
    lines = EXAMPLE.read_bytes().splitlines(keepends=True)
    (tmp_path / "less.jsonl").write_bytes(b"".join(lines[1:]))
    code, out, _err = yantar("savings", "--repeat", "figure.json", "less.jsonl")
    assert code == 1
    said = [line for line in out.splitlines() if line.startswith("·")]
    assert said[0] == "· These are not the files that the figure was computed from."
    assert published["manifest"]["input"][0]["sha256"] in out


def test_decisions_come_with_the_figure_or_by_hand(yantar: Run, published: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "decisions.csv").write_text("procedure_id,choice,reason\nocds-sample-0005,exclude,clerk\n")
    defended = ("--decisions", "decisions.csv", "--format", "json", "-o", "defended.json")
    assert yantar("savings", EXAMPLE, *defended)[0] == 0
    code, _out, err = yantar("savings", "--repeat", "defended.json", EXAMPLE)
    assert (code, "counts 1 decision on a single procedure" in err) == (2, True)
    assert yantar("savings", "--repeat", "defended.json", EXAMPLE, "--decisions", "decisions.csv")[0] == 0
    answer = json.loads((tmp_path / "defended.json").read_text())
    row = {"procedure": "ocds-sample-0005", "choice": "exclude", "reason": "clerk"}
    (tmp_path / "together.json").write_text(json.dumps({"raw": published, "defended": answer, "settlements": [row]}))
    assert yantar("savings", "--repeat", "together.json", EXAMPLE)[0] == 0


def test_what_can_t_be_repeated_is_said(yantar: Run, published: dict[str, Any], tmp_path: Path) -> None:
    for name, content in (("broken.json", "{"), ("other.json", "[]"), ("old.json", json.dumps({**published, "method": {"id": "old"}}))):
        (tmp_path / name).write_text(content)
        code, out, err = yantar("savings", "--repeat", name, EXAMPLE)
        assert (code, out) == (2, ""), name
        assert name in err or "no method old" in err
    code, _out, err = yantar("savings", "--repeat", "figure.json", EXAMPLE, "--by", "year", "--to", "2025-12-31")
    assert (code, "--by, --to" in err) == (2, True)
    assert yantar("savings", "--repeat", "nowhere.json", EXAMPLE)[0] == 2
    published["manifest"]["options"] = {"mapping": "of-another-house"}
    (tmp_path / "figure.json").write_text(json.dumps(published))
    code, _out, err = yantar("savings", "--repeat", "figure.json", EXAMPLE)
    assert (code, "of-another-house" in err) == (2, True)
