"""What the pictures of savings have in common: a frame with a title and a description, text cut to its room."""

from __future__ import annotations

import zlib

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .text import width

WIDE = 316
"""Units across; a picture is shown between 0.9 and 1.4 times its own size, so 12.5 units stay readable on a telephone."""
SIZE = 12.5


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
