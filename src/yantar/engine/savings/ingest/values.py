"""Single values as publishers write them: what is certain is used, what is not is set aside with the reason why.

Money by the rule of the flat tables: DECIMAL(18,2), more than two places rounded half away from zero. No value is ever a binary fraction.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

LARGEST = Decimal(10) ** 16
"""Amounts must be below it: 16 digits before the point."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
CENT = Decimal("0.01")


class Number(str):
    """A number as it stands in JSON, digit by digit."""

    __slots__ = ()


_PLAIN = re.compile(r"\d+")
_SIMPLE = re.compile(r"(\d+)[.,](\d+)")
_GROUPED = re.compile(r"\d{1,3}(?P<s>[ '’.,])\d{3}(?:(?P=s)\d{3})*(?:(?!(?P=s))[.,]\d+)?")
_EXPONENT = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d{1,3}")


def written_amount(text: str) -> tuple[str | None, str | None]:
    """An amount written as text: as the text of a decimal, or None and the reason; ("", None) where nothing is stated.

    "12 000,50", "1,234.50", "1.234.567" are certain; "1.234" and "1,234" are not: 1.234 or 1234.
    """
    text = text.translate(SPACES).strip()
    if not text:
        return "", None
    sign, text = ("-", text[1:].strip()) if text.startswith(("-", "−")) else ("", text.removeprefix("+"))
    if _PLAIN.fullmatch(text) or _EXPONENT.fullmatch(text):
        return sign + text, None
    if simple := _SIMPLE.fullmatch(text):
        whole, places = simple.groups()
        if len(places) == 3 and 0 < len(whole.lstrip("0")) <= 3 and not whole.startswith("0"):
            return None, "amount_unclear"
        return f"{sign}{whole}.{places}", None
    if grouped := _GROUPED.fullmatch(text):
        mark = grouped["s"]
        digits = text.replace(mark, "").replace(",", ".")
        return sign + digits, None
    return None, "amount_unreadable"


def exact_amount(text: str) -> tuple[str | None, str | None]:
    """The text of a number as the text of a DECIMAL(18,2), with "rounded" where places were cut; or None and the reason."""
    try:
        with localcontext() as context:
            context.prec = 400
            value = Decimal(text)
            if not value.is_finite():
                return None, "amount_unreadable"
            if value.adjusted() > 16:
                return None, "amount_too_large"
            if value.adjusted() < -350:
                value = Decimal(0) if not value else Decimal("1E-350").copy_sign(value)
            rounded = value.quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        return None, "amount_unreadable"
    if rounded < 0:
        return None, "amount_negative"
    if rounded >= LARGEST:
        return None, "amount_too_large"
    return format(abs(rounded), "f"), None if rounded == value else "rounded"


_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(.*)", re.DOTALL)
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(.*)", re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"[T ](?P<h>[01]\d|2[0-3]):?(?P<m>[0-5]\d)(?::?(?P<s>[0-5]\d|60))?(?:[.,]\d+)? ?(?P<zone>Z|z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?")


def written_date(text: str) -> tuple[str | None, str | None]:
    """A date: as ISO 8601 in the form that is read fast, with "date_spelling" where it was written otherwise; or None and the reason.

    ("", None) where nothing is stated. Of a time that can't be read only the day is taken. 03/04/2020 can be read in two ways.
    """
    text = text.strip()
    if not text:
        return "", None
    spelled = False
    if found := _ISO.fullmatch(text):
        year, month, day, rest = found.groups()
        spelled = text[4] != "-" or len(month) + len(day) != 4
    elif found := _DOTTED.fullmatch(text):
        day, month, year, rest = found.groups()
        spelled = True
        if "/" in text[:6]:
            if int(day) <= 12 and int(month) <= 12 and int(day) != int(month):
                return None, "date_unreadable"
            if int(month) > 12:
                day, month = month, day
    elif found := _COMPACT.fullmatch(text):
        (year, month, day), rest, spelled = found.groups(), "", True
    else:
        return None, "date_unreadable"
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return None, "date_unreadable"
    if not FIRST_YEAR <= made.year <= LAST_YEAR:
        return None, "date_implausible"
    iso = made.isoformat()
    if not rest:
        return iso, "date_spelling" if spelled else None
    time = _TIME.fullmatch(rest.rstrip())
    if time is None:
        return iso, "date_spelling"
    zone = time["zone"] or ""
    if zone in ("z", "Z"):
        zone = "Z"
    elif zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    seconds = min(int(time["s"] or 0), 59)
    return f"{iso}T{time['h']}:{time['m']}:{seconds:02d}{zone}", "date_spelling" if spelled else None


def written_count(text: str) -> tuple[str | None, str | None]:
    """A whole number of at most nine digits, or None and the reason; ("", None) where nothing is stated."""
    text = text.strip()
    if not text:
        return "", None
    found = re.fullmatch(r"(\d{1,9})(?:\.0+)?", text)
    return (str(int(found[1])), None) if found else (None, "count_unreadable")
