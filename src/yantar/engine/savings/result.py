"""The answer: figures of savings in a form that is published (docs/savings/result.schema.json).

Money is a decimal string with two places, a share a decimal string with six ("0.121246" is 12.1246 %), both never rounded twice: a
ratio is always a ratio of sums. A share without a base (nothing counted) is null.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Money = Annotated[str, Field(pattern=r"^-?\d+\.\d\d$")]
Share = Annotated[str, Field(pattern=r"^-?\d+\.\d{6}$")]
Dimension = Literal["buyer", "year", "method", "band", "bidders", "law"]
DIMENSIONS: tuple[Dimension, ...] = ("buyer", "year", "method", "band", "bidders", "law")


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Form):
    """A text in both languages."""

    ru: str
    en: str


class Measure(_Form):
    """Procedures counted, their baseline, what was awarded, the difference and its share of the baseline."""

    procedures: int = Field(ge=0)
    baseline: Money
    awarded: Money
    saved: Money
    share: Share | None


class ContractStage(Measure):
    """E1 procedures with a contract: `awarded` is what the contracts say after their amendments."""

    without_contract: int = Field(ge=0)
    """E1 procedures of which the records have no usable contract; they are in E1 and not here."""


class Net(_Form):
    """E1 less what the contracts took back: of E1 procedures signed at least 12 months before the date of the data."""

    procedures: int = Field(ge=0)
    baseline: Money
    saved: Money
    """E1 of these procedures, at award."""
    increases: Money
    """Contract above award, by amendments."""
    terminated: Money
    """Savings of procedures whose contract was terminated: they do not count."""
    bought_again: Money
    """What repeating a terminated procedure cost above its award."""
    net: Money
    share: Share | None
    too_young: int = Field(ge=0)
    """E1 procedures left out because 12 months have not passed, or the day of signing or what the contracts say in all is not stated."""


class Excluded(_Form):
    """Procedures in neither E1 nor E2, for one reason: the first that holds, in the order of the method."""

    reason: str
    title: Words
    procedures: int = Field(ge=0)
    value: Money
    """Sum of the input values in the currency of the figures (see Reconciliation)."""
    other_currencies: dict[str, Money] = Field(default_factory=dict)
    lost: bool
    """Cancelled or failed: counted in `lost`."""


class Named(_Form):
    """Something that is said beside the figure and never blended into it."""

    id: str
    title: Words
    within: Literal["E1", "E2", "excluded"]
    procedures: int = Field(ge=0)
    baseline: Money
    awarded: Money
    saved: Money


class Reconciliation(_Form):
    """The input value of a procedure is its tender's value, else the sum of its lots, else 0. Line by line, in the figures' currency."""

    input_procedures: int
    input_value: Money
    included_procedures: int
    """Those of E2 (E1 is a part of it)."""
    included_baseline: Money
    included_lots_not_awarded: Money
    """Lots without an award in procedures of E2: part of `lost`."""
    included_difference: Money
    """Tender's value less the sum of its lots, in procedures of E2 measured by lots."""
    excluded_procedures: int
    excluded_value: Money
    other_currencies: dict[str, Money] = Field(default_factory=dict)
    difference_procedures: int
    difference_value: Money
    """Input less everything else: 0.00, or the figure must not be published."""


class Lost(_Form):
    """Never a saving: cancelled and failed procedures, and lots without an award."""

    procedures: int
    value: Money


class Moved(_Form):
    """How the figure moves under one doubtful choice."""

    id: str
    title: Words
    E1: Measure
    E2: Measure
    moved: Money
    """Saved E1 under this choice less saved E1."""


class Input(_Form):
    """What the figure is computed from, after the period and the filters."""

    records: int
    procedures: int
    value: Money
    outside: int = 0
    """Procedures outside of the period or the filters."""
    first_on: str | None = None
    last_on: str | None = None


class QuarantineReason(_Form):
    reason: str
    action: Literal["repaired", "set_aside", "rejected"]
    field: str
    rows: int


class Quarantine(_Form):
    """What the ingest repaired, set aside or rejected in the whole input."""

    rejected: int
    set_aside: int
    repaired: int
    reasons: tuple[QuarantineReason, ...] = ()


class MethodNamed(_Form):
    """Which definition was used."""

    id: str
    title: Words
    sha256: str


class Result(_Form):
    """Savings of a dataset by a method."""

    format: Literal["yantar-savings/1"] = "yantar-savings/1"
    method: MethodNamed
    manifest: dict[str, Any]
    """Of the dataset (yantar-dataset/1), with its own `sha256`."""
    currency: str
    parameters: dict[str, Any]
    """from, to, by, filters, baseline, population: what the figure was asked with; plain JSON."""
    decisions: int = 0
    """Decisions on single procedures that were counted; 0: the raw figure."""
    decisions_sha256: str = ""
    input: Input
    E1: Measure
    E2: Measure
    one_bid: Measure
    """E2 less E1."""
    contract_stage: ContractStage
    net: Net
    lost: Lost
    per_inhabitant: Money | None = None
    excluded: tuple[Excluded, ...]
    named: tuple[Named, ...]
    reconciliation: Reconciliation
    indicators: dict[str, str]
    """average_bidders, one_bid_share and the like: decimal strings."""
    groups: tuple[dict[str, Any], ...] = ()
    """One for each combination of the dimensions asked for: the dimension's values under their names (year a number, buyer an id with
    `buyer_name` beside it, the others strings), then E1, E2 and contract_stage as above. Sorted by the dimensions."""
    sensitivity: tuple[Moved, ...] = ()
    quarantine: Quarantine


def money(value: Decimal | int | None) -> str:
    """Two places, exactly; nothing is rounded here.

    Raises ValueError for a value with more places: that would be a mistake before this.
    """
    exact = Decimal(value or 0)
    cents = exact.quantize(Decimal("0.01"))
    if cents != exact:
        raise ValueError(f"{value} has more than two places")
    return format(cents + 0, "f")


def share(part: Decimal, whole: Decimal) -> str | None:
    """part / whole with six places, half up; None without a whole."""
    from decimal import ROUND_HALF_UP, localcontext

    if not whole:
        return None
    with localcontext() as context:
        context.prec = 60
        return format((part / whole).quantize(Decimal("0.000001"), ROUND_HALF_UP) + 0, "f")


def measure(procedures: int, baseline: Decimal, awarded: Decimal) -> Measure:
    """A measure from its sums."""
    saved = baseline - awarded
    return Measure(procedures=procedures, baseline=money(baseline), awarded=money(awarded), saved=money(saved), share=share(saved, baseline))
