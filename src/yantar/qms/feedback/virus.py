"""A virus check by clamd over its socket: the command INSTREAM of its documented protocol, nothing else.

The content goes in chunks, each behind its length in four bytes (network order); a length of zero ends it. The answer is one line ended
by a zero byte: `stream: OK`, `stream: <name> FOUND`, or something that ends in `ERROR`.
"""

from __future__ import annotations

import socket
import struct
from enum import StrEnum

from django.conf import settings

CHUNK = 64 * 1024
SECONDS = 20.0
"""Time that one check may take."""
LONGEST_ANSWER = 4096


class Verdict(StrEnum):
    """What is known of a content. `UNKNOWN`: the checker was not reached or gave no verdict."""

    CLEAN = "clean"
    FOUND = "found"
    UNKNOWN = "unknown"
    UNCHECKED = "unchecked"


def check(content: bytes) -> Verdict:
    """What clamd says of a content. UNCHECKED where no socket is set (`settings.CLAMAV_SOCKET`: a path, or host:port)."""
    address = str(settings.CLAMAV_SOCKET)
    if not address:
        return Verdict.UNCHECKED
    try:
        with _connected(address) as link:
            link.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                piece = content[start : start + CHUNK]
                link.sendall(struct.pack("!I", len(piece)) + piece)
            link.sendall(struct.pack("!I", 0))
            answer = _line(link)
    except OSError:
        return Verdict.UNKNOWN
    if answer.endswith(b" FOUND"):
        return Verdict.FOUND
    return Verdict.CLEAN if answer == b"stream: OK" else Verdict.UNKNOWN


def _connected(address: str) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if colon and port.isdecimal() and "/" not in address:
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(SECONDS)
    try:
        link.connect(address)
    except OSError:
        link.close()
        raise
    return link


def _line(link: socket.socket) -> bytes:
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        piece = link.recv(1024)
        if not piece:
            break
        answer += piece
    return answer.split(b"\0")[0].strip()
