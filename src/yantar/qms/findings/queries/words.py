"""Words looked for in findings: Russian and English stems (the configuration takes е and ё as the same).

A planner can't know how many of the findings that somebody sees have a word, and guessing wrong it reads the texts of all. So the way is
chosen here: words are looked up in their index first, unless they stand nearly everywhere or less is left by all else.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.db import connection

NUMBER = re.compile(r"\d{4}-\d{1,6}")
LENGTH = 200
RARE, COMMON = 1_000, 20_000
"""Findings with the words: up to RARE they are looked for first, from COMMON on last."""

MOST = 8
"""Words looked for at most."""

# The Russian configuration stems words in Latin letters as English ones.
_TYPED = "websearch_to_tsquery('russian', %s)"
_STEM = "plainto_tsquery('russian', coalesce((ts_lexize('russian_stem', lower(%s)))[1], ''))"
_OPERATORS = re.compile(r"\"|(?:^|\s)-\S|(?:^|\s)or(?:\s|$)", re.IGNORECASE)
_CONSONANT = re.compile(r"[бвгджзклмнпрстфхцчшщ]$", re.IGNORECASE)
_TABLE = 'FROM "findings_finding"'


def tidy(q: str) -> str:
    """What was typed, as it is looked for."""
    return " ".join(q.split())[:LENGTH].replace("«", '"').replace("»", '"')


def is_number(text: str) -> bool:
    """Whether it is the number of a finding or the beginning of one."""
    return NUMBER.fullmatch(text) is not None


def _query(text: str) -> tuple[str, list[str]]:
    """The words as a query of the database."""
    if _OPERATORS.search(text):
        return _TYPED, [text]
    parts, params = [], []
    for word in text.split()[:MOST]:
        # The stemmer takes «журнал» and «архив» for other words than «журналы» and «архивы»: both stems are looked for.
        either = [word, *([f"{word}ы"] if _CONSONANT.search(word) else [])]
        parts.append(f"({' || '.join([_TYPED] * len(either))} || {_STEM})")
        params += [*either, word]
    return " && ".join(parts), params


def with_words(sql: str, params: tuple[Any, ...], text: str) -> tuple[str, tuple[Any, ...]]:
    """A query for keys (its column `id`) narrowed to findings that have the words, in the same order.

    All of the words, in any order; words in quotation marks follow each other; a minus leaves out; `or` takes either.
    """
    query, typed = _query(text)
    words = f"search @@ ({query})"
    having = _estimated(f"SELECT 1 FROM findings_finding WHERE {words}", (*typed,))  # noqa: S608
    if having > COMMON or (having > RARE and _estimated(sql, params) < having):
        # Asked row by row in a query of its own, so that the order stays and the looking ends with the last row wanted.
        each = f"(SELECT {words} FROM findings_finding w WHERE w.id = narrowed.id)"  # noqa: S608
        return f"SELECT id FROM ({sql} OFFSET 0) narrowed (id) WHERE {each}", (*params, *typed)  # noqa: S608
    head, table, rest = sql.partition(_TABLE)
    return f'{head}FROM (SELECT * {table} WHERE {words} OFFSET 0) "findings_finding"{rest}', (*typed, *params)


def _estimated(sql: str, params: tuple[Any, ...]) -> int:
    """How many rows the planner expects."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    return int((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]["Plan Rows"])
