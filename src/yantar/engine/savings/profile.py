"""Coverage and quality of a dataset, by publisher and field: what is filled, what was repaired, what is seen, what contradicts itself.

The answer is published as docs/savings/profile.schema.json. Shares are decimal strings with six places, null without a base.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .profile_checks import MADE, Check, checks
from .result import Share, Words, share
from .tables import TABLES, Column, Kind, Table

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend

    from .dataset import Dataset, Tables

Verdict = Literal["passed", "failed", "not_applicable"]
SEEN = 50
"""Values of a code that are counted one by one, the most frequent first."""
_PLACES = {"source", "line", "offset", "length"}
"""Columns that only say where a record stood."""
_MOMENTS = {"opens", "closes", "submitted"}
CODES = {
    "procedures": ("status", "method", "currency", "law", "vat", "category", "budget_currency"),
    "lots": ("status", "currency", "vat"),
    "bids": ("status", "currency"),
    "awards": ("status", "currency", "vat"),
    "contracts": ("status", "currency", "vat"),
}
"""Columns whose values are counted one by one."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldProfile(_Form):
    """A column of a table, of one publisher."""

    table: str
    column: str
    rows: int = Field(ge=0)
    filled: int = Field(ge=0)
    """Rows where something usable is stated."""
    share: Share | None
    distinct: int = Field(ge=0)
    least: str | None
    """Smallest of money, numbers, days and moments; null for text."""
    most: str | None
    repaired: int = Field(ge=0)
    """Values of it that the ingest repaired."""
    set_aside: int = Field(ge=0)
    """Values of it that the ingest set aside."""
    seen: dict[str, int] = Field(default_factory=dict)
    """For codes: how often each value is seen, the most frequent first; the empty text is what states none."""


class Defect(_Form):
    """What the ingest met in a field, counted by reason. Places in lists are left out: awards[].value.amount."""

    field: str
    reason: str
    action: Literal["repaired", "set_aside", "rejected"]
    values: int


class Checked(_Form):
    """A check across fields: passed + failed + not_applicable are the publisher's procedures."""

    id: str
    title: Words
    passed: int = Field(ge=0)
    failed: int = Field(ge=0)
    not_applicable: int = Field(ge=0)
    allowed: Share
    """Largest share of failures among the procedures checked with which it is still passed."""
    verdict: Verdict
    examples: tuple[str, ...] = ()
    """First failing procedures by id."""


class Publisher(_Form):
    """What one publisher's records hold."""

    publisher: str
    procedures: int = Field(ge=0)
    first_on: str | None
    last_on: str | None
    fields: tuple[FieldProfile, ...]
    defects: tuple[Defect, ...]
    checks: tuple[Checked, ...]


class Profile(_Form):
    """Coverage and quality of a dataset."""

    format: Literal["yantar-profile/1"] = "yantar-profile/1"
    manifest: dict[str, Any]
    """Of the dataset (yantar-dataset/1), with its own `sha256`."""
    procedures: int = Field(ge=0)
    publishers: tuple[Publisher, ...]
    """By number of procedures, the largest first. The empty one: ocids without a prefix, and records rejected before
    their publisher was known."""


def schema() -> dict[str, Any]:
    """The form as JSON Schema."""
    return Profile.model_json_schema(mode="serialization")


def profile(dataset: Dataset, *, engine: BaseBackend | None = None) -> Profile:
    """Coverage and quality of a dataset. `engine`: where to compute, as of `engines`; without one a DuckDB of its own."""
    from .engines import duck

    con = engine if engine is not None else duck()
    try:
        publishers = _publishers(con, _named(dataset.tables(con)))
    finally:
        if engine is None:
            con.disconnect()
    return Profile(
        manifest={**dataset.manifest.model_dump(mode="json"), "sha256": dataset.manifest.sha256},
        procedures=dataset.manifest.counts.procedures,
        publishers=publishers,
    )


def _named(tables: Tables) -> Tables:
    """Publishers that are nothing but digits are numbers of procedures without a prefix: nobody is named."""

    def name(rows: ibis.Table) -> ibis.Table:
        return rows.mutate(publisher=rows.publisher.re_search("^[0-9]+$").ifelse("", rows.publisher))

    return tables._replace(procedures=name(tables.procedures), quarantine=name(tables.quarantine))


