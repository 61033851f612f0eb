"""Headings of lists: what spellings of one have in common, and where the header of a sheet stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LOOK_IN = 30
"""Filled rows from the top in which the header is looked for."""

_NOT_WORD = re.compile(r"[\W_]+")
UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Marks that nobody sees: of direction, of joining, of byte order."""


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What spellings of one heading (or word) share: letters and digits only, without case, ё as е, № as n."""
    plain = unicodedata.normalize("NFKC", UNSEEN.sub("", text).replace("№", " n ")).casefold().replace("ё", "е")
    return _NOT_WORD.sub("", plain)


def keys(cells: Sequence[object]) -> list[str]:
    """The keys of a row of cells; whatever is no text has none."""
    return [key(cell) if isinstance(cell, str) else "" for cell in cells]
