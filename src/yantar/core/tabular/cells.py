"""One cell to one value: what offices type, what spreadsheet programs make of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from yantar.engine.requisites import inn_problem, ogrn_problem

from .messages import said
from .names import clean
from .tables import Column, heading_key
from .xlsx import Uncalculated

CLEAR = object()
"""The value of a cell with a lone dash: empty what is recorded."""

DASHES = {"-", "–", "—", "−"}
ERRORS = {
    "#REF!", "#VALUE!", "#N/A", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#ССЫЛКА!", "#ЗНАЧ!", "#Н/Д", "#ИМЯ?", "#ДЕЛ/0!",
    "#ЧИСЛО!", "#ПУСТО!",
}  # fmt: skip
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
_SERIAL_FIRST, _SERIAL_LAST = 1, 109_940
"""Serial numbers of 1900-01-01 and of a day in 2200."""

_MONTHS = (
    ("января", "янв", "january", "jan"), ("февраля", "фев", "february", "feb"), ("марта", "мар", "march", "mar"),
    ("апреля", "апр", "april", "apr"), ("мая", "май", "may"), ("июня", "июн", "june", "jun"), ("июля", "июл", "july", "jul"),
    ("августа", "авг", "august", "aug"), ("сентября", "сен", "september", "sep", "sept"), ("октября", "окт", "october", "oct"),
    ("ноября", "ноя", "november", "nov"), ("декабря", "дек", "december", "dec"),
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_DMY = re.compile(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{4}|\d{2})")
_YMD = re.compile(r"(\d{4})[.\-/](\d{1,2})[.\-/](\d{1,2})(?:[t ][\d:.]+z?)?")
_WORDS_DMY = re.compile(r"(\d{1,2})\s+([a-zа-я]+)\.?,?\s+(\d{4})")
_WORDS_MDY = re.compile(r"([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})")
_TAIL = re.compile(r"\s*(?:г\.?|года?)$")
_TIME = re.compile(r"\s+\d{1,2}:\d{2}(:\d{2})?$")
_SPACES = re.compile(r"[\s\u00a0\u202f']+")
_EXPONENT = re.compile(r"[+-]?\d+([.,]\d+)?[eе][+-]?\d+", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:ИНН|ОГРН|INN|OGRN)?[:№]*", re.IGNORECASE)
_PERSONS = re.compile(r"\s*(?:чел(?:овека?)?|ед|шт)\.?$", re.IGNORECASE)
_TRUE = {"да", "истина", "yes", "true", "1", "y", "x", "х", "v", "+", "д", "✓", "✔"}
_FALSE = {"нет", "ложь", "no", "false", "0", "n", "н", "-", "–", "—"}
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class Unfit(ValueError):
    """A cell that can't be taken; `message` says why and how to mend it, `code` names the kind."""

    def __init__(self, message: Any, code: str) -> None:
        super().__init__(code)
        self.message = message
        self.code = code


def shown(value: Any) -> str:
    """A cell as a person sees it, cut to what fits a message."""
    if isinstance(value, datetime) and value.time() == time(0):
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "…"


def is_empty(value: Any) -> bool:
    """Nothing in the cell, or nothing that can be seen."""
    if value is None:
        return True
    if not isinstance(value, str):
        return False
    text = value.strip()
    # Only what begins with a sign can consist of characters that nobody sees.
    return not text or (not text[0].isalnum() and not clean(text))


def convert(column: Column, value: Any, *, epoch_1904: bool = False) -> Any:
    """The value of a filled cell by the column's kind: str, date, int, Decimal, bool, or CLEAR. Raises Unfit."""
    if isinstance(value, Uncalculated):
        raise Unfit(
            _("The cell has a formula whose result was not saved. Open the file, let it calculate, save it; or type the value."),
            "cell.formula",
        )
    if isinstance(value, str):
        value = clean(_unguarded(value), multiline=column.multiline)
        if value in ERRORS:
            raise Unfit(_("The formula in the cell ended in an error. Type the value."), "cell.error")
        if value in DASHES and column.kind != "bool":
            if not column.required and column.clearable:
                return CLEAR
            raise Unfit(_("A value is needed here."), "cell.required")
    return _CONVERT[column.kind](column, value, epoch_1904)


