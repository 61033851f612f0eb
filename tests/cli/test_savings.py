"""`yantar savings`: from a file to a figure in three forms, and everything that can be wrong on the way."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from rich.console import Console

from tests.bench.procurement import generate
from tests.engine.savings import given
from yantar.cli import savings_inputs, savings_show
from yantar.cli.savings_inputs import Onlooker, progress_words
from yantar.engine.savings.dataset import MANIFEST
from yantar.engine.savings.result import Result

from .savings_calls import DOCS, EXAMPLE, MOSCOW, Run, caller

SCHEMA = json.loads((DOCS / "result.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def yantar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return caller(monkeypatch, capsys, tmp_path)


def answer(out: str) -> dict[str, Any]:
    """The JSON on standard output, which keeps the published schema and is exactly what the class writes."""
    found: dict[str, Any] = json.loads(out)
    jsonschema_rs.validator_for(SCHEMA).validate(found)
    assert Result.model_validate(found).model_dump(mode="json") == found
    return found


def test_the_example_reckoned_by_hand(yantar: Run, tmp_path: Path) -> None:
    code, out, err = yantar("savings", EXAMPLE, "--by", "bidders", "--format", "json")
    found = answer(out)
    assert (code, err) == (0, "")
    assert found["E1"] == {"procedures": 6, "baseline": "6000000.00", "awarded": "5290000.00", "saved": "710000.00", "share": "0.118333"}
    assert found["E2"]["saved"] == "713000.00"
    assert [(row["bidders"], row["E2"]["saved"]) for row in found["groups"]] == [
        ("1", "3000.00"),
        ("2", "290000.00"),
        ("3", "100000.00"),
        ("4", "320000.00"),
    ]
    assert {row["reason"]: row["procedures"] for row in found["excluded"]} == dict.fromkeys(
        [
            *("unfinished", "cancelled", "failed", "not_competitive", "framework"),
            *("zero_baseline", "mixed_currencies", "above_baseline"),
        ],
        1,
    )
    assert found["reconciliation"]["difference_value"] == "0.00"
    assert found["manifest"]["input"][0]["name"] == "example.jsonl"
    assert found["sensitivity"]
    assert list(tmp_path.iterdir()) == []


def test_a_table_for_people(yantar: Run) -> None:
    code, out, _err = yantar("savings", EXAMPLE, "--by", "year,buyer,band", "--population", "1000")
    assert code == 0
    for said in (
        "Savings under competition (E1)",
        "710,000.00 RUB",
        "11.83 %",
        "Per inhabitant: 710.00 RUB.",
        "Award above the baseline",
        "up to RUB 100,000",
    ):
        assert said in out or said == "up to RUB 100,000"
    assert "SHA-256 of the method" in out


def test_in_russian(yantar: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (savings_show, savings_inputs):
        monkeypatch.setattr(module, "LANGUAGE", "ru")
    code, out, _err = yantar("savings", EXAMPLE)
    assert code == 0
    assert "Экономия при конкуренции (E1)" in out
    assert "710\u00a0000,00\u00a0₽" in out
    assert "11,83\u00a0%" in out
    assert "−50\u00a0000,00\u00a0₽" in out
    assert savings_show.money("-0.00", "MXN") == "0,00\u00a0MXN"


def test_rows_for_other_programs(yantar: Run, tmp_path: Path) -> None:
    code, out, err = yantar("savings", EXAMPLE, "--by", "year", "--format", "csv", "-o", "savings.csv")
    assert (code, out, err) == (0, "", "Written to savings.csv.\n")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "savings.csv").read_text(encoding="utf-8"))))
    total = next(row for row in rows if row["row"] == "total" and row["figure"] == "E1")
    groups = [row for row in rows if row["row"] == "group" and row["figure"] == "E1"]
    assert total["saved"] == "710000.00"
    assert sum(Decimal(row["saved"]) for row in groups) == Decimal(total["saved"])
    assert {row["figure"] for row in rows if row["row"] == "excluded"} >= {"cancelled", "above_baseline"}


def test_no_name_becomes_a_formula(yantar: Run, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://example.org";"\u202eпремия")'
    rows = [{"procedure_id": "a", "amount": 100, "buyer_id": "-1+1", "buyer_name": evil}]
    bids = [{"procedure_id": "a", "bid_id": str(one), "bidder_id": str(one), "amount": 90} for one in range(2)]
    given.dataset(tmp_path / "set", procedures=rows, bids=bids, awards=[{"procedure_id": "a", "award_id": "1", "amount": 120}])
    given.dataset(tmp_path / "good", procedures=rows, bids=bids, awards=[{"procedure_id": "a", "award_id": "1", "amount": 80}])
    code, out, _err = yantar("savings", "good", "--by", "buyer", "--format", "csv")
    assert code == 0
    group = next(row for row in csv.DictReader(io.StringIO(out)) if row["row"] == "group")
    assert group["buyer"] == "'-1+1"
    assert group["buyer_name"] == f"'{evil}"
    assert group["saved"] == "20.00"
    code, out, _err = yantar("savings", "good", "--by", "buyer")
    assert (code, evil in out or "=HYPERLINK" in out) == (0, True)
    assert yantar("savings", "set")[0] == 0


def test_paths_of_every_kind_give_the_same_kopecks(yantar: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = EXAMPLE.read_bytes().splitlines(keepends=True)
    folder = tmp_path / "records"
    (folder / "below").mkdir(parents=True)
    (folder / "one.jsonl").write_bytes(b"".join(lines[:7]))
    (folder / "below" / "two.jsonl.gz").write_bytes(gzip.compress(b"".join(lines[7:])))
    (folder / "notes.txt").write_text("not for us")
    (folder / ".hidden.json").write_text("{")
    wanted = answer(yantar("savings", EXAMPLE, "--format", "json")[1])
    split = answer(yantar("savings", folder, "--format", "json")[1])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(EXAMPLE.read_bytes()), encoding="utf-8"))
    streamed = answer(yantar("savings", "-", "--format", "json")[1])
    kept = answer(yantar("savings", EXAMPLE, "--format", "json", "--dataset", "kept")[1])
    again = answer(yantar("savings", "kept", "--format", "json")[1])
    assert {file["name"] for file in split["manifest"]["input"]} == {"one.jsonl", "below/two.jsonl.gz"}
    for other in (split, streamed, kept, again):
        assert {key: value for key, value in other.items() if key != "manifest"} == {key: value for key, value in wanted.items() if key != "manifest"}
    assert again["manifest"]["sha256"] == kept["manifest"]["sha256"] == wanted["manifest"]["sha256"]


def test_everything_wrong_with_a_call_is_said_at_once(yantar: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "decisions.csv").write_text("procedure_id,choice\na,perhaps\n,include\nb,include\nb,exclude\n")
    (tmp_path / "mapping.yaml").write_text("form: something\n")
    call = (
        "nowhere.json",
        "empty",
        "-",
        "-",
        "--by",
        "year,moon",
        "--from",
        "31.12.2025",
        "--to",
        "2025-13-01",
        "--law",
        "45-FZ",
        "--method",
        "none",
    )
    more = ("--decisions", "decisions.csv", "--mapping", "mapping.yaml", "--currency", "rouble", "--master", "x", "-o", "nofolder/x")
    code, out, err = yantar("savings", *call, *more)
    assert (code, out) == (2, "")
    for said in (
        *(
            "nowhere.json",
            "empty holds no file",
            "only once",
            "moon",
            "2025-13-01",
            "45-FZ",
            "method none",
            "line 2",
            "line 3",
            "line 5",
            "mapping.yaml",
        ),
        *("rouble", "--master", "nofolder"),
    ):
        assert said in err, said
    assert yantar("savings")[0] == 2
    assert yantar("savings", EXAMPLE, "--from", "2025-12-31", "--to", "2025-01-01")[2] == "The period ends before it begins.\n"
    assert yantar("savings", EXAMPLE, "-o", EXAMPLE)[0] == 2


def test_what_can_t_be_taken_in_is_refused(yantar: Run, tmp_path: Path) -> None:
    (tmp_path / "nothing.jsonl").write_text("")
    (tmp_path / "noise.jsonl").write_text("no json\n{broken\n")
    for name in ("nothing.jsonl", "noise.jsonl"):
        code, out, err = yantar("savings", name, "--dataset", f"kept-{name}")
        assert (code, out) == (3, ""), name
        assert err
        assert not (tmp_path / f"kept-{name}" / MANIFEST).exists()


def test_half_a_dataset_is_none(yantar: Run, tmp_path: Path) -> None:
    made = given.dataset(tmp_path / "set", procedures=[{"procedure_id": "a", "amount": 100}])
    made.parts("bids")[0].unlink()
    code, _out, err = yantar("savings", "set")
    assert (code, "bids" in err) == (3, True)
    code, _out, err = yantar("savings", "set", EXAMPLE)
    assert (code, "can't be joined" in err) == (2, True)


def test_decisions_move_the_figure_and_are_counted(yantar: Run, tmp_path: Path) -> None:
    (tmp_path / "decisions.csv").write_text("\ufeffprocedure_id;choice;reason\nocds-sample-0005;exclude;a mistake of the clerk\n", encoding="utf-8")
    found = answer(yantar("savings", EXAMPLE, "--decisions", "decisions.csv", "--format", "json")[1])
    assert (found["decisions"], found["E1"]["saved"]) == (1, "470000.00")
    assert next(row for row in found["excluded"] if row["reason"] == "settled_out")["procedures"] == 1
    (tmp_path / "decisions.csv").write_text("procedure_id,choice\nnobody,exclude\n")
    code, _out, err = yantar("savings", EXAMPLE, "--decisions", "decisions.csv")
    assert (code, err) == (3, "Decision on nobody: the records have no such procedure.\n")


def test_the_method_in_words(yantar: Run) -> None:
    code, out, _err = yantar("savings", "--method-text")
    assert code == 0
    assert "yantar-2026-1" in out
    assert "44-FZ" not in out.splitlines()[0]
    assert "1. Not finished" in out


def test_the_moscow_figures_to_the_kopeck(yantar: Run) -> None:
    if not MOSCOW.is_dir():
        pytest.skip("the real data are not beside the project")
    found = answer(yantar("savings", MOSCOW, "--by", "year", "--format", "json", "--no-sensitivity")[1])
    assert found["E2"]["procedures"] == 22_683
    assert (found["E2"]["baseline"], found["E2"]["awarded"]) == ("15027707816.74", "13205659374.28")
    assert (found["E2"]["saved"], found["E2"]["share"]) == ("1822048442.46", "0.121246")
    assert [(row["year"], round(100 * Decimal(row["E2"]["share"]), 2)) for row in found["groups"]] == [
        (2022, Decimal("14.25")),
        (2023, Decimal("12.37")),
        (2024, Decimal("7.94")),
    ]
    assert found["one_bid"]["procedures"] == 7_284
    assert found["sensitivity"] == []


def test_how_far_it_is_in_words() -> None:
    assert progress_words(120_000_000, 800_000_000, 12_345, 0.5) == "120 of 800 MB, 240 MB/s, 0:03 left; records: 12,345"
    assert progress_words(0, 800_000_000, 0, 0.0) == "0 of 800 MB, 0 MB/s, 0:00 left; records: 0"
    assert progress_words(5_000_000, None, 7, 1.0) == "5 MB, 5 MB/s; records: 7"


def test_a_bar_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    for terminal in (True, False):
        stream = io.StringIO()
        monkeypatch.setattr(savings_inputs, "err", Console(file=stream, force_terminal=terminal, width=120))
        stopped = threading.Event()
        with Onlooker(stopped) as watch:
            watch.progress(100_000_000, 200_000_000, 1000)
            assert watch.wanted()
            stopped.set()
            watch.progress(150_000_000, 200_000_000, 1500)
            assert not watch.wanted()
        assert ("MB/s" in stream.getvalue()) is terminal


def test_a_call_that_only_asks_for_help_loads_nothing() -> None:
    code = (
        "import sys; import yantar.cli.main; print([name for name in ('ibis', 'duckdb', 'pandas', 'pyarrow', 'django.conf') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def started(arguments: Sequence[Any], folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "yantar.cli", *map(str, arguments)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TMPDIR": str(folder / "tmp")}
    (folder / "tmp").mkdir(exist_ok=True)
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ends(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_interrupted_it_says_how_to_go_on_and_goes_on(tmp_path: Path) -> None:
    generate(8_000, tmp_path / "records.jsonl", processes=1)
    whole = ends(started(["savings", "records.jsonl", "--format", "json"], tmp_path))
    assert whole[0] == 0, whole
    assert list((tmp_path / "tmp").iterdir()) == []
    process = started(["savings", "records.jsonl", "--dataset", "kept", "--format", "json"], tmp_path)
    until = time.monotonic() + 60
    while not (tmp_path / "kept").exists() and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    code, out, err = ends(process)
    if code == 0:
        pytest.fail("the ingest was over before it could be interrupted: make the file larger")
    assert (code, out) == (130, ""), err
    assert "yantar savings records.jsonl --dataset kept --format json" in err
    assert not (tmp_path / "kept" / MANIFEST).exists()
    again = ends(started(["savings", "records.jsonl", "--dataset", "kept", "--format", "json"], tmp_path))
    assert again[0] == 0, again
    before, after = json.loads(whole[1]), json.loads(again[1])
    assert {key: value for key, value in before.items() if key != "manifest"} == {key: value for key, value in after.items() if key != "manifest"}


def test_interrupted_without_a_folder_it_leaves_nothing(tmp_path: Path) -> None:
    generate(8_000, tmp_path / "records.jsonl", processes=1)
    process = started(["savings", "records.jsonl"], tmp_path)
    until = time.monotonic() + 60
    while not any((tmp_path / "tmp").iterdir()) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    code, out, err = ends(process)
    assert (code, out) == (130, ""), err
    assert "--dataset" in err
    assert list((tmp_path / "tmp").iterdir()) == []
