"""Where the database is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from yantar.core.database import BadDatabaseUrl, EmbeddedUnavailable, from_url, programs, start_embedded


def test_an_address_becomes_settings() -> None:
    said = from_url("postgresql://me:p%40ss@db.example.org:6432/yantar?sslmode=require")
    assert (said["NAME"], said["USER"], said["PASSWORD"], said["HOST"], said["PORT"]) == ("yantar", "me", "p@ss", "db.example.org", "6432")
    assert said["OPTIONS"] == {"sslmode": "require"}
    socket = from_url("postgresql://postgres:@/postgres?host=/var/run/pg")
    assert (socket["HOST"], socket["PORT"]) == ("/var/run/pg", "")


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host/", "nonsense", "sqlite:///x"])
def test_another_engine_or_no_database_is_refused(url: str) -> None:
    with pytest.raises(BadDatabaseUrl, match="postgresql://"):
        from_url(url)


def test_programs_fit_the_server() -> None:
    assert Path(programs("pg_dump", 18)).exists()
    assert "pginstall18" in programs("pg_dump", 17)
    with pytest.raises(EmbeddedUnavailable, match="postgresql-client-99"):
        programs("pg_dump", 99)


def test_the_terminals_locale_does_not_matter(tmp_path: Path) -> None:
    """A locale that is not installed must not keep the database from being made; letters of every alphabet have two cases."""
    code = (
        "import sys, pathlib, psycopg; from yantar.core.database import start_embedded;"
        "url = start_embedded(pathlib.Path(sys.argv[1]));"
        "c = psycopg.connect(url); asked = \"SELECT lower('ЁЖ'), datctype FROM pg_database WHERE datname = 'postgres'\";"
        "print(c.execute(asked).fetchone()); c.close()"
    )
    environment = {**os.environ, "LANG": "xx_XX.UTF-8", "LC_ALL": "xx_XX.UTF-8", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "postgres")], env=environment, capture_output=True, text=True, check=False)
    assert "ёж" in done.stdout, done.stderr
    assert "UTF-8" in done.stdout


def test_what_went_wrong_is_said(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("7\n")
    with pytest.raises(EmbeddedUnavailable, match="7"):
        start_embedded(tmp_path / "postgres")


def test_a_second_start_joins_the_first(db: None) -> None:
    from django.db import connection

    folder = Path(connection.settings_dict["HOST"])
    if not (folder / "PG_VERSION").exists():
        pytest.skip("the tests run on a server of their own")
    with psycopg.connect(start_embedded(folder)) as connected:
        assert connected.execute("SELECT 1").fetchone() == (1,)
