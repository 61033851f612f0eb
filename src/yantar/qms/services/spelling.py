"""Words that were meant: for a word that nobody wrote, the nearest of those that stand in a text.

Two words are near when a few letters were left out, added, changed or swapped. Candidates are found by the letters that are left when one
is taken away, so that a vocabulary of tens of thousands of words answers in a moment.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

LEAST = 4
"""Letters from which a word is mended: shorter ones have too many neighbours."""
LONG = 7
"""Letters from which two slips are forgiven instead of one."""
MOST = 6
"""Neighbours that are offered for one word."""

_WORD = re.compile(r"[^\W\d_]+")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters; ё is written е, as most people type it."""
    return _WORD.findall(text.casefold().replace("ё", "е"))


def _shortened(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _swapped(word: str) -> set[str]:
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}


def distance(one: str, other: str, limit: int) -> int:
    """Letters to leave out, add, change or swap with the next one to get from a word to the other; above `limit` any number above it."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        now = [at] + [0] * len(other)
        for to, wanted in enumerate(other, 1):
            now[to] = min(row[to] + 1, now[to - 1] + 1, row[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                now[to] = min(now[to], before[to - 2] + 1)
        if min(now) > limit:
            return limit + 1
        before, row = row, now
    return row[-1]


class Vocabulary:
    """The words of many texts, by how often they stand there."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.counts = Counter(word for text in texts for word in words_of(text) if len(word) >= LEAST - 1)
        self._by_rest: dict[str, list[str]] = defaultdict(list)
        for word in self.counts:
            for rest in _rests(word):
                self._by_rest[rest].append(word)

    def near(self, word: str) -> list[str]:
        """The words of the vocabulary that were most likely meant, the nearest and then the most usual first; none for a short word."""
        word = word.casefold().replace("ё", "е")
        if len(word) < LEAST:
            return []
        limit = 2 if len(word) >= LONG else 1
        tried = set(_rests(word))
        if limit == 2:
            tried |= _swapped(word) | {shorter for rest in tried for shorter in _shortened(rest)}
        candidates = {found for rest in tried for found in self._by_rest.get(rest, ())}
        scored = [(far, -self.counts[found], found) for found in candidates if (far := distance(word, found, limit)) <= limit]
        nearest = min((far for far, _often, _found in scored), default=0)
        return [found for far, _often, found in sorted(scored) if far == nearest][:MOST]


def _rests(word: str) -> Iterator[str]:
    yield word
    yield from _shortened(word)
