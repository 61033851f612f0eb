"""Taking a piece of checked cases into the database: what is new, what differs, what stays; and what months of services add up to.

Everything is set-based: the piece is copied into a temporary table, found again by (service, number) in the order of the index, and the
months are changed by what came and what went. One piece at a time in the whole government, so nobody counts what another just changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from yantar.qms.organisation.actions.locks import one_at_a_time

from ..models import Outcome
from .checking import MOST_DAYS

MORE = 400
"""Days from which on cases are counted together."""
FACTS = ("site_id", "received_on", "registered_on", "suspended_days", "done_on", "due_on", "days", "outcome", "waiting_minutes")
STAGED = ("service_id", "number", *FACTS, "month", "done_month")
_STAGING = """
CREATE TEMP TABLE IF NOT EXISTS case_staging (
  service_id bigint, number varchar(60), site_id bigint, received_on date, registered_on date, suspended_days smallint, done_on date, due_on date,
  days smallint, outcome varchar(9), waiting_minutes smallint, month integer, done_month integer
) ON COMMIT DELETE ROWS
"""
_OLD = ", ".join(f"c.{name} AS old_{name}" for name in FACTS)
_DIFFERS = f"({', '.join(f'c.{name}' for name in FACTS)}) IS DISTINCT FROM ({', '.join(f's.{name}' for name in FACTS)})"
_KNOWN = f"""
CREATE TEMP TABLE case_known ON COMMIT DROP AS
SELECT c.id, {_DIFFERS} AS differs, s.*, {_OLD} FROM case_staging s JOIN services_servicecase c USING (service_id, number)
"""  # noqa: S608
_COLUMNS = ", ".join(("service_id", "number", *FACTS))
_ADD = f"INSERT INTO services_servicecase ({_COLUMNS}) SELECT {_COLUMNS} FROM case_staging s"  # noqa: S608
_NEW = "NOT EXISTS (SELECT FROM case_known k WHERE k.service_id = s.service_id AND k.number = s.number)"
_CHANGE = f"""
UPDATE services_servicecase c SET {", ".join(f"{name} = k.{name}" for name in FACTS)} FROM case_known k WHERE k.id = c.id AND k.differs
"""  # noqa: S608


def _signed(sign: int, source: str, prefix: str = "") -> str:
    month = "month" if not prefix else "(extract(year FROM old_received_on) * 12 + extract(month FROM old_received_on) - 1)::int"
    done = "done_month" if not prefix else "coalesce(extract(year FROM old_done_on) * 12 + extract(month FROM old_done_on) - 1, -1)::int"
    names = ("site_id", "waiting_minutes", "outcome", "days", "done_on", "due_on")
    chosen = ", ".join(f"{prefix}{name} AS {name}" for name in names)
    return f"SELECT {sign} AS sign, service_id, {chosen}, {month} AS month, {done} AS done_month FROM {source}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Merged:
    """How many of a piece were new, differed from what was kept, or were known just so."""

    added: int
    changed: int
    unchanged: int


def merge(data: bytes, good: int) -> Merged:
    """Take in rows as `pieces.Chunk.data` has them. Inside a transaction, which it keeps other loads waiting for."""
    one_at_a_time("service cases")
    with connection.cursor() as cursor:
        # The table of cases may be a thousand times the piece: only its index is worth asking, in its order.
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL jit = off")
        cursor.execute(_STAGING)
        cursor.execute("TRUNCATE case_staging; DROP TABLE IF EXISTS case_known")
        with cursor.copy(f"COPY case_staging ({', '.join(STAGED)}) FROM STDIN") as copy:
            for start in range(0, len(data), 1 << 18):
                copy.write(data[start : start + (1 << 18)])
        cursor.execute("ANALYZE case_staging")
        cursor.execute(_KNOWN)
        known = cursor.rowcount
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on")
        changed = 0
        if known:
            cursor.execute("ANALYZE case_known")
            cursor.execute("SELECT count(*) FILTER (WHERE differs) FROM case_known")
            changed = int(cursor.fetchone()[0])
        signed = []
        if known < good:
            new = f" WHERE {_NEW}" if known else ""
            signed.append(_signed(1, f"case_staging s{new}"))
            cursor.execute(f"{_ADD}{new} ORDER BY service_id, number")
        if changed:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(_CHANGE)
            signed += [_signed(1, "case_known WHERE differs"), _signed(-1, "case_known WHERE differs", "old_")]
        if signed:
            _add_months(cursor, " UNION ALL ".join(signed))
    return Merged(added=good - known, changed=changed, unchanged=known - changed)


def _add_months(cursor: Any, signed: str) -> None:
    """Change the months of cases by what came (+1) and what went (-1)."""
    cursor.execute(
        f"SELECT service_id, site_id, month, sum(sign), sum(sign * waiting_minutes), sum(sign) FILTER (WHERE waiting_minutes IS NOT NULL)"  # noqa: S608
        f" FROM ({signed}) came GROUP BY 1, 2, 3"
    )
    arrived = cursor.fetchall()
    cursor.execute(
        f"SELECT service_id, site_id, done_month, outcome, days, done_on > due_on, sum(sign) FROM ({signed}) came"  # noqa: S608
        " WHERE done_on IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6"
    )
    ended = cursor.fetchall()
    months = _months(cursor, {row[:3] for row in arrived} | {row[:3] for row in ended})
    for service, site, number, count, minutes, waited in arrived:
        one = months[service, site, number]
        one.received += int(count)
        one.waiting_total += int(minutes or 0)
        one.waiting_known += int(waited or 0)
    for service, site, number, outcome, days, late, count in ended:
        one = months[service, site, number]
        setattr(one, outcome, getattr(one, outcome) + int(count))
        if outcome != Outcome.WITHDRAWN:
            name = "late" if late else "on_time"
            setattr(one, name, getattr(one, name) + int(count))
            place = min(days, MORE)
            if place >= len(one.day_counts):
                one.day_counts += [0] * (place + 1 - len(one.day_counts))
            one.day_counts[place] += int(count)
    _keep(cursor, months)


@dataclass(slots=True)
class _Month:
    """A row of CaseMonth without its key; thousands of them pass with every piece."""

    received: int = 0
    granted: int = 0
    refused: int = 0
    withdrawn: int = 0
    on_time: int = 0
    late: int = 0
    waiting_total: int = 0
    waiting_known: int = 0
    day_counts: list[int] = field(default_factory=list)

    def line(self, key: _Key) -> str:
        """A line for COPY."""
        while self.day_counts and not self.day_counts[-1]:
            self.day_counts.pop()
        values = [str(getattr(self, name)) for name in _COUNTS]
        place = [str(key[0]), "\\N" if key[1] is None else str(key[1]), first_of(key[2]).isoformat()]
        return "\t".join([*place, *values, f"{{{','.join(map(str, self.day_counts))}}}"]) + "\n"


_Key = tuple[int, int | None, int]
_COUNTS = ("received", "granted", "refused", "withdrawn", "on_time", "late", "waiting_total", "waiting_known")
_MONTH_COLUMNS = ", ".join(("service_id", "site_id", "month", *_COUNTS, "day_counts"))
_TAKE_MONTHS = f"""
INSERT INTO services_casemonth ({_MONTH_COLUMNS}) SELECT {_MONTH_COLUMNS} FROM case_months
ON CONFLICT (service_id, site_id, month) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in (*_COUNTS, "day_counts"))}
"""  # noqa: S608


def _months(cursor: Any, touched: set[_Key]) -> dict[_Key, _Month]:
    """The months as they are, new ones empty."""
    months = {key: _Month() for key in touched}
    numbers = [number for _service, _site, number in touched]
    cursor.execute(
        f"SELECT {_MONTH_COLUMNS} FROM services_casemonth WHERE service_id = ANY(%s) AND month BETWEEN %s AND %s",  # noqa: S608
        [list({service for service, _site, _number in touched}), first_of(min(numbers)), first_of(max(numbers))],
    )
    for service, site, month, *values in cursor.fetchall():
        key = service, site, month.year * 12 + month.month - 1
        if key in months:
            months[key] = _Month(*values)
    return months


def first_of(number: int) -> date:
    """The first day of a month that is counted from year 0."""
    return date(number // 12, number % 12 + 1, 1)


def _keep(cursor: Any, months: dict[_Key, _Month]) -> None:
    """Write months; one in which nothing is left goes."""
    cursor.execute("DROP TABLE IF EXISTS case_months")
    cursor.execute(f"CREATE TEMP TABLE case_months ON COMMIT DROP AS SELECT {_MONTH_COLUMNS} FROM services_casemonth WITH NO DATA")  # noqa: S608
    with cursor.copy(f"COPY case_months ({_MONTH_COLUMNS}) FROM STDIN") as copy:
        copy.write("".join(one.line(key) for key, one in months.items()))
    cursor.execute(_TAKE_MONTHS)
    if any(not (one.received or one.granted or one.refused or one.withdrawn) for one in months.values()):
        cursor.execute("DELETE FROM services_casemonth WHERE received + granted + refused + withdrawn = 0")


assert MORE < MOST_DAYS
