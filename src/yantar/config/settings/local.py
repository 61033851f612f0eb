"""`make run`: one machine, embedded PostgreSQL, demonstration allowed."""

from __future__ import annotations

import secrets

from yantar.config.database import configure

from .base import *  # noqa: F403
from .base import DATA


def _own_key() -> str:
    """A key of this data folder, made at the first start and kept beside the data it protects."""
    DATA.mkdir(parents=True, exist_ok=True)
    path = DATA / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = _own_key()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DEMO_ALLOWED = True
DATABASES = {"default": configure(DATA)}
