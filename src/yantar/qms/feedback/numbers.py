"""Numbers of appeals, with a check digit, and the secret codes by which citizens follow them."""

from __future__ import annotations

import re
import secrets
from datetime import date

from django.db import connection

from yantar.core import secrecy

SEQUENCE = "feedback_appeal_number"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for a digit or another letter."""
CODE_LENGTH, GROUP = 12, 4
"""Sixty bits, shown in groups of four."""

_NUMBER = re.compile(r"(\d{2})-(\d{5,9})-(\d)(?:[./]\d{1,3})?")
# What is read or typed instead; the Cyrillic letters look like Latin ones and stand on the keyboard that is switched on.
_READ_AS = str.maketrans("OILUАВЕКМНОРСТХУ", "011VABEKMH0PCTXY")
# Quasigroup of the Damm algorithm: every wrong digit and every swap of neighbours is noticed.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """The digit that the Damm algorithm puts behind a row of digits."""
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def new_number(on: date, prefix: str = "") -> str:
    """The next number, e.g. 26-00417-3: year, running number (gaps are possible), check digit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [SEQUENCE])
        running = f"{cursor.fetchone()[0]:05d}"
    year = f"{on.year % 100:02d}"
    return f"{prefix}{year}-{running}-{check_digit(year + running)}"


def tidy_number(typed: str) -> str | None:
    """The number that was meant, of the whole appeal where that of a part was typed; None where it can't be one: a digit is wrong."""
    found = _NUMBER.fullmatch(re.sub(r"[\s–—_-]+", "-", typed[:60].strip().removeprefix("№").strip()))
    if found is None or check_digit(found[1] + found[2]) != found[3]:
        return None
    return f"{found[1]}-{found[2]}-{found[3]}"


def new_code() -> str:
    """A secret code, e.g. 7K3M-9QZX-0F2B; shown once, kept as a print alone."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def tidy_code(typed: str) -> str | None:
    """The code that was meant, without its hyphens; None where it can't be one."""
    letters = re.sub(r"[\s\-–—]", "", typed[:100].upper()).translate(_READ_AS)
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(ALPHABET) else None


def code_print(number: str, code: str) -> str:
    """What is kept of the code of a number; empty where it can't be a code. 64 hexadecimal digits."""
    tidy = tidy_code(code)
    return secrecy.blind("appeal code", f"{number} {tidy}") if tidy else ""
