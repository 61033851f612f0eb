"""What the manifest calls an input: a file, a stream, or a file within a zip; opened, and its form recognised by its first bytes."""

from __future__ import annotations

import codecs
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..dataset import InputFile
from .forms import Options, Source, refused
from .lines import Broken, Bytes
from .sources import Gzip, Member, Packing, Plain, hashed, members

Form = Literal["ocds-lines", "ocds-document", "csv", "xlsx"]
HEAD = 1 << 20
"""Bytes that are looked at to recognise a form."""


@dataclass(slots=True)
class Unit:
    """One input of the manifest, not yet opened."""

    name: str
    source: Source
    packing: Packing
    member: zipfile.ZipInfo | None = None
    refused: str = ""
    """Why it is not read at all: a code of the quarantine."""
    what: str = ""
    path: Path | None = None
    """The file to open; None: the stream."""
    head: bytes = b""
    """What was read of a stream to recognise its packing."""
    given: tuple[int, str] = (0, "")
    """Of a zip: its size and hash."""

    @property
    def size(self) -> int | None:
        """Bytes as given, where that is known before."""
        if self.member is not None:
            return self.given[0]
        return self.path.stat().st_size if self.path is not None else None


def units(sources: Sequence[Source], options: Options, work: Path) -> list[Unit]:
    """All inputs in their order. Raises IngestRefused: something is not there."""
    found: list[Unit] = []
    for place, source in enumerate(sources):
        path, head = source.path, b""
        if path is not None:
            try:
                with path.open("rb") as stream:
                    head = stream.read(4)
            except OSError:
                raise refused("missing", name=source.name) from None
        elif source.stream is not None:
            head = source.stream.read(4)
        if head[:4] == b"PK\x03\x04" and not source.name.lower().endswith(".xlsx"):
            if path is None:
                path = work / f"stream-{place}.zip"
                with path.open("wb") as out:
                    out.write(head)
                    shutil.copyfileobj(source.stream, out)  # type: ignore[arg-type]
            found.extend(_zipped(source, path, options))
            continue
        packing: Packing = "gzip" if head[:2] == b"\x1f\x8b" else "plain"
        found.append(Unit(source.name, source, packing, path=path, head=b"" if path is not None else head))
    return found


def _zipped(source: Source, path: Path, options: Options) -> Iterator[Unit]:
    given = hashed(path)
    try:
        with zipfile.ZipFile(path) as archive:
            for info, reason in members(archive, options):
                yield Unit(f"{source.name}/{info.filename}", source, "zip", info, reason, info.filename, path, given=given)
    except Broken as broken:
        yield Unit(source.name, source, "zip", None, broken.reason, broken.what, path, given=given)
    except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
        yield Unit(source.name, source, "zip", None, "damaged", str(error), path, given=given)


class Opened:
    """An open input: its bytes unpacked and in UTF-8, its first bytes known."""

    def __init__(self, unit: Unit, options: Options) -> None:
        self.unit = unit
        self.closing = ExitStack()
        self.given: Plain
        self.broken: Broken | None = None
        if unit.member is not None:
            archive = self.closing.enter_context(zipfile.ZipFile(unit.path))  # type: ignore[arg-type]
            self.given = Member(archive, unit.member, unit.given, options)
            self.closing.callback(self.given.close)
        else:
            stream = unit.path.open("rb", buffering=0) if unit.path is not None else unit.source.stream
            assert stream is not None
            if unit.path is not None:
                self.closing.callback(stream.close)
            self.given = Gzip(stream, options, unit.head) if unit.packing == "gzip" else Plain(stream, unit.head)
        self.bytes: Bytes = self.given
        self.head, self.ended = self._peek()
        self.recoded = ""
        if encoding := _encoding(self.head):
            self.recoded = encoding
            self.bytes = _Recoded(self, encoding)
            self.head = self.head.decode(encoding, "ignore").encode()

    @property
    def again(self) -> int | None:
        """A descriptor from which any bytes of the input can be read again while it is open; None where only reading on is possible."""
        return self.given.stream.fileno() if self.unit.path is not None and self.unit.packing == "plain" and not self.recoded else None

    def _peek(self) -> tuple[bytes, bool]:
        block = memoryview(bytearray(HEAD))
        filled = 0
        ended = False
        while filled < HEAD:
            try:
                got = self.given.readinto(block[filled:])
            except Broken as broken:
                self.broken, got = broken, 0
            if not got:
                ended = True
                break
            filled += got
            if b"\n" in block[filled - got : filled].tobytes() and filled >= 65536:
                break
        head = bytes(block[:filled])
        self.bytes = _Again(self, head)
        return head, ended

    def readinto(self, buffer: memoryview) -> int:
        """Bytes as unpacked, after the head."""
        if self.broken is not None:
            raise self.broken
        return self.given.readinto(buffer)

    def close(self) -> None:
        """Close what was opened here; streams of others stay open."""
        self.closing.close()

    def input_file(self, form: Form, records: int, mapping: str = "") -> InputFile:
        """The entry of the manifest, the rest of the input read for its hash."""
        size, digest = self.given.finish()
        return InputFile(name=self.unit.name, bytes=size, sha256=digest, form=form, packing=self.unit.packing, mapping=mapping, records=records)


