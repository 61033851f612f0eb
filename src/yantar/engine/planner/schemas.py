"""The forms as JSON Schema: `python -m yantar.engine.planner.schemas docs/planner` writes them, the tests compare them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from .forms import Form, Instance, Plan

FILES: dict[str, type[Form]] = {"instance.schema.json": Instance, "plan.schema.json": Plan}


def schema(name: str) -> dict[str, Any]:
    """The schema that a file of FILES holds, as plain JSON values."""
    made = _plain(FILES[name].model_json_schema(mode="validation"))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Yantar: {name.partition('.')[0]} of an audit programme", **made}


def _plain(value: Any) -> Any:
    """Without the titles that only repeat a name, and with descriptions on one line."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _plain(one) for key, one in value.items() if not (key == "title" and isinstance(one, str))}
    if isinstance(found.get("description"), str):
        found["description"] = " ".join(found["description"].split())
    return found


def text(name: str) -> str:
    """What the file holds."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        (folder / file).write_text(text(file), encoding="utf-8")
