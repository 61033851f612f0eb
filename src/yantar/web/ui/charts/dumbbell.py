"""How one figure moves: under each choice a point beside the point that it is moved from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .frame import LINE, SIZE, WIDE, framed, labelled
from .text import width

ROW, RADIUS = 42, 5


@dataclass(frozen=True, slots=True)
class Move:
    """A choice: its words, where it takes the figure, how far in words."""

    label: str
    value: float
    said: str


def dumbbell_svg(base: float, base_said: str, moves: Sequence[Move], title: str, told: str = "") -> SafeString:
    """The picture; the upright line is the figure itself. A table of the same stands beneath it."""
    values = [base, *(move.value for move in moves)]
    bottom, top = min(values), max(values)
    span = (top - bottom) or 1.0

    def x(value: float) -> float:
        return RADIUS + 2 + (WIDE - 2 * RADIUS - 4) * (value - bottom) / span if top > bottom else WIDE / 2

    half = width(base_said, SIZE, bold=True) / 2
    anchor = "start" if x(base) < half else "end" if x(base) + half > WIDE else "middle"
    pieces, y = [], 0
    for move in moves:
        words, lines = labelled(move.label, WIDE - width(move.said, SIZE, bold=True) - 10, y)
        middle = y + LINE * (lines - 1) + 26
        tone = "chart-less" if move.value < base else "chart-more" if move.value > base else "chart-same"
        pieces.append(
            format_html(
                '{}<text x="{}" y="{}" text-anchor="end" class="chart-strong">{}</text>'
                '<path d="M{} {}H{}" class="chart-way"/><circle cx="{}" cy="{}" r="{}" class="{}"/><path d="M{} {}v17" class="chart-base"/>',
                words,
                WIDE,
                y + 13,
                move.said,
                f"{x(base):.1f}",
                middle,
                f"{x(move.value):.1f}",
                f"{x(move.value):.1f}",
                middle,
                RADIUS,
                tone,
                f"{x(base):.1f}",
                middle - 8,
            )
        )
        y = middle + ROW - 26
    high = y + 20
    said = format_html('<text x="{}" y="{}" text-anchor="{}" class="chart-strong">{}</text>', f"{x(base):.1f}", high - 5, anchor, base_said)
    told = told or "; ".join(f"{move.label}: {move.said}" for move in moves)
    return framed("chart-dumbbell", high, title, told, SafeString(format_html_join("", "{}", ((one,) for one in pieces)) + said))
