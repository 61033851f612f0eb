"""A backup that is there: opened, verified, put into a database."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from ..problems import Problem, Refused
from . import scratch
from .manifest import DATABASE, HASH, NAME, Manifest

LARGEST_MANIFEST = 256 * 2**20


def _damaged(what: str) -> Refused:
    return Refused(Problem(_("The backup is damaged: %(what)s. Nothing was changed.") % {"what": what}, code="damaged"))


@dataclass(slots=True)
class Backup:
    """An opened backup. `folder`: where its parts lie once they are verified."""

    path: Path
    tar: tarfile.TarFile
    manifest: Manifest
    folder: Path
    verified: set[str] = field(default_factory=set)

    def verify(self) -> None:
        """Read every part, compare size and hash. Raises Refused at the first that differs, is absent or is not in the manifest."""
        try:
            for entry in self.tar:
                if entry.name not in (NAME, HASH):
                    self._verify(entry)
        except (tarfile.TarError, EOFError, OSError) as error:
            raise _damaged(_("the file breaks off or can't be read")) from error
        for name in self.manifest.parts:
            if name not in self.verified:
                raise _damaged(_("%(name)s is not there") % {"name": name})

    def _verify(self, entry: tarfile.TarInfo) -> None:
        part = self.manifest.parts.get(entry.name)
        content = self.tar.extractfile(entry) if entry.isreg() else None
        # A name that points out of the folder is in no manifest that `make` writes; it is refused even where a manifest has it.
        if part is None or content is None or entry.name in self.verified or ".." in Path(entry.name).parts or Path(entry.name).is_absolute():
            raise _damaged(_("%(name)s does not belong there") % {"name": entry.name})
        target = self.folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with target.open("xb") as out:
            while chunk := content.read(2**20):
                digest.update(chunk)
                size += out.write(chunk)
        if (size, digest.hexdigest()) != (part.size, part.sha256):
            raise _damaged(_("%(name)s has changed") % {"name": entry.name})
        self.verified.add(entry.name)

    def restore_into(self, place: scratch.Place) -> None:
        """Fill an empty database and compare the rows of every table. Needs `verify` first. Raises Refused where they differ."""
        if DATABASE not in self.verified:
            raise RuntimeError("verify first")
        scratch.run("pg_restore", place, "--no-owner", "--no-privileges", str(self.folder / DATABASE))
        with place.connect() as connected:
            rows = scratch.counts(connected)
        different = sorted(table for table in rows.keys() | self.manifest.rows.keys() if rows.get(table) != self.manifest.rows.get(table))
        if different:
            raise _damaged(_("after a test restore these tables differ: %(tables)s") % {"tables": ", ".join(different[:5])})


@contextlib.contextmanager
def opened(path: Path, beside: Path | None = None) -> Iterator[Backup]:
    """Open a backup and read its manifest. Its parts are unpacked beside it, or in `beside`, and taken away at the end.

    Raises Refused where it is absent, no backup, or its manifest is not what was written.
    """
    if not path.is_file():
        raise Refused(Problem(_("%(path)s is not there.") % {"path": path}, code="absent"))
    folder = Path(tempfile.mkdtemp(prefix=".yantar-restore-", dir=beside or path.parent))
    try:
        try:
            tar = tarfile.open(path, "r:")  # noqa: SIM115 - closed below
        except (tarfile.TarError, EOFError) as error:
            raise _damaged(_("it is no backup of Yantar")) from error
        with tar:
            text, stated = _head(tar, NAME), _head(tar, HASH)
            if hashlib.sha256(text).hexdigest().encode() != stated.strip():
                raise _damaged(_("its manifest has changed"))
            yield Backup(path, tar, Manifest.read(text), folder)
    except OSError as error:
        raise Refused(Problem(_("%(path)s can't be read: %(reason)s") % {"path": path, "reason": error.strerror or error}, code="read")) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _head(tar: tarfile.TarFile, name: str) -> bytes:
    try:
        entry = tar.next()
        content = tar.extractfile(entry) if entry is not None and entry.name == name and entry.size < LARGEST_MANIFEST else None
        if content is None:
            raise _damaged(_("it is no backup of Yantar"))
        return content.read()
    except (tarfile.TarError, EOFError) as error:
        raise _damaged(_("it is no backup of Yantar")) from error
