"""Bars over a year, a line for each of many: who is where when. Drawn on the server; the page has a table of the same beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.dates import MONTHS_3
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .text import width

WIDE, NAMES, ROW, HEAD = 1080, 210, 26, 24
SIZE = 13.0
LEAST = 3.0
"""A bar is never narrower than this, in units of the picture."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Days from `first` to `last`, both included. `words`: what it is, for the title of the bar. `url`: where it leads."""

    first: date
    last: date
    words: str
    tone: str = "primary"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the picture. `shades`: days that are greyed (absences)."""

    label: str
    bars: Sequence[Bar] = field(default=())
    shades: Sequence[Bar] = field(default=())


def timeline_svg(lines: Sequence[Line], first: date, last: date, title: str, *, today: date | None = None) -> SafeString:
    """The picture: months on top, a row each. Names too long for their room are cut; the table beneath has them whole."""
    days = max((last - first).days + 1, 1)
    room = WIDE - NAMES
    height = HEAD + ROW * len(lines) + 4

    def at(day: date) -> float:
        return NAMES + room * min(max((day - first).days, 0), days) / days

    months = [(at(day), MONTHS_3[day.month]) for day in _months(first, last)]
    grid = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="{2}" y2="{3}" class="tl-grid"/><text x="{4}" y="16" class="tl-month">{1}</text>',
        ((f"{x:.1f}", name, HEAD - 6, height, f"{x + 4:.1f}") for x, name in months),
    )
    rows = format_html_join("", "{}", ((_row(line, HEAD + ROW * place, at),) for place, line in enumerate(lines)))
    now = ""
    if today is not None and first <= today <= last:
        now = format_html('<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" class="tl-today"/>', f"{at(today):.1f}", HEAD - 6, height)
    return format_html('<svg class="timeline" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}{}</svg>', WIDE, height, title, grid, rows, now)


def _months(first: date, last: date) -> list[date]:
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append(max(day, first))
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _row(line: Line, top: int, at: object) -> SafeString:
    assert callable(at)

    def box(bar: Bar) -> tuple[str, str]:
        left = at(bar.first)
        return f"{left:.1f}", f"{max(at(bar.last + timedelta(days=1)) - left, LEAST):.1f}"

    shades = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" class="tl-shade"><title>{}</title></rect>',
        ((box(one)[0], top + 2, box(one)[1], ROW - 4, one.words) for one in line.shades),
    )
    bars = format_html_join("", "{}", ((_bar(one, *box(one), top),) for one in line.bars))
    return format_html(
        '<line x1="0" x2="{}" y1="{}" y2="{}" class="tl-rule"/><text x="0" y="{}" class="tl-name">{}</text>{}{}',
        WIDE,
        top + ROW,
        top + ROW,
        top + 17,
        cut(line.label, NAMES - 12),
        shades,
        bars,
    )


def _bar(bar: Bar, left: str, wide: str, top: int) -> SafeString:
    shape = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="fill-{}"><title>{}</title></rect>',
        left,
        top + 5,
        wide,
        ROW - 10,
        bar.tone,
        bar.words,
    )
    return format_html('<a href="{}" aria-label="{}">{}</a>', bar.url, bar.words, shape) if bar.url else shape


def cut(text: str, room: float, size: float = SIZE) -> str:
    """The text, shortened with an ellipsis where it is wider than its room."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"
