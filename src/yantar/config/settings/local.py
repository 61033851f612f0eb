"""`make run`: one machine, embedded PostgreSQL, demonstration allowed."""

from __future__ import annotations

import contextlib
import os
import secrets

from yantar.core.database import configure

from .base import *  # noqa: F403
from .base import DATA, PERSONAL_KEYS


def _own_key(name: str) -> str:
    """A key of this data folder, made at the first start and kept beside the data it protects."""
    DATA.mkdir(parents=True, exist_ok=True)
    path = DATA / name
    if not path.exists():
        # Written aside and linked: of two processes that start together, one key wins and none is read half-written.
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()


SECRET_KEY = _own_key("secret.key")
if not PERSONAL_KEYS:
    PERSONAL_KEYS = [_own_key("personal.key")]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, os.environ.get("YANTAR_HOSTS", "").split(","))]
DEMO_ALLOWED = True
DEMO_SIGNING_P12 = DATA / "demonstration.p12"
SETUP_OPEN = True
DATABASES = {"default": configure(DATA)}
