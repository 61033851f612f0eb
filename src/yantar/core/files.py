"""Uploaded files: known by their content, never by what their name says; kept unchanged under their hash."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterable
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from . import clock
from .actions import Actor, action, current
from .models import StoredFile, User, file_path
from .problems import Problem, Refused

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
JSON = "application/json"
GZIP = "application/gzip"
ZIP = "application/zip"

SCANS = (PDF, PNG, JPEG, TIFF)
"""What a scan of a certificate may be."""
TABLES = (XLSX, CSV)
"""What an import may be. Only recognised here; whoever reads it guards against what is inside."""
RECORDS = (JSON, GZIP, ZIP, CSV, XLSX)
"""What records of procurement may be: JSON or JSON Lines, packed or not, and lists. Only recognised here, as tables are."""

EXTENSIONS = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    TIFF: (".tif", ".tiff"),
    XLSX: (".xlsx",),
    CSV: (".csv", ".txt"),
    JSON: (".json", ".jsonl", ".ndjson", ".jsonlines"),
    GZIP: (".gz",),
    ZIP: (".zip",),
}
PIXELS = 64_000_000
"""An A4 page at 600 dots per inch is 35 million; more than this is an attack on memory or a poster."""
NAME_LENGTH = 150


def sniff(head: bytes) -> str | None:
    """The type that the first 1,024 bytes speak of; None where they speak of none that is known here."""
    if b"%PDF-" in head[:1024]:
        return PDF
    for magic, kind in ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"II*\x00", TIFF), (b"MM\x00*", TIFF), (b"PK\x03\x04", XLSX)):
        if head.startswith(magic):
            return kind
    if head and (head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head):
        return CSV
    return None


def sniff_records(head: bytes, name: str, file: IO[bytes]) -> str | None:
    """The type of a file of records. A packed office table is told from a zip by what it contains; of texts the name says which they are
    (a broken first line of JSON Lines makes no table of them), else their first character."""
    if head.startswith(b"\x1f\x8b"):
        return GZIP
    kind = sniff(head)
    if kind == XLSX:
        return XLSX if _is_book(file) else ZIP
    if kind != CSV:
        return kind
    ending = PurePosixPath(name.lower()).suffix
    if ending in EXTENSIONS[JSON]:
        return JSON
    if ending in EXTENSIONS[CSV]:
        return CSV
    return JSON if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") else CSV


def _is_book(file: IO[bytes]) -> bool:
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            return "[Content_Types].xml" in archive.NameToInfo
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # Who reads it says what is wrong with it.
        return False


def clean_name(name: str, content_type: str) -> str:
    """A name that is safe to show and to offer: no folders, no invisible or direction-changing characters, the right extension."""
    name = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    name = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in name)
    name = re.sub(r'[<>:"|?*/]+', "_", re.sub(r" +", " ", name)).strip(" .")
    endings = EXTENSIONS[content_type]
    stem, dot, ending = name.rpartition(".")
    if not dot or f".{ending.lower()}" not in endings:
        stem, ending = name, endings[0][1:]
    return f"{stem[: NAME_LENGTH - len(ending) - 1].strip(' .') or 'file'}.{ending.lower()}"


def _check_pdf(file: IO[bytes]) -> None:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted:
            raise Refused(Problem(_("The PDF is protected by a password. Save it without one and upload it again."), code="encrypted"))
        if not len(reader.pages):
            raise Refused(Problem(_("The PDF has no pages."), code="damaged"))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError, OSError, NotImplementedError) as error:
        raise Refused(Problem(_("The PDF is damaged and can't be opened."), code="damaged")) from error


def _check_image(file: IO[bytes]) -> None:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # The size is judged by our own limit before a pixel is read.
            warnings.simplefilter("ignore")
            with Image.open(file, formats=("PNG", "JPEG", "TIFF")) as image:
                if image.width * image.height > PIXELS:
                    raise Image.DecompressionBombError
                image.load()
    except Image.DecompressionBombError as error:
        raise Refused(Problem(_("The picture has too many pixels. Scan it at 300 dots per inch."), code="too_many_pixels")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(Problem(_("The picture is damaged and can't be opened."), code="damaged")) from error


_CHECKS: dict[str, Callable[[IO[bytes]], None]] = {PDF: _check_pdf, PNG: _check_image, JPEG: _check_image, TIFF: _check_image}


def checked_type(upload: File[Any], allowed: Iterable[str], limit: int) -> str:
    """The content type of an upload, by its content; `limit`: bytes. Raises Refused as `store_upload` does."""
    allowed = tuple(allowed)
    if not upload.size:
        raise Refused(Problem(_("The file is empty."), code="empty"))
    if upload.size > limit:
        raise Refused(Problem(_("The file is too large: at most %(limit)s MB.") % {"limit": limit // 2**20}, code="too_large"))
    upload.seek(0)
    head = upload.read(1024)
    kind = sniff_records(head, upload.name or "", upload) if {ZIP, GZIP} & set(allowed) else sniff(head)
    endings = ", ".join(ending[1:].upper() for one in allowed for ending in EXTENSIONS[one][:1])
    if kind is None or kind not in allowed:
        raise Refused(Problem(_("Files of this type are not accepted here. Accepted: %(types)s.") % {"types": endings}, code="type"))
    ending = PurePosixPath((upload.name or "").lower()).suffix
    if ending and any(ending in known for known in EXTENSIONS.values()) and ending not in EXTENSIONS[kind]:
        what = {"says": ending[1:].upper(), "is": EXTENSIONS[kind][0][1:].upper()}
        raise Refused(Problem(_("The name says %(says)s, but the file is %(is)s. Rename it and upload it again.") % what, code="lying_name"))
    if check := _CHECKS.get(kind):
        upload.seek(0)
        check(upload)
    return kind


@action("files.store", permission=None, private=("upload",))
def store_upload(*, by: Actor, upload: File[Any], allowed: Iterable[str] = SCANS, limit: int | None = None) -> StoredFile:
    """Check a file and keep it. The same content is kept on disk once, whoever uploads it; the same person's same file is one row.

    allowed: content types, out of SCANS, TABLES and RECORDS. limit: bytes, settings.UPLOAD_LIMIT unless told. It is written in pieces and
    never held whole. Permission: only as part of another action that needs it, or one's own file.
    Raises Refused: empty, too large, another type, a name that lies, damaged, protected, too many pixels.
    """
    content_type = checked_type(upload, allowed, int(settings.UPLOAD_LIMIT) if limit is None else limit)
    digest = hashlib.sha256()
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    upload.seek(0)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as aside:
        try:
            size = 0
            for chunk in upload.chunks():
                digest.update(chunk)
                size += aside.write(chunk)
            aside.flush()
            os.fsync(aside.fileno())
            stored = StoredFile(
                name=clean_name(upload.name or "", content_type),
                content_type=content_type,
                size=size,
                sha256=digest.hexdigest(),
                uploaded_by=by if isinstance(by, User) else None,
                uploaded_at=clock.now(),
            )
            current().decided.update(name=stored.name, sha256=stored.sha256, size=size, content_type=content_type)
            stored.file.name = file_path(stored, "")
            place = folder / stored.file.name
            place.parent.mkdir(parents=True, exist_ok=True)
            # In one step: whoever reads the name reads the whole content.
            Path(aside.name).chmod(0o640)
            Path(aside.name).replace(place)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(aside.name).unlink()
    same = StoredFile.objects.filter(sha256=stored.sha256, name=stored.name, uploaded_by=stored.uploaded_by).first()
    if same is not None:
        return same
    stored.save()
    return stored


def open_file(stored: StoredFile) -> BufferedReader:
    """The content, for reading. Raises FileNotFoundError when the disk has lost it."""
    return place_of(stored).open("rb")


def place_of(stored: StoredFile) -> Path:
    """Where the content lies."""
    return Path(settings.MEDIA_ROOT) / str(stored.file.name)


def is_whole(stored: StoredFile) -> bool:
    """Whether the content is still what was uploaded, by its hash."""
    try:
        with open_file(stored) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == stored.sha256
    except FileNotFoundError:
        return False
