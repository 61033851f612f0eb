"""Checks across fields: each says of every procedure it can be made for whether it failed. Tolerances stand in library/profile/checks.yaml.

A check gives rows procedure_id, failed (true where anything of the procedure failed); procedures it can't be made for have no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    import ibis

    from .dataset import Tables

DAY = 86_400
EPOCH = date(1970, 1, 1)
EARLIEST = date(1990, 1, 1)
SPARE = 36 * 3600
"""A day is the publisher's, a moment is UTC: the end of a local day is at most half a day later, and its beginning not known."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(_Form):
    """A check as its data describe it."""

    id: str
    allowed: Decimal = Field(ge=0, le=100)
    """Largest share of failures among the procedures checked with which it is still passed, in per cent."""
    percent: Decimal = Field(default=Decimal(0), ge=0)
    """Of amounts: how far they may lie apart, in per cent."""
    title_ru: str
    title_en: str


class Checks(_Form):
    """All checks in the order in which they are shown."""

    format: str
    checked_on: date
    source: str
    examples: int = Field(ge=0)
    """Ids of failing procedures to name, for each publisher and check."""
    checks: tuple[Check, ...]

    @model_validator(mode="after")
    def _known(self) -> Checks:
        ids = [check.id for check in self.checks]
        if sorted(ids) != sorted(MADE):
            raise ValueError(f"checks that are not those of the code: {', '.join(sorted(set(ids) ^ set(MADE)))}")
        return self


@lru_cache
def checks() -> Checks:
    """The checks. Raises ValueError (of pydantic) with everything wrong in the file."""
    text = (files("yantar") / "library" / "profile" / "checks.yaml").read_text("utf-8")
    return Checks.model_validate(yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))  # noqa: S506 (every scalar stays text)


def _any(rows: ibis.Table, failed: ibis.Value) -> ibis.Table:
    """One row a procedure: failed where any of its rows is."""
    rows = rows.select("procedure_id", bad=failed.fill_null(False).cast("int64"))
    found = rows.group_by("procedure_id").aggregate(bad=rows.bad.max())
    return found.select("procedure_id", failed=found.bad > 0)


def _wide(amount: ibis.Value) -> ibis.Value:
    return amount.cast("decimal(38, 2)")


def _percent(check: Check) -> ibis.Value:
    import ibis

    return ibis.literal(check.percent, "decimal(9, 2)")


def _active(t: Tables) -> ibis.Table:
    return t.awards.filter(t.awards.status == "active")


def _period_in_order(t: Tables, check: Check) -> ibis.Table:
    p = t.procedures.filter(t.procedures.opens.notnull() & t.procedures.closes.notnull())
    return _any(p, p.opens > p.closes)


def _award_after_close(t: Tables, check: Check) -> ibis.Table:
    import ibis

    p = t.procedures.filter(t.procedures.closes.notnull()).select("procedure_id", "closes")
    rows = _active(t).filter(ibis._.awarded_on.notnull()).select("procedure_id", "awarded_on").inner_join(p, "procedure_id")
    begins = rows.awarded_on.delta(ibis.literal(EPOCH), unit="day") * DAY
    return _any(rows, rows.closes > begins + SPARE)


def _contract_after_award(t: Tables, check: Check) -> ibis.Table:
    c = t.contracts.filter(t.contracts.signed_on.notnull()).select("procedure_id", "award_id", "signed_on")
    a = t.awards.filter(t.awards.awarded_on.notnull()).select("procedure_id", "award_id", "awarded_on")
    rows = c.inner_join(a, ["procedure_id", "award_id"])
    return _any(rows, rows.signed_on < rows.awarded_on)


