"""Telling how far long work is, and stopping it when somebody wishes so."""

from __future__ import annotations

from collections.abc import Callable

SCALE = 1000
"""Steps of a whole piece of work; a progress bar gets `done` of these."""

EVERY = 500
"""Rows between two looks at the wish to cancel."""


class Cancelled(Exception):
    """Somebody cancelled the work; nothing of it remains."""


class Progress:
    """Where a piece of work is, stage by stage.

    `tell(done, total)` gets 0…1000 of 1000 and never goes back; `cancelled()` is asked at the same
    moments. Inside a transaction `tell` must not write by the same connection if others are to see it
    before the commit.
    """

    def __init__(self, tell: Callable[[int, int], None] | None = None, cancelled: Callable[[], bool] | None = None) -> None:
        self._tell = tell
        self._cancelled = cancelled
        self._begin = 0
        self._end = 0
        self._last = -1

    def stage(self, end: int) -> None:
        """Begin the next stage; it takes the bar from the end of the one before to `end` (0…1000)."""
        self._begin, self._end = self._end, end
        self.at(0, 1)

    def at(self, done: int, total: int) -> None:
        """The stage has done `done` of `total`. Raises Cancelled."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        share = min(1.0, done / total) if total > 0 else 1.0
        now = self._begin + int((self._end - self._begin) * share)
        if now > self._last:
            self._last = now
            if self._tell is not None:
                self._tell(now, SCALE)
