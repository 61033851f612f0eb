"""Procedures of a dataset: where the stored Parquet is read."""

# ruff: noqa: S608 - conditions of `filtering`; every value is a parameter
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from yantar.core import clock, files
from yantar.engine.savings.method import Method, load_method
from yantar.qms.organisation.queries import names_on

from ..folders import FLAGS, OUTCOME, derived
from ..models import BuyerMatch, Dataset, DatasetState, MatchState, Settlement
from ..outlying import kinds_of
from ..reading import outcome_of, rows, tables_of
from .datasets import sees
from .filtering import condition
from .flagged import flag_rows
from .shapes import PAGE, SORTS, ProcedureFilters, ProcedurePage, ProcedureRow, ProcedureView, Sum

EVERY = ProcedureFilters()
_BY = {
    "saved": "saved",
    "share": "discount",
    "baseline": "coalesce(baseline, input_value)",
    "published_on": "published_on",
    "procedure_id": "procedure_id",
}
_SHOWN = (
    "procedure_id, title, buyer_id, buyer_name, published_on, method_name, band, bidders, class, reason, holds, marks, usable, "
    "baseline, baseline_currency, input_value, input_currency, awarded, award_currency, saved, discount"
)
_FLAGS_OF = "SELECT * FROM read_parquet(?) WHERE procedure_id = ? ORDER BY flag, lot_id, subject"
LONGEST_RECORD = 16 * 1024 * 1024
"""Bytes of a record that are shown, at most."""


def procedures(
    viewer: Any, dataset: Dataset, filters: ProcedureFilters = EVERY, *, sort: str = "-saved", page: int = 1, size: int = PAGE
) -> ProcedurePage | None:
    """A page of procedures; None for who may not see or where nothing is loaded. Raises ValueError for a sort that is not one of SORTS."""
    if sort not in SORTS:
        raise ValueError(sort)
    if not sees(viewer) or dataset.state != DatasetState.READY:
        return None
    where, params = condition(dataset, filters)
    source = [str(derived(dataset, OUTCOME))]
    sql = (
        "SELECT count(*) AS n, count(*) FILTER (class <> 'excluded') AS n2, sum(baseline) FILTER (class <> 'excluded') AS b2,"
        f" sum(awarded) FILTER (class <> 'excluded') AS a2 FROM read_parquet(?) WHERE {where}"
    )
    counted = rows(sql, [*source, *params])[0]
    total = int(counted["n"])
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    way = "DESC" if sort.startswith("-") else "ASC"
    sql = f"SELECT {_SHOWN} FROM read_parquet(?) WHERE {where} ORDER BY {_BY[sort.removeprefix('-')]} {way} NULLS LAST, procedure_id LIMIT ? OFFSET ?"
    found = rows(sql, [*source, *params, size, (page - 1) * size])
    sums = Sum(int(counted["n2"]), counted["b2"] or Decimal(0), counted["a2"] or Decimal(0))
    return ProcedurePage(_listed(dataset, found), total, page, pages, sums)


def outliers(viewer: Any, dataset: Dataset, filters: ProcedureFilters = EVERY, *, page: int = 1, size: int = PAGE) -> ProcedurePage | None:
    """Procedures that ask for a decision, the largest difference first, with the decision that holds (`filters.outlier`, `filters.settled`)."""
    return procedures(viewer, dataset, replace(filters, outlier=filters.outlier or "any"), sort="-saved", page=page, size=size)


def procedure(viewer: Any, dataset: Dataset, procedure_id: str) -> ProcedureView | None:
    """A procedure with everything known of it; None where the dataset has none of this id, or for who may not see."""
    if not sees(viewer) or dataset.state != DatasetState.READY:
        return None
    outcome = outcome_of(dataset, [procedure_id]).get(procedure_id)
    if outcome is None:
        return None
    settled = list(
        Settlement.objects.filter(dataset=dataset, procedure_id=procedure_id).select_related("decided_by", "answered_by", "asked").order_by("-id")
    )
    open_ones = {one.procedure_id: one for one in settled if one.ended_at is None}
    authority = _authority_of(outcome)
    return ProcedureView(
        dataset=dataset,
        row=_row(outcome, load_method(dataset.glance["method"]), open_ones, dataset.glance["largest"]),
        outcome=outcome,
        tables=tables_of(dataset, procedure_id),
        flags=flag_rows(dataset, rows(_FLAGS_OF, [str(derived(dataset, FLAGS)), procedure_id])),
        settlements=settled,
        authority=names_on({authority}, outcome["published_on"] or clock.today()).get(authority) if authority is not None else None,
        has_record=_place_of(dataset, outcome) is not None,
    )


