"""A digest that depends on content alone, so that a changed file is noticed and an unchanged one is left alone."""

import hashlib
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Fact = TypeVar("_Fact", bound="DataclassInstance")


def with_digest(fact: _Fact) -> _Fact:
    """The same fact with `digest` set: SHA-256 of its other fields as JSON with sorted keys and no blanks."""
    content = {name: value for name, value in asdict(fact).items() if name != "digest"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return replace(fact, digest=hashlib.sha256(text.encode()).hexdigest())
