"""How findings are shown: their grades and states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from yantar.core import clock
from yantar.qms.findings.models import Grade, State
from yantar.qms.findings.queries import Row, Share
from yantar.web.ui.templatetags.ui import NOTHING, badge, day, due, icon, number

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
def finding_rows(rows: Iterable[Row]) -> SafeString:
    """The rows of a list of findings. Written out here: a template of so many cells takes most of the time of the page."""
    language, today, url = get_language() or "", clock.today(), escape(reverse("workspace:findings"))
    labels = {name: escape(str(words)) for name, words in _LABELS.items()}
    return SafeString("".join(_row(row, language, today, url, labels) for row in rows))


_LABELS = {
    "authority": gettext_lazy("Authority"),
    "grade": gettext_lazy("Grade"),
    "state": gettext_lazy("State"),
    "due": gettext_lazy("Due"),
    "clause": gettext_lazy("clause"),
    "since": gettext_lazy("since"),
    "shared": gettext_lazy("shared with all"),
    "repeats": gettext_lazy("repeats an earlier one"),
}


def _row(row: Row, language: str, today: date, url: str, labels: Mapping[str, str]) -> str:
    def second(words: str, more: str = "") -> str:
        return f'<span class="second{more}">{words}</span>' if words else ""

    number_said, source = escape(row.number), escape(f"{row.source_label} {row.origin_label}".strip())
    clause = f" · {labels['clause']} {escape(row.clause)}" if row.clause else ""
    found = f'<a class="fw-medium" href="{url}{number_said}/">{number_said}</a> {second(escape(row.short_gap), " finding-gap")}'
    found += second(f"{_day(row.raised_on, language)} · {source}{clause}")
    where = escape(row.authority.name if row.authority else NOTHING)
    where += second(escape(row.process)) + (second(f"{_PERSON} {escape(row.owner)}") if row.owner else "")
    state = _state(row.state, language) + second(f"{labels['since']} {_day(row.state_since, language)}")
    if row.repeated:
        state += second(labels["repeats"])
    if row.reopened:
        state += second(escape(ngettext("reopened %(n)s time", "reopened %(n)s times", row.reopened) % {"n": row.reopened}))
    grade = _grade(row.grade, language) + (second(labels["shared"]) if row.shared else "")
    due_on = _due(row.next_due, today, language) if row.next_due else NOTHING
    cells = (("", found), (labels["authority"], where), (labels["grade"], grade), (labels["state"], state), (labels["due"], due_on))
    return f'<tr role="row">{"".join(f"""<td role="cell" data-label="{label}"><span>{inner}</span></td>""" for label, inner in cells)}</tr>'


_PERSON = icon("person")


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
