"""The command line: what it does, what it says, how it ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from openpyxl import load_workbook

from tests.factories import AuthorityFactory, GovernmentFactory
from yantar.cli import main
from yantar.core.models import JournalEntry, User
from yantar.qms.organisation.exchange import template
from yantar.qms.organisation.models import Authority, Role, RoleHolding

TABLE = "Код;Название;Вид;ИНН\n{rows}"


@pytest.fixture
def yantar(monkeypatch, capsys, db, tmp_path, settings):
    """Runs a command as the console script does; gives its code and what it printed on both streams."""
    settings.DATA = tmp_path
    monkeypatch.setenv("YANTAR_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["yantar", *arguments])
        with translation.override("en"), pytest.raises(SystemExit) as ended:
            main.run()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


def table(tmp_path: Path, rows: str) -> str:
    path = tmp_path / "authorities.csv"
    path.write_bytes(TABLE.format(rows=rows).encode("cp1251"))
    return str(path)


def test_help_names_every_command_and_the_codes(yantar) -> None:
    code, out, _err = yantar("--help")
    assert code == 0
    for word in ("run", "web", "worker", "migrate", "backup", "restore", "import", "export", "simulate", "remind", "admin", "check", "environment"):
        assert word in out


def test_a_wrong_call_ends_with_2(yantar) -> None:
    assert yantar("nonsense")[0] == 2
    assert yantar("import", "organisation", "no-such-file.csv")[0] == 2
    assert yantar("export", "organisation", "somewhere.pdf")[0] == 2


def test_an_import_lists_everything_wrong_by_place_and_ends_with_3(yantar, tmp_path: Path) -> None:
    GovernmentFactory()
    code, out, err = yantar("import", "organisation", table(tmp_path, "a;Министерство финансов;министерство;123\nb;;министерство;\n"))
    assert code == 3
    assert "Nothing was changed" in out
    assert not Authority.objects.exists()
    code, out, err = yantar("import", "organisation", "--json", table(tmp_path, "a;Министерство финансов;министерство;123\nb;;министерство;\n"))
    problems = json.loads(out)["problems"]
    assert code == 3
    assert {problem["row"] for problem in problems} == {2, 3}
    assert err == ""


def test_an_import_looks_first_and_then_does_it_once(yantar, tmp_path: Path) -> None:
    GovernmentFactory()
    file = table(tmp_path, "minfin;Министерство финансов;министерство;7707083893\n")
    assert yantar("import", "organisation", "--dry-run", file)[0] == 0
    assert not Authority.objects.exists()
    code, out, _err = yantar("import", "organisation", file)
    assert (code, Authority.objects.get().code) == (0, "minfin")
    assert "1 new" in out
    code, out, _err = yantar("import", "organisation", file)
    assert (code, Authority.objects.count()) == (0, 1)
    assert "0 new, 0 changed, 1 as before" in out
    assert JournalEntry.objects.filter(system="operator").exists()


def test_an_export_holds_everything_and_overwrites_nothing(yantar, tmp_path: Path) -> None:
    AuthorityFactory(code="minfin")
    path = tmp_path / "out.xlsx"
    assert yantar("export", "organisation", str(path))[0] == 0
    assert [row[0].value for row in load_workbook(path).worksheets[0].iter_rows(min_row=2)][:1] == ["minfin"]
    assert yantar("export", "organisation", str(path))[0] == 3
    assert yantar("export", "organisation", str(tmp_path / "no" / "out.xlsx"))[0] == 4


def test_the_first_administrator(yantar, tmp_path: Path) -> None:
    GovernmentFactory()
    password = tmp_path / "password"
    password.write_text("correct horse battery staple\n")
    code, out, _err = yantar("admin", "create", "boss@example.org", "--name", "Иванова Анна", "--password-file", str(password))
    assert code == 0
    user = User.objects.get()
    assert (user.full_name, user.check_password("correct horse battery staple"), user.is_demo) == ("Иванова Анна", True, False)
    assert RoleHolding.objects.get().role == Role.ADMINISTRATOR
    assert yantar("admin", "create", "boss@example.org", "--password-file", str(password))[0] == 3
    password.write_text("123\n")
    code, _out, err = yantar("admin", "create", "other@example.org", "--password-file", str(password))
    assert (code, User.objects.count()) == (3, 1)
    assert err.strip()


@pytest.mark.django_db(transaction=True)
def test_a_backup_and_what_becomes_of_it(yantar, tmp_path: Path) -> None:
    GovernmentFactory()
    AuthorityFactory(code="minfin")
    file = str(tmp_path / "one.backup")
    code, out, _err = yantar("backup", file)
    assert code == 0
    assert "all the same" in out
    assert JournalEntry.objects.filter(action="backup.note_made").exists()
    assert yantar("backup", file)[0] == 3
    assert yantar("restore", file)[0] == 3
    Authority.objects.get().versions.all().delete()
    Authority.objects.all().delete()
    code, out, _err = yantar("restore", "--yes", file)
    assert (code, Authority.objects.get().code) == (0, "minfin")
    Path(file).write_bytes(b"nonsense")
    code, _out, err = yantar("restore", "--yes", file)
    assert (code, "no backup of Yantar" in err) == (3, True)


def test_check_says_what_is_wrong(yantar, monkeypatch) -> None:
    assert yantar("check")[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")
    code, _out, err = yantar("check")
    assert (code, "migrate" in err) == (4, True)


def test_tables_of_a_newer_yantar_are_left_alone(yantar) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_future', now())")
    code, _out, err = yantar("migrate")
    assert (code, "core.9999_future" in err) == (4, True)


def test_the_standards_are_loaded_once(yantar) -> None:
    assert "Loaded" in yantar("standards", "load")[1]
    assert "up to date" in yantar("standards", "load")[1]


def test_reminders(yantar) -> None:
    GovernmentFactory()
    code, out, _err = yantar("remind")
    assert (code, "Reminders: 0" in out) == (0, True)


def test_an_empty_template_is_no_mistake(yantar, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(template())
    assert yantar("import", "organisation", "--dry-run", str(path))[0] in (0, 3)
    assert not Authority.objects.exists()
