"""From the months of cases to the months of services that everything else reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import accumulate

from yantar.core import clock
from yantar.core.models import User

from ..models import CaseMonth, ServiceMonth, Source

COUNTS = ("received", "granted", "refused", "withdrawn", "on_time", "late")
_TENTH = Decimal("0.1")


def median_days(counts: Sequence[int]) -> Decimal | None:
    """Median of days from `counts[n]` cases that took n days; of an even number the middle of the two. None for no case."""
    total = sum(counts)
    if not total:
        return None
    low, high = _place(counts, (total + 1) // 2), _place(counts, total // 2 + 1)
    return (Decimal(low + high) / 2).quantize(_TENTH)


def p90_days(counts: Sequence[int]) -> Decimal | None:
    """The least number of days in which at least nine of ten cases were done; None for no case."""
    total = sum(counts)
    return Decimal(_place(counts, -(-9 * total // 10))).quantize(_TENTH) if total else None


def _place(counts: Sequence[int], number: int) -> int:
    """How many days the `number`-th quickest case took."""
    return next(days for days, so_far in enumerate(accumulate(counts)) if so_far >= number)


def mean_wait(total: int, known: int) -> Decimal | None:
    """Mean minutes in the queue; None where nobody's is known."""
    return (Decimal(total) / known).quantize(_TENTH) if known else None


def bring_in_line(services: Iterable[int], person: User | None) -> dict[str, int]:
    """Make the months of these services what their cases add up to. Only inside an action; returns how many months were written, replaced
    (entered or imported before) and removed.

    A month for which there are cases is theirs alone: what was entered for it, for whichever site, goes (its history stays).
    """
    ids = sorted(set(services))
    kept = {(row.service_id, row.site_id, row.month): row for row in ServiceMonth.objects.filter(service__in=ids)}
    now, written, told = clock.now(), [], set()
    for one in CaseMonth.objects.filter(service__in=ids).order_by("service_id", "month", "site_id"):
        key = one.service_id, one.site_id, one.month
        told.add(key)
        row = ServiceMonth(
            service_id=one.service_id,
            site_id=one.site_id,
            month=one.month,
            median_days=median_days(one.day_counts),
            p90_days=p90_days(one.day_counts),
            waiting_minutes=mean_wait(one.waiting_total, one.waiting_known),
            source=Source.CASES,
            recorded_by=person,
            recorded_at=now,
            **{name: getattr(one, name) for name in COUNTS},
        )
        before = kept.get(key)
        if before is None or any(getattr(before, name) != getattr(row, name) for name in (*COUNTS, *_FIGURES, "source")):
            written.append(row)
    with_cases = {(service, month) for service, _site, month in told}
    replaced = [row.pk for key, row in kept.items() if key not in told and row.source != Source.CASES and (key[0], key[2]) in with_cases]
    removed = [row.pk for key, row in kept.items() if key not in told and row.source == Source.CASES]
    if replaced or removed:
        ServiceMonth.objects.filter(pk__in=[*replaced, *removed]).delete()
    ServiceMonth.objects.bulk_create(
        written,
        batch_size=2_000,
        update_conflicts=True,
        update_fields=[*COUNTS, *_FIGURES, "source", "recorded_by", "recorded_at"],
        unique_fields=["service", "site", "month"],
    )
    return {"months": len(written), "replaced": len(replaced), "removed": len(removed)}


_FIGURES = ("median_days", "p90_days", "waiting_minutes")
