"""How often which value occurs: columns without gaps over an axis of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .frame import SIZE, WIDE, framed
from .text import width

HIGH, TOP, FOOT = 190, 20, 22
TICKS = 6


@dataclass(frozen=True, slots=True)
class Bin:
    """How many lie from `low` up to but without `high`; `said` is what the reader is told of it."""

    low: float
    high: float
    count: int
    said: str = ""
    tone: str = "primary"


def _number(value: float) -> str:
    said = formats.number_format(int(value) if float(value).is_integer() else value, use_l10n=True, force_grouping=True)
    return str(said).replace("-", "\u2212")


def histogram_svg(bins: Sequence[Bin], title: str, told: str = "", unit: str = "%", marks: Sequence[tuple[float, str]] = ()) -> SafeString:
    """The picture; bins of equal width, in their order. `marks`: values with words at which an upright line stands."""
    greatest = max((one.count for one in bins), default=0) or 1
    floor, room = HIGH - FOOT, HIGH - FOOT - TOP
    first, last = (bins[0].low, bins[-1].high) if bins else (0.0, 1.0)
    span = (last - first) or 1.0

    def x(value: float) -> float:
        return (WIDE - 2) * (value - first) / span + 1

    bars = []
    for one in bins:
        high = room * one.count / greatest
        if one.count:
            high = max(high, 1.5)
        bars.append((f"{x(one.low) + 0.5:.1f}", f"{floor - high:.1f}", f"{x(one.high) - x(one.low) - 1:.1f}", f"{high:.1f}", one.tone))
    edges = [one.low for one in bins] + ([bins[-1].high] if bins else [])
    widest = max((width(f"{_number(edge)} {unit}", SIZE) for edge in edges), default=1.0) + 12
    every = max(1, -(-len(edges) // min(TICKS, max(int(WIDE // widest), 1))))
    ticks = []
    for place, edge in enumerate(edges):
        if place % every:
            continue
        anchor = "start" if place == 0 else "end" if x(edge) + widest / 2 > WIDE else "middle"
        ticks.append((f"{x(edge):.1f}", HIGH - 6, anchor, f"{_number(edge)} {unit}".strip()))
    lines = []
    for value, words in marks:
        end = x(value) + 4 + width(words, SIZE) > WIDE
        lines.append((f"{x(value):.1f}", floor, f"{x(value) + (-4 if end else 4):.1f}", "end" if end else "start", words))
    most = max(bins, key=lambda one: one.count, default=None)
    body = (
        format_html('<path d="M0 {}H{}" class="chart-floor"/>', floor, WIDE)
        + format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}" class="fill-{}"/>', bars)
        + format_html_join("", '<text x="{}" y="{}" text-anchor="{}" class="chart-words">{}</text>', ticks)
        + format_html_join("", '<path d="M{} 4V{}" class="chart-mark"/><text x="{}" y="13" text-anchor="{}" class="chart-words">{}</text>', lines)
    )
    if not told and most is not None:
        told = "; ".join(f"{one.said or f'{_number(one.low)}–{_number(one.high)} {unit}'}: {_number(one.count)}" for one in bins if one.count)
    return framed("chart-histogram", HIGH, title, told, SafeString(body))
