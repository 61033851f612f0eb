"""Documents made from data: nothing typed becomes markup, both languages, the same pages everywhere."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import typst
from pypdf import PdfReader

from yantar.core.pdf import compile_pdf

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(font: sys.inputs.font, lang: sys.inputs.language)
= #data.title
#data.text
"""
NASTY = '#panic("x") *ёлка* $x^2$ // `raw` \\ <label> @ref «кавычки» № 5'


@pytest.fixture
def template(tmp_path: Path) -> Path:
    place = tmp_path / "letter.typ"
    place.write_text(TEMPLATE, encoding="utf-8")
    return place


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_was_typed_is_printed_as_it_was_typed(template: Path, language: str) -> None:
    pdf = compile_pdf(template, {"title": "Отчёт", "text": NASTY}, language)
    reader = PdfReader(io.BytesIO(pdf))
    shown = reader.pages[0].extract_text()
    assert "Отчёт" in shown and NASTY in " ".join(shown.split())
    assert reader.metadata is not None and reader.metadata.title == "Отчёт"
    assert "/MarkInfo" in reader.trailer["/Root"]


def test_a_template_reads_nothing_outside_its_folder(template: Path) -> None:
    template.write_text('#read("../secret.txt")', encoding="utf-8")
    (template.parent.parent / "secret.txt").write_text("x", encoding="utf-8")
    with pytest.raises(typst.TypstError):
        compile_pdf(template, {}, "ru")
