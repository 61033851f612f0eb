"""The day a page is asked for: `?on=2024-03-15`, today without it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from yantar.core import clock

PARAMETER = "on"


def day_asked(request: HttpRequest) -> date:
    """The day in `?on=` (ISO, or dd.mm.yyyy as people type it); today when absent or not a day."""
    text = request.GET.get(PARAMETER, "").strip()
    try:
        if "." in text:
            day, month, year = (int(part) for part in text.split("."))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()
