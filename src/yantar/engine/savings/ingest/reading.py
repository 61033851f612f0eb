"""The statement that reads lines: from the relation `lines` into `rel`, with everything that needs the text of a line done in one pass.

`lines` has n, source, number (of the line), base, first and last (where it begins and ends after base; base or first -1 where that means
nothing) and line. `rel` has n, source, line, start, length, doubt (the record can't be trusted), inn and party (what the list of parties adds
about a buyer whose own object says too little), text (of releases that may have to be merged) and r, the reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .structure import PARTIES, PROBE, PROBE_INNER, STRUCTURE, UNREAD, UNREAD_INNER, as_json, inner_doubt, probe_doubt, sql_type
from .writing import quoted

COMPILED = "coalesce(list_contains(r.tag, 'compiled'), false)"
_BUYER = "coalesce(nullif(r.buyer.id, ''), r.tender.procuringEntity.id)"
_NO_NAME = "coalesce(r.buyer.name, '') = '' AND coalesce(r.buyer.id, '') <> ''"
_NO_INN = (
    "NOT starts_with(coalesce(nullif(r.buyer.id, ''), r.tender.procuringEntity.id, 'RU-INN-'), 'RU-INN-')"
    " AND coalesce(r.buyer.identifier.scheme, '') <> 'RU-INN'"
)
TAIL = 3
"""Bytes by which lines are compared with their neighbours."""

REL = (
    "CREATE TABLE rel (n BIGINT, source BIGINT, line BIGINT, start BIGINT, length BIGINT, doubt BOOLEAN, inn VARCHAR, party VARCHAR, text VARCHAR,"
    f" r {sql_type(STRUCTURE)})"
)


def common_tail(data: bytes | bytearray, ends: Sequence[int]) -> str:
    """How most of some lines end, where that is in the manner of a whole record, else "". Lines that were cut short end otherwise."""
    count = len(ends) - 1
    some = range(0, count, max(1, count // 32))
    tails = Counter(bytes(data[max(ends[place], ends[place + 1] - TAIL) : ends[place + 1]]) for place in some)
    tail = tails.most_common(1)[0][0] if tails else b""
    return tail.decode() if tail.isascii() and tail.rstrip().endswith(b"}") and tail.endswith(b"\n") else ""


def _taken(structure: Any) -> str:
    return f"json_transform(line, '{as_json(structure)}')"


def reading(*, tail: str = "", limit: int | None = None) -> str:
    """The statement. `tail`: end of lines that are read at once; of others it is asked first whether they are JSON, which is quicker than to
    find out by a failure; "": all are read at once. `limit`: bytes of a line; without it nothing is doubted."""
    whole = f"CASE WHEN suffix(line, {quoted(tail)}) THEN true ELSE json_valid(line) END" if tail else "true"
    doubt, probes = "false", ""
    if limit is not None:
        doubt = f"r IS NULL OR strlen(line) > {limit} OR {probe_doubt('probe')} OR {inner_doubt('inside')}"
        probes = (
            f", CASE WHEN r IS NOT NULL AND ({UNREAD}) THEN {_taken(PROBE)} END AS probe"
            f", CASE WHEN {UNREAD_INNER} THEN {_taken(PROBE_INNER)} END AS inside"
        )
    party = f"list_filter({_taken(PARTIES)}.parties, lambda one: one.id = {_BUYER})[1]"
    named = f"CASE WHEN r IS NOT NULL AND (({_NO_NAME}) OR ({_NO_INN} AND contains(line, 'RU-INN'))) THEN {party} END AS told"
    return (
        "INSERT INTO rel SELECT n, source, number, CASE WHEN base < 0 OR first < 0 THEN -1 ELSE base + first END,"  # noqa: S608 - our own text
        f" CASE WHEN base < 0 THEN 0 ELSE last - first END, {doubt},"
        " CASE WHEN told IS NULL THEN NULL WHEN told.identifier.scheme = 'RU-INN' THEN told.identifier.id ELSE '' END, told.name,"
        f" CASE WHEN r IS NOT NULL AND NOT {COMPILED} THEN line END, r FROM (SELECT *{probes}, {named} FROM"
        f" (SELECT *, CASE WHEN {whole} THEN TRY({_taken(STRUCTURE)}) END AS r FROM lines))"
    )
