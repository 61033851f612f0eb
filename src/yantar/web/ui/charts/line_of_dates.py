"""The three years of a certificate as a line of dates: lying for wide pages, standing for narrow ones.

Labels never overlap: each takes the nearest free place above or below its mark, farther from the line when
the near places are taken, with a thin line leading to it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .text import width, wrap

STATES = ("done", "due", "late", "missed", "future")

WIDE, SIDE = 960, 18
"""Width of the lying picture and the margin at its ends, in its own units."""
LABEL, SUB = 14.0, 13.0
LINE_STEP = 17.0
LABEL_ROOM = 190.0
NEAR = 24.0
"""From the line to the nearest label."""
APART = 12.0

NARROW, TEXT_AT = 320, 44
"""Width of the standing picture and where its words begin."""


class MilestoneLike(Protocol):
    """What the line needs to know of a milestone; `sublabel` may be empty (then the date stands there)."""

    @property
    def state(self) -> str: ...
    @property
    def date(self) -> date: ...
    @property
    def label(self) -> Any: ...
    @property
    def sublabel(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day that matters in a cycle. State: done, due (its time is near or running), late, missed (never done), future."""

    kind: str
    state: str
    date: date
    label: Any
    sublabel: Any = ""


@dataclass(slots=True)
class _Mark:
    """A mark on the line with its words and the place that was found for them."""

    x: float
    state: str
    lines: list[str]
    subs: list[str]
    side: int = -1
    left: float = 0.0
    level: int = 0
    led: bool = True

    @property
    def width(self) -> float:
        return max([width(line, LABEL, True) for line in self.lines] + [width(line, SUB) for line in self.subs])

    @property
    def height(self) -> float:
        return LINE_STEP * (len(self.lines) + len(self.subs))


def state_name(state: str) -> str:
    """The word for a state of a milestone, so that it is never told by colour alone."""
    return {
        "done": pgettext("milestone", "done"),
        "due": pgettext("milestone", "due"),
        "late": pgettext("milestone", "late"),
        "missed": pgettext("milestone", "missed"),
        "future": pgettext("milestone", "ahead"),
        "today": _("today"),
    }[state]


def _day(value: date) -> str:
    return formats.date_format(value, "SHORT_DATE_FORMAT")


def _marks(milestones: Iterable[MilestoneLike], today: date, first: date, last: date, room: float) -> list[tuple[date, _Mark]]:
    """All marks by date, today among them when it lies within the line; x is where they stand on the lying line."""
    span = max((last - first).days, 1)

    def at(value: date) -> float:
        return SIDE + (WIDE - 2 * SIDE) * (value - first).days / span

    found: list[tuple[date, _Mark]] = [
        (
            m.date,
            _Mark(
                at(m.date),
                m.state if m.state in STATES else "future",
                wrap(str(m.label), room, LABEL, True),
                wrap(str(m.sublabel or _day(m.date)), room, SUB),
            ),
        )
        for m in milestones
    ]
    if first <= today <= last:
        found.append((today, _Mark(at(today), "today", [_("today").capitalize()], [_day(today)])))
    return sorted(found, key=lambda pair: (pair[0], pair[1].state == "today"))


def _free(mark: _Mark, placed: Sequence[_Mark], lead: bool) -> bool:
    """Whether the words of a mark, where they are now, touch no other words and (if led) cross no leading line."""
    for other in placed:
        if other.side != mark.side:
            continue
        left, right = other.left - APART, other.left + other.width + APART
        if other.level == mark.level:
            if mark.left < right and mark.left + mark.width > left:
                return False
        elif (
            lead
            and other.level < mark.level
            and other.left - 3 < mark.x < other.left + other.width + 3
            or other.led
            and other.level > mark.level
            and mark.left - 3 < other.x < mark.left + mark.width + 3
        ):
            return False
    return True


def _place(marks: Sequence[_Mark]) -> None:
    """Give every mark's words a side, a level and a left edge."""
    placed: list[_Mark] = []
    side = -1
    for mark in marks:
        taken = False
        for mark.led in (True, False):
            for mark.level in range(len(marks) + 1):
                for mark.side in (side, -side):
                    for anchor in (0.5, 0.12, 0.88):
                        mark.left = min(max(mark.x - mark.width * anchor, 0), max(WIDE - mark.width, 0))
                        if _free(mark, placed, mark.led):
                            taken = True
                            break
                    if taken:
                        break
                if taken:
                    break
            if taken:
                break
        placed.append(mark)
        side = -mark.side


def _sign(state: str, x: float, y: float) -> SafeString:
    """The mark itself: a different shape for each state."""
    inner = {
        "done": '<path d="m-4 .5 2.8 2.8L4-3" class="lod-sign"/>',
        "due": '<circle r="3.5" class="lod-dot"/>',
        "late": '<path d="M0-4.5V1.2M0 4.2v.4" class="lod-sign"/>',
        "missed": '<path d="m-3.5-3.5 7 7M3.5-3.5l-7 7" class="lod-sign"/>',
        "future": "",
    }[state]
    return format_html(
        '<g transform="translate({} {})" class="lod-{}"><circle r="9" class="lod-ring"/>{}</g>',
        f"{x:.1f}",
        f"{y:.1f}",
        state,
        mark_safe(inner),  # noqa: S308 - our own drawing
    )


