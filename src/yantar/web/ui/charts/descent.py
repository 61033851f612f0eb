"""How a search went: the best value found falls, the bound rises, until they meet or the time is up."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDE, HIGH, LEFT, FOOT, HEAD = 640, 200, 70, 24, 10

Point = tuple[float, float | None, float]
"""Seconds, the best value (None: none yet), the bound."""


def descent_svg(points: Sequence[Point], seconds: float, title: str) -> SafeString:
    """Two stepped lines over time. Values far above what was found later are cut off at the top, so that the end is readable."""
    found = [(at, best, bound) for at, best, bound in points if best is not None]
    if not found:
        return SafeString("")
    latest = found[-1]
    assert latest[1] is not None
    # Left-out wishes cost so much that the first seconds would press everything else into one line.
    top = max(min(best or 0, latest[1] * 1.6 + 20) for _at, best, _bound in found)
    low = max(min(bound for _at, _best, bound in points), 0.0, latest[2] - (top - latest[2]))
    span, end = max(top - low, 1.0), max(seconds, points[-1][0], 1.0)

    def place(at: float, value: float) -> tuple[float, float]:
        x = LEFT + (WIDE - LEFT - 8) * min(at / end, 1.0)
        y = HEAD + (HIGH - HEAD - FOOT) * (1 - (min(max(value, low), top) - low) / span)
        return x, y

    def line(pairs: Sequence[tuple[float, float]]) -> str:
        parts = [f"M{place(*pairs[0])[0]:.1f} {place(*pairs[0])[1]:.1f}"]
        parts += [f"H{place(at, value)[0]:.1f}V{place(at, value)[1]:.1f}" for at, value in pairs[1:]]
        return "".join(parts)

    bests = [(at, float(best)) for at, best, _bound in found if best is not None]
    bounds = [(at, bound) for at, _best, bound in points]
    return format_html(
        '<svg class="descent" viewBox="0 0 {w} {h}" role="img" aria-label="{title}">'
        '<line x1="{left}" x2="{w}" y1="{foot}" y2="{foot}" class="tl-rule"/>'
        '<text x="0" y="{top_y}" class="tl-month">{top}</text><text x="0" y="{foot}" class="tl-month">{low}</text>'
        '<text x="{left}" y="{h}" class="tl-month" dy="-6">0</text><text x="{w}" y="{h}" class="tl-month" dy="-6" text-anchor="end">{end}</text>'
        '<path d="{bound}" class="descent-bound"/><path d="{best}" class="descent-best"/></svg>',
        w=WIDE,
        h=HIGH,
        left=LEFT,
        foot=HIGH - FOOT,
        top_y=HEAD + 10,
        title=title,
        top=_number(top),
        low=_number(low),
        end=_number(end),
        best=line(bests),
        bound=line(bounds),
    )


def _number(value: float) -> str:
    return str(formats.number_format(round(value), use_l10n=True, force_grouping=True))
