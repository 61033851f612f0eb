"""The pages of states in the documentation are the tables in the code."""

from __future__ import annotations

import re
from pathlib import Path

import yantar.qms.feedback.actions.appeals
import yantar.qms.findings.actions
import yantar.qms.services.actions  # noqa: F401 - all of them tell the registry of their actions
from yantar.cli import states_pages
from yantar.core.actions import REGISTRY
from yantar.qms.feedback.models import AppealState
from yantar.qms.services.models import PassportState

FOLDER = Path(__file__).parents[2] / "docs" / "states"


def test_the_documentation_is_the_tables() -> None:
    pages = states_pages.pages()
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")} == pages
    assert all(f"`{state.value}`" in pages["appeal.md"] for state in AppealState)
    assert all(f"`{state.value}`" in pages["passport.md"] for state in PassportState)


def test_every_action_they_name_exists() -> None:
    for text in states_pages.pages().values():
        named = set(re.findall(r"`((?:feedback|findings|services)\.\w+)`", text))
        assert len(named) >= 5
        assert named <= set(REGISTRY)


def test_the_command_writes_all_of_them(tmp_path: Path) -> None:
    states_pages.write(tmp_path / "states")
    assert {path.name for path in (tmp_path / "states").iterdir()} == {"appeal.md", "finding.md", "passport.md"}
