"""How often something may be done: by one client, and by all together, counted in the database and so over all processes.

A client is a keyed print of its network, made with a salt of the day: the address itself is kept nowhere, and from one day to the next
nobody can tell that it was the same one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.http import HttpRequest

from yantar.core import clock
from yantar.core.clients import client_network
from yantar.core.secrecy import blind

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEPT = timedelta(days=2)
"""Counts of windows that began longer ago are swept: no window is longer than a day."""

_COUNT = """
WITH mine AS (
  INSERT INTO feedback_admission AS a (what, who, "window", count) VALUES (%(what)s, %(who)s, %(window)s, 1)
  ON CONFLICT (what, who, "window") DO UPDATE SET count = a.count + 1 RETURNING count
), everybody AS (
  INSERT INTO feedback_admission AS a (what, who, "window", count) SELECT %(what)s, '', %(window)s, 1 FROM mine WHERE count <= %(per_client)s
  ON CONFLICT (what, who, "window") DO UPDATE SET count = a.count + 1 RETURNING count
)
SELECT (SELECT count FROM mine), (SELECT count FROM everybody)
"""


class Counted(NamedTuple):
    """How often in this window: by this client and by all. `everybody` is None where the client alone was too often and no longer counts."""

    mine: int
    everybody: int | None


def client_print(request: HttpRequest) -> str:
    """Who asks, as a keyed print of its network with the salt of the day (64 hex digits): the same within a day, never the address."""
    return blind("client", f"{clock.today():%Y-%m-%d} {client_network(request)}")


def window_start(window: timedelta) -> datetime:
    """When the window began that the present moment lies in. `window`: above 0, at most a day."""
    if not timedelta(0) < window <= DAY:
        raise ValueError("a window is above 0 and at most a day")
    seconds = int(window.total_seconds())
    moment = int(clock.now().timestamp())
    return datetime.fromtimestamp(moment - moment % seconds, tz=UTC)


def count(what: str, who: str, window: timedelta, per_client: int = 2_000_000_000) -> Counted:
    """Count one more of `what` (at most 30 characters) by `who` (a print, not empty) and, while that is at most `per_client`, by all.

    One statement, and rows always in one order, so any number of processes may count at once. A client that floods doesn't use up what
    all together may. Called outside of a transaction it stays counted whatever becomes of the attempt.
    """
    if not who:
        raise ValueError("empty is everybody, not a client")
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"what": what, "who": who, "window": window_start(window), "per_client": per_client})
        mine, everybody = cursor.fetchone()
    return Counted(mine, everybody)


def admitted(what: str, who: str, per_client: int, in_all: int, window: timedelta) -> bool:
    """Count one attempt and say whether it is within both limits of the window. `who`: `client_print(request)`, or another print."""
    counted = count(what, who, window, per_client)
    return counted.mine <= per_client and counted.everybody is not None and counted.everybody <= in_all
