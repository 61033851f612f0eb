"""Making a backup, and proving at once that it can be restored."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import rules
from django.conf import settings
from django.utils.translation import gettext as _

from .. import files
from ..actions import Actor, action
from ..models import StoredFile
from ..problems import Problem, Refused
from . import scratch
from .manifest import DATABASE, HASH, NAME, Manifest, Part, applied, our_version
from .reading import opened

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What was kept. `missing`: names of uploaded files that the disk had lost or changed before; the backup can't hold them."""

    path: Path
    size: int
    sha256: str
    rows: int
    files: int
    missing: list[str]


def _part_of(path: Path) -> Part:
    with path.open("rb") as file:
        return Part(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def make(path: Path, *, say: Say = lambda text: None) -> Made:
    """Keep database and files in a new file at `path`, then restore it into a database made for the moment and compare every table.

    Works beside a running Yantar: rows, counts and the list of files are of one moment. Raises Refused where the file exists, can't be
    written, or the test restore differs; nothing is left at `path` then.
    """
    if path.exists():
        raise Refused(Problem(_("%(path)s exists already. A backup never overwrites another.") % {"path": path}, code="exists"))
    aside = path.with_name(path.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".yantar-backup-") as folder:
            manifest = _collect(Path(folder), say)
            say(_("Writing %(path)s …") % {"path": path})
            _write(aside, Path(folder), manifest)
        say(_("Restoring it for a test …"))
        with opened(aside) as backup:
            backup.verify()
            with scratch.scratch() as place:
                backup.restore_into(place)
        # A hard link never replaces what appeared at the path meanwhile.
        os.link(aside, path)
    except FileExistsError:
        raise Refused(Problem(_("%(path)s exists already. A backup never overwrites another.") % {"path": path}, code="exists")) from None
    except OSError as error:
        raise Refused(
            Problem(_("%(path)s can't be written: %(reason)s") % {"path": path, "reason": error.strerror or error}, code="write")
        ) from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
    whole = _part_of(path)
    stored = sum(name.startswith("files/") for name in manifest.parts)
    return Made(path, whole.size, whole.sha256, sum(manifest.rows.values()), stored, manifest.missing)


def _collect(folder: Path, say: Say) -> Manifest:
    place = scratch.here()
    say(_("Copying the database …"))
    with place.connect() as connected:
        connected.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = connected.execute("SELECT pg_export_snapshot()").fetchone()
        assert snapshot is not None
        rows = scratch.counts(connected)
        kept = connected.execute("SELECT DISTINCT sha256, file FROM core_storedfile ORDER BY sha256").fetchall()
        migrations = sorted(f"{app}.{name}" for app, name in connected.execute("SELECT app, name FROM django_migrations").fetchall())
        dump = folder / DATABASE
        scratch.run("pg_dump", place, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot[0]}", f"--file={dump}")
    parts, missing = {DATABASE: _part_of(dump)}, []
    say(_("Checking %(count)s uploaded files …") % {"count": len(kept)})
    for sha256, file in kept:
        where = files.place_of(StoredFile(file=file))
        part = _part_of(where) if where.exists() else None
        if part is None or part.sha256 != sha256:
            missing.append(file)
        else:
            parts[f"files/{file}"] = part
    for name, where in kept_files():
        parts[name] = _part_of(where)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(our_version(), made_at, migrations or applied(), rows, parts, missing)


def _write(path: Path, folder: Path, manifest: Manifest) -> None:
    # For the owner's eyes only: it holds everything.
    path.touch(mode=0o600)
    with path.open("wb") as raw:
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
            text = manifest.as_json()
            for name, content in ((NAME, text), (HASH, hashlib.sha256(text).hexdigest().encode())):
                _add(tar, name, io.BytesIO(content), len(content))
            for name, part in manifest.parts.items():
                with _source_of(name, folder).open("rb") as content_of:
                    _add(tar, name, content_of, part.size)
        raw.flush()
        os.fsync(raw.fileno())


def kept_files() -> Iterator[tuple[str, Path]]:
    """Name in the archive and place of every file that is complete in `settings.KEPT_FOLDERS` and `KEPT_FILES`."""
    for name, root in settings.KEPT_FOLDERS.items():
        for manifest in sorted(Path(root).glob("*/manifest.json")):
            for path in sorted(manifest.parent.rglob("*")):
                if path.is_file():
                    yield f"{name}/{path.relative_to(root).as_posix()}", path
    for name, root in settings.KEPT_FILES.items():
        for path in sorted(Path(root).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield f"{name}/{path.relative_to(root).as_posix()}", path


def _source_of(name: str, folder: Path) -> Path:
    if name == DATABASE:
        return folder / name
    room, _slash, rest = name.partition("/")
    return files.place_of(StoredFile(file=rest)) if room == "files" else Path((settings.KEPT_FOLDERS | settings.KEPT_FILES)[room]) / rest


def _add(tar: tarfile.TarFile, name: str, content: io.BufferedIOBase, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, content)


# Only the operator's commands keep and restore backups; no role of the government does.
rules.add_perm("core.keep_backups", rules.always_false)


@action("backup.note_made", permission="core.keep_backups")
def note_made(*, by: Actor, sha256: str, rows: int, files: int) -> None:
    """Record that a backup was made, so that an administrator sees when the last one was."""


@action("backup.note_restored", permission="core.keep_backups")
def note_restored(*, by: Actor, sha256: str, made_at: str) -> None:
    """Record in the restored journal that its future begins anew here."""
