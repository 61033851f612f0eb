"""Limits of the law that this government changed or had confirmed, over those of the library; and the calendar that deadlines follow."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .passport import DaysUnit

PERSON = settings.AUTH_USER_MODEL


@pghistory.track()
class LegalLimit(models.Model):
    """One limit of one kind of paper from a day on, in place of the library's (`yantar.library.deadlines`).

    `key` is a term ("answer"), "extension" or "suspension"; `variant` the case it is for. A later row replaces an earlier one from its day.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=20)
    variant = models.CharField(max_length=20, blank=True)
    days = models.PositiveSmallIntegerField(_("Days"))
    unit = models.CharField(_("Counted in"), max_length=8, choices=DaysUnit)
    last_day = models.CharField(
        _("If the last day is a day off"),
        max_length=6,
        choices=[("none", _("it stays")), ("before", _("the working day before")), ("after", _("the next working day"))],
    )
    valid_from = models.DateField(_("Valid from"))
    confirmed = models.BooleanField(_("Confirmed by the lawyer"), default=False)
    source = models.CharField(_("Source"), max_length=500)
    checked_on = models.DateField(_("Checked on"))
    recorded_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("limit of the law")
        verbose_name_plural = _("limits of the law")
        ordering: ClassVar = ["kind", "key", "variant", "-valid_from"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key", "variant", "valid_from"], name="legal_limit_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.valid_from}"


class CalendarApplied(models.Model):
    """The calendar of working days that open deadlines were last computed by: its print, and since when."""

    purpose = models.CharField(max_length=20, unique=True, help_text="Whose deadlines: cases, appeals.")
    print = models.CharField(max_length=64)
    days_off = models.JSONField(default=list, help_text="Days off of the span that was looked at, ISO dates.")
    applied_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose} {self.applied_at}"
