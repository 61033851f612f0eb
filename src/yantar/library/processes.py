"""The template of a government's process map."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from yantar.library.problems import LibraryError, Problem
from yantar.library.reading import Fields
from yantar.library.tables import close_table, open_table, unique

KINDS = ("management", "core", "support")
FAMILIES = ("2015", "2008")
"""Editions by whose numbering clauses are named; editions built on one of them, or that it is built on, share its numbers."""


@dataclass(frozen=True, slots=True)
class TemplateProcess:
    """A process of the template. `clauses`: by the key of an edition, numbers that each stand for everything beneath them."""

    code: str
    kind: str
    field: str
    name_en: str
    name_ru: str
    inputs_en: str
    inputs_ru: str
    outputs_en: str
    outputs_ru: str
    indicator_en: str
    indicator_ru: str
    target: str
    risk_en: str
    risk_ru: str
    clauses: Mapping[str, tuple[str, ...]]


def parse_processes(text: str) -> tuple[TemplateProcess, ...]:
    """Read the template in its order; raises LibraryError with everything wrong in the file."""
    top, _source, _checked_on = open_table(text)
    rows, seen = [], set[str]()
    for row in top.rows("rows", required=True):
        code = row.key("code")
        unique(row, code, seen)
        kind, field = row.choice("kind", KINDS), row.key("field", required=False)
        (name_en, name_ru), (inputs_en, inputs_ru) = row.pair("name"), row.pair("inputs")
        (outputs_en, outputs_ru), (indicator_en, indicator_ru) = row.pair("outputs"), row.pair("indicator")
        target, (risk_en, risk_ru) = row.text("target", limit=100), row.pair("risk")
        rows.append(
            TemplateProcess(
                code,
                kind,
                field,
                name_en,
                name_ru,
                inputs_en,
                inputs_ru,
                outputs_en,
                outputs_ru,
                indicator_en,
                indicator_ru,
                target,
                risk_en,
                risk_ru,
                _clauses(row),
            )
        )
        row.finish()
    close_table(top)
    return tuple(rows)


def _clauses(row: Fields) -> dict[str, tuple[str, ...]]:
    block = row.block_of("clauses", required=True)
    if block is None:
        return {}
    found = {key: block.texts(key, required=True, limit=20) for key in FAMILIES}
    block.finish()
    return found


def load_processes() -> tuple[TemplateProcess, ...]:
    """The template that ships. Raises LibraryError."""
    path = files("yantar.library") / "processes.yaml"
    try:
        return parse_processes(path.read_text(encoding="utf-8"))
    except LibraryError as error:
        raise LibraryError([Problem(f"{path.name}: {p.where}", p.code, p.params, p.line) for p in error.problems]) from error
