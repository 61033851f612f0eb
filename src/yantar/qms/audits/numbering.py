"""Numbers of audits: `2027-A-014`, the year of the window, one row of numbers for the whole government."""

from __future__ import annotations

from django.db import connection

from .models import Audit

KIND = "A"


def next_number(year: int) -> str:
    """The next free number of a year. To be called inside an action: nobody else takes numbers of that year until its end."""
    return next_numbers(year, 1)[0]


def next_numbers(year: int, count: int) -> list[str]:
    """The next `count` free numbers of a year, as `next_number`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"audits.number.{year}"])
    prefix = f"{year}-{KIND}-"
    taken = Audit.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    last = max((int(one.removeprefix(prefix)) for one in taken if one.removeprefix(prefix).isdigit()), default=0)
    return [f"{prefix}{number:03d}" for number in range(last + 1, last + count + 1)]
