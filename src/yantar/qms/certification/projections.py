"""Keeping what follows from the facts, so that lists and any day answer in one query. Called inside actions only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any

from yantar.core.actions import current
from yantar.engine.certification import facts as engine
from yantar.engine.certification.obligations import all_obligations
from yantar.engine.certification.status import timeline

from .facts import Gathered, gather
from .models import Certificate, Obligation, StatusPeriod

BATCH = 500
"""Certificates recomputed together: bounds memory over a register of any size."""

_PERIOD = ("begins_on", "ends_on", "status", "edition_id", "body_id", "expires_on")
_OBLIGATION = ("kind", "rule", "year", "opens_on", "due_on", "met_on", "closed_on", "cancelled", "confirmed")

_waiting: ContextVar[dict[int, Certificate] | None] = ContextVar("yantar_certification_projections", default=None)


@contextmanager
def deferred() -> Iterator[None]:
    """Refresh once at the end what the code inside changes: for imports that record many facts in one action."""
    if _waiting.get() is not None:
        yield
        return
    waiting: dict[int, Certificate] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    refresh(waiting.values())


def refresh(certificates: Iterable[Certificate], progress: Callable[[int], None] | None = None) -> int:
    """Recompute status periods and obligations; rows that are right already are left alone.

    Returns the number of certificates. `progress` is told after each batch how many are done. Raises RuntimeError outside of an action.
    """
    current()
    waiting = _waiting.get()
    if waiting is not None:
        rows = list(certificates)
        waiting.update((row.pk, row) for row in rows)
        return len(rows)
    done = 0
    source = iter(certificates)
    while batch := list(islice(source, BATCH)):
        store(batch, gather(batch, whole=False))
        done += len(batch)
        if progress:
            progress(done)
    return done


def store(certificates: Iterable[Certificate], gathered: Gathered) -> None:
    """Write what the engine says of these facts, as differences to what is there."""
    bodies = {certificate.pk: certificate.body_id for certificate in certificates}
    periods: list[tuple[Any, ...]] = []
    duties: list[tuple[Any, ...]] = []
    for pk, facts in gathered.facts.items():
        periods += _periods(pk, facts, gathered, bodies[pk])
        duties += [(pk, *(getattr(one, name) for name in _OBLIGATION)) for one in all_obligations(facts)]
    _replace(StatusPeriod, _PERIOD, bodies, periods)
    _replace(Obligation, _OBLIGATION, bodies, duties)


def _periods(pk: int, facts: engine.CertificateFacts, gathered: Gathered, body: int) -> Iterator[tuple[Any, ...]]:
    """The engine's periods, cut where another certification body took over."""
    transfers = gathered.transfers.get(pk, [])
    for period in timeline(facts):
        cuts = sorted(
            {day for day, _ in transfers if period.begins_on < day and (period.ends_on is None or day < period.ends_on)} | {period.begins_on}
        )
        for begins_on, ends_on in zip(cuts, [*cuts[1:], period.ends_on], strict=True):
            of = body
            for day, taken_over_by in transfers:
                if day <= begins_on:
                    of = taken_over_by
            yield (pk, begins_on, ends_on, period.status.value, gathered.editions.get(period.edition), of, period.expires_on)


def _replace(model: type[Any], names: tuple[str, ...], certificates: Iterable[int], wanted: list[tuple[Any, ...]]) -> None:
    have: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in model._default_manager.filter(certificate__in=list(certificates)).order_by().values_list("pk", "certificate_id", *names):
        have[row[1:]].append(row[0])
    missing = []
    for values in wanted:
        if have[values]:
            have[values].pop()
        else:
            missing.append(values)
    gone = [pk for rows in have.values() for pk in rows]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    if missing:
        keys = ("certificate_id", *names)
        model._default_manager.bulk_create([model(**dict(zip(keys, values, strict=True))) for values in missing], batch_size=2000)


def settle(certificates: list[Certificate], gathered: Gathered) -> None:
    """As `refresh` where the facts are at hand already, with what was just added to them."""
    current()
    waiting = _waiting.get()
    if waiting is None:
        store(certificates, gathered)
    else:
        waiting.update((row.pk, row) for row in certificates)
