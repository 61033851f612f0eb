"""`yantar services …`: the same actions, the same report and the same job as an upload."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.factories import AuthorityFactory
from tests.qms.services.promised import service_of
from yantar.cli.main import app
from yantar.core import clock
from yantar.core.models import JournalEntry
from yantar.qms.services.models import CaseLoad, ServiceCase, ServicePassport

pytestmark = pytest.mark.django_db(transaction=True)
HEADING = "service,number,site,received,registered,suspended_days,done,outcome,waiting_minutes"
GOOD = "birth,{},,2026-09-07,2026-09-07,0,2026-09-14,granted,5"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in ("services", "exchange"):
        monkeypatch.setattr(f"yantar.cli.{module}.open_django", lambda: None)
    with clock.at(date(2026, 11, 23)):
        service_of(AuthorityFactory(code="minfin"))
        yield


def load(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["services", "load-cases", str(file), *arguments])


def test_a_file_is_loaded_and_repeating_it_is_harmless(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv.gz"
    file.write_bytes(gzip.compress("\n".join([HEADING, GOOD.format(1), GOOD.format(2)]).encode()))
    assert load(file, "--progress").exit_code == 0
    again = load(file, "--no-progress")
    assert again.exit_code == 0, again.output
    assert ServiceCase.objects.count() == 2
    assert [(one.origin, one.added, one.unchanged) for one in CaseLoad.objects.order_by("pk")] == [("cases.csv.gz", 2, 0), ("cases.csv.gz", 0, 2)]
    assert JournalEntry.objects.filter(action="services.start_case_load_from_path").first().system == "operator"


def test_rejected_rows_end_with_1_and_are_told(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("\n".join([HEADING, GOOD.format("a b"), GOOD.format(2)]))
    done = load(file, "--json")
    assert done.exit_code == 1, done.output
    told = json.loads(done.stdout)["problems"]
    assert [(one["row"], one["column"], one["code"]) for one in told] == [(2, "number", "number")]
    assert ServiceCase.objects.count() == 1


def test_what_is_no_list_of_cases_ends_with_3(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("what,is,this\n1,2,3\n")
    done = load(file, "--json")
    assert done.exit_code == 3, done.output
    assert {one["code"] for one in json.loads(done.stdout)["problems"]} == {"heading", "heading.missing"}
    file.write_bytes(b"%PDF-1.7")
    assert load(file).exit_code == 3
    assert CaseLoad.objects.count() == 1


def passports(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["services", "import", str(file), *arguments])


def given_out(tmp_path: Path, name: str = "services.json") -> Path:
    """What `services export` writes of the one service that is there."""
    passport = ServicePassport.objects.get()
    passport.channels, passport.no_documents = ["person"], True
    passport.save()
    file = tmp_path / name
    done = CliRunner().invoke(app, ["services", "export", str(file)])
    assert done.exit_code == 0, done.output
    return file


@pytest.mark.parametrize("name", ["services.xlsx", "services.json", "services.zip"])
def test_what_was_given_out_changes_nothing(tmp_path: Path, name: str) -> None:
    file = given_out(tmp_path, name)
    looked = passports(file, "--json", "--apply")
    assert looked.exit_code == 0, looked.output
    assert json.loads(looked.stdout)["counts"]["services"] == {"created": 0, "changed": 0, "unchanged": 1}
    assert ServicePassport.objects.count() == 1
    again = CliRunner().invoke(app, ["services", "export", str(file)])
    assert again.exit_code == 3 and file.name in again.output


def test_looked_at_first_then_taken_in(tmp_path: Path) -> None:
    file = given_out(tmp_path)
    document = json.loads(file.read_text())
    document["services"][0]["limit_days"] = 7
    file.write_text(json.dumps(document))
    looked = passports(file, "--json")
    assert looked.exit_code == 0, looked.output
    report = json.loads(looked.stdout)
    assert report["counts"]["services"]["changed"] == 1 and not report["applied"]
    assert ServicePassport.objects.count() == 1
    said = passports(file, "--apply")
    assert said.exit_code == 0, said.output
    assert ServicePassport.objects.get(version=2).limit_days == 7
    assert JournalEntry.objects.get(action="services.import_services").system == "operator"


def test_everything_wrong_is_told_and_nothing_is_taken(tmp_path: Path) -> None:
    file = given_out(tmp_path)
    document = json.loads(file.read_text())
    document["services"][0] |= {"limit_days": 0, "authority": "nobody"}
    file.write_text(json.dumps(document))
    for arguments in (["--json"], ["--json", "--apply"]):
        done = passports(file, *arguments)
        assert done.exit_code == 3, done.output
        assert {one["column"] for one in json.loads(done.stdout)["problems"]} >= {"limit_days", "authority"}
    assert ServicePassport.objects.count() == 1
    assert CliRunner().invoke(app, ["services", "export", str(tmp_path / "services.txt")]).exit_code == 2
