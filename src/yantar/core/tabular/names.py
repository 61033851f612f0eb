"""Names as people type them: compared without regard to how, and spelled in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")


def clean(text: str, *, multiline: bool = False) -> str:
    """Text without what nobody sees: no-break and double spaces, soft hyphens, zero-width characters, spaces at the ends."""
    if text.isascii() and "  " not in text and "\n" not in text and "\r" not in text and "\t" not in text:
        return text.strip()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\r", "\n")
    text = _SPACES.sub(" ", text)
    if multiline:
        return "\n".join(line.strip() for line in text.split("\n")).strip()
    return " ".join(text.split())


def name_key(name: str) -> str:
    """What two spellings of one name share: case, ё, quotation marks, dashes, punctuation and Latin look-alikes don't matter."""
    words = []
    for word in _WORD.findall(clean(name).casefold().replace("ё", "е")):
        words.append(word.translate(_LOOKALIKES) if _CYRILLIC.search(word) else word)
    return " ".join(words)


def transliterate(text: str) -> str:
    """Russian text in Latin letters (й and ы as y, х as kh, signs left out); other characters stay."""
    result = []
    for index, char in enumerate(text):
        lower = char.lower()
        latin = _LETTERS.get(lower)
        if latin is None:
            result.append(char)
        elif char == lower:
            result.append(latin)
        else:
            following = text[index + 1 : index + 2]
            result.append(
                latin.upper() if following.isupper() or (not following.isalpha() and text[index - 1 : index].isupper()) else latin.capitalize()
            )
    return "".join(result)


def slug(text: str, length: int = 60) -> str:
    """Latin letters, digits and hyphens; at most `length`, cut between words where that leaves enough. Empty when nothing is left."""
    words = re.findall(r"[a-z0-9]+", transliterate(clean(text)).lower())
    whole = "-".join(words)
    if len(whole) <= length:
        return whole
    cut = whole[: length + 1].rsplit("-", 1)[0]
    return (cut if len(cut) >= length // 2 else whole[:length]).strip("-")


def unique(wanted: str, taken: Container[str], length: int = 60) -> str:
    """`wanted`, or it with the first free number behind: the same names in the same order always get the same codes."""
    if wanted and wanted not in taken:
        return wanted
    number = 2
    while True:
        tail = f"-{number}"
        code = f"{wanted[: length - len(tail)].rstrip('-')}{tail}"
        if code not in taken:
            return code
        number += 1
