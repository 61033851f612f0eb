"""Files that citizens send: known by their content, pictures drawn anew so that nothing hidden stays in them, checked for viruses, sealed."""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yantar.core.files import JPEG, PDF, PNG, TIFF, checked_type, clean_name
from yantar.core.problems import Problem, Refused

from . import stored, virus
from .models import AttachmentState, PersonalFile

ACCEPTED = (PDF, PNG, JPEG, TIFF)
ACCEPT = ".pdf,.png,.jpg,.jpeg,.tif,.tiff"
"""What the file window of a form offers."""
LIMIT = 10 * 1024 * 1024
"""Bytes of one file."""
MOST = 5
"""Files of one paper."""
QUALITY = 88
"""Of a JPEG that is drawn anew; a scan stays readable."""

STATES = {
    virus.Verdict.CLEAN: AttachmentState.ACCEPTED,
    virus.Verdict.UNCHECKED: AttachmentState.ACCEPTED,
    virus.Verdict.FOUND: AttachmentState.QUARANTINED,
    virus.Verdict.UNKNOWN: AttachmentState.WAITING,
}
"""Where no checker is set files are accepted; where one is set but not reached, they wait for it."""


def take_file(upload: File[Any]) -> PersonalFile:
    """Check a file, take everything hidden out of pictures, and keep it sealed. The file has its `attachment_state` with it.

    What a transaction that fails leaves on the disk is taken away. Raises Refused: empty, larger than LIMIT, another type, a name that lies,
    damaged, protected by a password, too many pixels.
    """
    kind = checked_type(upload, ACCEPTED, LIMIT)
    upload.seek(0)
    content = upload.read()
    if kind != PDF:
        content, kind = redrawn(content, kind)
    state = STATES[virus.check(content)]
    name = clean_name((upload.name or "").rsplit(".", 1)[0] + _ending(upload.name or "", kind), kind)
    file = stored.keep_bytes(content, name=name, content_type=kind)
    file.attachment_state = state  # type: ignore[attr-defined]
    return file


def _ending(name: str, kind: str) -> str:
    ending = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return ending if kind == JPEG and ending in (".jpg", ".jpeg") else {PDF: ".pdf", PNG: ".png", JPEG: ".jpg"}[kind]


def redrawn(content: bytes, kind: str) -> tuple[bytes, str]:
    """A picture of the same pixels, upright, and nothing else: no place, camera, comment, profile or second picture. TIFF becomes PNG."""
    from PIL import Image, ImageOps

    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            # The number of pixels was judged before.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF")) as image:
                upright = ImageOps.exif_transpose(image)
                mode = "L" if upright.mode in ("1", "L", "I;16", "I", "F") else "RGB"
                if kind != JPEG and ("A" in upright.getbands() or "transparency" in upright.info):
                    mode = "RGBA"
                pixels = upright.convert(mode)
                clean = Image.frombytes(mode, pixels.size, pixels.tobytes())
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused(Problem(_("The picture is damaged and can't be opened."), code="damaged")) from error
    if kind == JPEG:
        clean.save(out, "JPEG", quality=QUALITY)
        return out.getvalue(), JPEG
    clean.save(out, "PNG")
    return out.getvalue(), PNG


def read_file(file: PersonalFile) -> tuple[str, bytes]:
    """Name and content. Who may read it is for the action to say (`actions.personal.read_attachment`).

    Raises FileNotFoundError where the disk has lost it, core.secrecy.Unreadable.
    """
    return stored.read_bytes(file)


def forget_file(file: PersonalFile) -> None:
    """Delete a file for good: the row now, the content once the transaction is committed."""
    place = stored.place_of(file.key)
    file.delete()

    def unlink() -> None:
        with contextlib.suppress(FileNotFoundError):
            place.unlink()

    transaction.on_commit(unlink)
