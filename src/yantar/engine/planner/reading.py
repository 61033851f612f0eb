"""Instances and plans from JSON text: read strictly as the published schemas say, with everything that is wrong at once and where it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from .forms import FORM, Form, Instance, Plan

MOST = 1_000
"""So many problems are told; who has more has another kind of file."""


@dataclass(frozen=True, slots=True)
class Misread:
    """One thing that is wrong: where (``wishes[3].window.first``; "": the file as a whole), a code of `reasons.REASONS`, what it speaks of."""

    where: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


class Unreadable(ValueError):
    """A file isn't of the form. `problems` is never empty."""

    def __init__(self, problems: Sequence[Misread]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{one.where or 'file'}: {one.code}" for one in self.problems))


def read_instance(text: str) -> Instance:
    """An instance from JSON text. Raises Unreadable with everything that is wrong."""
    return _read(Instance, text)


def read_plan(text: str) -> Plan:
    """A plan from JSON text. Raises Unreadable with everything that is wrong."""
    return _read(Plan, text)


def written(form: Instance | Plan) -> str:
    """The JSON text of an instance or a plan, as it is published: two spaces, letters as they are, a line feed at the end."""
    return json.dumps(form.model_dump(mode="json"), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


Read = TypeVar("Read", bound=Form)


def _read(kind: type[Read], text: str) -> Read:
    text = text.removeprefix("\ufeff")
    twice: list[Misread] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _value in pairs]
            twice.extend(Misread("", "name_twice", {"value": name}) for name in found if names.count(name) > 1)
        return found

    try:
        json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise Unreadable([Misread("", "not_json", {"line": error.lineno, "column": error.colno})]) from None
    except (RecursionError, ValueError):  # nested too deep; a number of thousands of digits
        raise Unreadable([Misread("", "not_json", {"line": 1, "column": 1})]) from None
    try:
        read = kind.model_validate_json(text, strict=True)
    except ValidationError as error:
        found = {(one.where, one.code): one for one in map(_misread, error.errors(include_url=False, include_input=False))}
        raise Unreadable([*twice, *found.values()][:MOST]) from None
    if twice:
        raise Unreadable(twice)
    return read


def _misread(error: Any) -> Misread:
    context: Mapping[str, Any] = error.get("ctx", {})
    where = _where(error["loc"])
    kind: str = error["type"]
    if kind == "string_pattern_mismatch":
        return Misread(where, "form_unknown", {"expected": FORM})
    if kind == "value_error":
        return Misread(where, "fixed_to_nothing" if error["loc"][:1] == ("wishes",) and len(error["loc"]) == 2 else "days_reversed")
    if kind in {"enum", "literal_error"}:
        options = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
        return Misread(where, "not_choice", {"options": options})
    for param, (code, kinds) in _LIMITS.items():
        if kind in kinds:
            return Misread(where, code, {"limit": _number(context[param])})
    return Misread(where, _CODES[kind]) if kind in _CODES else Misread(where, "unreadable", {"type": kind})


_LIMITS = {
    "ge": ("too_small", {"greater_than_equal"}),
    "le": ("too_large", {"less_than_equal"}),
    "min_length": ("too_short", {"string_too_short"}),
    "max_length": ("too_long", {"string_too_long"}),
}
_CODES = {
    "missing": "missing",
    "extra_forbidden": "not_known",
    "model_type": "not_object",
    "model_attributes_type": "not_object",
    "dict_type": "not_object",
    "tuple_type": "not_list",
    "string_type": "not_text",
    "int_type": "not_whole",
    "int_from_float": "not_whole",
    "int_parsing": "not_whole",
    "int_parsing_size": "not_whole",
    "float_type": "not_number",
    "finite_number": "not_number",
    "bool_type": "not_flag",
    "date_type": "not_day",
    "date_parsing": "not_day",
    "date_from_datetime_parsing": "not_day",
    "date_from_datetime_inexact": "not_day",
}


def _number(value: Any) -> int | str:
    return int(value) if float(value).is_integer() else str(value)


def _where(place: Sequence[str | int]) -> str:
    """`wishes[3].window.first`. The name of the kind that a value was tried as (texts or numbers of a reason) is no place."""
    parts = list(place)
    if len(parts) > 2 and parts[-1] in {"str", "int"} and parts[-3] == "params":
        parts.pop()
    where = ""
    for part in parts:
        where += f"[{part}]" if isinstance(part, int) else f".{part}" if where else part
    return where
