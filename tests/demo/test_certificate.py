"""The demonstration signs its answers by a certificate that says what it is worth."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from yantar.demo import certificate
from yantar.qms.feedback.answer_paper import sign, signer


def a_paper() -> bytes:
    """An empty page."""
    writer = PdfFileWriter()
    writer.insert_page(PageObject(contents=writer.add_object(generic.StreamObject(stream_data=b"")), media_box=(0, 0, 200, 200)))
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Path:
    settings.DEMO_SIGNING_P12 = tmp_path / "data" / "demonstration.p12"
    settings.SIGNING_P12 = settings.SIGNING_PASSWORD = ""
    return Path(settings.DEMO_SIGNING_P12)


def test_made_once_and_for_nobody_else_to_read(place: Path) -> None:
    assert signer() is None
    assert certificate.make() == place
    before = place.read_bytes()
    assert certificate.make() == place
    assert place.read_bytes() == before
    assert place.stat().st_mode & 0o077 == 0
    assert [one.name for one in place.parent.iterdir()] == [place.name]


def test_its_name_says_that_it_is_not_valid_and_its_signature_covers_the_whole_paper(place: Path) -> None:
    certificate.make()
    by = signer()
    assert by is not None
    assert certificate.NAME_EN in by.name
    assert certificate.NAME_RU in by.name
    (signature,) = PdfFileReader(BytesIO(sign(a_paper(), by, reason="Ответ"))).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert]))
    assert (status.intact, status.valid, status.coverage.name) == (True, True, "ENTIRE_FILE")
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert not validate_pdf_signature(signature, ValidationContext(trust_roots=[])).trusted


def test_production_neither_makes_nor_uses_it(place: Path, settings: Any) -> None:
    certificate.make()
    settings.DEMO_ALLOWED = False
    assert signer() is None
    place.unlink()
    assert certificate.make() is None
    assert not place.exists()


def test_where_the_government_names_its_own_none_is_made(place: Path, settings: Any) -> None:
    settings.SIGNING_P12 = "/somewhere/own.p12"
    assert certificate.make() is None
    assert not place.exists()
