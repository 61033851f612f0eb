"""`yantar procurement load`: the same action and the same job as an upload."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.qms.procurement.test_loading import lines
from yantar.cli.main import app
from yantar.core.models import JournalEntry
from yantar.qms.procurement.models import Dataset

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yantar.cli.procurement.open_django", lambda: None)


def load(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["procurement", "load", *arguments])


def test_a_file_of_the_server_becomes_a_dataset(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(lines(1, 2))
    done = load(str(file), "--title", "Закупки", "--origin", "Портал")
    assert done.exit_code == 0, done.output
    dataset = Dataset.objects.get()
    assert dataset.sha256 in done.stdout.replace("\n", "")
    assert (dataset.state, dataset.procedures) == ("ready", 2)
    assert JournalEntry.objects.get(action="procurement.load_dataset_from_path").system == "operator"


def test_what_is_wrong_is_said_and_ends_with_3(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(b"{nothing\n")
    done = load(str(file), "--title", "Закупки", "--origin", "Портал", "--json")
    assert done.exit_code == 3, done.output
    assert json.loads(done.stdout)["problems"][0]["code"] == "failed"
    assert Dataset.objects.get().state == "failed"
    assert load(str(file), "--title", " ", "--origin", " ").exit_code == 3
    assert Dataset.objects.count() == 1


def test_an_unknown_mapping_is_a_wrong_call(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("a;b\n1;2\n")
    assert load(str(file), "--title", "x", "--origin", "y", "--mapping", "none").exit_code == 2
    assert not Dataset.objects.exists()
