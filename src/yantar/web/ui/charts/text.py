"""How much room words take: SVG text neither wraps nor makes room for itself."""

from __future__ import annotations

NARROW = set("iljtfrI.,:;'|!()[]№ 1гт-–·")
WIDE = set("mwMWШЩЖЮФМЫшщжюфмы@%—")


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of Golos Text at a font size, in the same unit; errs on the wide side, so labels keep apart."""
    units = sum(0.42 if char in NARROW else 0.92 if char in WIDE else 0.7 if char.isupper() else 0.6 for char in text)
    return units * size * (1.06 if bold else 1.0)


def wrap(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """The text in lines no wider than `room`, broken at spaces; a single longer word stays whole."""
    lines: list[str] = []
    for word in str(text).split():
        if lines and width(f"{lines[-1]} {word}", size, bold) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
