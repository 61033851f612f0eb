"""The day that a public page is asked for; a day that is none is said so, not passed over."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yantar.web.ui.days import PARAMETER, day_asked


def day_or_refuse(request: HttpRequest) -> date:
    """The day in `?on=`, today without it. Raises BadRequest with what to write where it is no day."""
    text = request.GET.get(PARAMETER, "").strip()
    day = day_asked(request)
    if text and text not in (day.isoformat(), day.strftime("%d.%m.%Y")):
        raise BadRequest(_("“%(text)s” is not a day. Write it like 2026-03-15 or 15.03.2026.") % {"text": text[:40]})
    return day
