"""Files of citizens: nothing hidden stays in them, nothing lies in them readable, nothing infected gets out."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from yantar.core import secrecy
from yantar.core.problems import Refused
from yantar.qms.feedback import files, stored, virus
from yantar.qms.feedback.models import AttachmentState, PersonalFile

from .citizens import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _room(settings: Any, tmp_path: Path) -> None:
    settings.PERSONAL_ROOT = tmp_path / "personal"


def pdf(marker: bytes = b"") -> bytes:
    from pypdf import PdfWriter

    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue() + marker


def code(upload: SimpleUploadedFile) -> str:
    with pytest.raises(Refused) as refused:
        files.take_file(upload)
    assert not PersonalFile.objects.exists()
    return refused.value.problems[0].code


def test_a_picture_keeps_its_pixels_and_nothing_else() -> None:
    upload = picture()
    assert b"PlantedCamera" in upload.read() and Image.open(upload).getexif().get_ifd(0x8825)
    file = files.take_file(upload)
    name, content = files.read_file(file)
    assert (name, file.content_type, file.attachment_state) == ("снимок.jpg", "image/jpeg", AttachmentState.ACCEPTED)
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (20, 40), "turned upright before what said so is gone"
        assert not image.getexif() and "comment" not in image.info
    assert b"Planted" not in content


def test_on_the_disk_it_is_sealed(settings: Any) -> None:
    file = files.take_file(SimpleUploadedFile("Паспорт Примеров.pdf", pdf()))
    place = stored.place_of(file.key)
    assert place.is_relative_to(settings.PERSONAL_ROOT) and "Пример" not in str(place)
    assert b"%PDF" not in place.read_bytes()
    assert secrecy.is_newest(place.read_bytes())
    assert "Пример".encode() not in bytes(file.sealed)
    assert files.read_file(file) == ("Паспорт Примеров.pdf", pdf())
    assert [path.name for path in place.parent.iterdir()] == [file.key.hex]


def test_tiff_and_transparent_pictures_become_clean_png() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "TIFF", description="PlantedDescription")
    name, content = files.read_file(files.take_file(SimpleUploadedFile("скан.tiff", out.getvalue())))
    assert name == "скан.png" and content.startswith(b"\x89PNG") and b"Planted" not in content
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (1, 2, 3, 0)).save(out, "PNG")
    _name, content = files.read_file(files.take_file(SimpleUploadedFile("x.png", out.getvalue())))
    assert Image.open(io.BytesIO(content)).getpixel((0, 0)) == (1, 2, 3, 0)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"%PDF-1.4 nonsense", "damaged"),
        ("a.jpg", b"\xff\xd8\xff" + b"x" * 50, "damaged"),
        ("a.exe", b"MZ\x00\x01" + b"\x00" * 50, "type"),
        ("a.html", b"<script>alert(1)</script>", "type"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"),
        ("a.zip", b"PK\x03\x04" + b"\x00" * 50, "type"),
    ],
)
def test_what_is_not_taken(name: str, content: bytes, expected: str) -> None:
    assert code(SimpleUploadedFile(name, content)) == expected


def test_too_large_and_lying_files_are_refused() -> None:
    assert code(SimpleUploadedFile("a.pdf", pdf() + b"\n" * files.LIMIT)) == "too_large"
    assert code(picture("снимок.pdf")) == "lying_name"
    assert code(picture("a.png")) == "lying_name"


def test_a_forgotten_file_is_gone_when_that_is_sure(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    file = files.take_file(picture())
    place = stored.place_of(file.key)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        files.forget_file(file)
        assert place.exists()
    assert not place.exists() and not PersonalFile.objects.exists()


# --- the virus check --------------------------------------------------------------------------------
@pytest.fixture
def clamd(tmp_path: Path, settings: Any) -> Iterator[list[bytes]]:
    """A socket that speaks the protocol: finds a virus where the content has the word VIRUS, an error where it has ERROR."""
    path, seen = str(tmp_path / "clamd.sock"), []
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(4)

    def serve() -> None:
        while True:
            try:
                link, _address = server.accept()
            except OSError:
                return
            with link, link.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(size)
                seen.append(content)
                said = b"stream: Planted.Test FOUND" if b"VIRUS" in content else b"INSTREAM size limit exceeded. ERROR"
                link.sendall((said if b"VIRUS" in content or b"ERROR" in content else b"stream: OK") + b"\0")

    threading.Thread(target=serve, daemon=True).start()
    settings.CLAMAV_SOCKET = path
    yield seen
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def test_what_the_checker_says_decides(clamd: list[bytes]) -> None:
    assert files.take_file(SimpleUploadedFile("a.pdf", pdf())).attachment_state == AttachmentState.ACCEPTED
    assert files.take_file(SimpleUploadedFile("a.pdf", pdf(b"%VIRUS"))).attachment_state == AttachmentState.QUARANTINED
    assert files.take_file(SimpleUploadedFile("a.pdf", pdf(b"%ERROR"))).attachment_state == AttachmentState.WAITING
    big = b"x" * (virus.CHUNK * 2 + 7)
    assert virus.check(big) == virus.Verdict.CLEAN and clamd[-1] == big


@pytest.mark.parametrize("address", ["/nowhere/clamd.sock", "127.0.0.1:1"])
def test_a_checker_that_is_not_reached_lets_files_wait(settings: Any, address: str) -> None:
    settings.CLAMAV_SOCKET = address
    assert files.take_file(picture()).attachment_state == AttachmentState.WAITING
