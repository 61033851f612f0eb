"""Words looked for in findings: Russian and English stems, е and ё the same."""

from __future__ import annotations

import re
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

CONFIG = "russian"
"""This configuration stems words in Latin letters as English ones."""

WORDS = 8
SPELLINGS = 5
NUMBER = re.compile(r"\d{4}-\d{1,6}")
_OPERATORS = re.compile(r"[\"«»]|(?:^|\s)-\w|\sor\s", re.IGNORECASE)


def spellings(word: str) -> list[str]:
    """A word with every е that could be an ё, one at a time, itself first: offices write either."""
    plain = word.replace("ё", "е").replace("Ё", "Е")
    turned = [f"{plain[:at]}ё{plain[at + 1 :]}" for at, letter in enumerate(plain.lower()) if letter == "е"]
    return list(dict.fromkeys([word, plain, *turned]))[:SPELLINGS]


def matching(q: str) -> Q:
    """The condition for what was typed: a finding's number or its beginning, else all of the words in any order.

    With quotation marks, a minus or `or` it is read as search engines read it.
    """
    text = " ".join(q.split())
    if NUMBER.fullmatch(text):
        return Q(number__startswith=text)
    if _OPERATORS.search(text):
        wanted: Any = SearchQuery(text.replace("«", '"').replace("»", '"'), config=CONFIG, search_type="websearch")
    else:
        each = [reduce(or_, (SearchQuery(one, config=CONFIG) for one in spellings(word))) for word in text.split()[:WORDS]]
        wanted = reduce(and_, each)
    return Q(search=wanted)