def _unguarded(text: str) -> str:
    """Take off the apostrophe that the export sets before what a spreadsheet program would run as a formula."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text


def _number_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _text(column: Column, value: Any, _epoch: bool) -> str:
    if isinstance(value, bool):
        raise Unfit(_("Text is expected here, not yes or no."), "cell.text")
    if isinstance(value, datetime) and value.time() == time(0):
        value = value.date()
    text = value if isinstance(value, str) else _number_text(value)
    if column.max_length and len(text) > column.max_length:
        raise Unfit(said(_("Too long: %(length)d characters; at most %(limit)d."), length=len(text), limit=column.max_length), "cell.too_long")
    return text


def _code(column: Column, value: Any, epoch: bool) -> str:
    text = _text(column, value, epoch)
    if _EXPONENT.fullmatch(text) and not isinstance(value, str):
        raise _lost_digits()
    return text


def _lost_digits() -> Unfit:
    return Unfit(
        _("The number was shortened by the spreadsheet program and lost digits. Format the column as text and type the number again."),
        "cell.digits",
    )


def _date(_column: Column, value: Any, epoch_1904: bool) -> date:
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if isinstance(value, (bool, time, timedelta)):
        raise _no_date()
    if isinstance(value, (int, float)):
        return _serial(float(value), epoch_1904)
    return _date_of_text(str(value), epoch_1904)


@lru_cache(maxsize=16384)
def _date_of_text(text: str, epoch_1904: bool) -> date:
    plain = _SPACES.sub(" ", re.sub(r"[«»\"“”„]", "", text)).strip().casefold().replace("ё", "е")
    plain = _TAIL.sub("", plain).strip()
    if plain.isdigit() and len(plain) == 5:
        return _serial(float(plain), epoch_1904)
    if match := _YMD.fullmatch(plain):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    plain = _TIME.sub("", plain)
    if match := _DMY.fullmatch(plain):
        year = int(match[3])
        return _day(year if len(match[3]) == 4 else 2000 + year if year < 50 else 1900 + year, int(match[2]), int(match[1]))
    if (match := _WORDS_DMY.fullmatch(plain)) and match[2] in _MONTH:
        return _day(int(match[3]), _MONTH[match[2]], int(match[1]))
    if (match := _WORDS_MDY.fullmatch(plain)) and match[1] in _MONTH:
        return _day(int(match[3]), _MONTH[match[1]], int(match[2]))
    raise _no_date()


def _no_date() -> Unfit:
    return Unfit(_("This is not a date. Write it as 15.03.2010 or 2010-03-15."), "cell.date")


def _day(year: int, month: int, day: int) -> date:
    try:
        return _in_range(date(year, month, day))
    except ValueError as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit(_("There is no such day in the calendar. The order is day, month, year."), "cell.no_such_day") from error


def _serial(number: float, epoch_1904: bool) -> date:
    if not _SERIAL_FIRST <= number <= _SERIAL_LAST:
        raise _no_date()
    value = from_excel(number, epoch=MAC_EPOCH if epoch_1904 else WINDOWS_EPOCH)
    if not isinstance(value, datetime):
        raise _no_date()
    return _in_range(value.date())


def _in_range(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Unfit(said(_("The year must lie between %(first)d and %(last)d."), first=FIRST_DAY.year, last=LAST_DAY.year), "cell.year")
    return day


def _decimal_of(value: Any, message: Any, code: str) -> Decimal:
    if isinstance(value, (bool, datetime, date, time, timedelta)):
        raise Unfit(message, code)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, int):
        return Decimal(value)
    text = _PERSONS.sub("", _SPACES.sub("", str(value))).replace("−", "-")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Unfit(message, code) from error
    if not number.is_finite() or abs(number) > Decimal(10) ** 15:
        raise Unfit(message, code)
    return number


def _bounded(column: Column, number: Decimal) -> None:
    if (column.least is not None and number < Decimal(str(column.least))) or (column.most is not None and number > Decimal(str(column.most))):
        if column.most is None:
            raise Unfit(said(_("The number must be at least %(least)s."), least=f"{column.least:g}"), "cell.range")
        raise Unfit(
            said(_("The number must lie between %(least)s and %(most)s."), least=f"{column.least or 0:g}", most=f"{column.most:g}"),
            "cell.range",
        )


def _int(column: Column, value: Any, _epoch: bool) -> int:
    message = _("A whole number is expected here.")
    number = _decimal_of(value, message, "cell.int")
    if number != number.to_integral_value():
        raise Unfit(message, "cell.int")
    _bounded(column, number)
    return int(number)


def _decimal(column: Column, value: Any, _epoch: bool) -> Decimal:
    number = _decimal_of(value, _("A number is expected here."), "cell.decimal")
    _bounded(column, number)
    return number.quantize(Decimal(1).scaleb(-column.places))


@lru_cache(maxsize=256)
def _choice_words(column: Column) -> dict[str, str]:
    return {word: choice.key for choice in column.choices for word in choice.words}


def _choice(column: Column, value: Any, _epoch: bool) -> str:
    key = _choice_words(column).get(heading_key(_number_text(value)))
    if key is None:
        raise Unfit(
            said(_("No such value. Possible: %(choices)s."), choices=_labels(column)),
            "cell.choice",
        )
    return key


class _labels:
    """The words of a choice in the language of the moment they are shown."""

    def __init__(self, column: Column) -> None:
        self._column = column

    def __str__(self) -> str:
        return ", ".join(choice.label for choice in self._column.choices)


def _bool(_column: Column, value: Any, _epoch: bool) -> bool:
    if isinstance(value, bool):
        return value
    text = clean(_number_text(value)).casefold()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Unfit(_("Yes or no is expected here."), "cell.bool")


def _identifier(value: Any, lengths: tuple[int, ...], problem_of: Callable[[str], str | None], name: Any) -> str:
    """A state number with a check digit; a leading zero that the spreadsheet program dropped is put back where the check digit proves it."""
    if isinstance(value, str) and _EXPONENT.fullmatch(value):
        raise _lost_digits()
    text = _PREFIX.sub("", _SPACES.sub("", _number_text(value)))
    if not text.isdigit() or not text.isascii():
        raise Unfit(said(_("%(name)s consists of digits only."), name=name), "cell.identifier")
    if len(text) + 1 in lengths and len(text) not in lengths and problem_of("0" + text) is None:
        return "0" + text
    if len(text) not in lengths:
        raise Unfit(
            said(_("%(name)s has %(lengths)s digits; here there are %(count)d."), name=name, lengths=_or(lengths), count=len(text)),
            "cell.identifier",
        )
    if problem_of(text) is not None:
        raise Unfit(said(_("The check digit of %(name)s is wrong: some digit is mistyped."), name=name), "cell.check_digit")
    return text


class _or:
    """ "10 or 12" in the reader's language."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        self._numbers = numbers

    def __str__(self) -> str:
        return str(_(" or ")).join(str(n) for n in self._numbers)


def _inn(_column: Column, value: Any, _epoch: bool) -> str:
    return _identifier(value, (10, 12), inn_problem, _("INN"))


def _ogrn(_column: Column, value: Any, _epoch: bool) -> str:
    return _identifier(value, (13, 15), ogrn_problem, _("OGRN"))


_CONVERT: dict[str, Callable[[Column, Any, bool], Any]] = {
    "text": _text,
    "code": _code,
    "date": _date,
    "int": _int,
    "decimal": _decimal,
    "choice": _choice,
    "bool": _bool,
    "inn": _inn,
    "ogrn": _ogrn,
}
