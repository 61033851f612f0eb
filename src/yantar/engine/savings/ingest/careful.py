"""The careful way: a line that could not be trusted is read in Python, put into the form of the standard where its meaning is certain,
and goes through the same flattening as every other line. Whatever is changed or left out is noted with line, field, value and reason.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from .normal import Normal
from .quarantine import Note, publisher_of
from .values import Number


class Look(NamedTuple):
    """What came of a line: how many records it holds, each usable one as a line of its own, what was noted."""

    records: int
    texts: list[bytes]
    notes: list[Note]
    unfolded: bool = False
    """The line was a package: its records are no runs of bytes of the input."""


class _TwiceGiven(dict[str, Any]):
    """An object in which a field is given twice; the first one counts, as in the fast reading."""

    twice = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(reversed(pairs))
    if len(made) == len(pairs):
        return made
    seen = set[str]()
    marked = _TwiceGiven(made)
    marked.twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return marked


_TRAILING = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=Number, strict=False)


class Careful:
    """Looks at lines. `known`: currencies; `limit`: bytes of a record."""

    def __init__(self, known: frozenset[str], *, limit: int) -> None:
        self.known, self.limit = known, limit

    def look(self, source: int, line: int, raw: bytes) -> Look:
        """A line of the input."""
        notes: list[Note] = []

        def note(reason: str, action: Any, value: str) -> None:
            notes.append(Note(source, line, "", "", "", value.replace("\0", "")[:200], reason, action))

        if len(raw) > self.limit:
            note("too_long", "rejected", raw[:200].decode("utf-8", "replace"))
            return Look(1, [], notes)
        data = raw.strip()
        if b"\0" in data:
            data = data.replace(b"\0", b"")
            note("nul", "repaired", "")
            data = data.strip()
        if data.startswith(b"\xef\xbb\xbf"):
            data = data[3:].lstrip()
            if line > 1:
                note("byte_order_mark", "repaired", "")
        if not data:
            return Look(0, [], [])
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1251", "replace")
            note("encoding", "repaired", text)
        try:
            whole = self._parse(text, note)
        except RecursionError:
            return Look(1, [], [*_only(notes, "rejected"), Note(source, line, "", "", "", text[:200], "too_deep", "rejected")])
        except ValueError:
            return Look(1, [], [Note(source, line, "", "", "", text.replace("\0", "")[:200], "not_json", "rejected")])
        found = list(records(whole))
        texts: list[bytes] = []
        for one, reason in found:
            if reason:
                note(reason, "rejected", _short(one))
                rejected = one.get("ocid") if isinstance(one, dict) else ""
                if isinstance(rejected, str) and rejected:
                    notes[-1] = notes[-1]._replace(procedure_id=rejected, publisher=publisher_of(rejected))
                continue
            normal = Normal(self.known, source, line)
            release = normal.release(one)
            if release is not None:
                texts.append(json.dumps(_stated(release), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
            notes.extend(normal.notes)
        if len(found) == len(texts) == 1:
            ocid = normal.ocid
            notes = [one if one.procedure_id else one._replace(procedure_id=ocid, publisher=publisher_of(ocid)) for one in notes]
        return Look(len(found), texts, notes, unfolded=not (len(found) == 1 and found[0][0] is whole))

    @staticmethod
    def _parse(text: str, note: Any) -> Any:
        try:
            return _DECODER.decode(text)
        except json.JSONDecodeError:
            mended = _TRAILING.sub(lambda found: found[1] or "", text)
            if mended == text:
                raise
            whole = _DECODER.decode(mended)
            note("trailing_comma", "repaired", "")
            return whole


def _stated(value: Any) -> Any:
    """Without nulls: in a merge they would remove what an earlier release said."""
    if isinstance(value, dict):
        return {name: _stated(one) for name, one in value.items() if one is not None}
    return [_stated(one) for one in value] if isinstance(value, list) else value


def _only(notes: list[Note], action: str) -> list[Note]:
    return [one for one in notes if one.action == action]


def _short(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)[:200]
    except (TypeError, ValueError, RecursionError):
        return str(type(value).__name__)


def records(whole: Any) -> list[tuple[Any, str]]:
    """The releases of what a line or an element of a document holds, each with the reason why it can't be used, or "".

    A package of releases or of records, a record (its compiled release, else its releases), a list of any of these, or a release.
    """
    if isinstance(whole, list):
        return [one for element in whole for one in records(element)] if whole else [(whole, "not_object")]
    if not isinstance(whole, dict):
        return [(whole, "not_object")]
    if isinstance(whole.get("records"), list) and "tender" not in whole:
        return [one for record in whole["records"] for one in records(record)]
    compiled = whole.get("compiledRelease")
    if isinstance(compiled, dict):
        tag = compiled.get("tag")
        tags = tag if isinstance(tag, list) else [tag] if isinstance(tag, str) else []
        return [({**compiled, "ocid": compiled.get("ocid") or whole.get("ocid"), "tag": [*tags, *(() if "compiled" in tags else ("compiled",))]}, "")]
    releases = whole.get("releases")
    if isinstance(releases, list) and not ("tender" in whole or "awards" in whole or "contracts" in whole):
        if "ocid" in whole and not any(isinstance(one, dict) and ("ocid" in one or "tag" in one) for one in releases):
            return [(whole, "linked_releases")]
        return [(one, "" if isinstance(one, dict) else "not_object") for one in releases]
    return [(whole, "")]
