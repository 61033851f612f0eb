"""The forms as JSON Schema: `python -m yantar.engine.savings.schemas docs/savings` writes them, the tests compare them."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from .dataset import Manifest
from .flagged import Flags
from .mapping.forms import Mapping
from .profile import Profile
from .result import DIMENSIONS, Result


class Published(NamedTuple):
    """A form and what it is called."""

    form: type[BaseModel]
    title: str


def files() -> dict[str, Published]:
    """Every published form by the name of its file."""
    return {
        "result.schema.json": Published(Result, "Yantar: savings of procurement"),
        "manifest.schema.json": Published(Manifest, "Yantar: manifest of a dataset of procurement records"),
        "mapping.schema.json": Published(Mapping, "Yantar: how a list of procurement is read"),
        "profile.schema.json": Published(Profile, "Yantar: coverage and quality of a dataset of procurement records"),
        "flags.schema.json": Published(Flags, "Yantar: red flags of a dataset of procurement records"),
    }


def schema(name: str) -> dict[str, Any]:
    """The schema that a file of `files()` holds, as plain JSON values."""
    form, title = files()[name]
    made = form.model_json_schema(mode="validation" if form is Mapping else "serialization")
    _describe(made, form)
    if form is Result:
        _measured(made)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_plain(made), "title": title}


def _measured(made: dict[str, Any]) -> None:
    """The groups' values depend on what is asked for, so the class says less than is known."""
    measures = {"E1": {"$ref": "#/$defs/Measure"}, "E2": {"$ref": "#/$defs/Measure"}, "contract_stage": {"$ref": "#/$defs/ContractStage"}}
    dimensions: dict[str, Any] = {name: {"type": ["string", "null"]} for name in DIMENSIONS}
    dimensions["year"] = {"type": ["integer", "null"]}
    made["properties"]["groups"]["items"] = {
        "type": "object",
        "properties": {**dimensions, "buyer_name": {"type": "string"}, **measures},
        "required": list(measures),
    }


def _describe(made: dict[str, Any], form: type[BaseModel]) -> None:
    """Puts the texts that stand below the fields in the source into the schema."""
    module = sys.modules[form.__module__]
    described = _texts(inspect.getsource(module))
    for name, part in {form.__name__: made, **made.get("$defs", {})}.items():
        for field, text in described.get(name, {}).items():
            if field in part.get("properties", {}):
                part["properties"][field]["description"] = text


def _texts(source: str) -> dict[str, dict[str, str]]:
    """By class and field: the string that stands right below the field."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for field, below in zip(node.body, node.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
                text = getattr(below.value, "value", None)
                if isinstance(text, str):
                    found.setdefault(node.name, {})[field.target.id] = text
    return found


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
    for file in files():
        (folder / file).write_text(text(file), encoding="utf-8")
