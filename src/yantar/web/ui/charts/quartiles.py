"""Spreads beneath each other on one axis: the middle half as a box, the median as a line in it, how many stand behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .frame import LINE, SIZE, WIDE, framed, labelled
from .text import width

ROW, BOX, FOOT = 42, 12, 20


@dataclass(frozen=True, slots=True)
class Strip:
    """A spread in per cent: the quarters' borders with the tails (5 % and 95 %) where known. `weak`: too few to be compared."""

    label: str
    count: int
    first: float
    median: float
    third: float
    low: float | None = None
    high: float | None = None
    weak: bool = False


def _said(value: float) -> str:
    return f"{formats.number_format(round(value, 1), decimal_pos=1, use_l10n=True)} %".replace("-", "\u2212")


def quartiles_svg(rows: Sequence[Strip], title: str, told: str = "") -> SafeString:
    """The picture; a spread of too few is drawn hollow. A table of the same numbers stands beneath it."""
    values = [value for row in rows for value in (row.first, row.third, row.low, row.high) if value is not None]
    bottom, top = min([0.0, *values]), max([1.0, *values])
    step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 10**6) if (top - bottom) / step <= 5)
    bottom, top = step * (bottom // step), step * -(-top // step)

    def x(value: float) -> float:
        return 4 + (WIDE - 8) * (value - bottom) / (top - bottom)

    pieces, y = [], 0
    for row in rows:
        count = f"n = {formats.number_format(row.count, use_l10n=True, force_grouping=True)}"
        words, lines = labelled(row.label, WIDE - width(count, SIZE) - 10, y)
        base = y + LINE * (lines - 1)
        pieces.append(
            format_html(
                '{}<text x="{}" y="{}" text-anchor="end" class="chart-said">{}</text>'
                '<path d="M{} {}H{}" class="chart-tail"/><rect x="{}" y="{}" width="{}" height="{}" rx="2" class="{}"/>'
                '<path d="M{} {}v{}" class="chart-median"/>',
                words,
                WIDE,
                y + 13,
                count,
                f"{x(row.first if row.low is None else row.low):.1f}",
                f"{base + 20 + BOX / 2:.1f}",
                f"{x(row.third if row.high is None else row.high):.1f}",
                f"{x(row.first):.1f}",
                base + 20,
                f"{max(x(row.third) - x(row.first), 2):.1f}",
                BOX,
                "chart-box chart-weak" if row.weak else "chart-box",
                f"{x(row.median):.1f}",
                base + 18,
                BOX + 4,
            )
        )
        y = base + ROW
    high = y + FOOT
    grid = []
    tick = bottom
    while tick <= top:
        said = f"{formats.number_format(tick, decimal_pos=0, use_l10n=True)} %".replace("-", "\u2212")
        half = width(said, SIZE) / 2
        anchor = "start" if x(tick) < half else "end" if x(tick) + half > WIDE else "middle"
        grid.append((f"{x(tick):.1f}", high - FOOT, f"{x(tick):.1f}", high - 5, anchor, said))
        tick += step
    told = told or "; ".join(
        _("%(label)s: median %(median)s, middle half from %(first)s to %(third)s, of %(count)s")
        % {"label": row.label, "median": _said(row.median), "first": _said(row.first), "third": _said(row.third), "count": row.count}
        for row in rows
    )
    body = format_html_join(
        "",
        '<path d="M{} 0V{}" class="chart-grid"/><text x="{}" y="{}" text-anchor="{}" class="chart-words">{}</text>',
        grid,
    ) + format_html_join("", "{}", ((one,) for one in pieces))
    return framed("chart-quartiles", high, title, told, SafeString(body))
