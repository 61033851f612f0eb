"""Which few causes make most of the trouble: shares, running shares and the classes A, B and C (Pareto analysis)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

A_UP_TO = Fraction(4, 5)
B_UP_TO = Fraction(19, 20)
"""Customary limits of the classes (80 % and 95 %); design."""


class ParetoRow(NamedTuple):
    """One bar: `share` of the whole, `cumulative` share of this and all greater ones, class "A", "B" or "C"."""

    key: str
    number: int
    share: Fraction
    cumulative: Fraction
    group: str


def pareto(counts: Mapping[str, int], *, a_up_to: Fraction = A_UP_TO, b_up_to: Fraction = B_UP_TO) -> tuple[ParetoRow, ...]:
    """Rows from the greatest count to the smallest, equal ones by key; what was never counted is left out.

    A row is in class A while the rows before it make less than `a_up_to`, so the greatest one always is, and the row that crosses the
    limit still belongs to it. Raises ValueError for negative counts.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("counts are 0 or more")
    total = sum(counts.values())
    rows, running = [], 0
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count:
            before = Fraction(running, total)
            running += count
            group = "A" if before < a_up_to else "B" if before < b_up_to else "C"
            rows.append(ParetoRow(key, count, Fraction(count, total), Fraction(running, total), group))
    return tuple(rows)
