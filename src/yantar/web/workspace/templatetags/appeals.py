"""How appeals are shown: their states, and the clock as a small bar with words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yantar.qms.feedback.clocks import Standing
from yantar.qms.feedback.models import AppealKind, AppealOutcome, AppealState
from yantar.web.ui.templatetags.ui import NOTHING, badge, day, days_left, number

register = template.Library()

STATES: dict[str, tuple[str, str]] = {
    AppealState.SUSPECTED: ("warning", "late"),
    AppealState.RECEIVED: ("primary", "dot"),
    AppealState.REGISTERED: ("primary", "clock"),
    AppealState.ANSWERED: ("success", "check"),
    AppealState.DISPUTED: ("danger", "undo"),
    AppealState.CLOSED: ("secondary", "check"),
    AppealState.DECLINED: ("secondary", "cross"),
    AppealState.WITHDRAWN: ("secondary", "cross"),
    AppealState.REJECTED: ("secondary", "cross"),
}
"""State → tone and icon."""
OUTCOMES: dict[str, str] = {"upheld": "warning", "partly": "warning", "refused": "secondary", "explained": "success"}


@register.simple_tag
def appeal_state(value: str) -> SafeString:
    """The badge of a state."""
    tone, name = STATES.get(value, ("secondary", "dot"))
    return badge(AppealState(value).label if value in AppealState.values else value, tone, name)


@register.simple_tag
def appeal_outcome(value: str) -> SafeString:
    """The badge of an outcome; nothing without one."""
    return badge(AppealOutcome(value).label, OUTCOMES.get(value, "secondary"), "") if value in AppealOutcome.values else SafeString("")


@register.simple_tag
def appeal_kind(value: str) -> str:
    """The name of a kind."""
    return str(AppealKind(value).label) if value in AppealKind.values else value


def left_said(standing: Standing) -> str:
    """How much time is left, in the days that the law counts."""
    if standing.is_late:
        return str(days_left(-standing.late))
    if standing.left is None:
        return ""
    if standing.left == 0:
        return _("today")
    if standing.unit == "working":
        return ngettext("%(days)s working day left", "%(days)s working days left", standing.left) % {"days": number(standing.left)}
    return str(days_left(standing.left))


def tone_of(standing: Standing) -> str:
    """danger: late or the last day; warning: from 80 % of the time on."""
    if standing.is_late or standing.alarm >= 100:
        return "danger"
    return "warning" if standing.alarm >= 80 else "primary"


@register.simple_tag
def appeal_clock(standing: Standing | None, due_on: date | None = None) -> SafeString:
    """The day that binds, a bar of the time used, what is left in words. Without a standing the day alone."""
    if standing is None or standing.due_on is None:
        return day(due_on) if due_on else SafeString(NOTHING)
    share = max(0, min(100, standing.percent))
    said = _("%(percent)s %% of the time has run") % {"percent": share}
    bar = format_html(
        '<svg class="clock-bar" role="img" aria-label="{}" viewBox="0 0 100 6" preserveAspectRatio="none">'
        '<rect class="clock-all" width="100" height="6" rx="3"/><rect class="clock-used" width="{}" height="6" rx="3"/></svg>',
        said,
        share,
    )
    return format_html(
        '<span class="clock tone-{}">{}<span class="clock-line">{}<strong>{}</strong></span></span>',
        tone_of(standing),
        bar,
        day(standing.due_on),
        left_said(standing),
    )


@register.filter
def step_words(step: Any) -> str:
    """A step in words."""
    return str(step.get_kind_display())


@register.simple_tag
def share_said(value: float | None) -> str:
    """A share of 0 to 1 in per cent with one decimal; a dash of nothing."""
    return NOTHING if value is None else f"{number(round(100 * value, 1), 1)}\u00a0%"