def _contract_near_award(t: Tables, check: Check) -> ibis.Table:
    c = t.contracts.filter(t.contracts.status != "cancelled")
    sums = c.group_by("procedure_id", "award_id").aggregate(
        contracted=c.amount.sum(), unpriced=c.amount.isnull().cast("int64").sum(), low=c.currency.min(), high=c.currency.max()
    )
    a = _active(t).select("procedure_id", "award_id", "amount", "currency")
    rows = sums.inner_join(a.filter(a.amount > 0), ["procedure_id", "award_id"])
    rows = rows.filter((rows.unpriced == 0) & (rows.low == rows.currency) & (rows.high == rows.currency))
    apart = (_wide(rows.contracted) - _wide(rows.amount)).abs()
    return _any(rows, apart * 100 > _wide(rows.amount) * _percent(check))


def _awarded(t: Tables) -> ibis.Table:
    """Sum of active awards where all are priced in the tender's currency, beside the tender's value above zero."""
    a = _active(t)
    sums = a.group_by("procedure_id").aggregate(
        awarded=a.amount.sum(), unpriced=a.amount.isnull().cast("int64").sum(), low=a.currency.min(), high=a.currency.max()
    )
    p = t.procedures.select("procedure_id", "amount", "currency").filter(t.procedures.amount > 0)
    rows = sums.inner_join(p, "procedure_id")
    return rows.filter((rows.unpriced == 0) & (rows.low == rows.currency) & (rows.high == rows.currency))


def _award_not_far_above(t: Tables, check: Check) -> ibis.Table:
    rows = _awarded(t)
    return _any(rows, (_wide(rows.awarded) - _wide(rows.amount)) * 100 > _wide(rows.amount) * _percent(check))


def _lots_add_up(t: Tables, check: Check) -> ibis.Table:
    lots = t.lots.group_by("procedure_id").aggregate(
        total=t.lots.amount.sum(), unpriced=t.lots.amount.isnull().cast("int64").sum(), low=t.lots.currency.min(), high=t.lots.currency.max()
    )
    p = t.procedures.select("procedure_id", "amount", "currency").filter(t.procedures.amount > 0)
    rows = lots.inner_join(p, "procedure_id")
    rows = rows.filter((rows.unpriced == 0) & (rows.low == rows.currency) & (rows.high == rows.currency))
    return _any(rows, (_wide(rows.total) - _wide(rows.amount)).abs() * 100 > _wide(rows.amount) * _percent(check))


def _submitted(t: Tables) -> ibis.Table:
    return t.bids.filter(t.bids.status.notin(("invited", "withdrawn")))


def _bidders_as_declared(t: Tables, check: Check) -> ibis.Table:
    b = _submitted(t)
    met = b.group_by("procedure_id").aggregate(bidders=b.bidder_id.nunique(), unnamed=(b.bidder_id == "").cast("int64").sum())
    p = t.procedures.filter(t.procedures.declared_bidders.notnull()).select("procedure_id", "declared_bidders")
    rows = met.filter(met.unnamed == 0).inner_join(p, "procedure_id")
    return _any(rows, rows.bidders != rows.declared_bidders)


def _supplier_among_bidders(t: Tables, check: Check) -> ibis.Table:
    b = _submitted(t)
    named = b.group_by("procedure_id").aggregate(unnamed=(b.bidder_id == "").cast("int64").sum())
    named = named.filter(named.unnamed == 0).select("procedure_id")
    a = _active(t)
    a = a.filter(a.supplier_id != "").select("procedure_id", "supplier_id").semi_join(named, "procedure_id")
    pairs = b.select("procedure_id", supplier_id=b.bidder_id, met=b.bidder_id).distinct()
    rows = a.left_join(pairs, ["procedure_id", "supplier_id"])
    return _any(rows, rows.met.isnull())


def _one_currency(t: Tables, check: Check) -> ibis.Table:
    a = _active(t)
    a = a.filter(a.amount.notnull() & (a.currency != "")).select("procedure_id", award_currency=a.currency)
    p = t.procedures.filter(t.procedures.amount.notnull() & (t.procedures.currency != "")).select("procedure_id", "currency")
    rows = a.inner_join(p, "procedure_id")
    return _any(rows, rows.award_currency != rows.currency)


