"""What the pictures of savings have in common: a frame with a title and a description, text cut to its room."""

from __future__ import annotations

import zlib

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .text import width, wrap

WIDE = 316
"""Units across; a picture is shown between 0.9 and 1.4 times its own size, so 12.5 units stay readable on a telephone."""
SIZE = 12.5
LINE = 15
"""Between two lines of words."""


def framed(kind: str, high: float, title: str, told: str, body: SafeString) -> SafeString:
    """The picture with its title and description for those who don't see it. `kind`: its class in the style sheet, besides `chart`."""
    key = f"{kind}-{zlib.crc32((title + told).encode()):08x}"
    return format_html(
        '<svg class="chart {kind}" viewBox="0 0 {wide} {high}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{told}</desc>{body}</svg>',
        kind=kind,
        wide=WIDE,
        high=f"{high:g}",
        key=key,
        title=title,
        told=told,
        body=body,
    )


def cut(text: str, room: float, size: float = SIZE, bold: bool = False) -> str:
    """The text, or as much of it as the room takes with an ellipsis; the whole of it stands in the table beneath the picture."""
    text = str(text)
    if width(text, size, bold) <= room:
        return text
    while text and width(f"{text}…", size, bold) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def labelled(text: str, room: float, top: float) -> tuple[SafeString, int]:
    """The words above a row in one line or two, and how many lines they are; what two lines don't take is cut."""
    lines = wrap(text, room, SIZE) or [""]
    if len(lines) > 2:
        lines = [lines[0], " ".join(lines[1:])]
    shown = [(top + 13 + LINE * at, cut(line, room)) for at, line in enumerate(lines)]
    return format_html_join("", '<text x="0" y="{}" class="chart-words">{}</text>', shown), len(shown)
