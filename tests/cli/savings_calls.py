"""Calls of the commands about procurement, as the console script makes them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from yantar.cli import console, main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "savings" / "example.jsonl"
DOCS = ROOT / "docs" / "savings"
MOSCOW = ROOT.parent / "shared" / "data" / "procurement" / "ru_mos_quote_sessions"

Run = Callable[..., tuple[int, str, str]]


def caller(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> Run:
    """Runs `yantar …`; gives its code and what it printed on both streams. Without any database."""
    for stream in (console.out, console.err):
        monkeypatch.setattr(stream, "_width", 200)
    monkeypatch.chdir(folder)

    def run(*arguments: Any) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["yantar", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main.run()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run