def _lots_listed(t: Tables, check: Check) -> ibis.Table:
    named = t.bid_lots.select("procedure_id", "lot_id").union(t.award_lots.select("procedure_id", "lot_id"))
    rows = named.left_join(t.lots.select("procedure_id", "lot_id", listed=t.lots.lot_id), ["procedure_id", "lot_id"])
    return _any(rows, rows.listed.isnull())


def _award_names_bid(t: Tables, check: Check) -> ibis.Table:
    a = t.awards.filter(t.awards.bid_id != "").select("procedure_id", "bid_id")
    rows = a.left_join(t.bids.select("procedure_id", "bid_id", there=t.bids.bid_id), ["procedure_id", "bid_id"])
    return _any(rows, rows.there.isnull())


def _contract_names_award(t: Tables, check: Check) -> ibis.Table:
    c = t.contracts.filter(t.contracts.award_id != "").select("procedure_id", "award_id")
    rows = c.left_join(t.awards.select("procedure_id", "award_id", there=t.awards.award_id), ["procedure_id", "award_id"])
    return _any(rows, rows.there.isnull())


def _complete_has_award(t: Tables, check: Check) -> ibis.Table:
    p = t.procedures.filter(t.procedures.status == "complete").select("procedure_id")
    awarded = t.awards.select("procedure_id").distinct()
    rows = p.left_join(awarded.mutate(there=awarded.procedure_id), "procedure_id")
    return _any(rows, rows.there.isnull())


def _amount_positive(t: Tables, check: Check) -> ibis.Table:
    p = t.procedures.filter(t.procedures.amount.notnull())
    return _any(p, p.amount <= 0)


def _dates_plausible(t: Tables, check: Check) -> ibis.Table:
    import ibis

    p = t.procedures
    published = p.filter(p.published_on.notnull()).select("procedure_id", "data_on", day=p.published_on)
    signed = t.contracts.filter(t.contracts.signed_on.notnull()).select("procedure_id", day=t.contracts.signed_on)
    signed = signed.inner_join(p.select("procedure_id", "data_on"), "procedure_id").select("procedure_id", "data_on", "day")
    rows = published.union(signed)
    return _any(rows, (rows.day < ibis.literal(EARLIEST)) | (rows.day > rows.data_on).fill_null(False))


def _ids_unique(t: Tables, check: Check) -> ibis.Table:
    repeated = t.quarantine.filter(t.quarantine.reason.isin(("id_repeated", "repeated_whole"))).select("procedure_id").distinct()
    rows = t.procedures.select("procedure_id").left_join(repeated.mutate(again=repeated.procedure_id), "procedure_id")
    return _any(rows, rows.again.notnull())


def _not_twice(t: Tables, check: Check) -> ibis.Table:
    p = t.procedures
    p = p.filter((p.buyer_id != "") & (p.title != "") & p.amount.notnull() & p.published_on.notnull())
    same = ("publisher", "buyer_id", "title", "amount", "currency", "published_on")
    groups = p.group_by(*same).aggregate(n=p.count())
    rows = p.select("procedure_id", *same).inner_join(groups, list(same))
    return _any(rows, rows.n > 1)


MADE: Mapping[str, Callable[[Tables, Check], ibis.Table]] = MappingProxyType(
    {
        "period_in_order": _period_in_order,
        "award_after_close": _award_after_close,
        "contract_after_award": _contract_after_award,
        "contract_near_award": _contract_near_award,
        "award_not_far_above": _award_not_far_above,
        "lots_add_up": _lots_add_up,
        "bidders_as_declared": _bidders_as_declared,
        "supplier_among_bidders": _supplier_among_bidders,
        "one_currency": _one_currency,
        "lots_listed": _lots_listed,
        "award_names_bid": _award_names_bid,
        "contract_names_award": _contract_names_award,
        "complete_has_award": _complete_has_award,
        "amount_positive": _amount_positive,
        "dates_plausible": _dates_plausible,
        "ids_unique": _ids_unique,
        "not_twice": _not_twice,
    }
)
"""How each check is made."""
