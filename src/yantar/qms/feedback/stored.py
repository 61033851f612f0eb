"""Sealed content on the disk: what Yantar itself makes for a person, e.g. the paper of an answer."""

from __future__ import annotations

import os
import tempfile
import uuid
from pathlib import Path

from django.conf import settings

from yantar.core import clock
from yantar.core.secrecy import seal, seal_bytes, unseal, unseal_bytes

from .models import PersonalFile

PURPOSE = "file"


def place_of(key: uuid.UUID) -> Path:
    """Where the sealed content of a key lies."""
    return Path(settings.PERSONAL_ROOT) / key.hex[:2] / key.hex


def keep_bytes(content: bytes, *, name: str, content_type: str) -> PersonalFile:
    """Keep content sealed on the disk, its name sealed in the row. What is written for a transaction that fails is an orphan to be swept."""
    key = uuid.uuid4()
    place = place_of(key)
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(seal_bytes(PURPOSE, content))
    Path(temporary).replace(place)
    return PersonalFile.objects.create(
        key=key, sealed=seal(PURPOSE, {"name": name}), content_type=content_type, size=len(content), added_at=clock.now()
    )


def write(place: Path, content: bytes) -> None:
    """Seal content into a place in one step: whoever reads it there reads the whole, also after a power cut."""
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".")
    with os.fdopen(handle, "wb") as file:
        file.write(seal_bytes(PURPOSE, content))
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(place)


def read_bytes(file: PersonalFile) -> tuple[str, bytes]:
    """Name and content of a sealed file. Raises FileNotFoundError, core.secrecy.Unreadable."""
    return str(unseal(PURPOSE, bytes(file.sealed))["name"]), unseal_bytes(PURPOSE, place_of(file.key).read_bytes())
