"""Words that people type as questions to the index of passports: in any form, half written, misspelt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models.expressions import Combinable

from ..spelling import Vocabulary, words_of

LONGEST = 200
"""Characters of a question that are read."""
MOST_WORDS = 12
CONFIGS = ("russian", "english")
SHORTEST_PREFIX = 2


def tidy(text: str) -> str:
    """A question as it is read: one space between words, not too long."""
    return " ".join(text.replace("\0", " ").split())[:LONGEST]


def _prefixed(words: Sequence[str]) -> SearchQuery | None:
    """All the words, the last one perhaps not yet written to its end."""
    if not words or len(words[-1]) < SHORTEST_PREFIX:
        return None
    return SearchQuery(" & ".join([*words[:-1], f"{words[-1]}:*"]), config=CONFIGS[0], search_type="raw")


def asked(text: str) -> Any:
    """All the words in either language, or with the last one as a beginning; quotes, "or" and a minus as search engines have them."""
    query: Any = SearchQuery(text, config=CONFIGS[0], search_type="websearch")
    query = query | SearchQuery(text, config=CONFIGS[1], search_type="websearch")
    beginning = _prefixed(_plain(text)) if not set(text) & set('"-') else None
    return query | beginning if beginning is not None else query


def _plain(text: str) -> list[str]:
    words = ("".join(filter(str.isalnum, word)) for word in text.split())
    return [word for word in words if word][:MOST_WORDS]


def meant(text: str, known: Vocabulary) -> tuple[Combinable | None, str]:
    """A query of the words that were most likely meant, and the same for people; None where nothing was mended."""
    parts: list[str] = []
    said: list[str] = []
    changed = False
    for word in words_of(text)[:MOST_WORDS]:
        near = known.near(word)
        parts.append(f"({' | '.join(near)})" if near else word)
        said.append(near[0] if near else word)
        changed = changed or said[-1] != word
    if not changed:
        return None, ""
    return SearchQuery(" & ".join(parts), config=CONFIGS[0], search_type="raw"), " ".join(said)


def any_word(text: str) -> Combinable | None:
    """Any of several words; None of one alone."""
    words = words_of(text)[:MOST_WORDS]
    return SearchQuery(" | ".join(words), config=CONFIGS[0], search_type="raw") if len(words) > 1 else None
