"""Documents (a package, an array, records written over several lines) read as a stream into one text for each record."""

from __future__ import annotations

from collections.abc import Iterator
from json.encoder import encode_basestring
from typing import Any

from .lines import Broken, Bytes


class _Reader:
    """What ijson reads from. Refuses to feed a record beyond the limit."""

    def __init__(self, source: Bytes, limit: int) -> None:
        self.source, self.limit = source, limit
        self.since = 0
        self.broken: Broken | None = None

    def read(self, size: int = -1) -> bytes:
        if not size:
            return b""
        block = bytearray(1 << 16 if size < 0 else size)
        got = self.source.readinto(memoryview(block))
        self.since += got
        if self.since > self.limit:
            raise Broken("too_long")
        return bytes(block[:got])


def elements(source: Bytes, prefix: str, limit: int) -> Iterator[tuple[int, bytes]]:
    """Each record of a document, its number from 1 and its text. Raises Broken where the rest can't be read: after what could."""
    import ijson

    reader = _Reader(source, limit)
    number = 0
    try:
        for value in ijson.items(reader, prefix, use_float=False, multiple_values=True, buf_size=1 << 16):
            number += 1
            reader.since = 0
            yield number, _text(value).encode("utf-8", "replace")
    except ijson.IncompleteJSONError as error:
        raise Broken("not_json", str(error)[:200]) from None
    except ijson.JSONError as error:
        raise Broken("not_json", str(error)[:200]) from None
    except RecursionError:
        raise Broken("too_deep") from None


def _text(value: Any) -> str:
    """JSON again, numbers digit by digit."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode_basestring(key)}:{_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return _WORDS[value] if value is None or isinstance(value, bool) else str(value)


_WORDS = {None: "null", True: "true", False: "false"}
