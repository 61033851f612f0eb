"""What a file really is, told by its content, and whether it is safe to open."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem, Refused

from .messages import said

CHUNK = 1 << 20
MAX_ENTRIES = 2_000
MAX_UNPACKED = 400 * 1024 * 1024
"""Bytes that a workbook may have when unpacked; 300,000 rows of ten columns need about 150 MB."""
MAX_RATIO = 120
"""Unpacked to packed, once the unpacked content is larger than RATIO_FROM. Real tables reach some 30."""
RATIO_FROM = 16 * 1024 * 1024
MAX_MERGED = 100_000

# A cell with a formula and no saved result. Programs write an empty result of a text formula (t="str") as an empty value: that is a result.
_FORMULA = re.compile(
    rb"<(?:\w+:)?c((?: [^>]*)?)>\s*<(?:\w+:)?f(?: [^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED = re.compile(rb'mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OVERLAP = 16 * 1024
"""Longer than a cell with the longest formula (8192 characters)."""

_size = lazy(filesizeformat, str)

SAVE_AS_XLSX = _("Open it in the office program and save it as “Excel workbook (.xlsx)” or as CSV.")

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "other"),
    (b"\x89PNG", "other"),
    (b"\xff\xd8\xff", "other"),
    (b"GIF8", "other"),
    (b"Rar!", "other"),
    (b"7z\xbc\xaf", "other"),
    (b"\x1f\x8b", "other"),
    (b"{\\rtf", "other"),
    (b"\x7fELF", "other"),
)


def refusal(message: object, code: str) -> Refused:
    """A refusal of the whole file."""
    return Refused(Problem(message, code=code))


@dataclass(slots=True)
class Archive:
    """What the look through an archive found, by the path of a sheet inside: which have formulas without results, what is merged."""

    names: list[str]
    formulas: set[str] = field(default_factory=set)
    merged: dict[str, list[tuple[str, int, str, int]]] = field(default_factory=dict)


def size_of(file: BinaryIO) -> int:
    """Bytes of a seekable file; it is left at its beginning."""
    size = file.seek(0, 2)
    file.seek(0)
    return size


def kind_of(file: BinaryIO) -> str:
    """ "xlsx", "csv-zip" or "text", by content alone.

    Raises Refused for an empty or too large file and for everything that isn't a table, with what to do about it.
    """
    size = size_of(file)
    if size == 0:
        raise refusal(_("The file is empty."), "file.empty")
    if size > settings.UPLOAD_LIMIT:
        raise refusal(
            said(_("The file is too large: %(size)s; at most %(limit)s are taken."), size=_size(size), limit=_size(settings.UPLOAD_LIMIT)),
            "file.too_large",
        )
    head = file.read(4096)
    file.seek(0)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            if kind == "zip":
                return _kind_of_zip(file)
            if kind == "ole":
                raise _refused_ole(file)
            raise refusal(said(_("This is not a table. %(advice)s"), advice=SAVE_AS_XLSX), "file.not_a_table")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta")):
        raise refusal(said(_("This is a web page or an XML document, whatever its name says. %(advice)s"), advice=SAVE_AS_XLSX), "file.markup")
    return "text"


def _refused_ole(file: BinaryIO) -> Refused:
    content = file.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return refusal(_("The workbook is protected by a password for opening. Take the password off and save it again."), "file.encrypted")
    return refusal(said(_("This is a workbook of the old format (.xls). %(advice)s"), advice=SAVE_AS_XLSX), "file.old_format")


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """The archive. Raises Refused when it is cut off or damaged."""
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged() from error


def _damaged() -> Refused:
    return refusal(_("The file is damaged or was not copied completely. Save it again in the office program and take the new copy."), "file.damaged")


def _kind_of_zip(file: BinaryIO) -> str:
    with open_zip(file) as archive:
        names = set(archive.namelist())
        if any(info.flag_bits & 1 for info in archive.infolist()):
            raise refusal(_("The archive is protected by a password. Take the password off and save it again."), "file.encrypted")
        file.seek(0)
    file.seek(0)
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return "xlsx"
    if "[Content_Types].xml" in names and any(name.startswith("xl/") and name.endswith(".xml") for name in names) and "xl/workbook.bin" not in names:
        return "xlsx"
    if names and all(name.lower().endswith(".csv") for name in names):
        return "csv-zip"
    if "xl/workbook.bin" in names:
        raise refusal(said(_("This is a binary workbook (.xlsb). %(advice)s"), advice=SAVE_AS_XLSX), "file.binary_workbook")
    if "mimetype" in names and "content.xml" in names:
        raise refusal(said(_("This is an OpenDocument file. %(advice)s"), advice=SAVE_AS_XLSX), "file.opendocument")
    raise refusal(said(_("This is an archive, not a table. %(advice)s"), advice=SAVE_AS_XLSX), "file.archive")


def look_through(file: BinaryIO, limit: int = MAX_UNPACKED) -> Archive:
    """Unpack everything once without keeping it, before any other program part reads it.

    Raises Refused when the archive is damaged, encrypted, or unpacks to more than is reasonable: what
    it declares of itself is checked, and then what it really contains.
    """
    packed = size_of(file)
    with open_zip(file) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        declared = sum(info.file_size for info in infos)
        if len(infos) > MAX_ENTRIES or len(set(names)) != len(names) or _is_bomb(declared, packed, limit):
            raise _bomb()
        found = Archive(names)
        real = 0
        for info in infos:
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _damaged()
            sheet = info.filename.startswith("xl/worksheets/")
            markup = info.filename.endswith((".xml", ".rels"))
            tail = b""
            for chunk in _chunks(archive, info):
                real += len(chunk)
                if _is_bomb(real, packed, limit):
                    raise _bomb()
                if not markup:
                    continue
                window = tail + chunk
                if _DOCTYPE.search(window):
                    raise hostile()
                if sheet:
                    _note(found, info.filename, window, len(tail))
                tail = window[-_OVERLAP:]
    file.seek(0)
    return found


def hostile() -> Refused:
    """The refusal of a workbook that carries XML entities."""
    return refusal(_("The workbook contains declarations that no office program writes. It is not opened."), "file.hostile")


def _note(found: Archive, name: str, window: bytes, seen: int) -> None:
    if name not in found.formulas and any(b't="str"' not in match.group(1) for match in _FORMULA.finditer(window)):
        found.formulas.add(name)
    for match in _MERGED.finditer(window):
        if match.end() <= seen:
            continue
        merged = found.merged.setdefault(name, [])
        if len(merged) < MAX_MERGED:
            first, top, last, bottom = match.groups()
            merged.append((first.decode(), int(top), last.decode(), int(bottom)))


def _is_bomb(unpacked: int, packed: int, limit: int) -> bool:
    return unpacked > limit or (unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO)


def _bomb() -> Refused:
    return refusal(
        _("Unpacked, the file would be unreasonably large. It is not opened. Copy the filled rows to a new workbook and save that."),
        "file.bomb",
    )


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise _damaged() from error
