"""Months of services as people enter them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.qms.organisation.actions.checks import refuse_if
from yantar.qms.organisation.models import Site

from ..models import CaseMonth, Service, ServiceMonth, Source
from ..month_checks import first_day, month_problems


@action("services.record_month", permission="services.record_delivery", target="service")
def record_month(
    *,
    by: Actor,
    service: Service,
    month: date,
    site: Site | None = None,
    received: int = 0,
    granted: int = 0,
    refused: int = 0,
    withdrawn: int = 0,
    on_time: int = 0,
    late: int = 0,
    median_days: Decimal | None = None,
    p90_days: Decimal | None = None,
    waiting_minutes: Decimal | None = None,
) -> ServiceMonth:
    """Record what a service delivered in a month (any day of it), at a site or (none) not told by sites; of the same month it is corrected.

    Days in the unit of the passport's limit, the wait in minutes; None: not known, which is not zero. Raises Refused with everything wrong:
    it doesn't add up, is yet to come, the service did not exist, or cases are loaded for the month.
    """
    first = first_day(month)
    row = ServiceMonth.objects.filter(service=service, site=site, month=first).first() or ServiceMonth(service=service, site=site, month=first)
    row.received, row.granted, row.refused, row.withdrawn, row.on_time, row.late = received, granted, refused, withdrawn, on_time, late
    row.median_days, row.p90_days, row.waiting_minutes = median_days, p90_days, waiting_minutes
    refuse_if(month_problems(row, service, clock.today(), with_cases=CaseMonth.objects.filter(service=service, month=first).exists()))
    row.source, row.recorded_at = Source.ENTERED, clock.now()
    row.recorded_by = by if isinstance(by, User) else None
    row.save()
    current().decided["month"] = first
    return row


@action("services.remove_month", permission="services.record_delivery", target="service")
def remove_month(*, by: Actor, service: Service, month: date, site: Site | None = None) -> None:
    """Take back a month that was entered or imported by mistake; its history stays. What is computed from cases follows the cases alone."""
    row = ServiceMonth.objects.filter(service=service, site=site, month=first_day(month)).first()
    if row is None:
        raise Refused(Problem(_("This no longer exists. Reload the page."), code="gone"))
    if row.source == Source.CASES:
        raise Refused(Problem(_("This month is computed from loaded cases; correct the cases."), code="with_cases"))
    row.delete()
