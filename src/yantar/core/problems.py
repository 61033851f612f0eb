"""What is wrong with somebody's input: all of it at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `message` is a (lazy) translated sentence that says what and how to mend it; the place is a form
    field, or a sheet, a row (1-based, as the office program counts) and a column heading.
    """

    message: Any
    code: str = "invalid"
    field: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For problem+json and for tests; empty places are left out."""
        pairs = {
            "message": str(self.message),
            "code": self.code,
            "field": self.field,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
        }
        return {key: value for key, value in pairs.items() if value not in ("", None)}


class Refused(Exception):
    """An action or an import said no. Nothing was changed. `problems` is never empty."""

    def __init__(self, problems: Problem | str | Iterable[Problem | str]) -> None:
        if isinstance(problems, (Problem, str)) or not isinstance(problems, Iterable):
            problems = [problems]
        self.problems: list[Problem] = [p if isinstance(p, Problem) else Problem(p) for p in problems]
        super().__init__("; ".join(str(p.message) for p in self.problems))
