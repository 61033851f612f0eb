"""What a mapping makes of a file before anything is loaded: the first rows, the problems, and which figures will be impossible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..ingest.quarantine import load_reasons
from ..result import Words
from .forms import ListFile, Mapping
from .reading import list_words
from .recognising import find, open_as
from .rows import Parser, Said, blank, shown

LOOKED_AT = 2_000
"""Rows of a file that a preview reads."""
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A row: its line, its fields as text, why it is rejected ("": it is not)."""

    line: int
    values: dict[str, str]
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A problem of the rows that were looked at: line, field ("": the row), what stood there, the reason's code."""

    line: int
    field: str
    value: str
    reason: str

    @property
    def title(self) -> Words:
        """The reason in both languages."""
        return load_reasons()[self.reason].title


@dataclass(slots=True)
class Preview:
    """`file`: which file of the mapping it is (None: not recognised). `empty`: mapped fields without any value in the rows that were looked at;
    `missing`: mapped fields without their column; `unread`: headings that nothing takes; `impossible`: figures that can't be made of this."""

    file: ListFile | None
    rows: list[Shown] = field(default_factory=list)
    problems: list[Found] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """How often each reason was met."""
    looked_at: int = 0
    rejected: int = 0
    empty: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    impossible: tuple[tuple[str, Words], ...] = ()


def preview(mapping: Mapping, path: Path, rows: int = 20, *, stated_elsewhere: Iterable[str] = ()) -> Preview:
    """What the mapping makes of a file: `rows` of its rows, problems of the first LOOKED_AT. Raises NotAList where it is no table.

    `stated_elsewhere`: fields that other files of the list state, so that what they make possible is not called impossible.
    """
    for file in {(one.encoding, one.delimiter): one for one in mapping.files}.values():
        with open_as(path, file) as opened:
            found = find(mapping, opened)
            if found is None:
                continue
            made = Preview(found.file, missing=found.layout.missing, unread=found.layout.unread)
            parser = Parser(mapping, found.layout, csv=opened.form == "csv", epoch_1904=found.sheet.epoch_1904)
            filled: Counter[str] = Counter()
            numbers: Counter[str] = Counter()
            for row in found.sheet.rows():
                if row.line <= found.layout.header or blank(row.cells):
                    continue
                parsed = parser(row.cells, row.reason)
                made.looked_at += 1
                reason = parsed.rejected
                if not reason and found.file.rows == "procedure":
                    number = str(parsed.values["procedure_id"])
                    numbers[number] += 1
                    reason = "repeated_row" if numbers[number] > 1 else ""
                said = [Said("", "; ".join(filter(None, map(shown, row.cells)))[:200], reason)] if reason else parsed.said
                made.rejected += bool(reason)
                for one in said:
                    made.counts[one.reason] += 1
                    if len(made.problems) < MOST_PROBLEMS:
                        made.problems.append(Found(row.line, one.field, one.value, one.reason))
                if not reason:
                    filled.update(parsed.stated)
                if len(made.rows) < rows:
                    made.rows.append(Shown(row.line, {name: _text(value) for name, value in parsed.values.items()}, reason))
                if made.looked_at >= LOOKED_AT:
                    break
            mapped = [column.field for column in found.file.columns if column.field not in made.missing]
            made.empty = tuple(name for name in mapped if not filled[name])
            have = set(filled) | set(found.file.constants) | set(stated_elsewhere)
            have |= {name for other in mapping.files if other.id != found.file.id for name in other.fields()}
            made.impossible = impossible(have)
            return made
    return Preview(None)


def impossible(have: Iterable[str]) -> tuple[tuple[str, Words], ...]:
    """Figures that a list with these fields can't give, each with the reason."""
    there = set(have)
    return tuple(
        (str(row["id"]), Words(ru=row["ru"], en=row["en"]))
        for row in list_words()["figures"]
        if not all(there & set(group) for group in row["needs"])
    )


def _text(value: Any) -> str:
    if value is True or value is False:
        return "yes" if value else "no"
    return str(value)
