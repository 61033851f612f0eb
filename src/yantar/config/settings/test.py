"""The tests: one PostgreSQL for the whole run, a database for each worker of pytest-xdist."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from yantar.core.database import from_url, start_embedded

from .base import *  # noqa: F403

if not os.environ.get("YANTAR_TEST_DATA"):
    # The controller of a run makes the folder; its workers inherit the variable and join the same server.
    os.environ["YANTAR_TEST_DATA"] = tempfile.mkdtemp(prefix="yantar-test-")
DATA = Path(os.environ["YANTAR_TEST_DATA"])
MEDIA_ROOT = DATA / "files" / os.environ.get("PYTEST_XDIST_WORKER", "main")
PROCUREMENT_ROOT = DATA / "procurement" / os.environ.get("PYTEST_XDIST_WORKER", "main")
PERSONAL_ROOT = DATA / "personal" / os.environ.get("PYTEST_XDIST_WORKER", "main")
PERSONAL_KEYS = ["only-for-tests-" + "0" * 32]
KEPT_FOLDERS = {"procurement": PROCUREMENT_ROOT}
KEPT_FILES = {"personal": PERSONAL_ROOT}
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

TEMPLATE = "yantar_template"
"""A migrated database that every worker copies."""
HASTY = """
# A database that is thrown away with the run need not survive a loss of power.
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 4GB
"""
PACKAGE = Path(__file__).resolve().parents[2]


def _template() -> Path:
    """A stopped PostgreSQL with the migrated database, made once for each state of the migrations and kept in the temporary folder.

    Making it takes as long as migrating once; copying it takes a moment.
    """
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted(PACKAGE.glob("**/migrations/*.py")):
        digest.update(file.relative_to(PACKAGE).as_posix().encode() + file.read_bytes())
    kept = Path(tempfile.gettempdir()) / f"yantar-test-template-{os.getuid()}-{digest.hexdigest()[:16]}"
    if kept.exists():
        return kept
    building = Path(tempfile.mkdtemp(prefix="yantar-test-building-"))
    environment = {**os.environ, "YANTAR_TEST_DATA": str(building), "YANTAR_TEST_BUILDING": "1", "DJANGO_SETTINGS_MODULE": __name__}
    code = (
        "import django; django.setup()\n"
        "from django.db import connection; from django.core.management import call_command\n"
        f"connection.cursor().execute('CREATE DATABASE {TEMPLATE}'); connection.close()\n"
        f"connection.settings_dict['NAME'] = '{TEMPLATE}'; call_command('migrate', verbosity=0, skip_checks=True); connection.close()\n"
        "from yantar.core.database import leave_embedded; leave_embedded()"
    )
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)  # noqa: S603
    try:
        (building / "postgres").rename(kept)
    except OSError:  # somebody was quicker
        shutil.rmtree(building, ignore_errors=True)
    return kept


if not os.environ.get("YANTAR_TEST_DATABASE_URL") and not os.environ.get("YANTAR_TEST_BUILDING") and not (DATA / "postgres").exists():
    DATA.mkdir(parents=True, exist_ok=True)
    # PostgreSQL may run as a user of its own: cp keeps the owner.
    subprocess.run(["cp", "-a", str(_template()), str(DATA / "postgres")], check=True)  # noqa: S603, S607
    with (DATA / "postgres" / "postgresql.auto.conf").open("a") as settings_of_server:
        settings_of_server.write(HASTY)

SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
DEMO_ALLOWED = True
SETUP_OPEN = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {"default": from_url(os.environ.get("YANTAR_TEST_DATABASE_URL") or start_embedded(DATA / "postgres", cleanup_mode="stop"))}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if not os.environ.get("YANTAR_TEST_DATABASE_URL"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": TEMPLATE}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
FRESH_SECONDS = 0.0
PUBLIC_RATE = "100000/minute"
