"""Flags of a dataset: one by one, and how many each authority's procedures have."""

# ruff: noqa: S608 - conditions of `filtering`; every value is a parameter
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from yantar.core import clock
from yantar.engine.savings.flags.data import load
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import names_on

from ..flag_words import bound_words, found_words
from ..folders import FLAGS, OUTCOME, derived
from ..models import BuyerMatch, Dataset, DatasetState, MatchState, RaisedFlag
from ..reading import rows
from .datasets import sees
from .filtering import condition
from .shapes import ENOUGH, PAGE, Flagged, FlagPage, FlagRow, FlagsByAuthority, ProcedureFilters, Words

_SPANS = """
WITH b AS (SELECT unnest(?::VARCHAR[]) AS buyer, unnest(?::BIGINT[]) AS authority, unnest(?::DATE[]) AS valid_from, unnest(?::DATE[]) AS valid_to),
o AS (
    SELECT r.procedure_id, b.authority FROM read_parquet(?) r LEFT JOIN b ON b.buyer = r.buyer_id
        AND (b.valid_from IS NULL OR r.published_on >= b.valid_from) AND (b.valid_to IS NULL OR r.published_on < b.valid_to)
)
"""
_TOTALS = "SELECT authority, count(*) AS n FROM o GROUP BY authority"
_FLAGGED = """
SELECT o.authority, f.flag, count(DISTINCT f.procedure_id) AS n FROM read_parquet(?) f JOIN o USING (procedure_id) GROUP BY o.authority, f.flag
"""
Span = tuple[str, int, date | None, date | None]


def flags(
    viewer: Any, dataset: Dataset, *, flag: str = "", authority: str = "", buyer: str = "", q: str = "", page: int = 1, size: int = PAGE
) -> FlagPage | None:
    """A page of flags, with those that became findings, by flag and procedure; None for who may not see.

    `authority`: code of an authority that the buyer is matched with on the day of the procedure.
    """
    if not sees(viewer) or dataset.state != DatasetState.READY:
        return None
    where, params = condition(dataset, ProcedureFilters(buyer=buyer, authority=authority, q=q))
    chosen = "(? = '' OR f.flag = ?)"
    source = "read_parquet(?) f JOIN read_parquet(?) o USING (procedure_id)"
    values = [str(derived(dataset, FLAGS)), str(derived(dataset, OUTCOME)), flag, flag, *params]
    total = int(rows(f"SELECT count(*) AS n FROM {source} WHERE {chosen} AND {where}", values)[0]["n"])
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    sql = (
        f"SELECT f.*, o.title AS procedure_title, o.buyer_name, o.published_on FROM {source} WHERE {chosen} AND {where}"
        " ORDER BY f.flag, f.procedure_id, f.lot_id, f.subject LIMIT ? OFFSET ?"
    )
    return FlagPage(flag_rows(dataset, rows(sql, [*values, size, (page - 1) * size])), total, page, pages)


def flags_by_authority(viewer: Any, dataset: Dataset) -> FlagsByAuthority | None:
    """How many procedures of each authority have each flag, with the number of its procedures; None for who may not see.

    A procedure is of the authority that its buyer is confirmed to be on the day of publication. Three queries of the database.
    """
    if not sees(viewer) or dataset.state != DatasetState.READY:
        return None
    confirmed = BuyerMatch.objects.filter(state=MatchState.CONFIRMED).order_by("pk")
    spans = tuple(confirmed.values_list("buyer_id", "authority_id", "valid_from", "valid_to"))
    totals, counts = _counted(str(derived(dataset, OUTCOME)), str(derived(dataset, FLAGS)), spans)
    known = {one.pk: one for one in Authority.objects.filter(pk__in=[pk for pk in totals if pk is not None])}
    names = names_on(known, clock.today())
    found = [
        Flagged(known[pk], names[pk].short if pk in names else known[pk].code, n, counts.get(pk, {}), n >= ENOUGH)
        for pk, n in totals.items()
        if pk is not None
    ]
    found.sort(key=lambda one: one.name)
    if None in totals:
        found.append(Flagged(None, "", totals[None], counts.get(None, {}), totals[None] >= ENOUGH))
    seen = sorted({flag for one in counts.values() for flag in one})
    return FlagsByAuthority({flag: _title(flag) for flag in seen}, found)


@lru_cache(maxsize=32)
def _counted(outcome: str, flagged: str, spans: tuple[Span, ...]) -> tuple[dict[int | None, int], dict[int | None, dict[str, int]]]:
    """Procedures by authority, and those of them with each flag. Kept, for a dataset never changes; matches do, and are part of the key."""
    params = [*([span[at] for span in spans] for at in range(4)), outcome]
    totals = {row["authority"]: int(row["n"]) for row in rows(_SPANS + _TOTALS, params)}
    counts: dict[int | None, dict[str, int]] = defaultdict(dict)
    for row in rows(_SPANS + _FLAGGED, [*params, flagged]):
        counts[row["authority"]][row["flag"]] = int(row["n"])
    return totals, dict(counts)


def _title(flag: str) -> Words:
    data = load(flag)
    return Words(data.title_ru, data.title_en)


def flag_rows(dataset: Dataset, found: Iterable[Mapping[str, Any]]) -> list[FlagRow]:
    """Rows of the stored flags with their words, and the findings that were raised of them. One query."""
    listed = list(found)
    raised = {
        (one.procedure_id, one.lot_id, one.flag): one
        for one in RaisedFlag.objects.filter(dataset=dataset, procedure_id__in={row["procedure_id"] for row in listed}).select_related("finding")
    }
    language = get_language() or "ru"
    return [
        FlagRow(
            flag=row["flag"],
            title=_title(row["flag"]),
            procedure_id=row["procedure_id"],
            lot_id=row["lot_id"],
            subject=row["subject"],
            value=row["value"],
            threshold=row["threshold"],
            procedure_title=row.get("procedure_title") or "",
            buyer_name=row.get("buyer_name") or "",
            published_on=row.get("published_on"),
            explained=load(row["flag"]).words(language).may_mean,
            raised=raised.get((row["procedure_id"], row["lot_id"], row["flag"])),
            found=found_words(row["flag"], row["value"]),
            bound=bound_words(row["flag"], row["threshold"]),
        )
        for row in listed
    ]
