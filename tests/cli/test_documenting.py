"""Documents show what commands print: run again, they print the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from yantar.cli.documenting import ROOT, renewed

DOCUMENTS = [ROOT / "docs" / "savings.md", ROOT / "docs" / "savings.ru.md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_shows_what_its_commands_print(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert text.count("$ yantar ") >= 3
    assert renewed(document) == text
