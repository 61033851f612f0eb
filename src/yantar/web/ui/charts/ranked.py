"""Amounts beneath each other, each with its share in words: who saved how much, and how much that is of the initial prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .frame import LINE, SIZE, WIDE, framed, labelled
from .text import width

ROW, BAR = 41, 13


@dataclass(frozen=True, slots=True)
class Ranked:
    """A bar: its words, the amount for its length, the same in words, what stands at the right edge (a share), its tone."""

    label: str
    value: float
    said: str
    note: str = ""
    tone: str = "primary"


def ranked_svg(rows: Sequence[Ranked], title: str, told: str = "") -> SafeString:
    """The picture; a negative amount goes to the left of a line that stands for nothing. A table of the same stands beneath it."""
    most = max((row.value for row in rows), default=0.0)
    least = min((row.value for row in rows), default=0.0)
    top, bottom = max(most, 0.0), min(least, 0.0)
    span = (top - bottom) or 1.0
    said = max((width(row.said, SIZE) for row in rows), default=0.0)
    room = WIDE - said - 8
    zero = room * -bottom / span
    pieces, y = [], 0
    for row in rows:
        note = width(row.note, SIZE, bold=True) + 10 if row.note else 0
        words, lines = labelled(row.label, WIDE - note, y)
        base = y + LINE * (lines - 1)
        long = max(room * abs(row.value) / span, 2.0)
        x = zero - long if row.value < 0 else zero
        pieces.append(
            format_html(
                '{}<text x="{}" y="{}" text-anchor="end" class="chart-strong">{}</text>'
                '<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="fill-{}"/>{}<text x="{}" y="{}" class="chart-said">{}</text>',
                words,
                WIDE,
                y + 13,
                row.note,
                f"{x:.1f}",
                base + 19,
                f"{long:.1f}",
                BAR,
                "danger" if row.value < 0 else row.tone,
                format_html('<path d="M{} {}v{}" class="chart-zero"/>', f"{zero:.1f}", base + 17, BAR + 4) if bottom < 0 else "",
                f"{max(x + long, zero) + 6:.1f}",
                base + 19 + BAR - 2,
                row.said,
            )
        )
        y = base + ROW
    told = told or "; ".join(f"{row.label}: {row.said}{f' ({row.note})' if row.note else ''}" for row in rows)
    return framed("chart-ranked", max(y, ROW) - 4, title, told, format_html_join("", "{}", ((one,) for one in pieces)))
