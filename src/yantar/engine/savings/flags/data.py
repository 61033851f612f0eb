"""What the rules say besides their expression: words, thresholds by law and day, sources. Read from library/flags/*.yaml, one file a rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

ANY = "any"
"""The row of every law that has no row of its own."""

Unit = Literal["days", "count", "percent", "percentile", "money", "fraction"]
SubjectKind = Literal["procedure", "bid", "bidder", "supplier", "buyer", "entity", "contract"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(_Form):
    """Where and when something holds: for procedures of the law, published on a day of [valid_from, valid_to)."""

    law: str = ANY
    valid_from: date | None = None
    valid_to: date | None = None
    confirmed: bool = True
    """False: from general knowledge, to be checked in the official text; shown so."""
    source: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Span:
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        return self


class Value(Span):
    """One value of a threshold, with the procedures it is for. The first row that fits is used."""

    value: Decimal | None = None
    """None: for these procedures there is no such value, and the rule is not computed."""
    methods: tuple[str, ...] = ()
    """Parts of the method's national name, lower case: one of them must stand in it. Empty: every method."""
    above: Decimal | None = None
    """Only procedures whose value is above this, in `currency`."""
    up_to: Decimal | None = None
    """Only procedures whose value is at most this, in `currency`."""
    currency: str = "RUB"


class Threshold(_Form):
    """A number that a rule compares with."""

    title_ru: str
    title_en: str
    unit: Unit
    optional: bool = False
    """May be left without a value: the rule then computes its own bound from the data."""
    values: tuple[Value, ...] = ()

    @model_validator(mode="after")
    def _has_values(self) -> Threshold:
        if not self.values and not self.optional:
            raise ValueError("a threshold without a value")
        return self

    def title(self, language: str) -> str:
        """The title in "en" or "ru"."""
        return self.title_en if language == "en" else self.title_ru


class Measure(_Form):
    """What the value and the threshold of a flag are, and how they stand to each other."""

    unit: Literal["days", "seconds", "bidders", "money", "fraction"]
    """`money`: an amount with its currency; `fraction`: a part of one, shown in per cent."""
    sign: Literal["<", "≤", "=", "≥", ">"]
    """Flagged is whoever's value stands so to the threshold."""


class Words(_Form):
    """What is said of a rule, in one language."""

    title: str
    definition: str
    may_mean: str
    not_proof: str
    beyond: str = ""


class RuleData(_Form):
    """A rule as its file describes it."""

    code: str = Field(pattern=r"^[RY]\d{3}$")
    cardinal: str = ""
    """Its code in Cardinal's documentation, if it has one there."""
    subject: SubjectKind
    checked_on: date
    source: str
    title_ru: str
    title_en: str
    definition_ru: str
    definition_en: str
    may_mean_ru: str
    may_mean_en: str
    not_proof_ru: str
    not_proof_en: str
    beyond_ru: str = ""
    beyond_en: str = ""
    measure: Measure
    needs: tuple[str, ...]
    """Columns as table.column; `a|b`: one of them is enough."""
    holds: tuple[Span, ...] = (Span(),)
    thresholds: dict[str, Threshold] = {}

    @field_validator("holds")
    @classmethod
    def _held(cls, value: tuple[Span, ...]) -> tuple[Span, ...]:
        if not value:
            raise ValueError("a rule that holds nowhere")
        return value

    def words(self, language: str) -> Words:
        """The words in "en" or "ru"."""
        end = "en" if language == "en" else "ru"
        return Words(**{name: getattr(self, f"{name}_{end}") for name in ("title", "definition", "may_mean", "not_proof", "beyond")})

    @property
    def confirmed(self) -> bool:
        """Whether sources that were read confirm every number of it."""
        return all(span.confirmed for span in self.holds) and all(row.confirmed for one in self.thresholds.values() for row in one.values)


class Absent(_Form):
    """A flag of Cardinal's list that the flat tables don't allow."""

    code: str
    title_ru: str
    title_en: str
    why_ru: str
    why_en: str


class Common(_Form):
    """What several rules share: which statuses and methods mean what. All lower case."""

    submitted: tuple[str, ...]
    valid: tuple[str, ...]
    disqualified: tuple[str, ...]
    award_active: tuple[str, ...]
    award_settled: tuple[str, ...]
    competitive: tuple[str, ...]
    direct: tuple[str, ...]
    not_held: tuple[str, ...]
    not_by_price: tuple[str, ...]
    fence: Decimal
    checked_on: date
    source: str
    absent: tuple[Absent, ...]


def _read(name: str) -> dict[str, Any]:
    text = (files("yantar") / "library" / "flags" / f"{name}.yaml").read_text("utf-8")
    top = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 (every scalar stays text)
    if top.pop("format", "") != "1":
        raise ValueError(f"{name}: not a file of format 1")
    return dict(top)


@lru_cache
def load(code: str) -> RuleData:
    """What the file of a rule says. Raises ValueError (of pydantic) with everything wrong in it."""
    return RuleData.model_validate(_read(code))


@lru_cache
def common() -> Common:
    """What rules share. Raises ValueError (of pydantic) with everything wrong in it."""
    return Common.model_validate(_read("common"))
