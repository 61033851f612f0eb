"""Public figures of appeals: aggregates alone, and only of five or more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.utils import timezone

from yantar.core import clock

LEAST = 5
"""Fewer than so many are not shown."""

_SQL = """
SELECT authority_id, count(*),
  count(*) FILTER (WHERE answered_on IS NOT NULL),
  count(*) FILTER (WHERE on_time),
  count(*) FILTER (WHERE on_time IS NOT NULL OR (state IN ('received', 'registered') AND due_on < %(today)s)),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY answered_on - (received_at AT TIME ZONE %(zone)s)::date) FILTER (WHERE answered_on IS NOT NULL),
  count(*) FILTER (WHERE outcome IN ('upheld', 'partly') AND kind = 'service_complaint'),
  count(*) FILTER (WHERE outcome <> '' AND kind = 'service_complaint'),
  count(*) FILTER (WHERE reopened > 0)
FROM feedback_appeal
WHERE received_at >= %(since)s AND received_at < %(until)s AND state NOT IN ('suspected', 'rejected') {where}
GROUP BY {group}
"""


@dataclass(frozen=True, slots=True)
class AppealFigures:
    """What an authority did with the appeals of a time. Shares are 0 to 1; None where they would say something of fewer than LEAST.

    `received`: without what a moderator rejected; None below LEAST. `in_time`: of those answered, and of those whose day passed unanswered;
    what was late once stays late. `median_days`: calendar days from the receipt to the latest answer. `upheld`: of decided complaints
    about services, in full or in part. `reopened`: taken up again after an answer.
    """

    received: int | None
    answered: int | None
    in_time: float | None
    median_days: int | None
    upheld: float | None
    reopened: int | None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole >= LEAST else None


def _made(row: tuple[int, ...]) -> AppealFigures:
    received, answered, in_time, judged, days, upheld, decided, reopened = row
    if received < LEAST:
        return AppealFigures(None, None, None, None, None, None)
    return AppealFigures(
        received,
        answered if answered >= LEAST or answered == 0 else None,
        _share(in_time, judged),
        days if answered >= LEAST else None,
        _share(upheld, decided),
        reopened if reopened >= LEAST or reopened == 0 else None,
    )


def _asked(since: date, until: date, where: str, group: str, **params: Any) -> dict[int | None, AppealFigures]:
    def begins(day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, time.min))

    zone = timezone.get_default_timezone_name()
    given: dict[str, Any] = {"today": clock.today(), "zone": zone, "since": begins(since), "until": begins(until), **params}
    sql = _SQL.format(where=where, group=group)
    if group == "()":
        sql = sql.replace("SELECT authority_id,", "SELECT NULL::bigint,")
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return {row[0]: _made(row[1:]) for row in cursor.fetchall()}


def figures(authority_ids: Iterable[int], since: date, until: date) -> AppealFigures:
    """Of appeals received from `since` (included) to `until` (not included) by these authorities together. One query."""
    return _asked(since, until, "AND authority_id = ANY(%(ids)s)", "()", ids=sorted(authority_ids))[None]


def figures_by_authority(since: date, until: date) -> dict[int, AppealFigures]:
    """As `figures`, of every authority that received any, by its key. One query."""
    return {key: found for key, found in _asked(since, until, "", "authority_id").items() if key is not None}
