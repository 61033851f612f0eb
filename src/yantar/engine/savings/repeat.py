"""Was a published figure repeated? Where not, what differs: the files, what was taken from them, the definition, or which sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .result import DIMENSIONS, Result

Kind = Literal["input", "records", "method", "question", "decisions", "figure"]
KINDS: tuple[Kind, ...] = ("input", "records", "method", "question", "decisions", "figure")
"""From the cause to the effect: other files, other records taken from the same files, another definition, another question, other
decisions on single procedures, other sums."""
MEASURES = ("E1", "E2", "one_bid", "contract_stage", "net", "lost", "input", "reconciliation")
_WORDS = ("title",)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `where`: its path in the answer, as `E1.saved`, `excluded[cancelled].value` or
    `groups[buyer=A, year=2025].E2.saved`; None where one of the two has nothing there."""

    kind: Kind
    where: str
    published: str | None
    now: str | None


def compare(published: Result | Mapping[str, Any], now: Result) -> list[Difference]:
    """What differs between a published answer and the one of today; empty: repeated to the kopeck.

    Names of files, folders and the program's version do not count, their content does. An answer that was published by an older form
    lacks what did not exist then: that is no difference. Raises ValueError for something that is no answer.
    """
    old = published.model_dump(mode="json") if isinstance(published, Result) else dict(published)
    new = now.model_dump(mode="json")
    if old.get("format") != new["format"] or not isinstance(old.get("E1"), Mapping) or not isinstance(old.get("manifest"), Mapping):
        raise ValueError("no answer of savings")
    found = [*_inputs(old, new), *_records(old, new), *_definition(old, new)]
    for name in MEASURES:
        found += _fields("figure", name, old.get(name), new[name])
    found += _fields("figure", "", {"per_inhabitant": old.get("per_inhabitant")}, {"per_inhabitant": new["per_inhabitant"]})
    found += _fields("figure", "indicators", old.get("indicators"), new["indicators"])
    for name, keys in (("excluded", ("reason",)), ("named", ("id", "within")), ("sensitivity", ("id",)), ("groups", tuple(DIMENSIONS))):
        found += _rows(name, keys, old.get(name), new[name])
    found += _fields("records", "quarantine", _without(old.get("quarantine"), "reasons"), _without(new["quarantine"], "reasons"))
    found += _rows("quarantine.reasons", ("reason", "action", "field"), (old.get("quarantine") or {}).get("reasons"), new["quarantine"]["reasons"])
    return sorted(found, key=lambda difference: KINDS.index(difference.kind))


def _inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """The files by size and hash, whatever their names and order."""

    def files(answer: Mapping[str, Any]) -> Counter[str]:
        return Counter(f"{file.get('sha256', '')} ({file.get('bytes', '?')})" for file in answer["manifest"].get("input", ()))

    before, after = files(old), files(new)
    for file in sorted((before - after).elements()):
        yield Difference("input", "manifest.input", file, None)
    for file in sorted((after - before).elements()):
        yield Difference("input", "manifest.input", None, file)


def _records(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _fields("records", "manifest.counts", old["manifest"].get("counts"), new["manifest"]["counts"])
    data_on = {"data_on": old["manifest"].get("data_on")}, {"data_on": new["manifest"]["data_on"]}
    yield from _fields("records", "manifest", *data_on)


def _definition(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _fields("method", "method", _without(old.get("method"), *_WORDS), _without(new["method"], *_WORDS))
    yield from _fields("question", "", {"currency": old.get("currency")}, {"currency": new["currency"]})
    yield from _fields("question", "parameters", old.get("parameters"), new["parameters"])
    names = ("decisions", "decisions_sha256")
    yield from _fields("decisions", "", {name: old.get(name) for name in names}, {name: new[name] for name in names})


def _without(value: Any, *names: str) -> Any:
    return {name: part for name, part in value.items() if name not in names} if isinstance(value, Mapping) else value


def _fields(kind: Kind, where: str, old: Any, new: Any) -> list[Difference]:
    """Differences of two values, field by field; of lists only as a whole. What the older answer lacks altogether is skipped."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        found = []
        for name in dict.fromkeys((*old, *new)):
            if name in _WORDS or name not in old:
                continue
            found += _fields(kind, f"{where}.{name}" if where else str(name), old[name], new.get(name))
        return found
    return [] if old == new or (old is None and isinstance(new, Mapping)) else [Difference(kind, where, _text(old), _text(new))]


def _rows(name: str, keys: Sequence[str], old: Any, new: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """Differences of two lists whose rows are told apart by keys."""
    if old is None:
        return []

    def keyed(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
        return {_key(row, keys): row for row in rows}

    kind: Kind = "records" if name.startswith("quarantine") else "figure"
    before, after = keyed(old), keyed(new)
    found = []
    for key in dict.fromkeys((*before, *after)):
        where = f"{name}[{key}]"
        if key in before and key in after:
            found += _fields(kind, where, before[key], after[key])
        else:
            found.append(Difference(kind, where, _short(before.get(key)), _short(after.get(key))))
    return found


def _key(row: Mapping[str, Any], keys: Sequence[str]) -> str:
    present = [name for name in keys if name in row]
    return str(row[present[0]]) if keys[0] != "buyer" and len(keys) == 1 else ", ".join(f"{name}={row[name]}" for name in present)


def _short(row: Mapping[str, Any] | None) -> str | None:
    """The size of a row that only one of the two has."""
    if row is None:
        return None
    size = row.get("E2", row)
    return " ".join(f"{name}={size[name]}" for name in ("procedures", "rows", "value", "saved") if name in size)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    import json

    return json.dumps(value, ensure_ascii=False, sort_keys=True)
