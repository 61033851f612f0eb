"""A certificate for programs: one body for the page's `.json` and for the API. Fields are only added, none changes its meaning."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from yantar.core.canonical import plain
from yantar.core.freshness import Fresh

from .public import public_certificate
from .shapes import PublicCertificate

_answers: Fresh[bytes] = Fresh(16_384)
"""A few kilobytes each: exact, since every change is a journal row."""


def certificate_json(number: str, on: date, address: Callable[[str], str]) -> bytes | None:
    """The public facts as JSON in UTF-8: days in ISO 8601, both languages, statuses also as the words of IAF CertSearch.

    `address` gives the address of the page of a number. None where no such number is recorded.
    """

    def read() -> bytes:
        found = public_certificate(number, on)
        if found is None:
            raise LookupError
        return _body(found, address(found.number))

    try:
        return _answers.get((number, on, address(number)), read)
    except LookupError:
        return None


def _body(found: PublicCertificate, address: str) -> bytes:
    facts: dict[str, Any] = {name: value for name, value in found.as_json().items() if name not in ("scan_sha256",)}
    body = {"schema": "yantar-certificate-1", "url": address, **facts, "valid": found.status == "active", "scan_sha256": found.scan_sha256 or None}
    return json.dumps(plain(body), ensure_ascii=False, separators=(",", ":")).encode()
