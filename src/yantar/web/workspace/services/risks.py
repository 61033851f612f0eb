"""The risk of processes in words, from the last assessment by a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.qms.audits.models import RiskAssessment
from yantar.qms.audits.risk import latest, risk_table

TONES = {"high": "danger", "medium": "warning", "low": "success"}


@dataclass(frozen=True, slots=True)
class FactorShown:
    """One factor of a score: what it is, what went in, its level 0–3 and its points of the most possible."""

    title: str
    value: str
    known: bool
    level: int
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class RiskShown:
    """A risk for the page; `percent` of the highest possible."""

    band: str
    label: str
    tone: str
    percent: int
    assessed_on: date
    next_due_on: date | None
    factors: list[FactorShown]


def _title(row: Any) -> str:
    return str(row.title_en if get_language() == "en" else row.title_ru)


def shown(row: RiskAssessment | None) -> RiskShown | None:
    """An assessment in words; None where nothing was assessed."""
    if row is None:
        return None
    table = risk_table()
    label = next((_title(band) for band in table.bands if band.key == row.band), row.band)
    by_key = {factor.key: factor for factor in table.factors}
    factors = []
    for line in row.factors:
        factor = by_key.get(line["code"])
        if factor is None:
            continue
        option = next((_title(one) for one in factor.options if one.key == line["value"]), None)
        unit = factor.unit_en if get_language() == "en" else factor.unit_ru
        number = formats.number_format(Decimal(str(line["value"])), force_grouping=True) if option is None and line["value"] is not None else ""
        value = option or (f"{number} {unit}".strip() if number else _("not known"))
        factors.append(FactorShown(_title(factor), value, line["known"], line["level"], line["points"], 3 * line["weight"]))
    return RiskShown(row.band, label, TONES.get(row.band, "secondary"), round(row.score * 100), row.assessed_on, row.next_due_on, factors)


def of_authority(authority_id: int, on: date) -> Mapping[int, RiskShown]:
    """The risk of every process of an authority by a day, by the key of the process. One query."""
    rows = {process: shown(row) for (_authority, process), row in latest([authority_id], on=on).items() if process is not None}
    return {pk: risk for pk, risk in rows.items() if risk is not None}
