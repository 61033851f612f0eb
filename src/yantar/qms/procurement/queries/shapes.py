"""What the pages of procurement are given: plain rows, every sum a Decimal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from yantar.qms.organisation.models import Authority, AuthorityVersion

from ..models import BuyerMatch, Claim, Dataset, Figure, RaisedFlag, Settlement

PAGE = 50
"""Rows of a page."""
ENOUGH = 30
"""Procedures below which an authority is never ranked: a median of fewer says too little."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text of data in both languages; `str()` gives the reader's."""

    ru: str
    en: str

    def __str__(self) -> str:
        return (self.en or self.ru) if get_language() == "en" else self.ru


@dataclass(frozen=True, slots=True)
class Sum:
    """A measure: procedures, their baseline, what was awarded. The share is of the sums; None without a base."""

    procedures: int
    baseline: Decimal
    awarded: Decimal

    @property
    def saved(self) -> Decimal:
        return self.baseline - self.awarded

    @property
    def share(self) -> Decimal | None:
        return self.saved / self.baseline if self.baseline else None


@dataclass(frozen=True, slots=True)
class Group:
    """One value of a dimension (year, method, band, bidders, buyer, law) with E1 and E2. `value` filters the list of procedures."""

    dimension: str
    value: str
    title: str
    e1: Sum
    e2: Sum


@dataclass(frozen=True, slots=True)
class Bin:
    """A step of the distribution of discounts: from (included) to (not included), as shares of the baseline; None: open end."""

    start: Decimal | None
    stop: Decimal | None
    procedures: int
    baseline: Decimal
    saved: Decimal


@dataclass(frozen=True, slots=True)
class FlagCount:
    """How often a flag is there. `examined`: procedures that the rule could be computed for; 0: it can't be here, and its zeros say nothing."""

    flag: str
    title: Words
    procedures: int
    rows: int
    examined: int = 0


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind of outlier: how many procedures, how many of them are settled."""

    kind: str
    title: Words
    procedures: int


@dataclass(frozen=True, slots=True)
class Glance:
    """A dataset at a glance: read from what the job stored, not computed.

    `result`: the raw answer of engine.savings (docs/savings/result.schema.json) with all its words. `groups` by dimension, of buyers
    the 50 with the largest baseline. `settled`, `questions`: decisions and questions that hold.
    """

    dataset: Dataset
    currency: str
    result: Mapping[str, Any]
    e1: Sum
    e2: Sum
    groups: Mapping[str, Sequence[Group]]
    distribution: Sequence[Bin]
    flags: Sequence[FlagCount]
    outliers: Sequence[KindCount]
    buyers: int
    settled: int
    questions: int
    currencies: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProcedureFilters:
    """Which procedures; empty: all. All texts exactly as in the groups of a glance.

    `klass`: E1, one_bid, E2 (both) or excluded; `reason`: a code of exclusion; `flag`: a code; `outlier`: a kind; `authority`: code
    of an authority matched for the day; `q`: words of the title, the number or the buyer's name.
    """

    klass: str = ""
    reason: str = ""
    buyer: str = ""
    authority: str = ""
    year: str = ""
    method: str = ""
    band: str = ""
    bidders: str = ""
    law: str = ""
    flag: str = ""
    outlier: str = ""
    settled: str = ""
    """include, exclude, ask; `open`: without a decision."""
    q: str = ""

    @property
    def any(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


SORTS = ("-saved", "saved", "-share", "share", "-baseline", "baseline", "-published_on", "published_on", "procedure_id")


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A procedure in a list. Sums are None where nothing usable is stated; `share` likewise."""

    procedure_id: str
    title: str
    buyer_id: str
    buyer_name: str
    published_on: date | None
    method: str
    band: str
    bidders: int | None
    klass: str
    reason: str
    reason_words: str
    currency: str
    baseline: Decimal | None
    awarded: Decimal | None
    saved: Decimal | None
    share: Decimal | None
    outliers: Sequence[str] = ()
    settlement: Settlement | None = None


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """A page of procedures with the sums of all that the filters let through."""

    rows: Sequence[ProcedureRow]
    total: int
    page: int
    pages: int
    counted: Sum
    """Of those of E2 among them."""


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag of a procedure: what it is about, the value and the threshold as computed, and in words of the reader (`found`, `bound`)."""

    flag: str
    title: Words
    procedure_id: str
    lot_id: str
    subject: str
    value: str
    threshold: str
    procedure_title: str = ""
    buyer_name: str = ""
    published_on: date | None = None
    explained: str = ""
    raised: RaisedFlag | None = None
    found: str = ""
    bound: str = ""


@dataclass(frozen=True, slots=True)
class FlagPage:
    """A page of flags."""

    rows: Sequence[FlagRow]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Flagged:
    """An authority's procedures in a dataset and how many of them each flag has. `authority` None: of buyers that nobody matched."""

    authority: Authority | None
    name: str
    n: int
    counts: Mapping[str, int]
    enough: bool
    """Whether they are ENOUGH to speak of a share."""

    def cells(self, flags: Sequence[str]) -> list[tuple[str, int, Decimal | None]]:
        """Of each flag: its code, the number of procedures, their share of `n` (None where `n` is too small)."""
        return [(one, self.counts.get(one, 0), Decimal(self.counts.get(one, 0)) / self.n if self.enough else None) for one in flags]


