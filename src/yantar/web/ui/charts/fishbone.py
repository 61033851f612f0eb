"""A cause-and-effect diagram: the problem at the head, groups of causes as bones."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .text import width, wrap

COLUMN, HEAD, MARGIN = 212, 190, 10
SIZE, LINE = 12.5, 16
LINES = 3
"""Lines of a cause in the picture; the list beneath has it whole."""
SLANT = 44
LEAST = 96


@dataclass(frozen=True, slots=True)
class Twig:
    """One cause on a bone; `look`: "root", "gone" (rejected) or ""."""

    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class BoneShown:
    """One bone with its causes."""

    title: str
    twigs: Sequence[Twig]


def _cut(text: str, room: float) -> list[str]:
    lines = wrap(text, room, SIZE)
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], lines[LINES - 1] + "…"]
    found = []
    for line in lines:
        while width(line, SIZE) > room and len(line) > 2:
            line = line.rstrip("…")[:-1] + "…"
        found.append(line)
    return found


def fishbone_svg(bones: Sequence[BoneShown], effect: str, title: str, told: str = "") -> SafeString:
    """The picture. `told`: what a screen reader hears besides the title; the page lists the same beneath."""
    columns = -(-len(bones) // 2)
    room = COLUMN - SLANT - 34
    halves = (bones[:columns], bones[columns:])
    tall = [max([LEAST, *(sum(len(_cut(one.text, room)) * LINE + 8 for one in bone.twigs) + 44 for bone in half)]) for half in halves]
    high = tall[0] + tall[1] + 2 * MARGIN + 72
    wide = columns * COLUMN + HEAD + 2 * MARGIN
    spine = MARGIN + 36 + tall[0]
    parts = []
    for side, half in enumerate(halves):
        for place, bone in enumerate(half):
            parts.append(_bone(bone, MARGIN + COLUMN * place, spine, tall[side], -1 if side == 0 else 1, room))
    end = MARGIN + columns * COLUMN
    words = wrap(effect, HEAD - 36, 13, bold=True)
    words = words if len(words) <= 7 else [*words[:6], words[6] + "…"]
    box = len(words) * 17 + 24
    text = format_html_join(
        "",
        '<text x="{}" y="{}" class="fb-effect">{}</text>',
        ((end + 26, f"{spine - box / 2 + 27 + 17 * i:.0f}", line) for i, line in enumerate(words)),
    )
    key = f"fb-{zlib.crc32((title + told).encode()):08x}"
    return format_html(
        '<svg class="fishbone" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{k}-t {k}-d">'
        '<title id="{k}-t">{t}</title><desc id="{k}-d">{d}</desc>'
        '<path d="M{m} {s}H{e}" class="fb-spine"/>{parts}<rect x="{bx}" y="{by}" width="{bw}" height="{bh}" rx="8" class="fb-head"/>{text}</svg>',
        w=wide,
        h=high,
        k=key,
        t=title,
        d=told,
        m=MARGIN,
        s=spine,
        e=end + 12,
        parts=format_html_join("", "{}", ((one,) for one in parts)),
        bx=end + 12,
        by=f"{spine - box / 2:.0f}",
        bw=HEAD - 14,
        bh=box,
        text=text,
    )


def _bone(bone: BoneShown, left: int, spine: float, tall: float, side: int, room: float) -> SafeString:
    """`side`: -1 above the spine, 1 beneath it."""
    right = left + COLUMN - 8
    tip = spine + side * (tall - 6)
    pieces, y = [], (spine - tall + 34 if side < 0 else spine + 26)
    for twig in bone.twigs:
        lines = _cut(twig.text, room)
        middle = y + (len(lines) - 1) * LINE / 2 - 4
        share = abs(middle - spine) / max(tall - 6, 1)
        pieces.append(
            format_html(
                '<path d="M{} {}H{}" class="fb-twig {}"/>{}',
                left + room + 4,
                f"{middle:.1f}",
                f"{right - SLANT * share:.1f}",
                twig.look and f"fb-{twig.look}",
                format_html_join(
                    "",
                    '<text x="{}" y="{}" class="fb-text {}">{}</text>',
                    ((left, f"{y + LINE * i:.1f}", twig.look and f"fb-{twig.look}", line) for i, line in enumerate(lines)),
                ),
            )
        )
        y += len(lines) * LINE + 8
    named = wrap(bone.title, COLUMN - SLANT - 14, 13.5, bold=True)
    first = tip - 8 - (len(named) - 1) * LINE if side < 0 else tip + 18
    empty = "" if bone.twigs else " fb-empty"
    return format_html(
        '<path d="M{} {}L{} {}" class="fb-bone{}"/>{}{}',
        right,
        f"{spine:.1f}",
        f"{right - SLANT:.1f}",
        f"{tip:.1f}",
        empty,
        format_html_join(
            "",
            '<text x="{}" y="{}" class="fb-title{}">{}</text>',
            ((f"{right - SLANT:.1f}", f"{first + LINE * place:.1f}", empty, line) for place, line in enumerate(named)),
        ),
        format_html_join("", "{}", ((one,) for one in pieces)),
    )
