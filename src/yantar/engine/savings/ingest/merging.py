"""Releases of one procedure merged into one by the rules of OCDS 1.1 (ocdsmerge).

Only what the flat tables need is merged, so the rules are few and stand here: lists of objects merge by `id`, everything else is replaced by
the later release, null removes, `tag` is not merged. A release that had to be repaired was written again without nulls, so it removes
nothing. Releases are taken bucket by bucket (by a hash of the ocid), so that memory stays flat.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from .loading import Lane, Text
from .quarantine import Note, load_reasons, publisher_of
from .settling import Settling
from .structure import STRUCTURE
from .writing import quoted

RULES = {("id",): "omitWhenMerged", ("date",): "omitWhenMerged", ("tag",): "omitWhenMerged"}
KEPT: dict[str, Any] = {
    **STRUCTURE,
    "parties": [{"id": "", "name": "", "identifier": {"scheme": "", "id": ""}}],
    "bids": {**STRUCTURE["bids"], "statistics": [{"id": "", "measure": "", "value": "", "relatedLot": ""}]},
    "relatedProcesses": [{"id": "", "relationship": [""], "identifier": ""}],
}
BUCKET = 48 << 20
"""Bytes of releases that are held at a time."""
HANDFUL = 2000


def _kept(value: Any, structure: Any) -> Any:
    """The part of a release that is needed; ids as texts, so that 1 and "1" are the same element."""
    if isinstance(structure, dict) and isinstance(value, dict):
        return {name: _kept(one, structure[name]) for name, one in value.items() if name in structure}
    if isinstance(structure, list) and isinstance(value, list):
        return [_kept(one, structure[0]) for one in value if one is not None]
    return value


def _ids_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: str(one) if name == "id" and isinstance(one, int) else _ids_as_text(one) for name, one in value.items()}
    return [_ids_as_text(one) for one in value] if isinstance(value, list) else value


def merged(releases: list[dict[str, Any]]) -> dict[str, Any]:
    """The compiled release of releases in their order in time. Raises ocdsmerge's OCDSMergeError where they contradict in form."""
    from ocdsmerge.merge import CompiledRelease

    whole = CompiledRelease(merge_rules=RULES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for release in releases:
            whole.append(_ids_as_text(_kept(release, KEPT)))
        made: dict[str, Any] = whole.asdict()
    return made


def merge(settling: Settling, give: Callable[[Callable[[Lane], None]], None]) -> None:
    """Merge the releases of every procedure that has several and no compiled one, and give them to the lanes."""
    for rows in _buckets(settling):
        made: dict[int, list[Text]] = {}
        notes: list[Note] = []
        for ocid, group in groupby(rows, key=itemgetter(0)):
            held = list(group)
            source, line = min((row[1], row[2]) for row in held)
            releases = [json.loads(row[3], parse_float=str) for row in held]
            try:
                whole = merged(releases)
            except Exception as error:  # noqa: BLE001 - whatever the merging library meets: the latest release stands for all
                whole = {**releases[-1], "tag": ["compiled"]}
                reason = load_reasons()["not_merged"]
                notes.append(Note(source, line, ocid, publisher_of(ocid), "", str(error)[:200], reason.code, reason.action))
            if not whole.get("date"):
                whole["date"] = None
            made.setdefault(source, []).append(Text(line, -1, 0, json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")))
        for source, texts in made.items():
            for at in range(0, len(texts), HANDFUL):
                give(lambda lane, source=source, texts=texts[at : at + HANDFUL]: lane.merged(source, texts))  # type: ignore[misc]
        if notes:
            give(lambda lane, notes=notes: lane.note(notes))  # type: ignore[misc]


def _buckets(settling: Settling) -> Iterator[list[tuple[Any, ...]]]:
    """Rows (ocid, source, line, text) of releases to merge, all of a procedure in one bucket, in their order in time."""
    con, work = settling.con, settling.folder.work
    loose = settling.files("loose-*.parquet")
    many = f"{loose} SEMI JOIN (SELECT ocid FROM several WHERE NOT compiled) USING (ocid)"  # noqa: S608
    (size,) = con.execute(f"SELECT coalesce(sum(strlen(text)), 0) FROM {many}").fetchall()[0]  # noqa: S608
    count = int(size) // BUCKET + 1
    order = "ocid, TRY_CAST(date AS TIMESTAMPTZ) NULLS FIRST, md5(text)"
    if count == 1:
        yield con.execute(f"SELECT ocid, source, line, text FROM {many} ORDER BY {order}").fetchall()  # noqa: S608
        return
    folder = quoted(str(work / "buckets"))
    con.execute(f"COPY (SELECT *, hash(ocid) % {count} AS bucket FROM {many}) TO {folder} (FORMAT parquet, PARTITION_BY (bucket), COMPRESSION zstd)")  # noqa: S608
    for bucket in range(count):
        files = quoted(str(work / "buckets" / f"bucket={bucket}" / "*.parquet"))
        if list((work / "buckets").glob(f"bucket={bucket}/*.parquet")):
            yield con.execute(f"SELECT ocid, source, line, text FROM read_parquet({files}) ORDER BY {order}").fetchall()  # noqa: S608