def procedure_record(viewer: Any, dataset: Dataset, procedure_id: str) -> bytes | None:
    """The record as it was published, read from the kept file by its offset; None where it is not one run of bytes, or for who may not see."""
    if not sees(viewer) or dataset.state != DatasetState.READY:
        return None
    outcome = outcome_of(dataset, [procedure_id]).get(procedure_id)
    place = _place_of(dataset, outcome) if outcome is not None else None
    if place is None:
        return None
    kept, offset, length = place
    with files.open_file(kept) as stream:
        stream.seek(offset)
        return stream.read(length)


def row_of(dataset: Dataset, procedure_id: str) -> ProcedureRow | None:
    """A procedure's line without asking who wants it: for callers that have checked."""
    if dataset.state != DatasetState.READY:
        return None
    found = outcome_of(dataset, [procedure_id]).get(procedure_id)
    # A question's dataset comes without its glance; the method is asked for only then.
    return _row(found, load_method(Dataset.objects.values_list("glance__method", flat=True).get(pk=dataset.pk)), {}) if found is not None else None


def _listed(dataset: Dataset, found: Sequence[Mapping[str, Any]]) -> list[ProcedureRow]:
    held = Settlement.objects.filter(dataset=dataset, ended_at__isnull=True, procedure_id__in=[row["procedure_id"] for row in found])
    settled = {one.procedure_id: one for one in held.select_related("asked", "decided_by")}
    method = load_method(dataset.glance["method"])
    return [_row(row, method, settled, dataset.glance["largest"]) for row in found]


def _row(row: Mapping[str, Any], method: Method, settled: Mapping[str, Settlement], largest: Collection[str] = ()) -> ProcedureRow:
    reason = row["reason"]
    words = method.title_of(reason) if reason else None
    stated = row["baseline"] is not None
    return ProcedureRow(
        procedure_id=row["procedure_id"],
        title=row["title"],
        buyer_id=row["buyer_id"],
        buyer_name=row["buyer_name"],
        published_on=row["published_on"],
        method=row["method_name"],
        band=row["band"],
        bidders=row["bidders"],
        klass="one_bid" if row["class"] == "E2" else row["class"],
        reason=reason,
        reason_words=((words.en if get_language() == "en" else words.ru) if words is not None else ""),
        currency=row["baseline_currency"] if stated else row["input_currency"],
        baseline=row["baseline"] if stated else row["input_value"],
        awarded=row["awarded"],
        saved=row["saved"],
        share=Decimal(row["discount"]) / 1_000_000 if row["discount"] is not None else None,
        outliers=kinds_of(method, row, largest),
        settlement=settled.get(row["procedure_id"]),
    )


def _authority_of(outcome: Mapping[str, Any]) -> int | None:
    """The authority that the buyer is confirmed to be on the day of the procedure."""
    day = outcome["published_on"]
    for one in BuyerMatch.objects.filter(buyer_id=outcome["buyer_id"], state=MatchState.CONFIRMED).order_by("pk"):
        begun = one.valid_from is None or (day is not None and one.valid_from <= day)
        if begun and (one.valid_to is None or (day is not None and day < one.valid_to)):
            return int(one.authority_id)
    return None


def _place_of(dataset: Dataset, outcome: Mapping[str, Any]) -> tuple[Any, int, int] | None:
    """Where the record lies: a kept file that was not packed, from a byte on; None where it is not one run of bytes of such a file."""
    inputs = dataset.manifest.get("input", [])
    source, offset, length = int(outcome["source"]), int(outcome["offset"]), int(outcome["length"])
    if offset < 0 or not 0 < length <= LONGEST_RECORD or source >= len(inputs) or inputs[source]["packing"] != "plain":
        return None
    digest = inputs[source]["sha256"]
    kept = dataset.files.select_related("file").filter(file__sha256=digest).first()
    return (kept.file, offset, length) if kept is not None else None
