"""How long personal data are kept, by the kind of paper."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from yantar.library.digests import with_digest
from yantar.library.tables import close_table, open_table, unique

KINDS = ("appeal", "service_complaint", "information_request", "remark")


@dataclass(frozen=True, slots=True)
class Kept:
    """Days from the last step of a paper of `kind` to the erasure. Not `confirmed`: the lawyer still looks at it."""

    kind: str
    days: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """All kinds, each once."""

    rows: tuple[Kept, ...]
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""

    def days(self, kind: str) -> int:
        """Days for a kind. KeyError for one that is not kept."""
        return {row.kind: row.days for row in self.rows}[kind]


def parse_retention(text: str) -> Retention:
    """Read the table; raises LibraryError with everything that is wrong, also when a kind is left out."""
    top, source, checked_on = open_table(text)
    rows, seen = [], set[str]()
    for row in top.rows("rows", required=True):
        rows.append(Kept(row.choice("kind", KINDS), row.integer("days", least=1), row.flag("confirmed")))
        unique(row, rows[-1].kind, seen)
        row.finish()
    for kind in KINDS:
        if kind not in seen:
            top.problem("level_missing", "rows", level=kind)
    close_table(top)
    return with_digest(Retention(tuple(rows), source, checked_on))


@lru_cache(maxsize=4)
def load_retention(own: str = "") -> Retention:
    """The table that ships, or the government's own file; read once. Raises LibraryError, OSError."""
    path = Path(own) if own else files("yantar.library") / "retention.yaml"
    return parse_retention(path.read_text(encoding="utf-8"))
