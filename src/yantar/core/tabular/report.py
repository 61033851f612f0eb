"""What an import would do, or did: for the screen, for the command line, for the journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yantar.core.problems import Problem

from .cells import CLEAR, shown
from .parsing import ParsedRow


@dataclass(frozen=True, slots=True)
class Created:
    """A row that makes something new. `key` is its code or number, `title` what people call it."""

    table: str
    key: str
    title: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that changes what is recorded: `fields` by column key, each with what stood there before and what will stand there."""

    table: str
    key: str
    title: str
    sheet: str
    row: int
    fields: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Report:
    """What an import would do. It may be applied when there are no problems.

    `warnings` deserve a look and stop nothing; `notes` tell what was left out or understood. `flagged`
    counts facts that break a rule and go in marked. `applied`: this is what was done, not what would be.
    """

    sha256: str = ""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    creates: list[Created] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    unchanged: dict[str, int] = field(default_factory=dict)
    flagged: int = 0
    applied: bool = False

    @property
    def ok(self) -> bool:
        """Whether it may be applied."""
        return not self.problems

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """By table: how many rows are created, changed, unchanged."""
        counts: dict[str, dict[str, int]] = {}

        def of(table: str) -> dict[str, int]:
            return counts.setdefault(table, {"created": 0, "changed": 0, "unchanged": 0})

        for created in self.creates:
            of(created.table)["created"] += 1
        for changed in self.changes:
            of(changed.table)["changed"] += 1
        for table, number in self.unchanged.items():
            of(table)["unchanged"] += number
        return counts

    @property
    def nothing_new(self) -> bool:
        """Whether applying it would change nothing."""
        return not self.creates and not self.changes

    def created(self, table: str, key: str, title: str, row: ParsedRow) -> None:
        """Count a row that makes something new."""
        self.creates.append(Created(table, key, title, row.layout.sheet, row.number))

    def changed(self, table: str, key: str, title: str, row: ParsedRow, fields: dict[str, tuple[Any, Any]]) -> None:
        """Count a row that changes something, or (no fields) nothing."""
        if fields:
            self.changes.append(Changed(table, key, title, row.layout.sheet, row.number, fields))
        else:
            self.unchanged[table] = self.unchanged.get(table, 0) + 1

    def sort(self) -> None:
        """Put problems and warnings in the order of the file's rows; sheets in the order they are first mentioned."""
        sheets: dict[str, int] = {}
        for problem in (*self.notes, *self.problems, *self.warnings):
            sheets.setdefault(problem.sheet, len(sheets))
        for found in (self.problems, self.warnings):
            found.sort(key=lambda problem: (sheets[problem.sheet], problem.row or 0))

    def as_dict(self, limit: int = 200) -> dict[str, Any]:
        """Plain JSON in the reader's language; of each list the first `limit`, with its whole length beside it."""
        return {
            "sha256": self.sha256,
            "ok": self.ok,
            "applied": self.applied,
            "flagged": self.flagged,
            "counts": self.counts,
            "problems": [problem.as_dict() for problem in self.problems[:limit]],
            "problem_count": len(self.problems),
            "warnings": [problem.as_dict() for problem in self.warnings[:limit]],
            "warning_count": len(self.warnings),
            "notes": [problem.as_dict() for problem in self.notes[:limit]],
            "note_count": len(self.notes),
            "creates": [{"table": c.table, "key": c.key, "title": c.title, "sheet": c.sheet, "row": c.row} for c in self.creates[:limit]],
            "changes": [
                {
                    "table": c.table,
                    "key": c.key,
                    "title": c.title,
                    "sheet": c.sheet,
                    "row": c.row,
                    "fields": {name: [plain(before), plain(after)] for name, (before, after) in c.fields.items()},
                }
                for c in self.changes[:limit]
            ],
        }


def plain(value: Any) -> str:
    """A value of a change for the screen."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return shown(value)


def differences(row: ParsedRow, current: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the row says differently from the current values: by column key (before, after). Empty cells say nothing, a dash empties."""
    found = {}
    for key, before in current.items():
        if not row.given(key):
            continue
        after = row.values[key]
        if after is CLEAR:
            after = "" if isinstance(before, str) else None
        if after != before:
            found[key] = (before, after)
    return found