def _words(mark: _Mark, x: float, top: float, anchor: str) -> SafeString:
    rows = [(line, "lod-label") for line in mark.lines] + [(line, "lod-sub") for line in mark.subs]
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}" class="{}">{}</text>',
        ((f"{x:.1f}", f"{top + LINE_STEP * (n + 1) - 4:.1f}", anchor, css, line) for n, (line, css) in enumerate(rows)),
    )


def _lying(marks: Sequence[_Mark], until: float, head: SafeString) -> SafeString:
    _place(marks)
    depth: dict[tuple[int, int], float] = {}
    for mark in marks:
        depth[mark.side, mark.level] = max(depth.get((mark.side, mark.level), 0), mark.height)

    def away(side: int, level: int) -> float:
        return NEAR + sum(depth.get((side, lower), 0) + 8 for lower in range(level))

    def reach(side: int) -> float:
        levels = [level for s, level in depth if s == side]
        return away(side, max(levels)) + depth[side, max(levels)] if levels else NEAR

    y = reach(-1) + 4
    height = y + reach(1) + 6
    leads, signs, words = [], [], []
    for mark in marks:
        distance = away(mark.side, mark.level)
        top = y + distance if mark.side > 0 else y - distance - mark.height
        if mark.side < 0:
            # Labels of one level stand on the same bottom line above, and hang from the same top line below.
            top = y - distance - mark.height
        if mark.level and mark.led:
            leads.append((f"{mark.x:.1f}", f"{y + mark.side * 11:.1f}", f"{mark.x:.1f}", f"{y + mark.side * (distance - 2):.1f}"))
        if mark.state == "today":
            signs.append(format_html('<path d="M{} {}v40" class="lod-today"/>', f"{mark.x:.1f}", f"{y - 20:.1f}"))
        else:
            signs.append(_sign(mark.state, mark.x, y))
        words.append(_words(mark, mark.left + mark.width / 2, top, "middle"))
    return format_html(
        '<svg class="lod-lying" viewBox="0 0 {} {}" role="img" {}'
        '<path d="M{} {}H{}" class="lod-rest"/><path d="M{} {}H{}" class="lod-gone"/>{}{}{}</svg>',
        WIDE,
        f"{height:.0f}",
        head,
        SIDE,
        f"{y:.1f}",
        WIDE - SIDE,
        SIDE,
        f"{y:.1f}",
        f"{max(until - 4, SIDE):.1f}",
        format_html_join("", '<path d="M{} {}L{} {}" class="lod-lead"/>', leads),
        SafeString("".join(signs)),
        SafeString("".join(words)),
    )


def _standing(marks: Sequence[_Mark], all_gone: bool, head: SafeString) -> SafeString:
    x, y = 16.0, 14.0
    signs, words, gone = [], [], y
    ys: list[float] = []
    for mark in marks:
        if mark.state == "today":
            signs.append(format_html('<path d="M{} {}h28" class="lod-today"/>', f"{x - 14:.1f}", f"{y + 4:.1f}"))
            gone = y + 4
        else:
            signs.append(_sign(mark.state, x, y + 4))
        ys.append(y + 4)
        words.append(_words(mark, TEXT_AT, y - 9, "start"))
        y += mark.height + 16
    if all_gone and ys:
        gone = ys[-1]
    first, last = (ys[0], ys[-1]) if ys else (y, y)
    return format_html(
        '<svg class="lod-standing" viewBox="0 0 {} {}" role="img" {}'
        '<path d="M{} {}V{}" class="lod-rest"/><path d="M{} {}V{}" class="lod-gone"/>{}{}</svg>',
        NARROW,
        f"{max(y - 10, 20):.0f}",
        head,
        x,
        f"{first:.1f}",
        f"{last:.1f}",
        x,
        f"{first:.1f}",
        f"{max(gone, first):.1f}",
        SafeString("".join(signs)),
        SafeString("".join(words)),
    )


def _head(kind: str, title: str, told: str) -> SafeString:
    """What a screen reader says; the ids follow from the content, so that two pictures on a page do not share them."""
    key = f"lod-{kind}-{zlib.crc32((title + told).encode()):08x}"
    return format_html(
        'aria-labelledby="{}-t {}-d" preserveAspectRatio="xMinYMin meet"><title id="{}-t">{}</title><desc id="{}-d">{}</desc>',
        key,
        key,
        key,
        title,
        key,
        told,
    )


def line_of_dates_html(milestones: Sequence[MilestoneLike], today: date, begins_on: date, ends_on: date) -> SafeString:
    """Both pictures; the style sheet shows the one that fits. Milestones outside `begins_on`…`ends_on` widen the line."""
    days = [m.date for m in milestones]
    first, last = min([begins_on, *days]), max([ends_on, *days])
    span = max((last - first).days, 1)
    until = SIDE + (WIDE - 2 * SIDE) * min(max((today - first).days / span, 0), 1)
    title = _("Line of dates from %(begins)s to %(ends)s") % {"begins": _day(first), "ends": _day(last)}
    told = "; ".join(f"{_day(m.date)}: {m.label} ({state_name(m.state)})" for m in sorted(milestones, key=lambda m: m.date))
    lying = [mark for _date, mark in _marks(milestones, today, first, last, LABEL_ROOM)]
    standing = [mark for _date, mark in _marks(milestones, today, first, last, NARROW - TEXT_AT - 8)]
    return format_html(
        '<div class="line-of-dates">{}{}</div>',
        _lying(lying, until, _head("w", title, told)),
        _standing(standing, today > last, _head("n", title, told)),
    )


line_of_dates_svg = line_of_dates_html