@dataclass(frozen=True, slots=True)
class FlagsByAuthority:
    """Flags that are there, each with its title, and the authorities of a dataset by their names."""

    flags: Mapping[str, Words]
    rows: Sequence[Flagged]
    enough: int = ENOUGH


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """A procedure with everything that is known of it. `tables`: its rows of every flat table by the table's name, in its columns' order."""

    dataset: Dataset
    row: ProcedureRow
    outcome: Mapping[str, Any]
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    flags: Sequence[FlagRow]
    settlements: Sequence[Settlement]
    """All decisions about it, the latest first; the open one has no `ended_at`."""
    authority: AuthorityVersion | None
    has_record: bool
    """Whether the record as it was published can be shown (`procedure_record`)."""


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """A buyer of a dataset with its procedures and sums of E2, and its matches with authorities (joined, with the name)."""

    buyer_id: str
    name: str
    inn: str
    procedures: int
    e2: Sum
    first_on: date | None
    last_on: date | None
    matches: Sequence[BuyerMatch]
    names: Mapping[int, AuthorityVersion]

    @property
    def state(self) -> str:
        """confirmed, suggested, rejected (nothing else) or none."""
        states = {one.state for one in self.matches}
        return next((one for one in ("confirmed", "suggested", "rejected") if one in states), "none")


@dataclass(frozen=True, slots=True)
class BuyerPage:
    """A page of buyers, the largest baseline first."""

    rows: Sequence[BuyerRow]
    total: int
    page: int
    pages: int
    counts: Mapping[str, int]
    """How many buyers by state."""


@dataclass(frozen=True, slots=True)
class Compared:
    """An authority in the comparison: n procedures of E2 with a discount, the quartiles of their discounts (R-8), the share of the sums.

    `rank` by the median from 1; None where n < ENOUGH: then it is not ranked, and the page says so.
    """

    authority: Authority
    name: str
    n: int
    e1: Sum
    e2: Sum
    one_bid: int
    q1: Decimal | None
    median: Decimal | None
    q3: Decimal | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Authorities of a dataset with n and spread. `unmatched`: E2 of buyers that nobody matched."""

    rows: Sequence[Compared]
    unmatched: Sum
    enough: int = ENOUGH


@dataclass(frozen=True, slots=True)
class Question:
    """A question to an authority about one procedure, with the numbers it is about."""

    settlement: Settlement
    authority: AuthorityVersion | None
    row: ProcedureRow | None
    overdue: bool

    @property
    def answered(self) -> bool:
        return self.settlement.answered_at is not None


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure with its measures ready to be shown. `raw`, `defended`: the whole answers."""

    figure: Figure
    currency: str
    raw_e1: Sum
    raw_e2: Sum
    e1: Sum
    e2: Sum
    contract_stage: Sum
    net: Decimal
    lost_procedures: int
    lost: Decimal
    reconciled: bool
    claims: Sequence[Claim] = ()

    @property
    def moved(self) -> Decimal:
        """What the decisions did to E1: defended less raw."""
        return self.e1.saved - self.raw_e1.saved


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim beside what the records give. `missing`: codes of base, list, method, period, records; `missing_words` says them."""

    claim: Claim
    figure: FigureView | None
    missing: Sequence[str]
    missing_words: Sequence[str]
    difference: Decimal | None
    """Claimed less E1 of the figure, in the same currency only."""
    base_needed: Sequence[tuple[Decimal, Decimal]]
    """(share, base that the claim would need at that share)."""
