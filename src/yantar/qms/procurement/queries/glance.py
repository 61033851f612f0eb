"""A dataset at a glance: from what its job stored."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.engine.savings.method import load_method

from ..models import Choice, Dataset, DatasetState, Settlement
from .datasets import sees
from .figures import sum_of
from .shapes import Bin, FlagCount, Glance, Group, KindCount, Words

_MILLION = Decimal(1_000_000)


def glance(viewer: Any, dataset: Dataset) -> Glance | None:
    """The figures of a dataset as its job stored them; None while it is not loaded, or for who may not see. One query; no Parquet is read."""
    if not sees(viewer) or dataset.state != DatasetState.READY:
        return None
    stored: Mapping[str, Any] = dataset.glance
    counted = Settlement.objects.filter(dataset=dataset, ended_at__isnull=True).aggregate(
        settled=Count("pk", filter=~Q(choice=Choice.ASK)), questions=Count("pk", filter=Q(choice=Choice.ASK))
    )
    return Glance(
        dataset=dataset,
        currency=stored["currency"],
        result=stored["result"],
        e1=sum_of(stored["result"]["E1"]),
        e2=sum_of(stored["result"]["E2"]),
        groups={dimension: [_group(dimension, row, stored["method"]) for row in rows] for dimension, rows in stored["groups"].items()},
        distribution=[
            Bin(one["from"] / _MILLION, one["to"] / _MILLION, one["procedures"], Decimal(one["baseline"]), Decimal(one["saved"]))
            for one in stored["distribution"]
        ],
        flags=[FlagCount(one["flag"], Words(one["ru"], one["en"]), one["procedures"], one["rows"], one["examined"]) for one in stored["flags"]],
        outliers=[KindCount(one["kind"], Words(one["ru"], one["en"]), one["procedures"]) for one in stored["outliers"]],
        buyers=stored["buyers"],
        settled=counted["settled"],
        questions=counted["questions"],
        currencies=stored["currencies"],
    )


def _group(dimension: str, row: Mapping[str, Any], method: str) -> Group:
    value = row[dimension]
    text = "" if value is None else str(value)
    return Group(dimension, text, group_title(dimension, text, method, row.get("buyer_name", "")), sum_of(row["E1"]), sum_of(row["E2"]))


def group_title(dimension: str, value: str, method: str, name: str = "") -> str:
    """What a value of a dimension is called in the reader's language."""
    if dimension == "buyer":
        return name or value or _("Not stated")
    if dimension == "band" and value:
        try:
            words = load_method(method).title_of(value)
        except LookupError:
            return value
        return words.en if get_language() == "en" else words.ru
    if dimension == "bidders" and value == "unknown":
        return _("Unknown")
    return value or _("Not stated")
