"""Fields of work in which an auditor is competent and a process stands."""

from dataclasses import dataclass
from importlib.resources import files

from yantar.library.problems import LibraryError, Problem
from yantar.library.tables import close_table, open_table, unique

ANY = "*"
"""Stands for every field in a competence; never a field of its own."""


@dataclass(frozen=True, slots=True)
class AuditField:
    """A field of work with its name in both languages."""

    code: str
    title_en: str
    title_ru: str


def parse_audit_fields(text: str) -> tuple[AuditField, ...]:
    """Read the fields in their order; raises LibraryError with everything wrong in the file."""
    top, _source, _checked_on = open_table(text)
    rows, seen = [], set[str]()
    for row in top.rows("rows", required=True):
        code = row.key("code")
        unique(row, code, seen)
        rows.append(AuditField(code, *row.pair("title")))
        row.finish()
    close_table(top)
    return tuple(rows)


def load_audit_fields() -> tuple[AuditField, ...]:
    """The fields that ship. Raises LibraryError."""
    path = files("yantar.library") / "audit_fields.yaml"
    try:
        return parse_audit_fields(path.read_text(encoding="utf-8"))
    except LibraryError as error:
        raise LibraryError([Problem(f"{path.name}: {p.where}", p.code, p.params, p.line) for p in error.problems]) from error
