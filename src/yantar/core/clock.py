"""The one clock of the house. The simulation sets it; everything else reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time

from django.utils import timezone

_set: ContextVar[datetime | None] = ContextVar("yantar_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC or the zone it was set in."""
    return _set.get() or timezone.now()


def today() -> date:
    """The present day in the government's time zone."""
    return timezone.localdate(now())


def day_of(moment: datetime) -> date:
    """The day of an aware moment in the government's time zone."""
    return timezone.localdate(moment)


@contextmanager
def at(moment: date | datetime) -> Iterator[None]:
    """Let the code inside live at `moment` (a day means 10:00 of it in the government's zone)."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(10, 0))
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
