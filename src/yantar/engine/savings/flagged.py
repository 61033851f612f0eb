"""The answer of `yantar flags` as a form that is published (docs/savings/flags.schema.json)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .result import Words


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FlagCount(_Form):
    """How often one rule found something."""

    flag: str
    title: Words
    procedures: int = Field(ge=0)
    """Procedures with at least one of this flag."""
    rows: int = Field(ge=0)
    examined: int = Field(ge=0)
    """Procedures that the rule could be computed for; with 0 its other numbers say nothing."""


class Flagged(_Form):
    """One thing that a rule found: a question to ask, not a verdict."""

    procedure_id: str
    lot_id: str
    """Empty where the rule speaks of the procedure."""
    flag: str
    subject: str
    """Id of what it is about."""
    subject_kind: str
    """procedure, bid, bidder, supplier, buyer, entity or contract."""
    value: str
    """What was found."""
    threshold: str
    """What it was compared with."""


class Flags(_Form):
    """What the rules found in a dataset."""

    format: Literal["yantar-flags/1"] = "yantar-flags/1"
    manifest: dict[str, Any]
    """Of the dataset (yantar-dataset/1), with its own `sha256`."""
    procedures: int = Field(ge=0)
    """Procedures looked at."""
    flagged: int = Field(ge=0)
    """Procedures with at least one flag."""
    rules: tuple[FlagCount, ...]
    """Every rule that was asked, also one that found nothing."""
    flags: tuple[Flagged, ...] = ()
    """Sorted by procedure, lot, flag and subject; empty when only the summary was asked for."""
