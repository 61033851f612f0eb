"""What repeats a figure: the answers raw and defended, the decisions counted; `yantar savings --repeat` reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..models import Figure

FORMAT = "yantar-figure/1"


def content(figure: Figure) -> dict[str, Any]:
    """The figure as plain JSON. No names of persons are in it."""
    return {
        "format": FORMAT,
        "number": figure.number,
        "title": {"ru": figure.title_ru, "en": figure.title_en or figure.title_ru},
        "state": figure.state,
        "dataset": {"title": figure.dataset.title, "origin": figure.dataset.origin, "sha256": figure.dataset.sha256},
        "defended": figure.defended,
        "raw": figure.raw,
        "decisions": [{"procedure_id": one["procedure"], "choice": one["choice"], "reason": one["reason"]} for one in figure.settlements],
    }


def write(figure: Figure, path: Path) -> None:
    """Write it, always the same bytes for the same figure."""
    path.write_text(json.dumps(content(figure), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
