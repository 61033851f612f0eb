"""A first draft of a mapping: which column is what, by the words of its heading and by what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from yantar.engine.requisites import inn_problem

from ..result import Words
from .fields import FIELDS, FieldKind, RowKind
from .forms import Column, Mapping
from .headings import LOOK_IN, key
from .reading import list_words, shipped
from .rows import blank, shown
from .sheets import ListFileOpened
from .values import Reader, moment_of, number_of

SURE, LIKELY, MAYBE = 0.9, 0.6, 0.3
SAMPLE = 2_000
"""Rows that are read; the first LOOKED_AT of them are looked at for what a column is."""
LOOKED_AT = 50
MOST_WORDS = 40
_TEMPLATE = "ru_agency_list"


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column may be: `field` ("": nothing that is known), how sure (0 to 1), and why: heading, content or both."""

    position: int
    heading: str
    field: str
    confidence: float
    why: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A draft and the guesses it was made of. `mapping` is None where no column can be the number of the procedure."""

    guesses: tuple[Guess, ...]
    mapping: Mapping | None


@dataclass(frozen=True, slots=True)
class Looked:
    """The head of a list: line of the header, its headings, rows beneath it."""

    header: int
    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    sheet: str


def look(path: Path) -> Looked:
    """The headings of a file and rows beneath them: of the first rows the one with most texts and no number. Raises NotAList."""
    with ListFileOpened(path) as opened:
        best: Looked | None = None
        for sheet in opened.sheets:
            head = []
            for row in sheet.rows():
                if not row.reason and not blank(row.cells):
                    head.append(row)
                if len(head) >= LOOK_IN + SAMPLE:
                    break
            tops = head[:LOOK_IN]
            if not tops:
                continue
            place = max(range(len(tops)), key=lambda number: (_heading_like(tops[number].cells), -number))
            headings = tuple(shown(cell).strip() for cell in tops[place].cells)
            found = Looked(tops[place].line, headings, tuple(tuple(row.cells) for row in head[place + 1 :][:SAMPLE]), sheet.name)
            if best is None or len([one for one in headings if one]) > len([one for one in best.headings if one]):
                best = found
        return best or Looked(1, (), (), "")


def _heading_like(cells: Sequence[Any]) -> int:
    texts = [cell for cell in cells if isinstance(cell, str) and key(cell)]
    numbers = [cell for cell in cells if cell is not None and (not isinstance(cell, str) or _is_number(cell) or _is_date(cell))]
    return len(texts) - 3 * len(numbers)


def suggest(headings: Sequence[str], sample: Sequence[Sequence[Any]], *, rows: RowKind = "procedure", id_: str = "own_list") -> Suggestion:
    """What the columns may be, and a draft of a mapping made of it. Every field is suggested for one column, the one that fits best."""
    sample = sample[:LOOKED_AT]
    wanted: list[tuple[float, int, int, str, str]] = []
    for position, heading in enumerate(headings):
        cells = [row[position] for row in sample if position < len(row) and row[position] not in (None, "")]
        content = _content(cells)
        for rank, name in enumerate(FIELDS):
            score = _score(heading, name)
            if not score:
                continue
            fits = _fits(content, FIELDS[name].kind)
            confidence = round(min(1.0, score + 0.1) if fits is True else score if fits is None else score - 0.4, 2)
            if confidence > 0.1:
                wanted.append((confidence, -rank, position, name, "both" if fits else "heading"))
        if "inn" in content:
            wanted.append((LIKELY, 0, position, "buyer_inn", "content"))
    taken: dict[int, tuple[str, float, str]] = {}
    used: set[str] = set()
    for confidence, _rank, position, name, why in sorted(wanted, reverse=True):
        if position not in taken and name not in used:
            taken[position] = name, confidence, why
            used.add(name)
    guesses = []
    for position, heading in enumerate(headings):
        name, confidence, why = taken.get(position, ("", 0.0, ""))
        samples = tuple(dict.fromkeys(shown(row[position]) for row in sample if position < len(row) and row[position] not in (None, "")))[:3]
        guesses.append(Guess(position, heading, name, confidence, why, samples))
    chosen = {guess.position: guess.field for guess in guesses if guess.field and guess.confidence >= MAYBE}
    return Suggestion(tuple(guesses), drafted(headings, chosen, rows=rows, id_=id_))


def drafted(headings: Sequence[str], chosen: dict[int, str], *, rows: RowKind = "procedure", id_: str = "own_list") -> Mapping | None:
    """A mapping of one file from the fields chosen for the columns; None where the form does not allow it (no number of the procedure)."""
    try:
        return Mapping.model_validate(draft_content(headings, chosen, rows=rows, id_=id_))
    except ValueError:
        return None


def draft_content(
    headings: Sequence[str], chosen: dict[int, str], *, rows: RowKind = "procedure", id_: str = "own_list", title: Words | None = None
) -> dict[str, Any]:
    """The same as plain values, not yet checked. Words for statuses and methods are those of the template that ships."""
    template = shipped()[_TEMPLATE]
    known = {column.field: column for column in template.files[0].columns}
    columns: list[dict[str, Any]] = []
    for position, name in sorted(chosen.items()):
        heading = headings[position]
        required = name in {"procedure_id", "amount", "lot_amount", "bidder_id", "bid_id", "contract_id", "lot_id"}
        column = {"headings": [heading], "field": name, "required": required}
        spec = FIELDS.get(name)
        if name in known and known[name].words:
            column["words"] = dict(known[name].words)
        if spec is not None and spec.kind is FieldKind.MONEY and (factor := factor_of(heading)) != 1:
            column["factor"] = factor
        columns.append(column)
        if name == "method" and "method_details" not in chosen.values():
            columns.append({"headings": [heading], "field": "method_details"})
    constants = {"currency": "RUB"}
    if rows != "bid" and {"award_amount", "contract_amount", "supplier_name", "supplier_inn", "supplier_id"} & set(chosen.values()):
        constants["award_status"] = "active"
    if rows == "bid" and "bid_status" not in chosen.values():
        constants["bid_status"] = "valid"
    rules = [rule.model_dump(mode="json", by_alias=True, exclude_defaults=True) for rule in template.files[0].rules]
    return {
        "form": template.form,
        "id": id_,
        "version": 1,
        "title": (title or Words(ru="Список", en="A list")).model_dump(),
        "nulls": list(template.nulls),
        "dates": list(template.dates),
        "files": [
            {
                "id": "list",
                "rows": rows,
                "columns": columns,
                "constants": constants,
                "rules": rules if "status" in chosen.values() and rows == "procedure" else [],
            }
        ],
    }


def words_of(looked: Looked, position: int) -> tuple[str, ...]:
    """The different words of a column in their order, at most MOST_WORDS; none where they are more (then it holds no codes)."""
    found = dict.fromkeys(shown(row[position]).strip() for row in looked.rows if position < len(row) and row[position] is not None)
    words = [word for word in found if key(word)]
    return tuple(words) if len(words) <= MOST_WORDS else ()


def code_of(name: str, word: str) -> str:
    """The code of a field that a word stands for by the template that ships; "" where it does not know the word."""
    template = shipped()[_TEMPLATE]
    columns = [column for column in template.files[0].columns if column.field == name]
    column = columns[0] if columns else Column(headings=("x",), field=name)
    value = Reader(template, column)(word).value
    return value if isinstance(value, str) else ""


def factor_of(heading: str) -> int:
    """Units of the amounts in a column, by its heading: 1000 for thousands, 1,000,000 for millions."""
    words = heading.casefold()
    if "млн" in words or "million" in words:
        return 1_000_000
    return 1_000 if "тыс" in words or "thousand" in words else 1


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    found = {name: tuple(key(word) for word in row["words"]) for name, row in list_words()["fields"].items()}
    known: dict[str, set[str]] = {name: set(words) for name, words in found.items()}
    for mapping in shipped().values():
        for file in mapping.files:
            for column in file.columns:
                # Of a list with keys of its own only what can't mean anything else.
                if mapping.id == _TEMPLATE and column.field != "method_details":
                    known.setdefault(column.field, set()).update(key(one) for one in column.headings)
    return {name: tuple(sorted(words)) for name, words in known.items()}


def _score(heading: str, name: str) -> float:
    """How well a heading names a field."""
    plain = key(heading)
    for unit in ("тысруб", "млнруб", "руб", "rub"):
        plain = plain.removesuffix(unit)
    best = 0.0
    for word in _words().get(name, ()):
        if plain == word:
            return SURE
        if len(word) >= 4 and word in plain:
            best = max(best, LIKELY * (0.5 + 0.5 * len(word) / len(plain)))
    return best


def _is_number(cell: Any) -> bool:
    return number_of(cell, "auto", "")[0] is not None


def _is_date(cell: Any) -> bool:
    return hasattr(cell, "year") or (isinstance(cell, str) and moment_of(cell, ("ymd", "dmy", "mdy")) is not None)


def _content(cells: Sequence[Any]) -> frozenset[str]:
    """What most cells of a column are: date, number, whole, inn, text; nothing for an empty column."""
    if not cells:
        return frozenset()
    most = 0.8 * len(cells)
    dates = sum(_is_date(cell) for cell in cells)
    numbers = sum(_is_number(cell) for cell in cells)
    whole = sum(shown(cell).strip().isdigit() and len(shown(cell)) <= 4 for cell in cells)
    inns = sum(inn_problem(shown(cell).strip()) is None for cell in cells)
    kinds = {name for name, count in (("date", dates), ("number", numbers), ("whole", whole), ("inn", inns)) if count >= most}
    return frozenset(kinds or {"text"})


def _fits(content: frozenset[str], kind: FieldKind) -> bool | None:
    """Whether what stands in a column is what a field of a kind holds; None: that says nothing."""
    if not content:
        return None
    if kind in (FieldKind.DAY, FieldKind.MOMENT):
        return "date" in content
    if kind is FieldKind.MONEY:
        return "number" in content and "inn" not in content
    if kind is FieldKind.COUNT:
        return "whole" in content
    if kind is FieldKind.INN:
        return "inn" in content
    if kind in (FieldKind.TEXT, FieldKind.CODE, FieldKind.CURRENCY):
        return None if "text" in content else False
    return None


__all__ = ["Guess", "Looked", "Suggestion", "code_of", "draft_content", "drafted", "factor_of", "look", "suggest", "words_of"]
