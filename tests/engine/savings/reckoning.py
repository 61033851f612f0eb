"""The savings of clean OCDS releases reckoned a second time, the slow way: one procedure after the other, in plain Python.

It shares no code with the engine and reads the releases themselves, not the flat tables. It knows only what clean releases need
(`tests/bench/procurement.py`, `docs/savings/example.jsonl`); what the ingest repairs is tested elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

UNFINISHED = {"planning", "planned", "active"}
CANCELLED = {"cancelled", "withdrawn"}
ADMITTED = {"", "valid", "active", "pending"}
NO = Decimal(0)


def _value(part: Any) -> tuple[Decimal | None, str]:
    value = (part or {}).get("value") or {}
    amount = value.get("amount")
    return (None if amount is None else Decimal(str(amount)).quantize(Decimal("0.01")), value.get("currency", ""))


@dataclass
class Sums:
    """How many, their baseline and their price."""

    procedures: int = 0
    baseline: Decimal = NO
    awarded: Decimal = NO

    def add(self, baseline: Decimal, awarded: Decimal) -> None:
        self.procedures += 1
        self.baseline += baseline
        self.awarded += awarded

    @property
    def saved(self) -> Decimal:
        return self.baseline - self.awarded


@dataclass
class Reckoned:
    """What came out."""

    procedures: int = 0
    value: Decimal = NO
    e1: Sums = field(default_factory=Sums)
    e2: Sums = field(default_factory=Sums)
    contract: Sums = field(default_factory=Sums)
    excluded: Counter[str] = field(default_factory=Counter)
    excluded_value: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: NO))
    by_year: dict[int, Sums] = field(default_factory=lambda: defaultdict(Sums))


def _input_value(tender: dict[str, Any]) -> Decimal:
    stated = _value(tender)[0]
    if stated is not None:
        return stated
    return sum((_value(lot)[0] or NO for lot in tender.get("lots", ())), NO)


def _baseline(tender: dict[str, Any], awards: list[dict[str, Any]]) -> Decimal | None:
    lots = {lot["id"]: _value(lot)[0] for lot in tender.get("lots", ())}
    awarded = {lot for award in awards for lot in award.get("relatedLots", ())}
    if awarded and all(lots.get(lot) is not None for lot in awarded):
        return sum((lots[lot] or NO for lot in awarded), NO)
    if not lots or awarded == set(lots):
        return _value(tender)[0]
    return None


def _bidders(release: dict[str, Any]) -> int | None:
    bids = release.get("bids", {}).get("details", ())
    if bids:
        return len({"|".join(sorted(one["id"] for one in bid["tenderers"])) for bid in bids if bid.get("status", "") in ADMITTED})
    declared = release["tender"].get("numberOfTenderers")
    return None if declared is None else int(declared)


def _reason(release: dict[str, Any], awards: list[dict[str, Any]], currency: str) -> str:
    """Why a procedure is not counted: the first reason that holds; "" when it is."""
    tender = release["tender"]
    status = tender.get("status", "")
    if status in CANCELLED:
        return "cancelled"
    if status == "unsuccessful":
        return "failed"
    if not awards:
        return "unfinished" if status in UNFINISHED else "no_award"
    if tender.get("procurementMethod") in {"direct", "limited"}:
        return "not_competitive"
    if (tender.get("techniques") or {}).get("hasFrameworkAgreement"):
        return "framework"
    baseline = _baseline(tender, awards)
    if baseline is None:
        return "no_baseline"
    if baseline == 0:
        return "zero_baseline"
    if any(_value(award)[0] is None for award in awards):
        return "award_without_amount"
    currencies = {_value(award)[1] for award in awards} | {_value(tender)[1]}
    if len(currencies) > 1:
        return "mixed_currencies"
    if currencies != {currency}:
        return "other_currency"
    price = sum((_value(award)[0] or NO for award in awards), NO)
    if price == 0:
        return "zero_award"
    if price > baseline:
        return "above_baseline"
    bidders = _bidders(release)
    if bidders is None:
        return "bidders_unknown"
    return "" if bidders else "no_bids"


def reckon(releases: Iterable[dict[str, Any]], currency: str = "RUB") -> Reckoned:
    """The figures of compiled releases, each procedure once."""
    out = Reckoned()
    for release in releases:
        tender = release["tender"]
        awards = [award for award in release.get("awards", ()) if award.get("status", "active") == "active"]
        worth = _input_value(tender)
        out.procedures += 1
        out.value += worth
        if reason := _reason(release, awards, currency):
            out.excluded[reason] += 1
            out.excluded_value[reason] += worth
            continue
        baseline = _baseline(tender, awards)
        assert baseline is not None
        awarded = sum((_value(award)[0] or NO for award in awards), NO)
        out.e2.add(baseline, awarded)
        if (_bidders(release) or 0) < 2:
            continue
        out.e1.add(baseline, awarded)
        out.by_year[int(tender["tenderPeriod"]["startDate"][:4])].add(baseline, awarded)
        contracts = [_value(one)[0] for one in release.get("contracts", ()) if one.get("status", "active") != "cancelled"]
        if contracts and all(one is not None for one in contracts):
            out.contract.add(baseline, sum((one or NO for one in contracts), NO))
    return out
