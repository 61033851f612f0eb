from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


class DayChange(models.TextChoices):
    OFF = "off", _("Day off")
    WORKED = "worked", _("Worked day")


@pghistory.track()
class CalendarDay(models.Model):
    """A day on which the government's calendar of working days differs from the official one of its country."""

    day = models.DateField(_("Day"), unique=True)
    kind = models.CharField(_("What it is"), max_length=6, choices=DayChange)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    source = models.CharField(_("Source"), max_length=500)
    checked_on = models.DateField(_("Checked on"))

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
