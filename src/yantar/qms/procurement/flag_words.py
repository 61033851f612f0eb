"""Flags in words: what a rule is called and what it says of a procedure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.engine.savings.flags.data import load

from .models import Dataset


def title(flag: str) -> str:
    """What a rule is called, in the reader's language."""
    return load(flag).words(get_language() or "ru").title


def amount(value: Decimal | None, currency: str) -> str:
    """An amount for a sentence."""
    return f"{number_format(value, 2, force_grouping=True)} {currency}".strip() if value is not None else "—"


def evidence(dataset: Dataset, flag: Mapping[str, Any], outcome: Mapping[str, Any]) -> str:
    """A flag as evidence of a finding: the procedure, its numbers, what the rule found and what it was compared with, the dataset and its hash."""
    words = load(flag["flag"]).words(get_language() or "ru")
    day = outcome.get("published_on")
    said = [
        _("Procurement %(id)s of %(day)s, customer: %(buyer)s.")
        % {"id": flag["procedure_id"], "day": date_format(day, "DATE_FORMAT") if day else "—", "buyer": outcome.get("buyer_name") or "—"},
    ]
    if flag.get("lot_id"):
        said.append(_("Lot %(lot)s.") % {"lot": flag["lot_id"]})
    said.append(
        _("Initial price %(baseline)s, awarded %(awarded)s, bidders: %(bidders)s.")
        % {
            "baseline": amount(outcome.get("baseline"), outcome.get("baseline_currency") or ""),
            "awarded": amount(outcome.get("awarded"), outcome.get("award_currency") or ""),
            "bidders": outcome.get("bidders") if outcome.get("bidders") is not None else "—",
        }
    )
    said.append(
        _("Flag %(code)s “%(title)s”: found %(value)s, compared with %(threshold)s.")
        % {"code": flag["flag"], "title": words.title, "value": flag["value"] or "—", "threshold": flag["threshold"] or "—"}
    )
    if flag.get("subject"):
        said.append(_("About: %(subject)s.") % {"subject": flag["subject"]})
    said.append(_("Records: “%(title)s”, SHA-256 of the manifest %(hash)s.") % {"title": dataset.title, "hash": dataset.sha256[:16]})
    return " ".join(said)
