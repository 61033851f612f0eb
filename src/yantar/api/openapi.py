"""The contract as a file: `python -m yantar.api.openapi docs/openapi.json` writes it, the tests compare it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def contract() -> dict[str, Any]:
    """The OpenAPI document as plain JSON values. Django must be set up."""
    from .v1 import api

    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    return found


def text() -> str:
    """What the file holds."""
    return json.dumps(contract(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yantar.config.settings.building")
    django.setup()
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
