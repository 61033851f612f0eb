"""What a backup says of itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from importlib.metadata import version as installed
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from ..problems import Problem, Refused

FORMAT = 1
NAME = "manifest.json"
HASH = "manifest.sha256"
DATABASE = "database.dump"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """made_at: ISO 8601, UTC. migrations: "app.name" of all that were applied. rows: of every table. missing: files the disk had lost."""

    version: str
    made_at: str
    migrations: list[str]
    rows: dict[str, int]
    parts: dict[str, Part]
    missing: list[str] = field(default_factory=list)
    product: str = "yantar"
    format: int = FORMAT

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        """Raises Refused where it is no manifest, or of a format that only a newer Yantar knows."""
        try:
            said: dict[str, Any] = json.loads(text)
            if said.get("product") != "yantar":
                raise ValueError
            if said["format"] > FORMAT:
                raise Refused(Problem(_("This backup was made by a newer Yantar (%(version)s).") % {"version": said["version"]}, code="newer"))
            parts = {str(name): Part(int(part["size"]), str(part["sha256"])) for name, part in said.pop("parts").items()}
            return cls(parts=parts, **said)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused(Problem(_("The backup is damaged: its manifest can't be read."), code="damaged")) from error


def our_version() -> str:
    """The version of this Yantar."""
    return installed("yantar")


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def applied() -> list[str]:
    """The migrations of the working database."""
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def check_not_newer(manifest: Manifest) -> None:
    """Raises Refused where the backup holds what this Yantar does not know."""
    known = MigrationLoader(None).disk_migrations
    names = {".".join(key) for key in known} | {".".join(key) for migration in known.values() for key in migration.replaces}
    unknown = [name for name in manifest.migrations if name not in names]
    if _as_numbers(manifest.version) > _as_numbers(our_version()) or unknown:
        what = {"theirs": manifest.version, "ours": our_version(), "unknown": ", ".join(unknown[:3]) or "—"}
        why = _("This backup was made by a newer Yantar (%(theirs)s, this is %(ours)s; unknown here: %(unknown)s). Install that version first.")
        raise Refused(Problem(why % what, code="newer"))


def all_applied(manifest: Manifest) -> bool:
    """Whether the backup has every migration that this Yantar has."""
    known = MigrationLoader(None).disk_migrations
    return {".".join(key) for key in known} <= set(manifest.migrations)
