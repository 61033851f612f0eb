"""Buyers and the authorities they are; the comparison of authorities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yantar.core import clock
from yantar.engine.savings.distribution import quantile_of
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import names_on

from ..folders import BUYERS, OUTCOME, derived
from ..models import BuyerMatch, Dataset, DatasetState, MatchState
from ..reading import rows
from .datasets import sees
from .shapes import ENOUGH, PAGE, BuyerPage, BuyerRow, Compared, Comparison, Sum

STATES = ("confirmed", "suggested", "rejected", "none")

_COMPARED = """
WITH b AS (SELECT unnest(?::VARCHAR[]) AS buyer, unnest(?::BIGINT[]) AS authority, unnest(?::DATE[]) AS valid_from, unnest(?::DATE[]) AS valid_to),
m AS (
    SELECT b.authority, o.class, o.baseline, o.awarded, o.discount FROM read_parquet(?) o LEFT JOIN b ON b.buyer = o.buyer_id
        AND (b.valid_from IS NULL OR o.published_on >= b.valid_from) AND (b.valid_to IS NULL OR o.published_on < b.valid_to)
    WHERE o.class <> 'excluded'
)
"""
_SUMS = """
SELECT authority, count(*) AS n2, sum(baseline) AS b2, sum(awarded) AS a2, count(*) FILTER (class = 'E1') AS n1,
    coalesce(sum(baseline) FILTER (class = 'E1'), 0) AS b1, coalesce(sum(awarded) FILTER (class = 'E1'), 0) AS a1
FROM m GROUP BY authority
"""
_SPREAD = "SELECT authority, discount, count(*) AS n FROM m WHERE discount IS NOT NULL AND authority IS NOT NULL GROUP BY authority, discount"


def buyers(viewer: Any, dataset: Dataset, *, state: str = "", q: str = "", page: int = 1, size: int = PAGE) -> BuyerPage | None:
    """A page of the buyers of a dataset with their matches; `state`: confirmed, suggested, rejected, none; `q`: words of the name, id or INN.

    None for who may not see. Three queries of the database, whatever the number of buyers.
    """
    if not sees(viewer) or dataset.state != DatasetState.READY:
        return None
    listed = rows("SELECT * FROM read_parquet(?) ORDER BY b2 DESC, buyer_id", [str(derived(dataset, BUYERS))])
    matches: dict[str, list[BuyerMatch]] = defaultdict(list)
    for match in BuyerMatch.objects.select_related("authority", "decided_by").order_by("valid_from", "pk"):
        matches[match.buyer_id].append(match)
    counts = dict.fromkeys(STATES, 0)
    chosen = []
    words = q.casefold().split()
    for row in listed:
        known = _state(matches.get(row["buyer_id"], ()))
        counts[known] += 1
        text = f"{row['buyer_name']} {row['buyer_id']} {row['buyer_inn']}".casefold()
        if (not state or state == known) and all(word in text for word in words):
            chosen.append(row)
    pages = max(1, -(-len(chosen) // size))
    page = min(max(1, page), pages)
    shown = chosen[(page - 1) * size : page * size]
    names = names_on({match.authority_id for row in shown for match in matches.get(row["buyer_id"], ())}, clock.today())
    return BuyerPage([_buyer(row, matches.get(row["buyer_id"], ()), names) for row in shown], len(chosen), page, pages, counts)


def comparison(viewer: Any, dataset: Dataset) -> Comparison | None:
    """Authorities side by side with n and spread, those with enough procedures first by the median; None for who may not see.

    A procedure is of the authority that its buyer is confirmed to be on the day of publication.
    """
    if not sees(viewer) or dataset.state != DatasetState.READY:
        return None
    spans = list(BuyerMatch.objects.filter(state=MatchState.CONFIRMED).values_list("buyer_id", "authority_id", "valid_from", "valid_to"))
    params = [*([span[at] for span in spans] for at in range(4)), str(derived(dataset, OUTCOME))]
    sums = {row["authority"]: row for row in rows(_COMPARED + _SUMS, params)}
    spread: dict[int, dict[int, int]] = defaultdict(dict)
    for row in rows(_COMPARED + _SPREAD, params):
        spread[row["authority"]][row["discount"]] = row["n"]
    none = sums.pop(None, None)
    known = {one.pk: one for one in Authority.objects.filter(pk__in=sums)}
    names = names_on(known, clock.today())
    compared = [_compared(known[pk], names[pk].short if pk in names else known[pk].code, row, spread[pk]) for pk, row in sums.items()]
    ranked = sorted((one for one in compared if one.n >= ENOUGH and one.median is not None), key=lambda one: (-(one.median or 0), one.name))
    ranks = {one.authority.pk: place for place, one in enumerate(ranked, 1)}
    placed = [replace(one, rank=ranks.get(one.authority.pk)) for one in compared]
    placed.sort(key=lambda one: (one.rank is None, one.rank or 0, one.name))
    unmatched = Sum(int(none["n2"]), none["b2"] or Decimal(0), none["a2"] or Decimal(0)) if none is not None else Sum(0, Decimal(0), Decimal(0))
    return Comparison(placed, unmatched)


def _state(matches: Iterable[BuyerMatch]) -> str:
    states = {one.state for one in matches}
    return next((one for one in STATES if one in states), "none")


def _buyer(row: Mapping[str, Any], matches: Iterable[BuyerMatch], names: Mapping[int, Any]) -> BuyerRow:
    return BuyerRow(
        buyer_id=row["buyer_id"],
        name=row["buyer_name"],
        inn=row["buyer_inn"],
        procedures=row["procedures"],
        e2=Sum(row["n2"], row["b2"], row["a2"]),
        first_on=row["first_on"],
        last_on=row["last_on"],
        matches=tuple(matches),
        names=names,
    )


def _compared(authority: Authority, name: str, row: Mapping[str, Any], counts: Mapping[int, int]) -> Compared:
    q1, median, q3 = (_share(quantile_of(counts, Fraction(part, 4))) for part in (1, 2, 3))
    n1, n2 = int(row["n1"]), int(row["n2"])
    e1, e2 = Sum(n1, row["b1"], row["a1"]), Sum(n2, row["b2"] or Decimal(0), row["a2"] or Decimal(0))
    return Compared(authority, name, sum(counts.values()), e1, e2, n2 - n1, q1, median, q3, None)


def _share(value: Fraction | None) -> Decimal | None:
    return (Decimal(value.numerator) / Decimal(value.denominator) / 1_000_000).quantize(Decimal("0.000001")) if value is not None else None
