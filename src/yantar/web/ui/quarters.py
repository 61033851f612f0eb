"""Quarters in words, one way everywhere."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

NUMERALS = {1: "I", 2: "II", 3: "III", 4: "IV"}


def numeral_of(day: date) -> str:
    """The quarter of a day as a Roman numeral."""
    return NUMERALS[(day.month + 2) // 3]


def quarter_name(day: date) -> str:
    """The quarter of a day in words: quarter III of 2026."""
    return _("quarter %(numeral)s of %(year)s") % {"numeral": numeral_of(day), "year": day.year}


def quarter_label(day: date) -> str:
    """The quarter of a day beneath a chart: III 2026."""
    return f"{numeral_of(day)} {day.year}"
