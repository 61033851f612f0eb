"""Filters of procedures as a condition over an outcome. Every value is a parameter; nothing of what somebody typed becomes SQL."""

# ruff: noqa: S608 - only conditions of our own; every value is a parameter
from __future__ import annotations

from typing import Any

from yantar.engine.savings.method import load_method
from yantar.qms.organisation.models import Authority

from ..folders import FLAGS, derived
from ..models import BuyerMatch, Choice, Dataset, MatchState, Settlement
from ..outlying import outlier_sql, outliers_of
from .shapes import ProcedureFilters

_CLASSES = {"E1": "class = 'E1'", "one_bid": "class = 'E2'", "E2": "class <> 'excluded'", "excluded": "class = 'excluded'"}
_COLUMNS = {"reason": "reason", "buyer": "buyer_id", "method": "method_name", "band": "band", "bidders": "bidders_group", "law": "law"}
NOTHING = "1 = 0"


def condition(dataset: Dataset, filters: ProcedureFilters) -> tuple[str, list[Any]]:
    """The condition and its parameters. A value that can't be (a year that is no number) lets nothing through."""
    parts: list[str] = ["1 = 1"]
    params: list[Any] = []

    def add(sql: str, *values: Any) -> None:
        parts.append(sql)
        params.extend(values)

    if filters.klass:
        add(_CLASSES.get(filters.klass, NOTHING))
    for name, column in _COLUMNS.items():
        if value := getattr(filters, name):
            add(f"{column} = ?", value)
    if filters.year:
        if filters.year.isascii() and filters.year.isdigit() and len(filters.year) <= 4:
            add("year = ?", int(filters.year))
        else:
            add(NOTHING)
    if filters.flag:
        add("procedure_id IN (SELECT procedure_id FROM read_parquet(?) WHERE flag = ?)", str(derived(dataset, FLAGS)), filters.flag)
    if filters.outlier:
        method = load_method(dataset.glance["method"])
        if filters.outlier == "any" or filters.outlier in outliers_of(method):
            kind = "" if filters.outlier == "any" else filters.outlier
            sql, values = outlier_sql(method, kind, largest=dataset.glance["largest"])
            add(sql, *values)
        else:
            add(NOTHING)
    if filters.settled:
        _settled(dataset, filters.settled, add)
    if filters.authority:
        _authority(filters.authority, add)
    for word in filters.q.lower().split()[:8]:
        add("contains(lower(concat_ws(' ', title, procedure_id, tender_id, buyer_name)), ?)", word)
    return " AND ".join(parts), params


def _settled(dataset: Dataset, settled: str, add: Any) -> None:
    held = Settlement.objects.filter(dataset=dataset, ended_at__isnull=True)
    if settled == "open":
        add("procedure_id NOT IN (SELECT unnest(?::VARCHAR[]))", list(held.values_list("procedure_id", flat=True)))
    elif settled in Choice.values:
        add("procedure_id IN (SELECT unnest(?::VARCHAR[]))", list(held.filter(choice=settled).values_list("procedure_id", flat=True)))
    else:
        add(NOTHING)


def _authority(code: str, add: Any) -> None:
    authority = Authority.objects.filter(code=code).first()
    spans = list(BuyerMatch.objects.filter(authority=authority, state=MatchState.CONFIRMED).values_list("buyer_id", "valid_from", "valid_to"))
    if not spans:
        add(NOTHING)
        return
    start = "(b.valid_from IS NULL OR published_on >= b.valid_from)"
    end = "(b.valid_to IS NULL OR published_on < b.valid_to)"
    listed = "SELECT unnest(?::VARCHAR[]) AS match_of, unnest(?::DATE[]) AS valid_from, unnest(?::DATE[]) AS valid_to"
    add(
        f"EXISTS (SELECT 1 FROM ({listed}) b WHERE b.match_of = buyer_id AND {start} AND {end})",
        *([span[at] for span in spans] for at in range(3)),
    )
