"""A method: everything that decides what is a saving and what is not, as data with an id, words in both languages and sources.

Methods are files of yantar/library/savings_methods. One that a figure was published by is never edited: a change is a new id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .result import Words

DEFAULT = "yantar-2026-1"

REASONS = (
    "unfinished",
    "cancelled",
    "failed",
    "no_award",
    "not_competitive",
    "method_unknown",
    "framework",
    "unit_price",
    "no_baseline",
    "zero_baseline",
    "award_without_amount",
    "mixed_currencies",
    "other_currency",
    "mixed_vat",
    "zero_award",
    "above_baseline",
    "no_bids",
    "bidders_unknown",
)
"""The reasons that `outcome` knows how to see. A method orders all of them."""
MARKS = ("heavy", "award_status_unstated", "lots_not_linked", "small")
"""What `outcome` sees beside the reasons without leaving a procedure out."""


class UnknownMethod(LookupError):
    """No method has this id. `id`: what was asked for; `known`: the ids there are."""

    def __init__(self, id_: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no method {id_!r}; known: {', '.join(known)}")
        self.id, self.known = id_, known


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Formula(_Form):
    """A measure in words, with its source."""

    id: str
    title: Words
    text: Words
    source: str


class Reason(_Form):
    """Why a procedure is not counted. `lost`: counted in "lost". `settle`: a person may decide to count it all the same."""

    id: str
    title: Words
    lost: bool = False
    settle: bool = False


class Mark(_Form):
    """Something said of a procedure without leaving it out."""

    id: str
    title: Words


class NamedRule(_Form):
    """What is named beside the figure: procedures with this mark, or left out for this reason."""

    id: str
    within: Literal["E1", "E2", "excluded"]


class Scenario(_Form):
    """A doubtful choice made the other way. `count`: reasons that do not hold; `leave`: marks that leave out; `baseline` and `bidders`:
    what is compared with, and whether the declared number of bidders counts where it is greater than the bids."""

    id: str
    title: Words
    count: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    baseline: Literal["base", "tender", "budget"] = "base"
    bidders: Literal["bids", "greater"] = "bids"


class Doubtful(_Form):
    """A kind of procedures that a person should look at: left out for `reason`, or counted (`within` a class, E2: in E2 alone) and carrying
    `mark`, or the `top` largest contributions to E1."""

    id: str
    title: Words
    why: Words
    reason: str = ""
    mark: str = ""
    within: Literal["", "E1", "E2"] = ""
    top: int = Field(default=0, ge=0)


class Band(_Form):
    """A price band: above the one before it, up to and including `upto` (None: without end)."""

    id: str
    title: Words
    upto: Decimal | None = None

    @model_validator(mode="before")
    @classmethod
    def _open(cls, value: object) -> object:
        return {**value, "upto": value.get("upto") or None} if isinstance(value, Mapping) else value


class Awards(_Form):
    active: tuple[str, ...]
    unstated_counts: bool


class Tenders(_Form):
    cancelled: tuple[str, ...]
    failed: tuple[str, ...]
    unfinished: tuple[str, ...]


class Bids(_Form):
    admitted: tuple[str, ...]


class Contracts(_Form):
    cancelled: tuple[str, ...]
    terminated: tuple[str, ...]


class Methods(_Form):
    competitive: tuple[str, ...]
    not_competitive: tuple[str, ...]
    national_not_competitive: tuple[str, ...] = Field(min_length=1)


class Bidders(_Form):
    competitive: int = Field(ge=2)
    grouped_from: int = Field(ge=2)


class Method(_Form):
    """A method of measuring savings (see the file for the meaning of each list)."""

    id: str
    title: Words
    checked_on: str
    source: tuple[str, ...]
    formulas: tuple[Formula, ...]
    awards: Awards
    tenders: Tenders
    bids: Bids
    contracts: Contracts
    methods: Methods
    bidders: Bidders
    heavy_percent: int = Field(gt=0, le=100)
    net_months: int = Field(ge=0)
    small_upto: dict[str, Decimal]
    bands: dict[str, tuple[Band, ...]]
    no_band: Mark
    reasons: tuple[Reason, ...]
    settled_out: Reason
    marks: tuple[Mark, ...]
    named: tuple[NamedRule, ...]
    sensitivity: tuple[Scenario, ...]
    doubtful: tuple[Doubtful, ...]
    sha256: str = ""
    """Of the file's content (as canonical JSON; comments and layout do not count). Set by the loader."""

    @model_validator(mode="after")
    def _whole(self) -> Method:
        reasons, marks = [reason.id for reason in self.reasons], [mark.id for mark in self.marks]
        if sorted(reasons) != sorted(REASONS) or sorted(marks) != sorted(MARKS):
            raise ValueError("every reason and every mark stands exactly once")
        for rule in self.named:
            if rule.id not in (reasons if rule.within == "excluded" else marks):
                raise ValueError(f"named: {rule.id} is not of {rule.within}")
        for scenario in self.sensitivity:
            if set(scenario.count) - set(reasons) or set(scenario.leave) - set(marks):
                raise ValueError(f"sensitivity: {scenario.id} names an unknown reason or mark")
        for kind in self.doubtful:
            if [bool(kind.reason), bool(kind.mark), bool(kind.top)].count(True) != 1 or not {kind.reason, kind.mark} <= {"", *reasons, *marks}:
                raise ValueError(f"doubtful: {kind.id} is one of reason, mark and top")
        for bands in self.bands.values():
            ends = [band.upto for band in bands]
            limits = [end for end in ends[:-1] if end is not None]
            if not bands or ends[-1] is not None or len(limits) != len(ends) - 1 or limits != sorted(set(limits)):
                raise ValueError("bands rise, and only the last is open")
        return self

    def bands_of(self, currency: str) -> tuple[Band, ...]:
        """The price bands of a currency; empty where the method has none."""
        return self.bands.get(currency, ())

    def title_of(self, id_: str) -> Words:
        """The words of a reason, a mark, a band or a formula.

        Raises KeyError for an id of none of them.
        """
        named: tuple[Reason | Mark | Band | Formula, ...] = (*self.reasons, self.settled_out, *self.marks, self.no_band, *self.formulas)
        for entry in (*named, *(band for bands in self.bands.values() for band in bands)):
            if entry.id == id_:
                return entry.title
        raise KeyError(id_)


def method_ids() -> tuple[str, ...]:
    """The ids of the methods that ship."""
    folder = resources.files("yantar.library") / "savings_methods"
    return tuple(sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")))


@lru_cache(maxsize=8)
def load_method(id_: str = DEFAULT) -> Method:
    """A method by its id.

    Raises UnknownMethod; ValueError when the file is not a method (a mistake of ours, tested).
    """
    known = method_ids()
    if id_ not in known:
        raise UnknownMethod(id_, known)
    import yaml

    text = (resources.files("yantar.library") / "savings_methods" / f"{id_}.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    try:
        method = Method.model_validate({**content, "sha256": digest})
    except ValidationError as error:
        raise ValueError(f"savings method {id_}: {error}") from error
    if method.id != id_:
        raise ValueError(f"savings method {id_} calls itself {method.id}")
    return method
