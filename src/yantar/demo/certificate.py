"""The certificate by which the demonstration signs its answers: made here, signed by itself, and named so that nobody takes it for real."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

NAME_RU = "Демонстрация, недействительно"
"""A name in a certificate has at most 64 bytes."""
NAME_EN = "Demonstration certificate, not valid"
SINCE, UNTIL = datetime(2008, 1, 1, tzinfo=UTC), datetime(2058, 1, 1, tzinfo=UTC)


def make() -> Path | None:
    """Make the certificate where the settings keep it, unless it is there. Returns its file; None where the settings keep none.

    The file has no password: its key is worth nothing. A system administrator's own certificate (`YANTAR_SIGNING_P12`) goes before it.
    """
    path = settings.DEMO_SIGNING_P12 if settings.DEMO_ALLOWED else None
    if path is None or settings.SIGNING_P12:
        return None
    path = Path(path)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and linked: of two processes that start together, one certificate wins and none is read half-written.
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(_p12())
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return path


def _p12() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME_EN), x509.NameAttribute(NameOID.ORGANIZATION_NAME, NAME_RU)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(NAME_EN.encode(), key, made, None, NoEncryption())
