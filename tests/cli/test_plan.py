"""`yantar plan`: from a file to a plan that was found right, and everything that can be wrong on the way."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.engine.planner.hand_made import INSTANCE, PLAN, audit, march, wish
from yantar.cli import main
from yantar.engine.planner.check import check
from yantar.engine.planner.forms import Status
from yantar.engine.planner.reading import read_instance, read_plan, written

DOCS = Path(__file__).parents[2] / "docs" / "planner"


@pytest.fixture
def plan(monkeypatch, capsys, tmp_path):
    """Runs `yantar plan` as the console script does; gives its code and what it printed on both streams. Without any database."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: Any) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["yantar", "plan", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main.run()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    path = tmp_path / "instance.json"
    path.write_text(written(INSTANCE), encoding="utf-8")
    return path


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_worked_example(plan, tmp_path: Path) -> None:
    """The figures that docs/planner/README.md explains, in both languages."""
    code, out, _err = plan(DOCS / "example.json", "-o", "plan.json", "--seconds", "20", "--workers", "1")
    assert code == 0
    made = read_plan((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert (made.status, made.objective, made.gap) == (Status.OPTIMAL, 100_065, 0.0)
    assert (made.parts.load, made.parts.travel, made.parts.rotation, made.parts.change) == (20, 20, 15, 10)
    assert "forests-special" in out
    assert "language of the audit (de)" in out
    schema = json.loads((DOCS / "plan.schema.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(json.loads((tmp_path / "plan.json").read_text(encoding="utf-8")))
    for page in ("README.md", "README.ru.md"):
        assert "20 + 20 + 15 + 10 + 100000 = 100065" in (DOCS / page).read_text(encoding="utf-8")
    code, out, _err = plan(DOCS / "example.json", "--check", "plan.json")
    assert (code, "breaks no rule" in out) == (0, True)
    assert list(tmp_path.iterdir()) == [tmp_path / "plan.json"]


def test_the_example_keeps_the_published_schema() -> None:
    schema = json.loads((DOCS / "instance.schema.json").read_text(encoding="utf-8"))
    example = json.loads((DOCS / "example.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(example)
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(schema, {**example, "colour": "red"})


def test_from_standard_input_to_standard_output(plan, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(written(INSTANCE).encode()), encoding="utf-8"))
    code, out, err = plan("-", "--seconds", "20", "--workers", "1")
    assert code == 0
    assert check(INSTANCE, read_plan(out)) == []
    assert "Optimal" in err


def test_everything_wrong_with_the_form_is_said_with_its_place(plan, tmp_path: Path) -> None:
    data = json.loads(written(INSTANCE))
    data["year"] = "2027"
    data["wishes"][1]["window"]["first"] = "1 March"
    data["colour"] = "red"
    path = put(tmp_path / "bad.json", json.dumps(data))
    code, out, err = plan(path, "-o", "plan.json")
    assert code == 3
    assert out == ""
    for said in (
        "year",
        "A whole number is expected here.",
        "wishes[1].window.first",
        "A date like 2027-03-31",
        "colour",
        "This field is not known.",
    ):
        assert said in err
    assert not (tmp_path / "plan.json").exists()
    code, out, err = plan(path, "--json")
    assert (code, err) == (3, "")
    assert {(one["where"], one["code"]) for one in json.loads(out)["problems"]} == {
        ("year", "not_whole"),
        ("wishes[1].window.first", "not_day"),
        ("colour", "not_known"),
    }


def test_what_is_no_json_or_no_text_is_said(plan, tmp_path: Path) -> None:
    code, _out, err = plan(put(tmp_path / "bad.json", "{\n  year"))
    assert (code, "line 2, column 3" in err) == (3, True)
    path = tmp_path / "cp1251.json"
    path.write_bytes('{"year": "год"}'.encode("cp1251"))
    code, _out, err = plan(path)
    assert (code, "UTF-8 (byte 11)" in err) == (3, True)


def test_what_does_not_fit_together_is_said(plan, tmp_path: Path) -> None:
    path = put(tmp_path / "bad.json", written(wish("budget", authority="moon")))
    code, _out, err = plan(path, "-o", "plan.json")
    assert (code, "moon" in err) == (3, True)


def test_a_wrong_plan_is_judged_with_every_fault_in_words(plan, instance: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "plan.json", written(audit("budget", days=march(6, 8))))
    code, out, err = plan(instance, "--check", path)
    assert (code, out) == (3, "")
    assert "finance does not work on 2027-03-06 (days: 2)." in err
    assert "Costs (risk" in err
    code, out, _err = plan(instance, "--check", path, "--json")
    assert code == 3
    assert {one["code"] for one in json.loads(out)["problems"]} >= {"day_not_worked", "audit_cost_wrong", "part_wrong", "objective_wrong"}
    code, _out, err = plan(instance, "--check", put(path, "{}"))
    assert (code, "This field is missing." in err) == (3, True)


def test_wrong_calls_and_places(plan, instance: Path, tmp_path: Path) -> None:
    assert plan(tmp_path / "nowhere.json")[0] == 2
    assert plan(instance, "--seconds", "0")[0] == 2
    assert plan(instance, "--check", instance, "-o", "plan.json")[0] == 2
    assert plan(instance, "-o", instance)[0] == 2
    assert plan(instance, "-o", tmp_path / "no" / "plan.json")[0] == 4
    assert plan(tmp_path)[0] == 4
    assert instance.read_text(encoding="utf-8") == written(INSTANCE)


def test_names_are_said_instead_of_keys(plan, tmp_path: Path) -> None:
    named = INSTANCE.model_copy(update={"authorities": tuple(one.model_copy(update={"name": f"Agency {one.id}"}) for one in INSTANCE.authorities)})
    path = put(tmp_path / "instance.json", written(named))
    _code, _out, err = plan(path, "--check", put(tmp_path / "plan.json", written(audit("budget", days=march(6, 8)))))
    assert "Agency finance does not work" in err


def test_ctrl_c_keeps_the_best_plan_and_says_so(tmp_path: Path) -> None:
    """A whole process, interrupted from outside while it searches: a year that isn't solved in a moment."""
    from yantar.engine.planner.generate import generate

    crowded = generate(7, authorities=40, auditors=120, audits=60)
    path = put(tmp_path / "instance.json", written(crowded))
    command = [sys.executable, "-m", "yantar.cli", "plan", str(path), "-o", str(tmp_path / "plan.json"), "--seconds", "120", "--workers", "1"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "200"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    assert "keeps the best plan" in process.stderr.readline()
    time.sleep(1)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, "Stopping" in err) == (0, True), err
    assert time.monotonic() - began < 45
    assert re.search(r"Stopped before the time was up", out)
    made = read_plan((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert made.status is Status.CANCELLED
    assert check(read_instance(path.read_text(encoding="utf-8")), made) == []


def test_the_hand_made_plan_is_said_to_be_right(plan, instance: Path, tmp_path: Path) -> None:
    code, out, _err = plan(instance, "--check", put(tmp_path / "plan.json", written(PLAN)))
    assert code == 0
    assert "215" in out
