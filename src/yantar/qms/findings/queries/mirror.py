"""All findings as columns of numbers in the memory of the process: what figures are computed from in milliseconds, whatever is asked.

Read whole once in the life of a process, then only what changed since: every change of a finding leaves a row of history with a growing
number. A writer may commit a smaller number later than another a greater one, so what was read is read again until every transaction that
was under way then is over. What a process holds is never older than the request that asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import Cursor

from ..models import Grade, OriginKind, State

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.int32]

GRADES, ORIGINS, STATES = tuple(Grade.values), tuple(OriginKind.values), tuple(State.values)
EPOCH = date(1970, 1, 1)
NO_DAY = -(10**6)
"""Stands for a day that is not known."""

COLUMNS = (
    *("pk", "authority", "year", "raised", "grade", "origin", "state", "clause", "category"),
    *("opened", "due", "closed", "ended", "reopened", "repeated"),
)
"""`ended`: the year of closing, 0 for none; `category`: a code that Columns.categories explains, 0 for none."""


def _place(column: str, values: tuple[str, ...]) -> str:
    listed = "', '".join(values)
    return f"coalesce(array_position(ARRAY['{listed}'], {column}::text), 0) - 1"


def _day(column: str) -> str:
    return f"coalesce({column} - DATE '1970-01-01', {NO_DAY})"


_FINDINGS = f"""
SELECT id, authority_id, extract(year FROM raised_on), {_day("raised_on")}, {_place("grade", GRADES)}, {_place("origin_kind", ORIGINS)},
       {_place("state", STATES)}, coalesce(clause_id, 0), CASE cause_category WHEN '' THEN 0 ELSE hashtext(cause_category) END,
       {_day("opened_on")}, {_day("overall_due_on")}, {_day("closed_on")}, coalesce(extract(year FROM closed_on), 0), reopened,
       CASE WHEN repeats_id IS NULL THEN 0 ELSE 1 END
FROM findings_finding
"""  # noqa: S608
_STEPS = f"SELECT finding_id, {_place('before', STATES)}, days FROM findings_findingstep"  # noqa: S608
_HEAD = """
SELECT coalesce((SELECT max(pgh_id) FROM findings_findingevent), 0),
       pg_snapshot_xmin(now_seen)::text::bigint, pg_snapshot_xmax(now_seen)::text::bigint
FROM (SELECT pg_current_snapshot() AS now_seen) one
"""
# No transaction lasts longer than a day.
_SETTLED = "SELECT coalesce(max(pgh_id), 0) FROM findings_findingevent WHERE pgh_created_at < now() - interval '1 day'"
_CATEGORIES = "SELECT DISTINCT hashtext(cause_category), cause_category FROM findings_finding WHERE cause_category <> ''"


@dataclass(frozen=True, slots=True)
class Columns:
    """The findings, one place in every array each; days are numbers since 1970-01-01, codes are places in GRADES, ORIGINS, STATES.

    `spent[state][place]`: days spent in a state in all visits that ended, -1 where there was none. `kept`: answers computed from them.
    """

    values: dict[str, Column]
    spent: Column
    categories: dict[int, str]
    kept: dict[Any, Any] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> Column:
        return self.values[name]

    def __len__(self) -> int:
        return len(self.values["pk"])


def _read(sql: str, width: int) -> Column:
    """What a query of so many whole numbers gives, as rows of an array: the database joins them to one string of bytes."""
    import numpy as np

    names = ", ".join(f"c{n}" for n in range(width))
    whole = " || ".join(f"int4send(c{n}::int4)" for n in range(width))
    connection.ensure_connection()
    # The driver's own cursor: only it can ask for an answer as bytes.
    with Cursor(connection.connection) as cursor:
        cursor.execute(f"SELECT string_agg({whole}, ''::bytea) FROM ({sql}) numbers ({names})", binary=True)  # type: ignore[arg-type]  # noqa: S608
        row = cursor.fetchone()
    content = (row[0] if row else None) or b""
    return np.frombuffer(content, dtype=">i4").astype(np.int32).reshape(-1, width)


def _spent(size: int, places: Any, rows: Column) -> Column:
    """Days by state and place."""
    import numpy as np

    cells = rows[:, 1].astype(np.int64) * size + places
    visits = np.bincount(cells, minlength=size * len(STATES))
    days = np.bincount(cells, weights=rows[:, 2], minlength=size * len(STATES))
    return np.where(visits > 0, days, -1).astype(np.int32).reshape(len(STATES), size)


class Mirror:
    """The columns of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._columns: Columns | None = None
        self._highest = self._settled = 0
        self._waiting: tuple[int, int] | None = None

    def columns(self) -> Columns:
        """Every finding as it is now: what changed since the last call is read, the whole only the first time."""
        if connection.in_atomic_block:
            # What a transaction sees of itself is nobody else's business.
            return _whole()
        with self._lock:
            seen, oldest, newest = _asked(_HEAD)
            if self._columns is None or seen < self._highest:
                self._settled, self._waiting = _asked(_SETTLED)[0], None
                self._columns = _whole()
            elif seen > self._settled:
                self._columns = _changed(self._columns, self._settled)
            self._highest = seen
            if self._waiting is not None and oldest >= self._waiting[1]:
                # Whoever was writing when that number was the highest is done: nothing below it can still appear.
                self._settled, self._waiting = self._waiting[0], None
            if self._waiting is None and seen > self._settled:
                self._waiting = seen, newest
            return self._columns


def _asked(sql: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return tuple(cursor.fetchone())


def _categories() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_CATEGORIES)
        return dict(cursor.fetchall())


def _whole() -> Columns:
    """Everything read anew."""
    import numpy as np

    rows = _read(f"{_FINDINGS} ORDER BY id", len(COLUMNS))
    steps = _read(_STEPS, 3)
    # A step whose finding came between the two readings waits for the next one.
    steps = steps[np.isin(steps[:, 0], rows[:, 0])]
    spent = _spent(len(rows), np.searchsorted(rows[:, 0], steps[:, 0]), steps)
    return Columns({name: np.ascontiguousarray(rows[:, n]) for n, name in enumerate(COLUMNS)}, spent, _categories())


def _changed(old: Columns, settled: int) -> Columns:
    """The columns with the findings whose history went on beyond a number."""
    import numpy as np

    touched = f"SELECT DISTINCT pgh_obj_id FROM findings_findingevent WHERE pgh_id > {settled:d}"  # noqa: S608
    rows = _read(f"{_FINDINGS} WHERE id IN ({touched}) ORDER BY id", len(COLUMNS))
    if not len(rows):
        return old
    steps = _read(f"{_STEPS} WHERE finding_id IN ({touched})", 3)
    steps = steps[np.isin(steps[:, 0], rows[:, 0])]
    fresh = _spent(len(rows), np.searchsorted(rows[:, 0], steps[:, 0]), steps)
    kept = ~np.isin(old["pk"], rows[:, 0])
    order = np.argsort(np.concatenate([old["pk"][kept], rows[:, 0]]), kind="stable")
    values = {name: np.concatenate([old[name][kept], rows[:, n]])[order] for n, name in enumerate(COLUMNS)}
    categories = old.categories if np.isin(rows[:, COLUMNS.index("category")], [0, *old.categories]).all() else _categories()
    return Columns(values, np.concatenate([old.spent[:, kept], fresh], axis=1)[:, order], categories)


MIRROR = Mirror()
