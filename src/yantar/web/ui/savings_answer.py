"""An answer of the savings engine as its pages show it: its method, what doubts do to it, what was set aside before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import formats

from yantar.engine.savings.method import Method, UnknownMethod, load_method

from . import savings_charts as charts
from .templatetags.savings import said


@dataclass(frozen=True, slots=True)
class Line:
    """How often one field was not as it should be, for one reason."""

    field: str
    words: str
    action: str
    rows: int


def lines(reasons: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The rows of an answer with the words of their reasons, the most frequent first."""
    # The package of the ingest is heavy; a process that shows no such page never loads it.
    from yantar.engine.savings.ingest.quarantine import load_reasons

    known = load_reasons()
    found = [
        Line(one["field"], said(known[one["reason"]].title) if one["reason"] in known else one["reason"], one["action"], one["rows"])
        for one in reasons
    ]
    return sorted(found, key=lambda one: (-one.rows, one.field))


def method_of(result: Mapping[str, Any]) -> Method | None:
    """The method that an answer names; None where it no longer ships."""
    try:
        return load_method(result["method"]["id"])
    except UnknownMethod:
        return None


def bidders_said(result: Mapping[str, Any]) -> str:
    """Average bidders with one decimal; empty where nobody knows."""
    text = result.get("indicators", {}).get("average_bidders")
    return str(formats.number_format(Decimal(text), decimal_pos=1, use_l10n=True)) if text not in (None, "") else ""


def answer(result: Mapping[str, Any]) -> dict[str, Any]:
    """What the pieces of a page about an answer of the engine need."""
    return {
        "result": result,
        "currency": result["currency"],
        "method": method_of(result),
        "bidders": bidders_said(result),
        "sensitivity": charts.sensitivity(result),
        "quarantine": lines(result["quarantine"]["reasons"]),
    }
