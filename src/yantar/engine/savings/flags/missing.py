"""What a dataset lacks for a rule to be computed: columns in which nothing at all is stated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..tables import TABLES

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

    from ..dataset import Tables


def missing(con: BaseBackend, tables: Tables, *, rules: Iterable[str] | None = None) -> dict[str, tuple[str, ...]]:
    """By rule: the needs (as its file names them) that no row of the dataset meets. A rule that lacks nothing has no entry.

    A rule may lack nothing and still have nothing to examine: what it needs then never stands together. Raises UnknownRule.
    """
    from ..engines import run
    from . import chosen

    wanted = chosen(rules)
    by_table: dict[str, set[str]] = {}
    for rule in wanted:
        for need in rule.needs:
            for one in need.split("|"):
                table, column = one.split(".")
                by_table.setdefault(table, set()).add(column)
    stated: set[str] = set()
    for name, columns in by_table.items():
        rows = getattr(tables, name)
        text = TABLES[name].types
        asked = {one: ((rows[one] != "") if text[one] == "string" else rows[one].notnull()).cast("int64").max() for one in sorted(columns)}
        (row,) = run(con, rows.aggregate(**asked))
        stated |= {f"{name}.{one}" for one, found in row.items() if found}
    lacking = {rule.code: tuple(need for need in rule.needs if not stated & set(need.split("|"))) for rule in wanted}
    return {code: needs for code, needs in lacking.items() if needs}