class _Again:
    """The head once more, then the rest."""

    def __init__(self, opened: Opened, head: bytes) -> None:
        self.opened, self.head = opened, head

    def readinto(self, buffer: memoryview) -> int:
        if self.head:
            got = min(len(self.head), len(buffer))
            buffer[:got] = self.head[:got]
            self.head = self.head[got:]
            return got
        return self.opened.readinto(buffer)

    def state(self) -> tuple[int, str]:
        return self.opened.given.state()


@dataclass
class _Recoded:
    """Text in UTF-16, given out in UTF-8."""

    opened: Opened
    encoding: str
    out: bytes = b""
    done: bool = False
    block: memoryview = field(default_factory=lambda: memoryview(bytearray(1 << 18)))

    def __post_init__(self) -> None:
        self.raw = _Again(self.opened, self.opened.head)
        self.decoder = codecs.getincrementaldecoder(self.encoding)("replace")

    def readinto(self, buffer: memoryview) -> int:
        while not self.out and not self.done:
            got = self.raw.readinto(self.block)
            self.done = not got
            self.out = self.decoder.decode(bytes(self.block[:got]), self.done).encode("utf-8", "replace")
        given = min(len(self.out), len(buffer))
        buffer[:given] = self.out[:given]
        self.out = self.out[given:]
        return given

    def state(self) -> tuple[int, str]:
        return self.opened.given.state()


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = head[:64]
    if len(start) >= 4 and start[1:2] == b"\0" and start[3:4] == b"\0":
        return "utf-16-le"
    if len(start) >= 4 and start[0:1] == b"\0" and start[2:3] == b"\0":
        return "utf-16-be"
    return ""


_ENDS_OPEN = (b"{", b"[", b",", b":")


def recognise(opened: Opened) -> tuple[Form, str]:
    """The form of an input and, of a document, where its records are (a prefix as ijson writes it)."""
    name = (opened.unit.member.filename if opened.unit.member is not None else opened.unit.name).lower()
    name = name.removesuffix(".gz")
    if name.endswith(".csv"):
        return "csv", ""
    if name.endswith(".xlsx"):
        return "xlsx", ""
    text = opened.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"["):
        first = text.split(b"\n", 1)[0].strip()
        return ("ocds-lines", "") if _whole(first) and len(text) > len(first) + 2 else ("ocds-document", "item")
    if not text.startswith(b"{"):
        return "ocds-lines", ""
    found = re.search(rb'"(releases|records)"\s*:\s*\[', text)
    prefix = f"{found[1].decode()}.item" if found else ""
    complete = text.split(b"\n")
    if len(complete) == 1:
        return ("ocds-document", prefix) if prefix and not opened.ended else ("ocds-lines", "")
    if any(_whole(line) for line in complete[:-1][:50]):
        return "ocds-lines", ""
    return ("ocds-document", prefix) if complete[0].strip().endswith(_ENDS_OPEN) else ("ocds-lines", "")


def _whole(line: bytes) -> bool:
    """Is the line a JSON object or list with something in it?"""
    line = line.strip()
    if line[:1] not in (b"{", b"[") or line[-1:] not in (b"}", b"]", b","):
        return False
    try:
        made = json.loads(line.rstrip(b","))
    except (ValueError, RecursionError):
        return False
    return isinstance(made, (dict, list)) and line[-1:] != b","
