"""From a figure down to the procedure: lists, the largest, the doubtful ones, and a procedure with all its records.

Functions over an outcome (computed or stored). Rows come back as plain dictionaries by the column names of `outcome`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from .engines import run
from .groups import COLUMNS
from .method import MARKS, Doubtful, Method
from .result import Dimension

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

    from .dataset import Tables

Sort = Literal["saved", "discount", "baseline", "awarded", "input_value", "published_on", "bidders", "procedure_id", "buyer_name"]
SORTS: tuple[Sort, ...] = ("saved", "discount", "baseline", "awarded", "input_value", "published_on", "bidders", "procedure_id", "buyer_name")
LISTED = (
    *("procedure_id", "tender_id", "title", "buyer_id", "buyer_name", "buyer_inn", "method", "method_name", "law", "status", "published_on"),
    *("year", "input_value", "input_currency", "baseline", "baseline_currency", "baseline_source", "awarded", "award_currency", "saved"),
    *("discount", "bidders", "bidders_group", "band", "lots", "contracted", "net_state", "holds", "marks", "decided", "reason", "class"),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which procedures. Empty: all. `counted`: "E1", "E2" (E1 included), "one_bid" (E2 alone) or "excluded"; `doubtful`: id of a kind of
    the method; `only`: values by dimension; `text`: part of the number, title or buyer; `ids`: exactly these."""

    counted: Literal["", "E1", "E2", "one_bid", "excluded"] = ""
    reason: str = ""
    mark: str = ""
    doubtful: str = ""
    only: tuple[tuple[Dimension, tuple[str | int, ...]], ...] = ()
    start: date | None = None
    end: date | None = None
    text: str = ""
    ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and how many there are in all."""

    total: int
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Outlier:
    """A procedure that a person should look at, and why."""

    kind: Doubtful
    row: dict[str, Any]


def _marked(rows: ibis.Table, mark: str) -> ir.BooleanValue:
    return (rows.marks.cast("int64") & (1 << MARKS.index(mark))) != 0


def _kind(rows: ibis.Table, kind: Doubtful) -> ibis.Table:
    if kind.reason:
        return rows.filter(rows.reason == kind.reason)
    if kind.top:
        return rows.filter(rows["class"] == "E1")
    counted = rows["class"] == kind.within if kind.within else rows["class"] != "excluded"
    return rows.filter(counted & _marked(rows, kind.mark))


def chosen(rows: ibis.Table, method: Method, which: Filter) -> ibis.Table:
    """The rows of an outcome that a filter lets through.

    Raises KeyError for an unknown kind of doubtful procedures, ValueError for an unknown mark.
    """
    from .figures import inside

    rows = inside(rows, (which.start, which.end), dict(which.only))
    if which.counted == "E2":
        rows = rows.filter(rows["class"] != "excluded")
    elif which.counted:
        rows = rows.filter(rows["class"] == {"one_bid": "E2"}.get(which.counted, which.counted))
    if which.reason:
        rows = rows.filter(rows.reason == which.reason)
    if which.mark:
        rows = rows.filter(_marked(rows, which.mark))
    if which.doubtful:
        rows = _kind(rows, {kind.id: kind for kind in method.doubtful}[which.doubtful])
    if which.ids is not None:
        rows = rows.filter(rows.procedure_id.isin(list(which.ids)))
    if which.text:
        part = which.text.lower()
        fields = (rows.procedure_id, rows.tender_id, rows.title, rows.buyer_name, rows.buyer_inn)
        found = fields[0].lower().contains(part)
        for field in fields[1:]:
            found |= field.lower().contains(part)
        rows = rows.filter(found)
    return rows


def procedures(
    con: BaseBackend,
    rows: ibis.Table,
    method: Method,
    which: Filter | None = None,
    *,
    sort: Sort = "saved",
    descending: bool = True,
    offset: int = 0,
    limit: int = 50,
) -> Page:
    """A page of the list of procedures. What is not stated comes last; equals are in the order of their numbers.

    Raises ValueError for a column that the list can't be sorted by.
    """
    if sort not in SORTS:
        raise ValueError(f"no order by {sort}")
    found = chosen(rows, method, which or Filter())
    total = int(run(con, found.agg(n=found.count()))[0]["n"])
    if not total or limit <= 0:
        return Page(total, ())
    return Page(total, tuple(run(con, _sorted(found, sort, descending).limit(limit, offset=offset))))


def _sorted(found: ibis.Table, sort: Sort, descending: bool) -> ibis.Table:
    column = found[sort]
    first = column.isnull() if sort != "buyer_name" else column == ""
    keys = [first.cast("int64").asc(), column.desc() if descending else column.asc()]
    return found.order_by(*keys, found.procedure_id.asc()).select(*LISTED)


def all_procedures(con: BaseBackend, rows: ibis.Table, method: Method, which: Filter | None = None) -> ibis.Table:
    """The whole list as an expression, by number: for exports."""
    found = chosen(rows, method, which or Filter())
    return found.order_by("procedure_id").select(*LISTED)


def largest(con: BaseBackend, rows: ibis.Table, *, n: int = 10, smallest: bool = False) -> list[dict[str, Any]]:
    """The n procedures of E2 with the most saved, or the least."""
    counted = rows.filter(rows["class"] != "excluded")
    return run(con, _sorted(counted, "saved", not smallest).limit(n))


def outliers(con: BaseBackend, rows: ibis.Table, method: Method, *, limit: int = 20, skip: Collection[str] = ()) -> list[Outlier]:
    """Doubtful procedures by kind, in the order of the method; of each kind the `limit` with the greatest sums. `skip`: ids not wanted,
    as those that were settled."""
    left = rows.filter(rows.procedure_id.notin(sorted(skip))) if skip else rows
    answer: list[Outlier] = []
    for kind in method.doubtful:
        found = _kind(left, kind)
        sort: Sort = "input_value" if kind.reason else "saved"
        listed = run(con, _sorted(found, sort, True).limit(min(kind.top, limit) if kind.top else limit))
        answer.extend(Outlier(kind, row) for row in listed)
    return answer


def doubtful_counts(con: BaseBackend, rows: ibis.Table, method: Method) -> dict[str, int]:
    """How many procedures each kind of doubt has (of the largest: as many as the method names, at most)."""
    per: dict[tuple[str, str, int], int] = {}
    for row in run(con, rows.group_by("class", "reason", "marks").agg(n=rows.count())):
        per[(row["class"], row["reason"], int(row["marks"]))] = row["n"]
    answer = {}
    for kind in method.doubtful:
        n = 0
        for (counted, reason, marks), number in per.items():
            if kind.reason:
                fits = reason == kind.reason
            elif kind.top:
                fits = counted == "E1"
            else:
                fits = counted != "excluded" and kind.within in ("", counted) and bool(marks >> MARKS.index(kind.mark) & 1)
            n += number if fits else 0
        answer[kind.id] = min(n, kind.top) if kind.top else n
    return answer


def procedure(con: BaseBackend, rows: ibis.Table, tables: Tables, procedure_id: str) -> dict[str, Any] | None:
    """A procedure with all its records: `outcome` (its row), then lots, bids, awards, contracts, … as lists; None where it is unknown."""
    found = run(con, rows.filter(rows.procedure_id == procedure_id))
    if not found:
        return None
    answer: dict[str, Any] = {"outcome": found[0]}
    orders: dict[str, Sequence[str]] = {
        "procedures": ("procedure_id",),
        "lots": ("lot_id",),
        "bids": ("amount", "bid_id"),
        "bid_lots": ("bid_id", "lot_id"),
        "awards": ("award_id",),
        "award_lots": ("award_id", "lot_id"),
        "contracts": ("contract_id",),
        "amendments": ("contract_id", "amended_on", "amendment_id"),
        "quarantine": ("line", "field"),
    }
    for name, order in orders.items():
        table: ibis.Table = getattr(tables, name)
        answer[name] = run(con, table.filter(table.procedure_id == procedure_id).order_by(*order))
    return answer


def reasons_that_hold(row: dict[str, Any], method: Method) -> list[str]:
    """All reasons that hold for a row of an outcome (the first is its `reason`), then its marks."""
    held = [reason.id for bit, reason in enumerate(method.reasons) if int(row["holds"]) >> bit & 1]
    return [*held, *(mark for bit, mark in enumerate(MARKS) if int(row["marks"]) >> bit & 1)]


def dimension_values(con: BaseBackend, rows: ibis.Table, dimension: Dimension) -> list[dict[str, Any]]:
    """Values of a dimension with the number of all procedures (and for buyers the name), most frequent first."""
    column = COLUMNS[dimension]
    names = {"name": rows.buyer_name.max()} if dimension == "buyer" else {}
    found = run(con, rows.group_by(value=rows[column]).agg(procedures=rows.count(), **names))
    return sorted(found, key=lambda row: (-row["procedures"], str(row["value"])))
