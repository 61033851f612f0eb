"""Facts that hold from a day until another: `valid_from` included, `valid_to` the first day they no longer hold."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

BEGINNING = date(1900, 1, 1)
"""The first day of what is known to have always been so."""


class ValidQuerySet(models.QuerySet[Any]):
    """Asked "as of" a day."""

    def on(self, day: date) -> Self:
        """Rows that hold on `day`."""
        return self.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=day), valid_from__lte=day)


class Valid(models.Model):
    """Mixin of the two dates; the database refuses an empty or reversed span."""

    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid until (not included)"), null=True, blank=True)

    objects = ValidQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="%(app_label)s_%(class)s_span",
            )
        ]

    def holds_on(self, day: date) -> bool:
        """Whether the row holds on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
