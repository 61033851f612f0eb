"""Person-days of an internal audit by our own norm (data of the library, design): no standard gives a figure for internal audits."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Protocol

from yantar.engine.audit_time import Table, half, initial_days
from yantar.engine.steps import Step, gettext_noop

STEP_TEXTS: dict[str, str] = {
    "norm_base": gettext_noop("%(share)s of the initial audit time for %(personnel)s people (%(days)s days): %(value)s days"),
    "norm_processes": gettext_noop("%(count)s processes beyond %(included)s, %(each)s days each: %(value)s days more"),
    "norm_sites": gettext_noop("%(count)s sites beyond the first, %(each)s days each: %(value)s days more"),
    "norm_risk": gettext_noop("Risk changes the time by the factor %(factor)s: %(value)s days"),
    "norm_result": gettext_noop("To the nearest half day, at least %(minimum)s: %(value)s person-days"),
}
"""English wording of every step code, with named parameters; the same strings are the keys of the translations."""


class _BandFactor(Protocol):
    @property
    def band(self) -> str: ...
    @property
    def factor(self) -> Fraction: ...


class Norm(Protocol):
    """The norm: `share` of the initial time, what is added, and a factor for each band of risk."""

    @property
    def share(self) -> Fraction: ...
    @property
    def minimum(self) -> Fraction: ...
    @property
    def processes_included(self) -> int: ...
    @property
    def per_process(self) -> Fraction: ...
    @property
    def per_site(self) -> Fraction: ...
    @property
    def bands(self) -> Sequence[_BandFactor]: ...


class InternalDays(NamedTuple):
    """Person-days in half days, with the steps that lead there."""

    days: Decimal
    steps: tuple[Step, ...]


def internal_days(personnel: int, processes: int, sites: int, risk: str, table: Table, norm: Norm) -> InternalDays:
    """Person-days of one internal audit.

    `personnel`: people in scope; `processes` and `sites`: how many are audited; `risk`: the highest band among the processes, "" or a
    band without a factor changes nothing. Raises ValueError for fewer than one person or negative counts.
    """
    if min(processes, sites) < 0:
        raise ValueError("processes and sites are 0 or more")
    initial = initial_days(personnel, table)
    value = Fraction(initial) * norm.share
    steps = [_step("norm_base", value, share=str(norm.share), personnel=str(personnel), days=_text(Fraction(initial)))]
    if (extra := processes - norm.processes_included) > 0:
        more = extra * norm.per_process
        steps.append(_step("norm_processes", more, count=str(extra), included=str(norm.processes_included), each=_text(norm.per_process)))
        value += more
    if sites > 1:
        more = (sites - 1) * norm.per_site
        steps.append(_step("norm_sites", more, count=str(sites - 1), each=_text(norm.per_site)))
        value += more
    factor = next((row.factor for row in norm.bands if row.band == risk), Fraction(1))
    if factor != 1:
        value *= factor
        steps.append(_step("norm_risk", value, factor=_text(factor)))
    days = max(half(value), half(norm.minimum))
    steps.append(_step("norm_result", Fraction(days), minimum=_text(norm.minimum)))
    return InternalDays(days, tuple(steps))


def _step(code: str, value: Fraction, **params: str) -> Step:
    return Step(code, params | {"value": _text(value)}, _text(value))


def _text(value: Fraction) -> str:
    """At most two places, without trailing zeros."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.2f}".rstrip("0").rstrip(".")
