"""Likeness of texts without keeping the texts readable: the database takes the words' stems, and each is kept as a keyed number.

Common stems say little: the database's own statistics name them, and like appeals are looked for by the rare ones, in one index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from yantar.core.secrecy import blind_number

from .models import Appeal

PURPOSE = "lexeme"
MOST = 300
"""Stems kept of one text."""
LIKE, SAME = 0.2, 0.6
"""Share of common stems (Jaccard) from which two texts are called related, and from which likely the same matter."""
COMMON = 0.01
"""A stem in a larger share of all appeals is no help in looking for like ones."""
LOOKED_AT = 3_000
"""Candidates compared at most."""

MOST_WORDS = 8
"""Words looked for at most."""

_WORD = re.compile(r"\w+")
_CONSONANT = re.compile(r"[бвгджзклмнпрстфхцчшщ]$", re.IGNORECASE)
_FORMS = "SELECT n, unnest(tsvector_to_array(to_tsvector('russian', word))) FROM unnest(%s::int[], %s::text[]) AS typed (n, word)"
_STEMS = "SELECT unnest(tsvector_to_array(to_tsvector('russian', %s) || to_tsvector('english', %s)))"
# One statistic of the planner, kept by ANALYZE: no count over the table.
_FREQUENT = """
WITH known AS (
  SELECT most_common_elems::text::bigint[] AS elems, most_common_elem_freqs AS freqs FROM pg_stats
  WHERE schemaname = current_schema() AND tablename = 'feedback_appeal' AND attname = 'lexemes'
)
SELECT e, f FROM known, unnest(elems, freqs[1:cardinality(elems)]) AS s (e, f) WHERE f > %s
"""
_RELATED = """
WITH candidates AS MATERIALIZED (
  SELECT id, lexemes FROM feedback_appeal WHERE lexemes && %(rare)s::bigint[] AND id <> ALL(%(but)s::bigint[]) LIMIT %(most)s
), counted AS (
  SELECT id, cardinality(lexemes) AS size, (SELECT count(*) FROM unnest(lexemes) AS l WHERE l = ANY(%(all)s::bigint[])) AS shared FROM candidates
)
SELECT id, shared::float / (size + %(size)s - shared) AS likeness FROM counted
WHERE shared::float / (size + %(size)s - shared) >= %(least)s ORDER BY likeness DESC, id DESC LIMIT %(limit)s
"""


class Like(NamedTuple):
    """An appeal and how much of its words it shares, 0 to 1."""

    appeal_id: int
    likeness: float

    @property
    def likely_same(self) -> bool:
        """Whether it is likely the same matter."""
        return self.likeness >= SAME


def stems_of(text: str) -> list[int]:
    """The stems of a text as keyed numbers, Russian and English ones, each once and in rising order; at most MOST. One query."""
    if not text.strip():
        return []
    with connection.cursor() as cursor:
        cursor.execute(_STEMS, [text, text])
        words = sorted(word for (word,) in cursor.fetchall())
    return sorted({blind_number(PURPOSE, word) for word in words[:MOST]})


def sought(words: str) -> list[list[int]]:
    """What a search looks for: of each word (at most MOST_WORDS) the stems that it may have, one of which must stand in the text. One query.

    The stemmer takes some nouns without an ending for other words than their plurals, so both are looked for; common words are left out.
    """
    typed = _WORD.findall(words[:200])[:MOST_WORDS]
    forms = [(n, form) for n, word in enumerate(typed) for form in ([word, f"{word}ы"] if _CONSONANT.search(word) else [word])]
    if not forms:
        return []
    found: dict[int, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FORMS, [[n for n, _form in forms], [form for _n, form in forms]])
        for n, stem in cursor.fetchall():
            found.setdefault(n, set()).add(blind_number(PURPOSE, stem))
    return [sorted(stems) for stems in found.values()]


def jaccard(one: Iterable[int], other: Iterable[int]) -> float:
    """Share of common stems, 0 to 1; 0 where both have none."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a or b else 0.0


def like(stems: Sequence[int], *, but: Iterable[int] = (), least: float = LIKE, limit: int = 10) -> list[Like]:
    """Appeals whose texts share at least `least` of the stems, the likest first; never those with the keys `but`. Two queries."""
    if not stems:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FREQUENT, [COMMON])
        frequent = dict(cursor.fetchall())
        rare = [stem for stem in stems if stem not in frequent]
        # A text of nothing but common words is still compared, by the least common of them.
        chosen = rare or sorted(stems, key=lambda stem: frequent[stem])[:2]
        cursor.execute(
            _RELATED,
            {"rare": chosen, "all": list(stems), "but": list(but), "most": LOOKED_AT, "size": len(stems), "least": least, "limit": limit},
        )
        return [Like(pk, float(share)) for pk, share in cursor.fetchall()]


def like_appeal(appeal: Appeal, *, limit: int = 10) -> list[Like]:
    """Appeals like this one; its own parts are not among them. Two queries and one for the parts."""
    root = appeal.part_of_id or appeal.pk
    own = Appeal.objects.filter(part_of_id=root).values_list("pk", flat=True)
    return like(appeal.lexemes, but=[root, appeal.pk, *own], limit=limit)
