"""Check digits of the numbers by which Russian registers know a person or an organisation.

Sources (all as generally known, GK; the digits follow openly published descriptions of the two registers):
* INN: numbering of taxpayers by the Federal Tax Service (order of 29.06.2012 No ММВ-7-6/435@);
* OGRN and OGRNIP: the state registers of legal persons and of entrepreneurs (order of the Ministry of Finance of 30.10.2017 No 165н).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

RequisiteProblem = Literal["digits", "length", "check_digit"]

# One weight for each digit before the check digit; the twelve-digit number has two check digits, the second covers the first.
_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12_FIRST = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12_SECOND = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def _weighted(digits: str, weights: Sequence[int]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)


def _is_digits(text: str) -> bool:
    # str.isdigit also takes other alphabets' digits and superscripts.
    return text.isascii() and text.isdigit()


def inn_check_digits(body: str) -> str:
    """The check digits that belong to the first 9 digits (one digit) or the first 10 digits (two digits) of an INN.

    Raises ValueError for anything else.
    """
    if not _is_digits(body) or len(body) not in (9, 10):
        raise ValueError("9 digits of an organisation's INN or 10 of a person's")
    if len(body) == 9:
        return _weighted(body, _INN_10)
    first = _weighted(body, _INN_12_FIRST)
    return first + _weighted(body + first, _INN_12_SECOND)


def ogrn_check_digit(body: str) -> str:
    """The check digit for the first 12 digits of an OGRN (modulo 11) or the first 14 of an OGRNIP (modulo 13).

    Raises ValueError for anything else.
    """
    if not _is_digits(body) or len(body) not in (12, 14):
        raise ValueError("12 digits of an OGRN or 14 of an OGRNIP")
    return str(int(body) % (11 if len(body) == 12 else 13) % 10)


def inn_problem(inn: str) -> RequisiteProblem | None:
    """What is wrong with an INN of an organisation (10 digits) or a person (12 digits); None: nothing."""
    if not _is_digits(inn):
        return "digits"
    if len(inn) not in (10, 12):
        return "length"
    body = inn[:9] if len(inn) == 10 else inn[:10]
    return None if inn == body + inn_check_digits(body) else "check_digit"


def ogrn_problem(ogrn: str) -> RequisiteProblem | None:
    """What is wrong with an OGRN of an organisation (13 digits) or an OGRNIP of an entrepreneur (15 digits); None: nothing."""
    if not _is_digits(ogrn):
        return "digits"
    if len(ogrn) not in (13, 15):
        return "length"
    return None if ogrn[-1] == ogrn_check_digit(ogrn[:-1]) else "check_digit"
