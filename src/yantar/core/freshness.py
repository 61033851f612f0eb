"""How fresh a computed answer is: every change leaves a journal row, so the last row's number is the version of everything.

An answer computed at one version may be given again while the version is the same. Two processes never disagree for longer than
it takes to ask the database for the number.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")


def version() -> int:
    """Number of the last journal row that is visible now; 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM core_journalentry")
        return int(cursor.fetchone()[0])


def quiet() -> bool:
    """Whether nobody is writing. A writer under way may hold a smaller number than the last row seen and commit later,
    so what is computed meanwhile must not be kept.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database())"
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
        seq = version()
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found[0] == seq:
                self._kept.move_to_end(key)
                return found[1]
        # Without a single journal row nothing was ever done by an action: what stands there came some other way and has no version.
        may_keep = seq > 0 and quiet()
        answer = compute()
        if may_keep:
            with self._lock:
                self._kept[key] = (seq, answer)
                self._kept.move_to_end(key)
                while len(self._kept) > self.size:
                    self._kept.popitem(last=False)
        return answer
