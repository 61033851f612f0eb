"""Signing of PDF files: a signature within the file (PAdES), by the certificate that the settings name.

`YANTAR_SIGNING_P12` is a PKCS#12 file with the key and its certificate, `YANTAR_SIGNING_PASSWORD` opens it. Without one, papers say that
they are not signed; a demonstration then signs by a certificate of its own, whose name says that it is worth nothing. A time stamp of a
third party is not added: that would need a service outside.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

FIELD = "Signature"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the owner of the certificate in words, and what pyhanko signs with."""

    name: str
    inner: Any


def signer() -> Signer | None:
    """Who signs by the settings; None where no certificate is named. Raises ImproperlyConfigured when it can't be opened."""
    path = str(getattr(settings, "SIGNING_P12", "") or "")
    password = str(getattr(settings, "SIGNING_PASSWORD", "") or "")
    if not path:
        demonstration = settings.DEMO_SIGNING_P12 if settings.DEMO_ALLOWED else None
        if demonstration is None or not Path(demonstration).is_file():
            return None
        path, password = str(demonstration), ""
    if not Path(path).is_file():
        raise ImproperlyConfigured("YANTAR_SIGNING_P12 names no file.")
    inner = signers.SimpleSigner.load_pkcs12(path, passphrase=password.encode() or None)
    if inner is None or inner.signing_cert is None:
        raise ImproperlyConfigured("The file of YANTAR_SIGNING_P12 does not open with YANTAR_SIGNING_PASSWORD.")
    return Signer(str(inner.signing_cert.subject.human_friendly)[:300], inner)


def sign(pdf: bytes, by: Signer, *, reason: str = "") -> bytes:
    """The PDF with an invisible signature that covers all of it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason or None, name=by.name
    )
    signed = signers.PdfSigner(metadata, signer=by.inner).sign_pdf(writer)
    return bytes(signed.getvalue())
