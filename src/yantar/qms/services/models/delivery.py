"""What was delivered: counts by month, and the cases they can be computed from. Numbers and dates only, no personal data."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yantar.core.models import Job
from yantar.qms.organisation.models import Site

from .passport import Service

PERSON = settings.AUTH_USER_MODEL


class Source(models.TextChoices):
    ENTERED = "entered", _("Entered by hand")
    IMPORTED = "imported", _("From a file")
    CASES = "cases", _("Computed from cases")


@pghistory.track()
class ServiceMonth(models.Model):
    """One month of one service at one site (none: not told by sites). `month` is its first day.

    `granted + refused + withdrawn` are the requests that ended in the month; `on_time + late = granted + refused`: what was withdrawn has
    no limit to keep. Days are counted in the unit of the passport's limit. Where cases are loaded, they replace what was entered.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="months")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("Month"))
    received = models.PositiveIntegerField(_("Received"), default=0)
    granted = models.PositiveIntegerField(pgettext_lazy("services", "Granted"), default=0)
    refused = models.PositiveIntegerField(pgettext_lazy("services", "Refused"), default=0)
    withdrawn = models.PositiveIntegerField(pgettext_lazy("services", "Withdrawn"), default=0)
    on_time = models.PositiveIntegerField(_("On time"), default=0)
    late = models.PositiveIntegerField(_("Late"), default=0)
    median_days = models.DecimalField(_("Median of days"), max_digits=6, decimal_places=1, null=True, blank=True)
    p90_days = models.DecimalField(_("90th percentile of days"), max_digits=6, decimal_places=1, null=True, blank=True)
    waiting_minutes = models.DecimalField(_("Mean wait in the queue, minutes"), max_digits=6, decimal_places=1, null=True, blank=True)
    source = models.CharField(_("Where it is from"), max_length=10, choices=Source)
    recorded_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("month of a service")
        verbose_name_plural = _("months of services")
        ordering: ClassVar = ["service", "-month", "site"]
        indexes: ClassVar = [models.Index(fields=["month", "service"], name="service_month_month")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "site", "month"], name="service_month_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(month__day=1), name="service_month_first_day"),
            models.CheckConstraint(condition=Q(on_time=F("granted") + F("refused") - F("late")), name="service_month_adds_up"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.month}"


class Outcome(models.TextChoices):
    OPEN = "open", _("Not yet finished")
    GRANTED = "granted", pgettext_lazy("services", "Granted")
    REFUSED = "refused", pgettext_lazy("services", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("services", "Withdrawn")


class CaseLoad(models.Model):
    """A batch of cases that was taken in: from whom, how many were new, changed, the same, rejected."""

    job = models.OneToOneField(Job, null=True, on_delete=models.PROTECT, related_name="case_load")
    origin = models.CharField(_("From where"), max_length=200)
    loaded_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()
    rows = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    rejects = models.JSONField(default=list, help_text="The first rejected rows: line, field, value, why.")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.origin


class ServiceCase(models.Model):
    """One request for a service: a number of the authority's own system, dates, an outcome. Tens of millions of rows, loaded by COPY.

    The keys of services and sites are not checked row by row, which would cost more than all the rest: the rows of CaseMonth that are
    written in the same transaction name the same services and sites, and theirs are checked.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    number = models.CharField(_("Number"), max_length=60)
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    received_on = models.DateField()
    registered_on = models.DateField(null=True)
    suspended_days = models.PositiveSmallIntegerField(default=0, help_text="Days that don't count, in the unit of the limit.")
    done_on = models.DateField(null=True)
    due_on = models.DateField(null=True, help_text="Computed by the clock engine from the passport in force on the day of registration.")
    days = models.PositiveSmallIntegerField(null=True, help_text="Days it took, in the unit of the limit.")
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.OPEN)
    waiting_minutes = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "number"], name="service_case_once")]

    def __str__(self) -> str:
        return f"{self.service_id} {self.number}"


class CaseMonth(models.Model):
    """What the cases of one service, site and month add up to; kept with each load. `day_counts[n]` is how many took n days (the last: more)."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    received = models.PositiveIntegerField(default=0)
    granted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    day_counts = ArrayField(models.PositiveIntegerField(), default=list)
    waiting_total = models.BigIntegerField(default=0)
    waiting_known = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "site", "month"], name="case_month_once", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.service_id} {self.month}"
