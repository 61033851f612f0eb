"""Pictures from a camera: judged by content, turned upright, freed of everything the camera wrote beside the picture (place, time, device)."""

from __future__ import annotations

import io
import warnings
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from yantar.core.files import JPEG, PIXELS, PNG, sniff
from yantar.core.problems import Problem, Refused

LIMIT = 25 * 2**20
"""Bytes of one file of evidence, at most."""
SIDE = 2560
"""Pixels of the longer side of a kept picture: a page of text can still be read."""
QUALITY = 85
HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"})


def is_heif(head: bytes) -> bool:
    """Whether a file is a HEIC or AVIF picture, which phones make unless they are told not to."""
    return head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS


def problems(upload: File[Any]) -> list[Problem]:
    """What keeps a file from being evidence, so far as a glance tells."""
    upload.seek(0)
    head = upload.read(1024)
    upload.seek(0)
    if upload.size > LIMIT:
        return [Problem(_("The file is too large: at most %(limit)s MB.") % {"limit": LIMIT // 2**20}, "too_large", "file")]
    if is_heif(head):
        words = _("HEIC pictures can't be opened everywhere. Set the camera to JPEG (“most compatible”) and take it again.")
        return [Problem(words, "heic", "file")]
    return []


def cleaned(upload: File[Any]) -> File[Any]:
    """The same file, a picture made anew without its metadata; anything else as it is.

    Raises Refused for a picture that is damaged or has too many pixels.
    """
    upload.seek(0)
    kind = sniff(upload.read(1024))
    upload.seek(0)
    if kind not in (JPEG, PNG):
        return upload
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # The size is judged by our own limit before a pixel is read.
            warnings.simplefilter("ignore")
            with Image.open(upload, formats=("PNG", "JPEG")) as opened:
                if opened.width * opened.height > PIXELS:
                    raise Image.DecompressionBombError
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((SIDE, SIDE))
                if kind == JPEG or upright.mode not in ("1", "L", "LA", "P", "RGB", "RGBA"):
                    upright = upright.convert("RGB")
                bare = Image.new(upright.mode, upright.size)
                if upright.mode == "P" and (palette := upright.getpalette()) is not None:
                    bare.putpalette(palette)
                bare.paste(upright)
                out = io.BytesIO()
                bare.save(out, "JPEG" if kind == JPEG else "PNG", **({"quality": QUALITY} if kind == JPEG else {}), optimize=True)
    except Image.DecompressionBombError as error:
        raise Refused(Problem(_("The picture has too many pixels. Take it at a lower resolution."), "too_many_pixels", "file")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(Problem(_("The picture is damaged and can't be opened."), "damaged", "file")) from error
    return ContentFile(out.getvalue(), name=PurePosixPath(upload.name or "photo").name)
