"""The tests: one PostgreSQL for the whole run, a database for each worker of pytest-xdist."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from yantar.core.database import from_url, start_embedded

from .base import *  # noqa: F403

if not os.environ.get("YANTAR_TEST_DATA"):
    # The controller of a run makes the folder; its workers inherit the variable and join the same server.
    os.environ["YANTAR_TEST_DATA"] = tempfile.mkdtemp(prefix="yantar-test-")
DATA = Path(os.environ["YANTAR_TEST_DATA"])
MEDIA_ROOT = DATA / "files" / os.environ.get("PYTEST_XDIST_WORKER", "main")
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
DEMO_ALLOWED = True
SETUP_OPEN = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {"default": from_url(os.environ.get("YANTAR_TEST_DATABASE_URL") or start_embedded(DATA / "postgres", cleanup_mode="stop"))}
DATABASES["default"]["CONN_MAX_AGE"] = 0
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
FRESH_SECONDS = 0.0
PUBLIC_RATE = "100000/minute"
