"""Audit time of a quality management system from the number of personnel (IAF MD 5, table QMS 1).

The table and its ratios are data (see yantar.library); here is the arithmetic alone, exact, without binary fractions. What the
adjustments are is for people to decide and to give reasons for; the limit of reduction is applied here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Protocol

from yantar.engine.steps import Step, gettext_noop

STEP_TEXTS: dict[str, str] = {
    "table": gettext_noop("Effective personnel %(personnel)s lies in the row %(lower)s–%(upper)s of the table: %(days)s days"),
    "beyond_table": gettext_noop(
        "Effective personnel %(personnel)s lies beyond the table; its progression carried on (our reading) gives %(days)s days"
    ),
    "adjustment": gettext_noop("Adjustment “%(reason)s”: %(percent)s %%"),
    "reduction_limited": gettext_noop("Reduction of %(asked)s %% asked for, at most %(limit)s %% allowed"),
    "adjusted": gettext_noop("%(days)s days adjusted by %(percent)s %%: %(value)s days"),
    "initial": gettext_noop("Stage 1 and stage 2 together, to the nearest half day: %(value)s days"),
    "surveillance": gettext_noop("Each surveillance, %(ratio)s of %(days)s days, to the nearest half day: %(value)s days"),
    "recertification": gettext_noop("Recertification, %(ratio)s of %(days)s days, to the nearest half day: %(value)s days"),
    "onsite": gettext_noop("On site at least %(percent)s %% of %(days)s days: %(value)s days"),
}
"""English wording of every step code, with named parameters; the same strings are the keys of the translations."""


class Band(Protocol):
    """Effective personnel from `lower` to `upper`, both included, takes `days`."""

    @property
    def lower(self) -> int: ...
    @property
    def upper(self) -> int: ...
    @property
    def days(self) -> Decimal: ...


class Table(Protocol):
    """An audit-time table: bands that begin at 1 and follow each other without a gap; ratios and shares as parts of one."""

    @property
    def bands(self) -> Sequence[Band]: ...
    @property
    def surveillance_ratio(self) -> Fraction: ...
    @property
    def recertification_ratio(self) -> Fraction: ...
    @property
    def max_reduction(self) -> Fraction: ...
    @property
    def onsite_share(self) -> Fraction: ...
    @property
    def beyond_growth(self) -> Fraction: ...
    @property
    def beyond_step(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A reason to audit longer (share above 0) or shorter (below 0); ``Decimal("-0.10")`` is ten per cent shorter."""

    reason: str
    share: Decimal | Fraction


@dataclass(frozen=True, slots=True)
class AuditTime:
    """Audit days: `initial` is stage 1 and stage 2 together, `surveillance` is each one, all rounded to the nearest half day.

    `adjusted` is the initial time before rounding and `onsite_minimum` the part of it to be spent on site, not rounded;
    `share` the sum of adjustments that was applied; `limited` says that more reduction was asked for than is allowed.
    """

    personnel: int
    table_days: Decimal
    share: Fraction
    limited: bool
    adjusted: Fraction
    initial: Decimal
    surveillance: Decimal
    recertification: Decimal
    onsite_minimum: Fraction
    steps: tuple[Step, ...]


def half(value: Fraction | Decimal | int) -> Decimal:
    """`value` to the nearest half, quarters upwards: 5.3 → 5.5, 5.2 → 5, 5.25 → 5.5 (rounding of IAF MD 5 as answered by EA)."""
    return Decimal(floor(Fraction(value) * 2 + Fraction(1, 2))) / 2


def initial_days(personnel: int, table: Table) -> Decimal:
    """Days of stage 1 and stage 2 together by the table, before any adjustment.

    Beyond the last row IAF MD 5 only says to follow the progression. Our reading: each further `beyond_step` days cover personnel up
    to `beyond_growth` times the bound before, rounded down to a whole person (10,700 → 13,375 → 16,718 …).

    Raises ValueError for fewer than one person.
    """
    return _row(personnel, table)[2]


def _row(personnel: int, table: Table) -> tuple[int, int, Decimal]:
    if personnel < 1:
        raise ValueError("effective personnel must be 1 or more")
    for band in table.bands:
        if band.lower <= personnel <= band.upper:
            return band.lower, band.upper, band.days
    last = table.bands[-1]
    lower, upper, days = last.lower, last.upper, last.days
    while personnel > upper:
        lower, upper, days = upper + 1, max(floor(upper * table.beyond_growth), upper + 1), days + table.beyond_step
    return lower, upper, days


def audit_time(personnel: int, adjustments: Sequence[Adjustment], table: Table) -> AuditTime:
    """Audit time of one organisation by IAF MD 5: table, adjustments, limit of reduction, then every kind of audit.

    `personnel` is the effective number. Increase has no upper limit. Surveillance, recertification and the on-site minimum are taken
    from the adjusted time before rounding. Raises ValueError for fewer than one person and TypeError for a binary fraction as a share.
    """
    lower, upper, days = _row(personnel, table)
    steps = [
        Step(
            "table" if personnel <= table.bands[-1].upper else "beyond_table",
            {"personnel": str(personnel), "lower": str(lower), "upper": str(upper), "days": _text(days)},
            _text(days),
        )
    ]
    share = Fraction(0)
    for adjustment in adjustments:
        if not isinstance(adjustment.share, Decimal | Fraction):
            raise TypeError("an adjustment is a Decimal or a Fraction, not a binary number")
        share += Fraction(adjustment.share)
        percent = _percent(Fraction(adjustment.share))
        steps.append(Step("adjustment", {"reason": adjustment.reason, "percent": percent}, percent))
    limited = share < -table.max_reduction
    if limited:
        params = {"asked": _percent(-share), "limit": _percent(table.max_reduction)}
        share = -table.max_reduction
        steps.append(Step("reduction_limited", params, _percent(share)))
    adjusted = Fraction(days) * (1 + share)
    if adjustments:
        steps.append(_step("adjusted", adjusted, days=_text(days), percent=_percent(share)))
    initial, surveillance = half(adjusted), half(adjusted * table.surveillance_ratio)
    recertification, onsite = half(adjusted * table.recertification_ratio), adjusted * table.onsite_share
    steps += [
        _step("initial", initial),
        _step("surveillance", surveillance, ratio=str(table.surveillance_ratio), days=_text(adjusted)),
        _step("recertification", recertification, ratio=str(table.recertification_ratio), days=_text(adjusted)),
        _step("onsite", onsite, percent=_percent(table.onsite_share), days=_text(adjusted)),
    ]
    return AuditTime(personnel, days, share, limited, adjusted, initial, surveillance, recertification, onsite, tuple(steps))


def _step(code: str, value: Fraction | Decimal, **params: str) -> Step:
    return Step(code, params | {"value": _text(value)}, _text(value))


def _text(value: Fraction | Decimal) -> str:
    """A number for a page: at most two places, without trailing zeros."""
    exact = Fraction(value)
    hundredths = floor(abs(exact) * 100 + Fraction(1, 2))
    sign = "-" if exact < 0 and hundredths else ""
    whole, rest = divmod(hundredths, 100)
    return f"{sign}{whole}.{rest:02d}".rstrip("0").rstrip(".")


def _percent(share: Fraction) -> str:
    return _text(share * 100)
