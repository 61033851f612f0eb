"""A certificate for programs. The fields are named in docs/public-json.md and don't change their meaning."""

from __future__ import annotations

import json
from typing import Any

from yantar.core.canonical import plain
from yantar.qms.certification.queries import PublicCertificate


def certificate_json(found: PublicCertificate, address: str) -> bytes:
    """The public facts as JSON in UTF-8: days in ISO 8601, both languages, statuses also as the words of IAF CertSearch."""
    facts: dict[str, Any] = {name: value for name, value in found.as_json().items() if name not in ("scan_sha256",)}
    body = {"schema": "yantar-certificate-1", "url": address, **facts, "valid": found.status == "active", "scan_sha256": found.scan_sha256 or None}
    return json.dumps(plain(body), ensure_ascii=False, separators=(",", ":")).encode()
