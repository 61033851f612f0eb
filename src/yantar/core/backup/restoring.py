"""Putting a backup in the place of what is there: proven in a database of its own first, then swapped in one step."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.utils.translation import gettext as _
from psycopg import sql

from ..actions import Actor
from ..problems import Problem, Refused
from . import scratch
from .making import _part_of, note_restored
from .manifest import Manifest, all_applied, check_not_newer
from .reading import opened

Say = Callable[[str], None]


def holds_data() -> bool:
    """Whether the working database already holds a government or people."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in ("organisation_government", "core_user"):
            if table in present:
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - names from the tuple above
                if cursor.fetchone():
                    return True
    return False


def restore(path: Path, *, by: Actor, replace_data: bool = False, say: Say = lambda text: None) -> Manifest:
    """Verify, restore into a scratch database, bring it up to this version, then put it and its files in the place of what is there.

    replace_data: what is there may be lost. Raises Refused, with nothing changed: damaged or newer backup, data there and not
    `replace_data`, somebody connected, a database role that may not create databases.
    """
    with opened(path, _data_folder()) as backup:
        check_not_newer(backup.manifest)
        if not replace_data and holds_data():
            raise Refused(Problem(_("There are data already. Say --yes to replace all of them by the backup."), code="data"))
        say(_("Verifying …"))
        backup.verify()
        target = scratch.here()
        connections.close_all()
        _refuse_company(target)
        say(_("Restoring into a database of its own …"))
        try:
            fresh = scratch.create(target)
        except psycopg.errors.InsufficientPrivilege as error:
            why = _("The database role %(user)s may not create databases; a restore needs that (ALTER ROLE … CREATEDB).")
            raise Refused(Problem(why % {"user": target.user}, code="privilege")) from error
        try:
            backup.restore_into(fresh)
            if not all_applied(backup.manifest):
                say(_("Bringing it up to this version …"))
                _migrate(fresh)
            for room, root in _rooms():
                _copy_files(backup.folder / room, root)
            _swap(target, fresh)
        finally:
            scratch.drop(fresh)
        for room, root in _rooms():
            _sweep_files(backup.manifest, room, root)
        note_restored(by=by, sha256=_part_of(path).sha256, made_at=backup.manifest.made_at)
        return backup.manifest


def _data_folder() -> Path:
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _refuse_company(target: scratch.Place) -> None:
    with scratch.maintenance(target) as connected:
        row = connected.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'", [target.name]
        ).fetchone()
    if row and row[0]:
        why = _("%(count)s connections to the database are open. Stop every web server and worker of Yantar first.")
        raise Refused(Problem(why % {"count": row[0]}, code="in_use"))


def _url(place: scratch.Place) -> str:
    options = {"host": place.host, **({"port": place.port} if place.port else {}), **dict(place.options)}
    return f"postgresql://{quote(place.user, safe='')}:{quote(place.password, safe='')}@/{quote(place.name, safe='')}?{urlencode(options)}"


def _migrate(place: scratch.Place) -> None:
    environment = {**os.environ, "DATABASE_URL": _url(place), "YANTAR_TEST_DATABASE_URL": _url(place)}
    command = [sys.executable, "-m", "django", "migrate", "--noinput", "--verbosity", "0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        words = (done.stderr.strip().splitlines() or [""])[-1]
        raise Refused(Problem(_("The backup can't be brought up to this version: %(words)s") % {"words": words}, code="migrate"))


def _swap(target: scratch.Place, fresh: scratch.Place) -> None:
    """Both renames or none."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    old = replace(target, name=fresh.name + "_old")
    ours, new, away = (sql.Identifier(place.name) for place in (target, fresh, old))
    with scratch.maintenance(target) as connected, connected.transaction():
        connected.execute(rename.format(ours, away))
        connected.execute(rename.format(new, ours))
    scratch.drop(old)


def _copy_files(source: Path, target: Path) -> None:
    """Files are known by their hash: adding them disturbs nobody, even when the swap then fails."""
    for path in sorted(source.rglob("*")) if source.exists() else ():
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            aside = place.with_name(place.name + ".part")
            shutil.copyfile(path, aside)
            aside.chmod(0o640)
            aside.replace(place)


def _rooms() -> list[tuple[str, Path]]:
    """Rooms of the archive beside the database, and where their files belong."""
    return [("files", Path(settings.MEDIA_ROOT)), *((name, Path(root)) for name, root in (settings.KEPT_FOLDERS | settings.KEPT_FILES).items())]


def _sweep_files(manifest: Manifest, room: str, target: Path) -> None:
    """What the replaced data had and the backup has not is taken away with them."""
    for path in list(target.rglob("*")) if target.exists() else ():
        if path.is_file() and f"{room}/{path.relative_to(target).as_posix()}" not in manifest.parts:
            path.unlink()
