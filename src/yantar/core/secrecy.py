"""Sealing of personal data: what is kept of a person is unreadable without a key from the environment.

A sealed blob is a version byte, four bytes that tell which key sealed it, a nonce of twelve bytes, and AES-256-GCM ciphertext. The key of a
purpose is derived from the secret in the settings by HKDF-SHA256 (RFC 5869), and the purpose is authenticated with the blob: what was
sealed as a note does not open as an appeal. The first secret of `settings.PERSONAL_KEYS` seals; all of them open. Prints (`blind`) are made
with the last one, so that adding a new secret in front changes no print.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import os
import struct
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = b"\x01"
KEY_ID = 4
"""Bytes that name the key."""
NONCE = 12
"""Bytes of the nonce, as AES-GCM wants (NIST SP 800-38D)."""
TAG = 16
SHORTEST = 32
"""Characters of a secret, at least."""
OVERHEAD = len(VERSION) + KEY_ID + NONCE + TAG
"""Bytes that sealing adds."""


class Unreadable(Exception):
    """A blob does not open: the key is not among those set, it was sealed for another purpose, or it is damaged."""


def _secrets() -> list[str]:
    keys = list(settings.PERSONAL_KEYS)
    if not keys:
        raise ImproperlyConfigured("Personal data can't be sealed: set YANTAR_PERSONAL_KEYS (secrets of 32 or more characters, by commas).")
    if any(len(key) < SHORTEST for key in keys):
        raise ImproperlyConfigured(f"A secret in YANTAR_PERSONAL_KEYS is too short: each needs {SHORTEST} or more characters.")
    return keys


@functools.lru_cache(maxsize=256)
def _derived(secret: str, info: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"yantar {info}".encode()).derive(secret.encode())


def _key_id(secret: str) -> bytes:
    return _derived(secret, "key id", KEY_ID)


def _bound(purpose: str, header: bytes) -> bytes:
    return header + purpose.encode()


def seal_bytes(purpose: str, content: bytes) -> bytes:
    """Seal some bytes (at most 2 GB) for a purpose, with the newest key. Raises ImproperlyConfigured where no key is set."""
    secret = _secrets()[0]
    header, nonce = VERSION + _key_id(secret), os.urandom(NONCE)
    return header + nonce + AESGCM(_derived(secret, f"seal {purpose}", 32)).encrypt(nonce, content, _bound(purpose, header))


def unseal_bytes(purpose: str, blob: bytes | memoryview) -> bytes:
    """What was sealed for the purpose. Raises Unreadable, and ImproperlyConfigured where no key is set."""
    blob = bytes(blob)
    keys = _secrets()
    if len(blob) < OVERHEAD or blob[:1] != VERSION:
        raise Unreadable("this is no sealed blob, or it is cut off")
    header, nonce, sealed = blob[: 1 + KEY_ID], blob[1 + KEY_ID : 1 + KEY_ID + NONCE], blob[1 + KEY_ID + NONCE :]
    # Two secrets with the same four bytes are unlikely, yet both are tried.
    candidates = [secret for secret in keys if hmac.compare_digest(_key_id(secret), header[1:])]
    if not candidates:
        raise Unreadable("it was sealed with a key that is not in YANTAR_PERSONAL_KEYS")
    for secret in candidates:
        try:
            return AESGCM(_derived(secret, f"seal {purpose}", 32)).decrypt(nonce, sealed, _bound(purpose, header))
        except InvalidTag:
            continue
    raise Unreadable("it is damaged, or was sealed for another purpose")


def seal(purpose: str, data: dict[str, Any]) -> bytes:
    """Seal plain JSON data for a purpose ("appeal", "rating", "note", …). Raises TypeError for what JSON can't hold."""
    return seal_bytes(purpose, json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass"))


def unseal(purpose: str, blob: bytes | memoryview) -> dict[str, Any]:
    """The data of `seal`. Raises Unreadable for anything that is not such a blob of this purpose."""
    try:
        data = json.loads(unseal_bytes(purpose, blob))
    except ValueError as error:
        raise Unreadable("it opens, but holds no data") from error
    if not isinstance(data, dict):
        raise Unreadable("it opens, but holds no data")
    return data


def header_of_newest() -> bytes:
    """The first bytes of everything that the newest key seals."""
    return VERSION + _key_id(_secrets()[0])


def is_newest(blob: bytes | memoryview) -> bool:
    """Whether the newest key sealed it; what it did not is sealed anew when keys are replaced."""
    return bytes(blob[: 1 + KEY_ID]) == header_of_newest()


def blind(purpose: str, text: str) -> str:
    """A print of a text, 64 hexadecimal characters: the same text has the same print, and nobody without the key can try texts out."""
    return _print(purpose, text).hex()


def blind_number(purpose: str, text: str) -> int:
    """A print as a signed number of 64 bits, for indexes over many."""
    number: int = struct.unpack(">q", _print(purpose, text)[:8])[0]
    return number


def _print(purpose: str, text: str) -> bytes:
    return hmac.new(_derived(_secrets()[-1], f"print {purpose}", 32), text.encode(errors="surrogatepass"), hashlib.sha256).digest()
