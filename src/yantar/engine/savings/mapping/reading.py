"""Mappings from text (YAML or JSON) and those that ship: read strictly, with everything that is wrong at once and where it is."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from .forms import FORM, Mapping

MOST_BYTES = 1 << 20
MOST = 500
"""So many problems are told."""


@dataclass(frozen=True, slots=True)
class Misread:
    """One thing that is wrong with a mapping: where (``files[0].columns[3].field``; "": all of it), a code of list_words.yaml, its values."""

    where: str
    code: str
    params: AnyMapping[str, str] = field(default_factory=dict)

    def said(self, language: str = "en") -> str:
        """A sentence in a language ("ru", "en")."""
        words = problem_words().get(self.code) or problem_words()["other"]
        return str(words[language]).format_map(_Blank(self.params))


class _Blank(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "?"


class MappingUnreadable(ValueError):
    """This is no mapping. `problems` is never empty."""

    def __init__(self, problems: Sequence[Misread]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{one.where or 'mapping'}: {one.said()}" for one in self.problems))


def read_mapping(text: str) -> Mapping:
    """A mapping from YAML or JSON text. Raises MappingUnreadable with everything that is wrong."""
    if len(text) > MOST_BYTES:
        raise MappingUnreadable([Misread("", "too_large", {"limit": str(MOST_BYTES)})])
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader)):
            raise MappingUnreadable([Misread("", "alias")])
        twice: list[Misread] = []
        content = _Once(text, twice).get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise MappingUnreadable([Misread("", "not_yaml", {"line": str(mark.line + 1 if mark else 1)})]) from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, MappingUnreadable):
            raise
        raise MappingUnreadable([Misread("", "not_yaml", {"line": "1"})]) from None
    return made_mapping(content, twice)


def made_mapping(content: Any, before: Sequence[Misread] = ()) -> Mapping:
    """A mapping from plain values (of JSON). `before`: problems already known. Raises MappingUnreadable with everything that is wrong."""
    try:
        made = Mapping.model_validate(content)
    except ValidationError as error:
        problems = {(one.where, one.code): one for one in map(_misread, error.errors(include_url=False, include_input=False))}
        raise MappingUnreadable([*before, *problems.values()][:MOST]) from None
    if before:
        raise MappingUnreadable(before)
    return made


class _Once(yaml.SafeLoader):
    """Refuses what YAML would quietly overwrite, and reads days and times as the text they are written as."""

    def __init__(self, text: str, twice: list[Misread]) -> None:
        super().__init__(text)
        self.twice = twice

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [one.value for one, _value in node.value if isinstance(one, yaml.ScalarNode)]
        self.twice += [Misread("", "name_twice", {"value": str(name)}) for name in dict.fromkeys(names) if names.count(name) > 1]
        return super().construct_mapping(node, deep)


_Once.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


_CODES = {
    "missing": "missing",
    "extra_forbidden": "not_known",
    "string_type": "not_text",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "not_name",
    "literal_error": "not_choice",
    "int_type": "not_whole",
    "bool_type": "not_flag",
    "tuple_type": "not_list",
    "dict_type": "not_object",
    "model_type": "not_object",
    "model_attributes_type": "not_object",
    "too_short": "list_empty",
    "too_long": "list_long",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_big",
}


def _misread(error: Any) -> Misread:
    where = ""
    for part in error["loc"]:
        where += f"[{part}]" if isinstance(part, int) else f".{part}" if where else str(part)
    context = error.get("ctx", {})
    kind = str(error["type"])
    if kind.startswith("mapping."):
        return Misread(where, kind.removeprefix("mapping."), {name: str(value) for name, value in context.items() if name not in ("code", "said")})
    if where == "form":
        return Misread(where, "form_unknown", {"expected": FORM})
    if kind == "literal_error":
        return Misread(where, "not_choice", {"options": str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")})
    limit = next((context[name] for name in ("max_length", "min_length", "ge", "le") if name in context), "")
    return Misread(where, _CODES.get(kind, "other"), {"limit": str(limit), "type": kind})


def _library() -> Any:
    return resources.files("yantar").joinpath("library")


@lru_cache(maxsize=1)
def list_words() -> AnyMapping[str, Any]:
    """library/list_words.yaml: the words for fields, for figures that need them, for problems of mappings."""
    data: AnyMapping[str, Any] = yaml.load(_library().joinpath("list_words.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return data


def problem_words() -> AnyMapping[str, AnyMapping[str, str]]:
    """Sentences for the codes of problems, by language."""
    found: AnyMapping[str, AnyMapping[str, str]] = list_words()["problems"]
    return found


@lru_cache(maxsize=1)
def shipped() -> AnyMapping[str, Mapping]:
    """The mappings that ship, by id. Raises MappingUnreadable for one that is wrong (a test reads all of them)."""
    files = sorted((one for one in _library().joinpath("mappings").iterdir() if one.name.endswith(".yaml")), key=lambda one: str(one.name))
    found = [read_mapping(file.read_text(encoding="utf-8")) for file in files]
    return {mapping.id: mapping for mapping in found}


def load_mapping(what: str | Path) -> Mapping:
    """A mapping by the id of one that ships, or from a file. Raises MappingUnreadable; OSError where a file can't be read."""
    if str(what) in shipped():
        return shipped()[str(what)]
    return read_mapping(Path(what).read_text(encoding="utf-8-sig"))
