"""Promises and shares as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.utils import formats
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from yantar.engine.satisfaction import decimal
from yantar.qms.services.models import Channel, DaysUnit

register = template.Library()

NOTHING = "—"
SELECTED = SafeString(" selected")
GOOD, FAIR = 0.95, 0.8
"""Shares on time from which a service is shown as well kept, and as partly kept."""


def per_cent(share: Any, places: int = 1) -> str:
    """A share of 0 to 1 in per cent: `97,4 %`; a dash where there is none. Nothing is rounded up to 100 %."""
    if share is None or share == "":
        return NOTHING
    exact = Decimal(share.numerator) / Decimal(share.denominator) if isinstance(share, Fraction) else Decimal(repr(share))
    shown = (exact * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if shown == 100 and exact < 1:
        shown -= Decimal(1).scaleb(-places)
    said = formats.number_format(shown, 0 if shown == 100 else places, use_l10n=True)
    return f"{said}\u00a0%"


register.simple_tag(per_cent, name="per_cent")


@register.simple_tag
def days_said(count: int, unit: str) -> str:
    """A limit in words: 10 working days."""
    if unit == DaysUnit.WORKING:
        return ngettext("%(n)s working day", "%(n)s working days", count) % {"n": count}
    return ngettext("%(n)s calendar day", "%(n)s calendar days", count) % {"n": count}


@register.filter
def limit_said(row: Any) -> str:
    """The limit of a passport, a variant or a step in words."""
    return days_said(row.limit_days, row.limit_unit)


@register.filter
def channel_names(channels: list[str]) -> list[str]:
    """How to apply, in the order of the form."""
    return [str(Channel(one).label) for one in Channel.values if one in channels]


@register.filter
def tone_of_share(share: float | None) -> str:
    """Green, amber or red for a share on time."""
    return "secondary" if share is None else "success" if share >= GOOD else "warning" if share >= FAIR else "danger"


@register.simple_tag
def limit_of(row: Any) -> str:
    """As `limit_said`, to be kept under a name."""
    return days_said(row.limit_days, row.limit_unit)


@register.simple_tag
def one_place(value: Fraction) -> str:
    """A mean on the scale with one place: 4,3."""
    return str(formats.number_format(decimal(value, 1), 1, use_l10n=True))


@register.simple_tag
def options(rows: Sequence[tuple[str, str]], chosen: str) -> SafeString:
    """The options of a list to choose from: code and words."""
    return format_html_join("", '<option value="{}"{}>{}</option>', ((code, SELECTED if code == chosen else "", words) for code, words in rows))
