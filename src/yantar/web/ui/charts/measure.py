"""One value before, its target, and what it is after: three bars under each other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .text import width

WIDE, ROW, BAR, SIZE = 360, 44, 16, 12


@dataclass(frozen=True, slots=True)
class Value:
    """A bar: its words, the number for its length, the same in words, its tone."""

    label: str
    value: float
    said: str
    tone: str


def measure_svg(values: Sequence[Value], title: str) -> SafeString:
    """The picture; what it says stands in words on each bar. Negative values count as their distance from 0."""
    greatest = max((abs(one.value) for one in values), default=0) or 1
    key = f"ms-{zlib.crc32((title + ''.join(one.said for one in values)).encode()):08x}"
    rows = []
    for place, one in enumerate(values):
        top = ROW * place
        long = max((WIDE - 90) * abs(one.value) / greatest, 3)
        rows.append(
            format_html(
                '<text x="0" y="{}" class="ms-label">{}</text><rect x="0" y="{}" width="{}" height="{}" rx="3" class="fill-{}"/>'
                '<text x="{}" y="{}" class="ms-value">{}</text>',
                top + 13,
                one.label,
                top + 19,
                f"{long:.1f}",
                BAR,
                one.tone,
                f"{min(long + 7, WIDE - width(one.said, SIZE + 1, bold=True)):.1f}",
                top + 19 + BAR - 4,
                one.said,
            )
        )
    told = "; ".join(f"{one.label}: {one.said}" for one in values)
    return format_html(
        '<svg class="measure" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        WIDE,
        ROW * len(values),
        key,
        key,
        key,
        title,
        key,
        told,
        format_html_join("", "{}", ((one,) for one in rows)),
    )
