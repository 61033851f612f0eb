"""What can be wrong with a month of a service that somebody enters or imports; everything at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem

from .models import Service, ServiceMonth

COUNTS = ("received", "granted", "refused", "withdrawn", "on_time", "late")
DAYS = ("median_days", "p90_days")
WAITING = "waiting_minutes"
MOST = 2_000_000_000
MOST_DAYS = Decimal(3650)
MOST_WAITING = Decimal(1440)


def first_day(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_problems(row: ServiceMonth, service: Service, today: date, *, with_cases: bool) -> list[Problem]:
    """Everything wrong with a month by itself. `with_cases`: cases of the service and month are loaded, which would overwrite it."""
    found: list[Problem] = []

    def wrong(field: str, code: str, message: object) -> None:
        found.append(Problem(message, code=code, field=field))

    if row.month > today:
        wrong("month", "future", _("This month is yet to come."))
    if service.valid_from >= _after(row.month) or (service.valid_to is not None and service.valid_to <= row.month):
        wrong("month", "service.not_then", _("The service did not exist in this month."))
    if row.site is not None and (row.site.valid_from >= _after(row.month) or (row.site.valid_to is not None and row.site.valid_to <= row.month)):
        wrong("site", "site.not_then", _("The site did not exist in this month."))
    if with_cases:
        wrong("month", "with_cases", _("This month is computed from loaded cases; it can't be entered."))
    outside = [name for name in COUNTS if not 0 <= getattr(row, name) <= MOST]
    for name in outside:
        wrong(name, "out_of_range", _("A number from 0 to %(most)s.") % {"most": MOST})
    if not outside:
        ended, judged = row.granted + row.refused, row.on_time + row.late
        if ended != judged:
            what = {"ended": ended, "judged": judged}
            wrong("on_time", "adds_up", _("Granted and refused are %(ended)s in all, on time and late %(judged)s: both must be the same.") % what)
        if not any(getattr(row, name) for name in COUNTS):
            wrong("", "nothing", _("Give at least one figure."))
        for name in DAYS:
            if getattr(row, name) is not None and not ended:
                wrong(name, "no_days", _("Nothing was granted or refused, so there are no days to count."))
    for name, most in (*((name, MOST_DAYS) for name in DAYS), (WAITING, MOST_WAITING)):
        value = getattr(row, name)
        if value is not None and not 0 <= value <= most:
            wrong(name, "out_of_range", _("A number from 0 to %(most)s.") % {"most": most})
    if row.median_days is not None and row.p90_days is not None and row.median_days > row.p90_days:
        wrong("p90_days", "median", _("Half of the cases can't take longer than nine tenths of them: the median is above the 90th percentile."))
    return found
