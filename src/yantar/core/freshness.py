"""How fresh a computed answer is: every change leaves a journal row, so the last row's number is the version of everything.

An answer computed at one version may be given again while the version is the same. The number itself is remembered for
`settings.FRESH_SECONDS`, so two processes never disagree for longer than that; the process that writes forgets it at once.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from threading import Lock
from typing import Generic, TypeVar

from django.conf import settings
from django.db import connection

T = TypeVar("T")

_remembered: tuple[float, int] | None = None
_around: ContextVar[tuple[int, bool] | None] = ContextVar("yantar_freshness", default=None)
"""Version of the answer that is being computed around this one, and whether nobody was writing when it began."""


def version() -> int:
    """Number of the last journal row that is visible now, or was a moment ago; 0 when there is none."""
    global _remembered
    known, now = _remembered, time.monotonic()
    if known is not None and now - known[0] < settings.FRESH_SECONDS:
        return known[1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM core_journalentry")
        seq = int(cursor.fetchone()[0])
    # What a transaction under way sees of itself is not yet so for anybody else.
    if not connection.in_atomic_block:
        _remembered = (now, seq)
    return seq


def forget() -> None:
    """Ask the database again: this process has just written."""
    global _remembered
    _remembered = None


def quiet() -> bool:
    """Whether nobody is writing. A writer under way may hold a smaller number than the last row seen and commit later,
    so what is computed meanwhile must not be kept. The database's own housekeeping writes no journal.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()"
            " AND backend_type NOT LIKE 'autovacuum%')"
        )
        return bool(cursor.fetchone()[0])


class Fresh(Generic[T]):
    """Keeps at most `size` answers of this process, the least used ones leave first."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: OrderedDict[Hashable, tuple[int, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The answer for a key as it is at the present version: kept or computed. What `compute` raises is not kept."""
        around = _around.get()
        seq = around[0] if around is not None else version()
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found[0] == seq:
                self._kept.move_to_end(key)
                return found[1]
        # Without a single journal row nothing was ever done by an action: what stands there came some other way and has no version.
        # An answer within an answer stands on the same version: whoever began to write since then has a higher number.
        may_keep = around[1] if around is not None else seq > 0 and quiet()
        token = _around.set((seq, may_keep))
        try:
            answer = compute()
        finally:
            _around.reset(token)
        if may_keep:
            with self._lock:
                self._kept[key] = (seq, answer)
                self._kept.move_to_end(key)
                while len(self._kept) > self.size:
                    self._kept.popitem(last=False)
        return answer
