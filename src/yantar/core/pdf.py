"""Documents that are made, not scanned: typst templates of ours filled with data.

Data never become markup: a template reads them as JSON from `sys.inputs`, so whatever somebody typed is printed as it was typed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from . import clock
from .canonical import plain

FONT = "Libertinus Serif"
"""Carried by typst itself and covers Latin and Cyrillic: the same pages come out on every machine, whatever fonts it has."""


def compile_pdf(template: Path, data: Mapping[str, Any], language: str) -> bytes:
    """A PDF/A-2a (tagged, kept for decades, readable aloud) made from a typst template.

    template: a `.typ` file of this package; it may import its neighbours in the same folder and nothing else. data: plain values; the
    template gets them by `json(bytes(sys.inputs.data))`. language: `ru` or `en`, `sys.inputs.language`, for hyphenation and the reader
    aloud. Raises typst.TypstError when the template is wrong, which is our mistake and never the data's.
    """
    pdf = typst.compile(
        str(template),
        root=str(template.parent),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(plain(dict(data)), ensure_ascii=False), "language": language, "font": FONT},
        pdf_standards=["a-2a"],
        timestamp=int(clock.now().timestamp()),
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no document")
    return pdf