def _publishers(con: BaseBackend, tables: Tables) -> tuple[Publisher, ...]:
    from .engines import run

    p = tables.procedures
    rows = run(con, p.group_by("publisher").aggregate(n=p.count(), first_on=p.published_on.min(), last_on=p.published_on.max()))
    defects = _defects(con, tables)
    known = {row["publisher"]: row for row in rows}
    for name in {name for name, *_ in defects} - set(known):
        known[name] = {"publisher": name, "n": 0, "first_on": None, "last_on": None}
    stats = {name: _statistics(con, tables, table) for name, table in TABLES.items() if name != "quarantine"}
    seen = _seen(con, tables)
    counted, examples = _counted(con, tables)
    found = []
    for name, row in sorted(known.items(), key=lambda item: (-item[1]["n"], item[0])):
        of_paths = _by_path(defects, name)
        found.append(
            Publisher(
                publisher=name,
                procedures=row["n"],
                first_on=_text(row["first_on"]),
                last_on=_text(row["last_on"]),
                fields=tuple(
                    _field(table, column, stats[table.name].get(name, {}), of_paths, seen.get((name, table.name, column.name), {}))
                    for table in TABLES.values()
                    if table.name != "quarantine"
                    for column in _columns(table)
                ),
                defects=tuple(
                    Defect.model_validate({"field": field, "reason": reason, "action": action, "values": values})
                    for (publisher, field, reason, action), values in sorted(defects.items())
                    if publisher == name
                ),
                checks=tuple(
                    _checked(check, row["n"], counted.get((check.id, name), (0, 0)), examples.get((check.id, name), ())) for check in checks().checks
                ),
            )
        )
    return tuple(found)


def _columns(table: Table) -> list[Column]:
    return [column for column in table.columns if column.name not in _PLACES]


def _with_publisher(tables: Tables, name: str) -> Any:
    rows = getattr(tables, name)
    if name == "procedures":
        return rows
    return rows.inner_join(tables.procedures.select("procedure_id", "publisher"), "procedure_id")


def _statistics(con: BaseBackend, tables: Tables, table: Table) -> dict[str, dict[str, Any]]:
    """By publisher: rows, and of each column how many are filled, how many values there are, the least and the most."""
    from .engines import run

    rows = _with_publisher(tables, table.name)
    asked: dict[str, Any] = {}
    for column in _columns(table):
        one = rows[column.name]
        stated = (one != "") if column.kind is Kind.TEXT else one.notnull()
        asked[f"{column.name}_filled"] = stated.cast("int64").sum()
        asked[f"{column.name}_distinct"] = one.nunique(where=stated)
        if column.kind not in (Kind.TEXT, Kind.FLAG):
            asked[f"{column.name}_least"], asked[f"{column.name}_most"] = one.min(), one.max()
    # Grouped by another name: the publisher is also a column to look at.
    grouped = rows.group_by(of_publisher=rows.publisher).aggregate(rows_=rows.count(), **asked)
    return {row["of_publisher"]: row for row in run(con, grouped)}


def _seen(con: BaseBackend, tables: Tables) -> dict[tuple[str, str, str], dict[str, int]]:
    import ibis

    from .engines import run

    parts = []
    for name, columns in CODES.items():
        rows = _with_publisher(tables, name)
        for column in columns:
            counted = rows.group_by("publisher", code=rows[column]).aggregate(n=rows.count())
            parts.append(counted.select("publisher", "code", "n", table_=ibis.literal(name), column_=ibis.literal(column)))
    found: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for row in sorted(run(con, parts[0].union(*parts[1:])), key=lambda row: (-row["n"], row["code"])):
        values = found[row["publisher"], row["table_"], row["column_"]]
        if len(values) < SEEN:
            values[row["code"]] = row["n"]
    return found


def _defects(con: BaseBackend, tables: Tables) -> dict[tuple[str, str, str, str], int]:
    """Values by publisher, field without places, reason and action."""
    from .engines import run

    q = tables.quarantine
    counted = q.group_by("publisher", "reason", "action", path=q.field.re_replace(r"\[[0-9]+\]", "[]")).aggregate(n=q.count())
    return {(row["publisher"], row["path"], row["reason"], row["action"]): row["n"] for row in run(con, counted)}


