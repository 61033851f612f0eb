"""Columns side by side, with a running share above them where they stand in order of size (a Pareto chart)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .text import width

WIDE, HIGH = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 6, 6, 18, 20
SIZE = 11
"""Size of the words, in units of the picture; it is shown at about its own size on a telephone."""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands above one label: one column or several side by side, each a value (not negative) with its tone; `share` 0 to 1, running."""

    label: str
    values: Sequence[tuple[float, str]]
    share: float | None = None


def _said(value: float, decimals: int) -> str:
    return str(formats.number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True))


def columns_svg(groups: Sequence[Group], title: str, told: str = "") -> SafeString:
    """The picture; a table of the same stands beneath it on the page. `told`: what a screen reader says besides the title."""
    greatest = max((value for group in groups for value, _tone in group.values), default=0) or 1
    floor, room = HIGH - BOTTOM, HIGH - BOTTOM - TOP
    step = (WIDE - LEFT - RIGHT) / max(len(groups), 1)
    # Numbers beside each other have as many decimals as the longest of them needs.
    decimals = max((len(f"{value:.10g}".partition(".")[2]) for group in groups for value, _tone in group.values), default=0)
    bars, words, points = [], [], []
    for place, group in enumerate(groups):
        middle = LEFT + step * (place + 0.5)
        thick = min(step * 0.8, 44) / max(len(group.values), 1)
        x = middle - thick * len(group.values) / 2
        for value, tone in group.values:
            high = room * value / greatest
            bars.append((f"{x:.1f}", f"{floor - high:.1f}", f"{thick * 0.94:.1f}", f"{high:.1f}", tone))
            x += thick
        # A running share passes over the columns: numbers would lie under it.
        single = group.values[0][0] if len(group.values) == 1 and group.share is None else None
        if single is not None and width(number := _said(single, decimals), SIZE) <= step:
            words.append((f"{middle:.1f}", f"{floor - room * single / greatest - 4:.1f}", "chart-number", number))
        # Where labels would touch each other, every second or third one is written.
        every = max(1, -(-max(int(width(one.label, SIZE)) + 6 for one in groups) // max(int(step), 1)))
        if place % every == 0:
            words.append((f"{middle:.1f}", f"{HIGH - 5}", "chart-label", group.label))
        if group.share is not None:
            points.append((f"{middle:.1f}", f"{floor - room * group.share:.1f}"))
    key = f"columns-{zlib.crc32((title + told).encode()):08x}"
    line = format_html('<polyline points="{}" class="chart-line"/>', " ".join(f"{x},{y}" for x, y in points)) if points else SafeString("")
    return format_html(
        '<svg class="chart-columns" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title><desc id="{}-d">{}</desc>'
        '<path d="M{} {}H{}" class="chart-floor"/>{}{}{}{}</svg>',
        WIDE,
        HIGH,
        key,
        key,
        key,
        title,
        key,
        told,
        LEFT,
        floor,
        WIDE - RIGHT,
        format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}" class="fill-{}"/>', bars),
        line,
        format_html_join("", '<circle cx="{}" cy="{}" r="2.5" class="chart-point"/>', points),
        format_html_join("", '<text x="{}" y="{}" text-anchor="middle" class="{}">{}</text>', words),
    )


def meter_svg(share: float, tone: str = "primary") -> SafeString:
    """A thin bar of a share (0 to 1) in a cell of a table: decoration beside the number."""
    return format_html(
        '<svg class="chart-meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect width="100" height="6" class="fill-empty"/><rect width="{}" height="6" class="fill-{}"/></svg>',
        f"{100 * min(max(share, 0), 1):.1f}",
        tone,
    )
