"""Money and shares of procurement as people read them; the exact number is never further than a title away."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

register = template.Library()

NOTHING = "—"
NARROW = "\u00a0"
SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£", "UAH": "₴"}
"""Currencies that everybody knows by a sign; the others stand with their code."""
STEPS = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _number(value: Decimal, places: int) -> str:
    said = formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)
    return str(said).replace("-", "\u2212")


def exact(value: Any, currency: str = "RUB") -> str:
    """All of an amount: `1 234,50 ₽`. A dash where there is none."""
    amount = _decimal(value)
    return NOTHING if amount is None else f"{_number(amount, 2)}{NARROW}{SIGNS.get(currency, currency)}".strip(NARROW)


def shortened(value: Any, currency: str = "RUB", signed: bool = False) -> str:
    """Three digits of an amount with the name of its size: `1,82 млрд ₽`; below a million it is said whole."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    plus = "+" if signed and amount > 0 else ""
    for size, name in STEPS:
        if abs(amount) >= size:
            part = amount / size
            places = 2 if abs(part) < 10 else 1 if abs(part) < 100 else 0
            rounded = part.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
            words = {"trillion": pgettext("amount", "trn"), "billion": pgettext("amount", "bn"), "million": pgettext("amount", "m")}[name]
            return f"{plus}{_number(rounded, places)}{NARROW}{words}{NARROW}{SIGNS.get(currency, currency)}".strip(NARROW)
    return plus + exact(amount, currency)


def share_said(value: Any, places: int = 2) -> str:
    """A share ("0.121246") in per cent: `12,12 %`."""
    part = _decimal(value)
    if part is None:
        return NOTHING
    return f"{_number((part * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), places)}{NARROW}%"


def said(words: Any) -> str:
    """Words in both languages (a mapping or a form with ru and en) in the reader's."""
    if words in (None, ""):
        return ""
    both = words if isinstance(words, Mapping) else {"ru": getattr(words, "ru", str(words)), "en": getattr(words, "en", str(words))}
    return str(both.get("en" if get_language() == "en" else "ru") or both.get("ru") or "")


@register.simple_tag
def rub(value: Any, currency: str = "RUB") -> SafeString:
    """An amount to the last kopeck."""
    return format_html('<span class="sum">{}</span>', exact(value, currency))


@register.simple_tag
def short(value: Any, currency: str = "RUB", signed: bool = False) -> SafeString:
    """An amount in short, the exact one in its title."""
    return format_html('<span class="sum" title="{}">{}</span>', exact(value, currency), shortened(value, currency, signed))


@register.simple_tag
def share(value: Any, places: int = 2) -> str:
    """A share in per cent."""
    return share_said(value, places)


@register.simple_tag
def words(value: Any) -> str:
    """Words in the reader's language."""
    return said(value)


@register.simple_tag
def either(thing: Any, name: str) -> str:
    """A text that is kept in both languages (`name_ru`, `name_en`) in the reader's, the Russian one where there is no other."""
    ru, en = getattr(thing, f"{name}_ru", ""), getattr(thing, f"{name}_en", "")
    return str((en or ru) if get_language() == "en" else ru)
