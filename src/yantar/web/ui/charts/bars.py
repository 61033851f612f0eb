"""A whole divided into parts: one bar, and the figures in words beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, GAP = 600, 14, 2


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the whole: its words, how many (not negative), its tone (success, warning, danger, secondary, primary)."""

    label: str
    value: int
    tone: str = "primary"


def bar_svg(parts: Sequence[Part], title: str) -> SafeString:
    """A bar divided in proportion with a list of the figures; parts of nothing are left out, nothing at all gives an empty bar.

    The list says all that the bar shows, so the bar itself is decoration for a screen reader.
    """
    present = [part for part in parts if part.value > 0]
    total = sum(part.value for part in present)
    room = WIDTH - GAP * max(len(present) - 1, 0)
    # A part of 1 in 10,000 must still be seen.
    least = 4.0
    sizes = [max(least, room * part.value / total) for part in present]
    scale = room / sum(sizes) if sizes else 1
    pieces, x = [], 0.0
    for part, size in zip(present, sizes, strict=True):
        pieces.append((f"{x:.1f}", f"{size * scale:.1f}", HEIGHT, part.tone))
        x += size * scale + GAP
    bars = format_html_join("", '<rect x="{}" y="0" width="{}" height="{}" class="fill-{}"/>', pieces)
    figures = format_html_join(
        "",
        '<li><span class="swatch fill-{}" aria-hidden="true"></span>{} <strong>{}</strong></li>',
        ((part.tone, part.label, formats.number_format(part.value, use_l10n=True, force_grouping=True)) for part in present),
    )
    return format_html(
        '<figure class="bar-figure"><svg viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect width="{}" height="{}" class="fill-empty"/>{}</svg><figcaption class="visually-hidden">{}</figcaption><ul>{}</ul></figure>',
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT if not present else 0,
        bars,
        title,
        figures,
    )
