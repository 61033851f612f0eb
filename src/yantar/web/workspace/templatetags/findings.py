"""How findings are shown: their grades and states."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.core import clock
from yantar.qms.findings.models import Grade, State
from yantar.qms.findings.queries import Share
from yantar.web.ui.templatetags.ui import NOTHING, badge, day, due, number

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
    return _grade(value, get_language() or "")


@register.simple_tag
def finding_state(value: str) -> SafeString:
    """The badge of a state."""
    return _state(value, get_language() or "")


@register.simple_tag
def short_day(value: date) -> SafeString:
    """A day, as the tag `day` shows it; made once, since a list shows the same days again and again."""
    return _day(value, get_language() or "")


@register.simple_tag
def due_day(value: date) -> SafeString:
    """A time limit, as the tag `due` shows it."""
    return _due(value, clock.today(), get_language() or "")


# What depends on a few values and the language is made once.
@lru_cache(maxsize=64)
def _grade(value: str, language: str) -> SafeString:
    tone, name = GRADES.get(value, ("secondary", "dot"))
    return badge(Grade(value).label if value in Grade.values else value, tone, name)


@lru_cache(maxsize=64)
def _state(value: str, language: str) -> SafeString:
    tone, name = STATES.get(value, ("warning", "dot"))
    return badge(State(value).label if value in State.values else value, tone, name)


@lru_cache(maxsize=8192)
def _day(value: date, language: str) -> SafeString:
    return day(value)


@lru_cache(maxsize=2048)
def _due(value: date, today: date, language: str) -> SafeString:
    return due(template.Context(), value, today)


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
