"""The states of a finding as a page: `python -m yantar.qms.findings.documenting docs/states/finding.md` writes it, the tests compare it."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def write(path: Path) -> None:
    """Write the page; Django must be set up."""
    from .states import document

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yantar.config.settings.building")
    django.setup()
    write(Path(sys.argv[1]))
