"""Services as one JSON document: the same tables, a service with its lists inside it; and the published schema of that document.

`python -m yantar.qms.services.exchange_services.json_form docs/services.schema.json` writes the schema; a test compares it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem, Refused
from yantar.core.tabular import Column, Parsed, ParsedRow, TableSpec
from yantar.core.tabular.cells import Unfit, convert
from yantar.core.tabular.containers import size_of
from yantar.core.tabular.headings import Layout

from .specs import CHANNELS, LISTS, PLACES, SERVICES, SPECS

FORMAT = "yantar-services/1"
_LOOK = 64


def read_json(file: BinaryIO, _filename: str) -> Parsed | None:
    """The tables of a JSON document, with everything that is wrong in it; None for a file that is no JSON object. Raises Refused."""
    size_of(file)
    head = file.read(_LOOK).lstrip(b"\xef\xbb\xbf \t\r\n")
    file.seek(0)
    if not head.startswith(b"{"):
        return None
    content = file.read()
    file.seek(0)
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Refused(Problem(_("The file begins like JSON and is none, or is not in UTF-8."), code="json.broken")) from error
    rows = document.get("services")
    if document.get("format") != FORMAT or not isinstance(rows, list):
        raise Refused(
            Problem(_("This is no document of services: it has no “format” “yantar-services/1” with a list “services”."), code="json.format")
        )
    parsed = Parsed({spec.key: [] for spec in SPECS}, sha256=hashlib.sha256(content).hexdigest())
    layout = _layout(SERVICES, "services")
    for number, row in enumerate(rows, 1):
        _service(parsed, layout, number, row)
    return parsed


def _layout(spec: TableSpec, place: str) -> Layout:
    return Layout(spec, place, 0, {column.key: n for n, column in enumerate(spec.columns)}, {column.key: column.key for column in spec.columns})


def _service(parsed: Parsed, layout: Layout, number: int, row: Any) -> None:
    lists = {spec.key: spec for spec in (*LISTS, PLACES)}
    if not isinstance(row, dict):
        parsed.problems.append(Problem(_("An object is needed here."), code="json.object", sheet=layout.sheet, row=number))
        return
    if isinstance(row.get("channels"), list):
        row = {**row, "channels": "; ".join(map(str, row["channels"]))}
    made = _row(parsed, layout, number, {key: value for key, value in row.items() if key not in lists})
    for name, spec in lists.items():
        if name not in row:
            continue
        place = f"services[{number}].{name}"
        if not isinstance(row[name], list):
            parsed.problems.append(Problem(_("A list is needed here."), code="json.list", sheet=place, row=number))
            continue
        if not row[name]:
            made.values[name] = ()
        inner = _layout(spec, place)
        for at, line in enumerate(row[name], 1):
            values = {"site": line} if spec is PLACES else line
            if not isinstance(values, dict):
                parsed.problems.append(Problem(_("An object is needed here."), code="json.object", sheet=place, row=at))
                continue
            parsed.tables[name].append(_row(parsed, inner, at, {**values, "service": row.get("code")}))
    parsed.tables["services"].append(made)


def _row(parsed: Parsed, layout: Layout, number: int, given: dict[str, Any]) -> ParsedRow:
    made = ParsedRow(layout, number, {})
    known = {column.key: column for column in layout.spec.columns}
    for key in sorted(set(given) - set(known)):
        parsed.problems.append(Problem(_("There is no such field."), code="json.unknown", sheet=layout.sheet, row=number, column=key[:100]))
    for key, column in known.items():
        value = given.get(key)
        if value is None or value == "":
            if column.required:
                parsed.problems.append(made.problem(key, _("A value is needed here."), "cell.required"))
            continue
        if isinstance(value, (list, dict)):
            parsed.problems.append(made.problem(key, _("A single value is needed here."), "json.single"))
            continue
        try:
            made.values[key] = convert(column, value)
        except Unfit as unfit:
            parsed.problems.append(made.problem(key, unfit.message, unfit.code, str(value)[:200]))
    return made


def schema() -> dict[str, Any]:
    """The JSON Schema of the document, made from the tables themselves."""
    channels = {"type": "array", "items": {"enum": [choice.key for choice in CHANNELS]}, "description": "How to apply"}
    properties = {column.key: _value(column) for column in SERVICES.columns}
    properties["channels"] = channels
    for spec in LISTS:
        columns = [column for column in spec.columns if column.key != "service"]
        properties[spec.key] = {"type": "array", "description": spec.en, "items": _object(columns, {one.key: _value(one) for one in columns})}
    properties["places"] = {"type": "array", "description": "Codes of the sites where the service is provided", "items": {"type": "string"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Yantar: services and their passports",
        "type": "object",
        "required": ["format", "services"],
        "properties": {
            "format": {"const": FORMAT},
            "on": {"type": "string", "format": "date", "description": "The day that the document describes"},
            "services": {"type": "array", "items": _object(SERVICES.columns, properties)},
        },
    }


def _object(columns: Any, properties: dict[str, Any]) -> dict[str, Any]:
    required = [column.key for column in columns if column.required]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _value(column: Column) -> dict[str, Any]:
    described = {"description": column.en + (f". {column.help_en}" if column.help_en else "")}
    if column.kind == "choice":
        values: list[Any] = [choice.key for choice in column.choices]
        return {"enum": values if column.required else [*values, "", None], **described}
    kinds: dict[str, Any] = {
        "int": {"type": ["integer", "null"]},
        "bool": {"type": ["boolean", "null"]},
        "decimal": {"type": ["string", "number", "null"]},
        "date": {"type": ["string", "null"], "format": "date"},
    }
    made = dict(kinds.get(column.kind, {"type": ["string", "null"]}))
    if column.required:
        made["type"] = made["type"][0]
    if column.max_length and column.kind in ("text", "code"):
        made["maxLength"] = column.max_length
    return {**made, **described}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
