"""What was repaired, set aside or rejected, and why: codes with words in both languages (yantar/library/quarantine.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from ..result import Words

Action = Literal["repaired", "set_aside", "rejected"]
VALUE = 200
"""Characters of a value that are kept."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something stands in quarantine."""

    code: str
    action: Action
    title: Words


class Note(NamedTuple):
    """A row of the table `quarantine`."""

    source: int
    line: int
    procedure_id: str
    publisher: str
    field: str
    value: str
    reason: str
    action: Action


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    import yaml

    text = resources.files("yantar").joinpath("library", "quarantine.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Any] = yaml.safe_load(text)
    return data


@lru_cache(maxsize=1)
def load_reasons() -> Mapping[str, Reason]:
    """The reasons that ship, by code."""
    return {row["code"]: Reason(row["code"], row["action"], Words(ru=row["ru"], en=row["en"])) for row in _data()["reasons"]}


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Codes of currencies (ISO 4217) that are known, funds and metals left out."""
    return frozenset(_data()["currencies"].split())


@lru_cache(maxsize=1)
def currency_names() -> Mapping[str, str]:
    """Other ways to write a currency whose meaning is certain, in lower case without spaces and full stops."""
    return dict(_data()["currency_names"])


def publisher_of(ocid: str) -> str:
    """The prefix of an ocid: ocds-xxxxxx, else its first two parts. As in `flatten.procedures`."""
    return "-".join(ocid.split("-")[:2])


def __getattr__(name: str) -> Any:
    """REASONS is read when it is first asked for."""
    if name == "REASONS":
        return load_reasons()
    raise AttributeError(name)
