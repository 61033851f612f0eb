"""Inputs: found in folders, opened, unpacked under guard, and hashed as they were given."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Literal

from .forms import MEGABYTE, Options, Source
from .lines import Broken

ENDINGS = (".json", ".jsonl", ".ndjson", ".jsonlines", ".gz", ".zip", ".csv", ".xlsx")
BLOCK = MEGABYTE
RATIO_FROM = 64 * MEGABYTE
"""Unpacked bytes from which the ratio is looked at: small files of blanks pack well and harm nobody."""
Packing = Literal["plain", "gzip", "zip"]


def expand(path: Path) -> list[Source]:
    """The inputs of a path: the file itself, or the files of a folder and of those below it that can be records, by name.

    Hidden files and folders are left out. The names are relative to the folder.
    """
    if not path.is_dir():
        return [Source.of(path)]
    found = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in ENDINGS)
    return [Source(str(file.relative_to(path)), file) for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts)]


class Plain:
    """A file or a stream as it is."""

    packing: Packing = "plain"

    def __init__(self, stream: BinaryIO | IO[bytes], head: bytes = b"") -> None:
        self.stream, self.head = stream, head
        self.hash, self.read = hashlib.sha256(), 0

    def _some(self, view: memoryview) -> int:
        if self.head:
            got = min(len(self.head), len(view))
            view[:got] = self.head[:got]
            self.head = self.head[got:]
        elif hasattr(self.stream, "readinto"):
            got = self.stream.readinto(view) or 0
        else:
            data = self.stream.read(len(view))
            got = len(data)
            view[:got] = data
        if got:
            self.hash.update(view[:got])
            self.read += got
        return got

    def readinto(self, buffer: memoryview) -> int:
        """See lines.Bytes."""
        return self._some(buffer)

    def state(self) -> tuple[int, str]:
        """See lines.Bytes."""
        return self.read, self.hash.hexdigest()

    def finish(self) -> tuple[int, str]:
        """Read what is left, so that hash and size are those of the whole input."""
        block = memoryview(bytearray(BLOCK))
        while self._some(block):
            pass
        return self.state()

    def close(self) -> None:
        """Let go of the file."""
        self.stream.close()


class _Guard:
    """Says when unpacked data are too many."""

    def __init__(self, options: Options) -> None:
        self.options, self.out = options, 0

    def check(self, more: int, given: int) -> None:
        self.out += more
        if self.out > self.options.unpacked_limit or (self.out > RATIO_FROM and self.out > given * self.options.packed_ratio):
            raise Broken("bomb", f"{self.out} / {given}")


class Gzip(Plain):
    """Gzip, also several members after each other. What is whole before a break is given out first."""

    packing: Packing = "gzip"

    def __init__(self, stream: BinaryIO | IO[bytes], options: Options, head: bytes = b"") -> None:
        super().__init__(stream, head)
        self.block = memoryview(bytearray(BLOCK))
        self.inflate = zlib.decompressobj(31)
        self.pending = b""
        self.started = False
        self.damage = ""
        self.guard = _Guard(options)

    def readinto(self, buffer: memoryview) -> int:
        """See lines.Bytes."""
        while True:
            if self.inflate.eof:
                self.pending = self.inflate.unused_data.lstrip(b"\0")
                self.inflate, self.started = zlib.decompressobj(31), False
            if not self.pending:
                got = self._some(self.block)
                if not got:
                    if self.started:
                        raise Broken("cut_short", "gzip")
                    return 0
                self.pending = bytes(self.block[:got])
                if not self.started:
                    self.pending = self.pending.lstrip(b"\0")
                    if not self.pending:
                        continue
            self.started = True
            if self.damage:
                raise Broken("damaged", self.damage)
            before = self.inflate.copy()
            try:
                data = self.inflate.decompress(self.pending, len(buffer))
                self.pending = self.inflate.unconsumed_tail
            except zlib.error as error:
                self.damage = str(error)
                data = _before_damage(before, self.pending, len(buffer))
            if data:
                self.guard.check(len(data), self.read)
                buffer[: len(data)] = data
                return len(data)


def _before_damage(inflate: zlib._Decompress, data: bytes, limit: int) -> bytes:
    """What can be unpacked up to the damage, almost to the byte: the whole call gave nothing."""
    made = b""
    for at in range(0, len(data), 64):
        try:
            made += inflate.decompress(data[at : at + 64])
        except zlib.error:
            break
    return made[:limit]


class Member(Plain):
    """A file of a zip. Hash and size are those of the zip."""

    packing: Packing = "zip"

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, given: tuple[int, str], options: Options) -> None:
        self.info, self.given = info, given
        self.guard = _Guard(options)
        try:
            super().__init__(archive.open(info))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise Broken("damaged", str(error)) from None

    def readinto(self, buffer: memoryview) -> int:
        """See lines.Bytes."""
        try:
            data = self.stream.read(min(len(buffer), BLOCK))
        except EOFError:
            raise Broken("cut_short", "zip") from None
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError) as error:
            raise Broken("damaged", str(error)) from None
        self.guard.check(len(data), max(1, self.info.compress_size))
        buffer[: len(data)] = data
        return len(data)

    def state(self) -> tuple[int, str]:
        """See lines.Bytes."""
        return self.given

    def finish(self) -> tuple[int, str]:
        """Those of the zip."""
        return self.given


def hashed(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    with path.open("rb") as stream:
        return path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()


def members(archive: zipfile.ZipFile, options: Options) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """The files of a zip in their order, each with the reason why it is not read, or "". Raises Broken: too many."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > options.members_limit:
        raise Broken("bomb", f"{len(infos)} files")
    for info in infos:
        name = info.filename.lower()
        if name.startswith("__macosx/") or name.rsplit("/", 1)[-1].startswith("."):
            continue
        if info.flag_bits & 1:
            yield info, "encrypted"
        elif name.endswith((".zip", ".gz", ".tgz", ".rar", ".7z", ".tar", ".xz", ".bz2")):
            yield info, "nested_archive"
        elif not name.endswith((".json", ".jsonl", ".ndjson", ".jsonlines", ".csv", ".xlsx")):
            yield info, "not_read"
        else:
            yield info, ""
