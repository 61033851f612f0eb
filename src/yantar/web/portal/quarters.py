"""The quarter that a public page is asked for: 2026-Q3; the last one that has ended without it."""

from __future__ import annotations

import re
from datetime import date

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from yantar.qms.services.queries.delivery import Period, quarter_before, quarter_of
from yantar.web.ui.quarters import quarter_name

OFFERED = 12
"""Quarters to choose from."""


def quarter_or_refuse(text: str, on: date) -> Period:
    """The quarter in an address. Raises BadRequest with what to write where it is none."""
    if not text:
        return quarter_before(on)
    found = re.fullmatch(r"(\d{4})-Q([1-4])", text)
    if found is None or not 1990 <= int(found[1]) <= 2200:
        raise BadRequest(_("“%(text)s” is not a quarter. Write it like 2026-Q3.") % {"text": text[:40]})
    return quarter_of(date(int(found[1]), int(found[2]) * 3, 1))


def quarters_before(on: date) -> list[tuple[str, str]]:
    """The quarters to choose from, the latest first: key and words; the present one, not yet over, is none of them."""
    found, period = [], quarter_before(on)
    for _number in range(OFFERED):
        found.append((period.key, quarter_name(period.first)))
        period = quarter_before(period.first)
    return found
