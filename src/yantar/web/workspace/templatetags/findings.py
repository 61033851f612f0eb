"""How findings are shown: their grades and states."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yantar.qms.findings.models import Grade, State
from yantar.qms.findings.queries import Share
from yantar.web.ui.templatetags.ui import NOTHING, badge, number

register = template.Library()

GRADES: dict[str, tuple[str, str]] = {
    "major": ("danger", "late"),
    "minor": ("warning", "warning"),
    "observation": ("primary", "info"),
    "ofi": ("secondary", "next"),
    "conform": ("success", "check"),
    "strength": ("success", "plus"),
}
"""Grade → tone and icon."""

STATES: dict[str, tuple[str, str]] = {
    "draft": ("secondary", "draft"),
    "rejected": ("secondary", "cross"),
    "cancelled": ("secondary", "cross"),
    "noted": ("secondary", "check"),
    "closed": ("success", "check"),
    "verification": ("primary", "search"),
    "waiting_effect": ("primary", "clock"),
}
"""State → tone and icon; every other state waits for its owner."""


@register.simple_tag
def finding_grade(value: str) -> SafeString:
    """The badge of a grade."""
    tone, name = GRADES.get(value, ("secondary", "dot"))
    return badge(Grade(value).label if value in Grade.values else value, tone, name)


@register.simple_tag
def finding_state(value: str) -> SafeString:
    """The badge of a state."""
    tone, name = STATES.get(value, ("warning", "dot"))
    return badge(State(value).label if value in State.values else value, tone, name)


@register.simple_tag
def percent(share: Share) -> str:
    """A share in per cent; a dash of nothing."""
    return rounded(share.percent) if share.percent is not None else NOTHING


@register.simple_tag
def of_whole(share: Share) -> str:
    """The two numbers behind a share."""
    return _("%(number)s of %(whole)s") % {"number": number(share.number), "whole": number(share.whole)}


@register.simple_tag
def rounded(value: Fraction) -> str:
    """Per cent to one decimal place, halves up."""
    return f"{number(Decimal(int(value * 10 + Fraction(1, 2))) / 10, 1)}\u00a0%"


@register.simple_tag
def days_said(value: Fraction) -> str:
    """Days, a half where the middle lies between two."""
    return number(Decimal(int(2 * value)) / 2, 0 if value.denominator == 1 else 1)
