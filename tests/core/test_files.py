"""Uploaded files: what is kept, what is refused."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from tests.factories import UserFactory
from yantar.core import files
from yantar.core.actions import System
from yantar.core.models import JournalEntry, StoredFile
from yantar.core.problems import Refused

pytestmark = pytest.mark.django_db
BY = System("test")


def a_pdf(password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_picture(kind: str = "PNG", size: tuple[int, int] = (20, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("L", size).save(out, kind)
    return out.getvalue()


def store(name: str, content: bytes, allowed=files.SCANS, by=BY) -> StoredFile:
    return files.store_upload(by=by, upload=SimpleUploadedFile(name, content), allowed=allowed)


def code(name: str, content: bytes, **more) -> str:
    with pytest.raises(Refused) as refused:
        store(name, content, **more)
    assert not StoredFile.objects.exists()
    return refused.value.problems[0].code


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("скан.pdf", a_pdf(), files.PDF),
        ("scan.png", a_picture(), files.PNG),
        ("scan.JPG", a_picture("JPEG"), files.JPEG),
        ("scan.tiff", a_picture("TIFF"), files.TIFF),
    ],
)
def test_a_scan_is_kept_by_its_hash(name: str, content: bytes, kind: str, settings) -> None:
    stored = store(name, content)
    assert (stored.content_type, stored.size) == (kind, len(content))
    assert stored.file.name == f"{stored.sha256[:2]}/{stored.sha256}"
    with files.open_file(stored) as file:
        assert file.read() == content
    assert files.is_whole(stored)
    assert not [path for path in Path(settings.MEDIA_ROOT).iterdir() if path.is_file()]


def test_the_same_content_lies_on_disk_once_and_each_person_has_a_row() -> None:
    content, one, two = a_pdf(), UserFactory(), UserFactory()
    first = store("a.pdf", content, by=one)
    assert store("a.pdf", content, by=one) == first
    second = store("b.pdf", content, by=two)
    assert second != first
    assert files.place_of(second) == files.place_of(first)


def test_what_the_disk_has_lost_or_changed_is_noticed() -> None:
    stored = store("a.pdf", a_pdf())
    files.place_of(stored).chmod(0o600)
    files.place_of(stored).write_bytes(b"other")
    assert not files.is_whole(stored)
    files.place_of(stored).unlink()
    assert not files.is_whole(stored)


def test_the_journal_names_the_file_but_does_not_hold_it() -> None:
    stored = store("a.pdf", a_pdf())
    decided = json.loads(JournalEntry.objects.get().decided)
    assert (decided["sha256"], decided["name"]) == (stored.sha256, "a.pdf")
    assert "upload" not in decided


def _bomb() -> bytes:
    """A PNG that says it is 100,000 by 100,000."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = (100_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"MZ\x00\x01 program", "type"),
        ("a.pdf", b"<html><script>alert(1)</script></html>", "type"),
        ("a.png", a_pdf(), "lying_name"),
        ("a.pdf", a_picture(), "lying_name"),
        ("a.pdf", b"%PDF-1.7\nnothing here", "damaged"),
        ("a.pdf", a_pdf()[: len(a_pdf()) // 3], "damaged"),
        ("a.pdf", a_pdf("secret"), "encrypted"),
        ("a.png", a_picture(size=(300, 300))[:80], "damaged"),
        ("a.jpg", a_picture("JPEG", (300, 300))[:200], "damaged"),
        ("a.png", _bomb(), "too_many_pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_not_a_whole_scan_is_refused(name: str, content: bytes, expected: str) -> None:
    assert code(name, content) == expected


def test_too_large(settings) -> None:
    settings.UPLOAD_LIMIT = 100
    assert code("a.pdf", a_pdf()) == "too_large"


def test_tables_are_accepted_only_where_tables_are_wanted() -> None:
    table = "код;название\nminfin;Министерство финансов\n".encode("cp1251")
    assert code("a.csv", table) == "type"
    assert store("a.csv", table, allowed=files.TABLES).content_type == files.CSV
    assert store("a.xlsx", b"PK\x03\x04 and so on", allowed=files.TABLES).content_type == files.XLSX


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\скан № 1.pdf", "скан № 1.pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.exe.pdf"),
        ("a\x00b\n.PDF", "a b.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ('<img src="x">.pdf', "_img src=_x_.pdf"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert files.clean_name(given, files.PDF) == kept


def a_zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind", "kept"),
    [
        ("records.jsonl", b'{"ocid":"a"}\n', files.JSON, "records.jsonl"),
        ("выгрузка.json", b'\xef\xbb\xbf [{"ocid":"a"}]', files.JSON, "выгрузка.json"),
        ("records.ndjson", b"broken first line\n{}\n", files.JSON, "records.ndjson"),
        ("records", b'{"ocid":"a"}', files.JSON, "records.json"),
        ("records.jsonl.gz", gzip.compress(b"{}", mtime=0), files.GZIP, "records.jsonl.gz"),
        ("records.zip", a_zip("a.json"), files.ZIP, "records.zip"),
        ("list.xlsx", a_zip("[Content_Types].xml", "xl/workbook.xml"), files.XLSX, "list.xlsx"),
        ("list.csv", "Номер;Цена\n1;2\n".encode(), files.CSV, "list.csv"),
        ("list.csv", b"[number];price\n1;2\n", files.CSV, "list.csv"),
        ("damaged.zip", b"PK\x03\x04 and no more", files.ZIP, "damaged.zip"),
    ],
)
def test_records_are_known_by_what_they_are(name: str, content: bytes, kind: str, kept: str) -> None:
    stored = store(name, content, files.RECORDS)
    assert (stored.content_type, stored.name) == (kind, kept)
    assert files.is_whole(stored)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("records.json", gzip.compress(b"{}", mtime=0), "lying_name"),
        ("records.jsonl", a_zip("a.json"), "lying_name"),
        ("list.xlsx", a_zip("a.json"), "lying_name"),
        ("records.json", a_pdf(), "type"),
        ("records.json", b"\x00\x01\x02", "type"),
        ("records.json", b"", "empty"),
    ],
)
def test_records_that_are_something_else_are_refused(name: str, content: bytes, why: str) -> None:
    assert code(name, content, allowed=files.RECORDS) == why


def test_what_is_no_upload_of_records_takes_none() -> None:
    assert code("records.jsonl.gz", gzip.compress(b"{}", mtime=0), allowed=files.TABLES) == "type"
    assert code("a.pdf", b'{"ocid": 1}', allowed=files.SCANS) == "type"


def test_an_own_limit(settings) -> None:
    settings.UPLOAD_LIMIT = 4
    upload = SimpleUploadedFile("records.json", b'{"a":1}')
    with pytest.raises(Refused):
        files.store_upload(by=BY, upload=upload, allowed=files.RECORDS)
    assert files.store_upload(by=BY, upload=upload, allowed=files.RECORDS, limit=7).size == 7
