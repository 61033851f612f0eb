"""Flags in words: what a rule is called and what it says of a procedure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yantar.engine.savings.flags.data import load

from .models import Dataset

MINUS = "\u2212"
SIGNS = {"RUB": "₽"}


def title(flag: str) -> str:
    """What a rule is called, in the reader's language."""
    return load(flag).words(get_language() or "ru").title


def amount(value: Decimal | None, currency: str) -> str:
    """An amount for a sentence."""
    return f"{number_format(value, 2, force_grouping=True)} {SIGNS.get(currency, currency)}".strip() if value is not None else "—"


def found_words(flag: str, value: str) -> str:
    """What a rule found, with its unit in the manner of the reader's language; "" where the rule states nothing."""
    return _measured(load(flag).measure.unit, value)


def bound_words(flag: str, threshold: str) -> str:
    """What it was compared with, and how the value stands to it: `< 7 days`. "" where the rule states nothing."""
    measure = load(flag).measure
    if not threshold:
        return ""
    if threshold == "=":
        return _("the same price of another bidder")
    if measure.unit == "seconds" and threshold == "0":
        return _("the end of the period")
    words = _measured(measure.unit, threshold)
    return words if measure.sign == "=" else f"{measure.sign}\u00a0{words}"


def _measured(unit: str, text: str) -> str:
    if not text:
        return ""
    number, _space, currency = text.partition(" ")
    try:
        value = Decimal(number)
    except InvalidOperation:
        return text
    if unit == "money":
        return amount(value, currency).replace(" ", "\u00a0")
    if unit == "fraction":
        part = (value * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return f"{number_format(part, 2, force_grouping=True).replace('-', MINUS)}\u00a0%"
    whole = int(value)
    if unit == "seconds":
        return _lasting(whole)
    said = number_format(whole, force_grouping=True)
    if unit == "days":
        return ngettext("%(n)s day", "%(n)s days", whole) % {"n": said}
    return ngettext("%(n)s bidder", "%(n)s bidders", whole) % {"n": said}


def _lasting(seconds: int) -> str:
    """A span of time by its two largest parts."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [
        (days, ngettext("%(n)s day", "%(n)s days", days)),
        (hours, ngettext("%(n)s hour", "%(n)s hours", hours)),
        (minutes, ngettext("%(n)s minute", "%(n)s minutes", minutes)),
        (rest, ngettext("%(n)s second", "%(n)s seconds", rest)),
    ]
    told = [words % {"n": number_format(number, force_grouping=True)} for number, words in parts if number][:2]
    return " ".join(told) or parts[-1][1] % {"n": 0}


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
    found, bound = found_words(flag["flag"], flag["value"]) or "—", bound_words(flag["flag"], flag["threshold"]) or "—"
    said.append(
        _("Flag %(code)s “%(title)s”: found %(value)s, compared with %(threshold)s.")
        % {"code": flag["flag"], "title": words.title, "value": found, "threshold": bound}
    )
    if flag.get("subject"):
        said.append(_("About: %(subject)s.") % {"subject": flag["subject"]})
    said.append(_("Records: “%(title)s”, SHA-256 of the manifest %(hash)s.") % {"title": dataset.title, "hash": dataset.sha256[:16]})
    return " ".join(said)
