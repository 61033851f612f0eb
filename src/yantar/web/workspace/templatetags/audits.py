"""How audits show their states and grades, everywhere the same."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from yantar.qms.audits.models import AuditState
from yantar.qms.findings.models import Grade
from yantar.web.ui.templatetags.ui import badge

register = template.Library()

STATES: dict[str, tuple[str, str]] = {
    "planned": ("secondary", "calendar"),
    "prepared": ("primary", "check"),
    "under_way": ("warning", "audit"),
    "report_drafted": ("warning", "draft"),
    "reported": ("primary", "document"),
    "follow_up": ("primary", "clock"),
    "closed": ("success", "check"),
    "postponed": ("warning", "pause"),
    "cancelled": ("secondary", "cross"),
}
"""State of an audit → tone and icon."""

GRADES: dict[str, tuple[str, str]] = {
    "major": ("danger", "late"),
    "minor": ("warning", "warning"),
    "observation": ("warning", "info"),
    "ofi": ("primary", "plus"),
    "strength": ("success", "check"),
    "conform": ("success", "check"),
    "not_checked": ("secondary", "dot"),
}
"""Grade → tone and icon."""


@register.simple_tag
def audit_state(value: Any) -> SafeString:
    """The badge of an audit's state."""
    code = str(getattr(value, "state", value))
    tone, name = STATES.get(code, ("secondary", "dot"))
    return badge(AuditState(code).label, tone, name)


@register.simple_tag
def grade_badge(value: Any, text: Any = "") -> SafeString:
    """The badge of a grade."""
    code = str(value)
    tone, name = GRADES.get(code, ("secondary", "dot"))
    return badge(text or (Grade(code).label if code in Grade.values else code), tone, name)


@register.filter
def grade_tone(value: Any) -> str:
    """The tone of a grade."""
    return GRADES.get(str(value), ("secondary", ""))[0]
