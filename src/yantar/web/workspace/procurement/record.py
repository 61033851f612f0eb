"""A record as a person can read it."""

from __future__ import annotations

import json
import re

SHOWN = 40_000
"""Characters of a record on its page; the whole of it is a download."""
_NUMBER = re.compile(r'"\\u0000([^"\\]*)\\u0000"')


def _marked(text: str) -> str:
    return f"\0{text}\0"


def readable(record: bytes | None) -> tuple[str, bool]:
    """The record laid out line by line where it is JSON, and whether it was cut; numbers stay in the very digits they were written in."""
    if not record:
        return "", False
    text = record.decode("utf-8", errors="replace")
    try:
        found = json.loads(text, parse_float=_marked, parse_int=_marked)
        text = _NUMBER.sub(r"\1", json.dumps(found, ensure_ascii=False, indent=2))
    except (ValueError, RecursionError):
        pass
    return text[:SHOWN], len(text) > SHOWN
