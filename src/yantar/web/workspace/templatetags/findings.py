"""How findings are shown: their grades and states."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from yantar.qms.findings.models import Grade, State
from yantar.web.ui.templatetags.ui import badge

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
