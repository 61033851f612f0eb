"""The pages of states, one for each table in the code: `python -m yantar.cli.states_pages docs/states` writes them, the tests compare."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def pages() -> dict[str, str]:
    """The text of every page by its file name; Django must be set up."""
    from yantar.qms.feedback import states as appeals
    from yantar.qms.findings import states as findings
    from yantar.qms.services import passport_states as passports

    return {"appeal.md": appeals.document(), "finding.md": findings.document(), "passport.md": passports.document()}


def write(folder: Path) -> None:
    """Write all of them into a folder; Django must be set up."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yantar.config.settings.building")
    django.setup()
    write(Path(sys.argv[1]))