def _by_path(defects: dict[tuple[str, str, str, str], int], publisher: str) -> dict[tuple[str, str], int]:
    """Values of one publisher by path (as the columns name theirs) and action."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for (name, field, _, action), values in defects.items():
        if name == publisher:
            found[_path(field), action] += values
    return found


def _path(field: str) -> str:
    """tender.lots[].value.amount as the columns name it: lots.value.amount."""
    path = field.replace("[]", "")
    return path.removeprefix("tender.") if path.startswith("tender.lots.") else path


def _source_of(column: Column) -> str:
    """The path of the record that a column holds: what its description begins with."""
    found = re.match(r"[A-Za-z]+(?:\.[A-Za-z]+)+", column.holds)
    return found.group() if found else ""


def _field(table: Table, column: Column, row: dict[str, Any], defects: dict[tuple[str, str], int], seen: dict[str, int]) -> FieldProfile:
    rows, filled = row.get("rows_", 0), row.get(f"{column.name}_filled") or 0
    path = _source_of(column)
    return FieldProfile(
        table=table.name,
        column=column.name,
        rows=rows,
        filled=filled,
        share=share(Decimal(filled), Decimal(rows)),
        distinct=row.get(f"{column.name}_distinct") or 0,
        least=_text(row.get(f"{column.name}_least"), moment=column.name in _MOMENTS),
        most=_text(row.get(f"{column.name}_most"), moment=column.name in _MOMENTS),
        repaired=defects.get((path, "repaired"), 0) if path else 0,
        set_aside=defects.get((path, "set_aside"), 0) if path else 0,
        seen=seen,
    )


def _text(value: Any, *, moment: bool = False) -> str | None:
    if value is None:
        return None
    if moment:
        try:
            return datetime.fromtimestamp(int(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except (OverflowError, ValueError, OSError):
            return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _counted(con: BaseBackend, tables: Tables) -> tuple[dict[tuple[str, str], tuple[int, int]], dict[tuple[str, str], tuple[str, ...]]]:
    """Passed and failed by check and publisher, and the first failing procedures."""
    import ibis

    from .engines import held, run

    publishers = tables.procedures.select("procedure_id", "publisher")
    parts = [MADE[check.id](tables, check).select("procedure_id", "failed", check=ibis.literal(check.id)) for check in checks().checks]
    rows = parts[0].union(*parts[1:]).inner_join(publishers, "procedure_id").select("procedure_id", "failed", "check", "publisher")
    with held(con, lambda: rows) as each:
        totals = each.group_by("check", "publisher").aggregate(n=each.count(), failed=each.failed.cast("int64").sum())
        counted = {(row["check"], row["publisher"]): (row["n"] - row["failed"], row["failed"]) for row in run(con, totals)}
        bad = each.filter(each.failed)
        place = ibis.row_number().over(group_by=[bad.check, bad.publisher], order_by=bad.procedure_id)
        ranked = bad.mutate(place=place)
        first: dict[tuple[str, str], list[str]] = defaultdict(list)
        wanted = run(con, ranked.filter(ranked.place < checks().examples).select("check", "publisher", "procedure_id"))
    for row in sorted(wanted, key=lambda row: str(row["procedure_id"])):
        first[row["check"], row["publisher"]].append(row["procedure_id"])
    return counted, {key: tuple(ids) for key, ids in first.items()}


def _checked(check: Check, procedures: int, counted: tuple[int, int], examples: tuple[str, ...]) -> Checked:
    passed, failed = counted
    verdict: Verdict = "not_applicable"
    if passed + failed:
        verdict = "passed" if failed * 100 <= check.allowed * (passed + failed) else "failed"
    return Checked(
        id=check.id,
        title=Words(ru=check.title_ru, en=check.title_en),
        passed=passed,
        failed=failed,
        not_applicable=procedures - passed - failed,
        allowed=share(check.allowed, Decimal(100)) or "0.000000",
        verdict=verdict,
        examples=examples,
    )
