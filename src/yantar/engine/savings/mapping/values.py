"""One cell to one value: what offices type, what spreadsheet programs make of it. A value whose meaning is not certain is set aside."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, NamedTuple

from yantar.engine.requisites import inn_problem

from ..ingest.quarantine import currencies, currency_names
from .fields import FIELDS
from .forms import Column, DateOrder, Decimals, Mapping
from .headings import UNSEEN, key

MOST_TEXT = 300
"""Characters of a name or title, as in the flat tables."""
MOST_ID = 300
KNOWN = 4_096
"""Different cells of a column whose values are kept."""
LIMIT = Decimal(10) ** 16
FIRST_YEAR, LAST_YEAR = 1990, 2100
DASHES = frozenset({"", "-", "–", "—", "−", "--", "---"})
ERRORS = frozenset(
    {
        *("#REF!", "#VALUE!", "#N/A", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"),
        *("#ССЫЛКА!", "#ЗНАЧ!", "#Н/Д", "#ИМЯ?", "#ДЕЛ/0!", "#ЧИСЛО!", "#ПУСТО!"),
    }
)
YES = frozenset({"да", "yes", "true", "истина", "1", "y", "д", "x", "х", "+"})
NO = frozenset({"нет", "no", "false", "ложь", "0", "n", "н"})
REPAIRED = frozenset({"rounded", "marks_removed", "date_spelling", "currency_spelling", "zero_restored", "text_cut"})
"""Reasons for which the value is used all the same."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_GROUPED = re.compile(r"[ \u00a0\u202f\u2009']")
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eEеЕ][+-]?\d+")
_NUMBER = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)")
_YMD = re.compile(r"(\d{4})[.\-/](\d{1,2})[.\-/](\d{1,2})")
_XXY = re.compile(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4}|\d{2})")
_WORDS = re.compile(r"(\d{1,2})\s+([a-zа-я]+)\.?,?\s+(\d{4})")
_CLOCK = re.compile(r"[tT\s,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s*(z|Z|[+-]\d{2}:?\d{2})?$")
_YEAR_WORD = re.compile(r"\s*(?:г\.?|года?)$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "января янв january jan", "февраля фев february feb", "марта мар march mar", "апреля апр april apr", "мая май may",
            "июня июн june jun", "июля июл july jul", "августа авг august aug", "сентября сен сент september sep sept",
            "октября окт october oct", "ноября ноя нояб november nov", "декабря дек december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SERIAL = (32874, 73415)
"""Numbers of days that a spreadsheet program gives to 1990-01-01 and to the last day of 2100."""


class Unsaved:
    """A cell with a formula whose result was not saved in the file."""

    def __init__(self, formula: str) -> None:
        self.formula = formula

    def __str__(self) -> str:
        return self.formula


class Read(NamedTuple):
    """A value (None: nothing stated) and, where something has to be said of it, the code of the reason."""

    value: Any
    reason: str = ""


NOTHING = Read(None)


class Reader:
    """Reads the cells of one column of a mapping. `epoch_1904`: the workbook counts its days from 1904."""

    def __init__(self, mapping: Mapping, column: Column, currency: str = "", *, epoch_1904: bool = False) -> None:
        self.column, self.spec, self.currency, self.epoch_1904 = column, FIELDS[column.field], currency, epoch_1904
        self.nulls = frozenset(key(word) for word in mapping.nulls if key(word))
        self.signs = frozenset(word for word in mapping.nulls if not key(word))
        self.decimals: Decimals = column.decimals or mapping.decimals
        self.dates: tuple[DateOrder, ...] = column.dates or mapping.dates
        self.words = {key(word): code for word, code in column.words.items() if "*" not in word}
        self.patterns = [("*".join(key(part) for part in word.split("*")), code) for word, code in column.words.items() if "*" in word]
        self._known: dict[str, Read] = {}
        self._read: Callable[[Any], Read] = getattr(self, f"_{self.spec.kind.value}")

    def __call__(self, cell: Any) -> Read:
        """The value of a cell."""
        if type(cell) is not str:
            return self._cell(cell)
        # Names, words and days come again and again; numbers of procedures don't, so no more than so many are kept.
        read = self._known.get(cell)
        if read is None:
            read = self._cell(cell)
            if len(self._known) < KNOWN and len(cell) <= MOST_TEXT:
                self._known[cell] = read
        return read

    def _cell(self, cell: Any) -> Read:
        if cell is None:
            return NOTHING
        if isinstance(cell, Unsaved):
            return Read(None, "formula_unsaved")
        if isinstance(cell, str):
            if "\ufffd" in cell:
                return Read(None, "letters_unreadable")
            cell = cell.strip()
            if cell in DASHES or cell in self.signs or (self.nulls and len(cell) <= 40 and key(cell) in self.nulls):
                return NOTHING
            if cell in ERRORS:
                return Read(None, "cell_error")
        return self._read(cell)

    def _text(self, cell: Any) -> Read:
        text = _SPACES.sub(" ", _CONTROL.sub("", _written(cell))).strip()
        if not UNSEEN.sub("", text):
            return NOTHING
        return Read(text[:MOST_TEXT], "text_cut") if len(text) > MOST_TEXT else Read(text)

    def _id(self, cell: Any) -> Read:
        if type(cell) is str and cell.isascii() and cell.isdigit() and len(cell) < 100:
            return Read(self.column.prefix + cell)
        if isinstance(cell, (bool, date, time, timedelta)):
            return Read(None, "wrong_type")
        if (isinstance(cell, float) and abs(cell) >= 1 << 53) or (isinstance(cell, int) and abs(cell) >= 10**15):
            return Read(None, "digits_lost")
        if isinstance(cell, str) and _EXPONENT.fullmatch(cell):
            return Read(None, "digits_lost")
        written = _written(cell)
        text = _SPACES.sub(" ", UNSEEN.sub("", _CONTROL.sub("", written))).strip()
        if text.startswith("№"):
            text = text[1:].strip()
        if not text:
            return NOTHING
        if len(text) + len(self.column.prefix) > MOST_ID:
            return Read(None, "wrong_type")
        return Read(self.column.prefix + text, "marks_removed" if UNSEEN.search(written) else "")

    def _code(self, cell: Any) -> Read:
        word = key(_written(cell))
        if not word:
            return NOTHING
        code = self.words.get(word)
        if code is None:
            code = next((code for pattern, code in self.patterns if fnmatchcase(word, pattern)), None)
        if code is None:
            code = next((own for own in self.spec.codes if key(own) == word), None)
        return Read(None, "word_unknown") if code is None else Read(code or None)

    def _flag(self, cell: Any) -> Read:
        if isinstance(cell, bool):
            return Read(cell)
        word = key(_written(cell)) or _written(cell).strip()
        if word in self.words:
            return Read({"yes": True, "no": False, "": None}[self.words[word]])
        if word in YES or word in NO:
            return Read(word in YES)
        return Read(None, "word_unknown")

    def _currency(self, cell: Any) -> Read:
        text = _written(cell).strip()
        if (code := self.words.get(key(text))) is not None:
            return Read(code or None)
        if text in currencies():
            return Read(text)
        found = currency_of(text)
        return Read(found, "currency_spelling") if found else Read(None, "currency_unknown")

    def _money(self, cell: Any) -> Read:
        number, reason = number_of(cell, self.decimals, self.currency)
        if number is None:
            return Read(None, reason)
        number *= self.column.factor
        if number < 0:
            return Read(None, "amount_negative")
        if number >= LIMIT:
            return Read(None, "amount_too_large")
        cents = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
        # A spreadsheet program keeps 0.1 + 0.2 as 0.30000000000000004; what is less than that noise is no rounding.
        return Read(cents, "rounded" if abs(cents - number) > Decimal("0.000001") else "")

    def _count(self, cell: Any) -> Read:
        number, _reason = number_of(cell, self.decimals, "")
        if number is None or number != number.to_integral_value() or not 0 <= number < 1_000_000:
            return Read(None, "count_unreadable")
        return Read(int(number))

    def _inn(self, cell: Any) -> Read:
        if isinstance(cell, (bool, date, time)) or (isinstance(cell, str) and _EXPONENT.fullmatch(cell)):
            return Read(None, "inn_wrong")
        text = re.sub(r"^(?:ИНН|INN)?[:№]*", "", _SPACES.sub("", UNSEEN.sub("", _written(cell))), flags=re.IGNORECASE)
        if inn_problem(text) is None:
            return Read(text)
        if text.isdigit() and len(text) in (9, 11) and inn_problem("0" + text) is None:
            return Read("0" + text, "zero_restored")
        return Read(None, "inn_wrong")

    def _day(self, cell: Any) -> Read:
        found, reason = self._moment_of(cell)
        return Read(found.date() if found else None, reason)

    def _moment(self, cell: Any) -> Read:
        found, reason = self._moment_of(cell)
        if found is None:
            return Read(None, reason)
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        return Read((found - _EPOCH) // timedelta(seconds=1), reason)

    def _moment_of(self, cell: Any) -> tuple[datetime | None, str]:
        if isinstance(cell, (bool, time, timedelta)):
            return None, "date_unreadable"
        if isinstance(cell, datetime):
            found: datetime | None = cell
        elif isinstance(cell, date):
            found = datetime(cell.year, cell.month, cell.day)
        elif isinstance(cell, (int, float, Decimal)):
            found = _of_serial(float(cell), self.epoch_1904)
        else:
            found = moment_of(UNSEEN.sub("", str(cell)), self.dates)
        if found is None:
            return None, "date_unreadable"
        return (found, "") if FIRST_YEAR <= found.year <= LAST_YEAR else (None, "date_implausible")


def _written(cell: Any) -> str:
    """A cell as a person sees it."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1 << 53:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    return str(cell)


def currency_of(text: str) -> str | None:
    """The code of a currency from one of its spellings."""
    plain = text.strip().lower().replace(" ", "").replace(".", "")
    if plain.upper() in currencies():
        return plain.upper()
    return currency_names().get(plain) or {"р": "RUB", "$": "USD"}.get(plain)


_UNIT = re.compile(r"^(?P<before>[^\d.,+-]{0,12}?)(?P<number>[+-]?[\d.,]+)(?P<after>\D{0,20}?)$")


def number_of(cell: Any, decimals: Decimals, currency: str) -> tuple[Decimal | None, str]:
    """An exact number from a cell, or None and the reason. A currency beside it must be the one expected ("": none is)."""
    if isinstance(cell, (bool, date, time, timedelta)):
        return None, "wrong_type"
    if isinstance(cell, float):
        cell = Decimal(repr(cell))
    if isinstance(cell, (int, Decimal)):
        number = Decimal(cell)
        return (number, "") if number.is_finite() else (None, "amount_unreadable")
    return _number_of_text(str(cell), decimals, currency)


@lru_cache(maxsize=4096)
def _number_of_text(text: str, decimals: Decimals, currency: str) -> tuple[Decimal | None, str]:
    plain = _GROUPED.sub("", UNSEEN.sub("", text).strip()).replace("−", "-")
    if _EXPONENT.fullmatch(plain):
        # "1.5E+06" is exact; "1,23457E+12" has lost digits.
        mantissa, _sign, power = plain.replace(",", ".").upper().replace("Е", "E").partition("E")
        if len(mantissa.lstrip("+-").partition(".")[2]) >= 5 or abs(int(power)) > 20:
            return None, "digits_lost"
        return Decimal(f"{mantissa}E{power}"), ""
    match = _UNIT.match(plain)
    if match is None:
        return None, "amount_unreadable"
    number = match["number"]
    unit = (match["before"] + match["after"]).strip()
    if number.endswith((".", ",")) and unit:
        number = number[:-1]
    if unit:
        named = currency_of(unit)
        if named is None:
            return None, "amount_unreadable"
        if currency and named != currency:
            return None, "currency_other"
    if not _NUMBER.fullmatch(number):
        return None, "amount_unreadable"
    point = _point(number, decimals)
    if point is None:
        return None, "amount_unclear"
    if point not in ("", ".", ","):
        return None, "amount_unreadable"
    whole, _sign, part = number.rpartition(point) if point else (number, "", "")
    other = whole.lstrip("+-")
    if "." in other or "," in other:
        groups = re.split(r"[.,]", other)
        if not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])) or ("." in other and "," in other):
            return None, "amount_unreadable"
    try:
        return Decimal(f"{whole.replace('.', '').replace(',', '') or '0'}.{part or '0'}"), ""
    except InvalidOperation:
        return None, "amount_unreadable"


def _point(number: str, decimals: Decimals) -> str | None:
    """The sign before the fraction: "." or ","; "" without one; None: it can't be told; "?": none makes sense."""
    points, commas = number.count("."), number.count(",")
    if decimals != "auto":
        sign = "," if decimals == "comma" else "."
        if number.count(sign) > 1:
            return "?"
        return sign if sign in number else ""
    if not points and not commas:
        return ""
    if points and commas:
        last = "." if number.rindex(".") > number.rindex(",") else ","
        return last if number.count(last) == 1 else "?"
    sign = "." if points else ","
    if max(points, commas) > 1:
        return ""
    whole, _sign, part = number.lstrip("+-").partition(sign)
    if len(part) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        return None
    return sign


@lru_cache(maxsize=8192)
def moment_of(text: str, orders: tuple[DateOrder, ...]) -> datetime | None:
    """A moment (without an offset where none is written) or the midnight of a day; None: it can't be read.

    `orders` says which orders of day, month and year the list uses; of two that fit, the first is taken.
    """
    plain = _SPACES.sub(" ", text.strip().strip("«»\"'")).strip()
    clock = _CLOCK.search(plain)
    day = _day_of(plain[: clock.start()] if clock else plain, orders)
    if day is None:
        return None
    if clock is None:
        return datetime(day.year, day.month, day.day)
    offset = None
    if zone := clock[4]:
        hours, minutes = (0, 0) if zone in "zZ" else (int(zone[1:3]), int(zone[-2:]))
        if hours > 15 or minutes > 59:
            return None
        offset = timezone((-1 if zone.startswith("-") else 1) * timedelta(hours=hours, minutes=minutes))
    try:
        return datetime(day.year, day.month, day.day, int(clock[1]), int(clock[2]), int(clock[3] or 0), tzinfo=offset)
    except ValueError:
        return None


def _day_of(text: str, orders: tuple[DateOrder, ...]) -> date | None:
    plain = _YEAR_WORD.sub("", text.strip()).casefold().replace("ё", "е").strip()
    if plain.isdigit() and len(plain) == 5:
        found = _of_serial(float(plain), False)
        return found.date() if found else None
    if match := _YMD.fullmatch(plain):
        return _date(int(match[1]), int(match[2]), int(match[3])) if "ymd" in orders else None
    if match := _XXY.fullmatch(plain):
        year = int(match[3]) + (0 if len(match[3]) == 4 else 2000)
        for order in orders:
            if order == "ymd":
                continue
            day, month = (int(match[1]), int(match[2])) if order == "dmy" else (int(match[2]), int(match[1]))
            if found_day := _date(year, month, day):
                return found_day
        return None
    if (match := _WORDS.fullmatch(plain)) and match[2] in _MONTHS:
        return _date(int(match[3]), _MONTHS[match[2]], int(match[1]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_serial(number: float, epoch_1904: bool) -> datetime | None:
    days = number + 1462 if epoch_1904 else number
    if not _SERIAL[0] <= days < _SERIAL[1] + 1:
        return None
    return datetime(1899, 12, 30) + timedelta(seconds=round(days * 86400))
