from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .finding import Finding


class Direction(models.TextChoices):
    DOWN = "down", _("less is better")
    UP = "up", _("more is better")


class Verdict(models.TextChoices):
    EFFECTIVE = "effective", _("Effective")
    PARTLY = "partly", _("Partly effective")
    NOT_EFFECTIVE = "not_effective", _("Not effective")


@pghistory.track()
class Effect(models.Model):
    """How the effect is measured, fixed before acting; what was observed after; the verdict of somebody independent. One per round."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="effects")
    round = models.PositiveSmallIntegerField(default=0, help_text="How often the finding had been reopened when it was fixed.")
    measure = models.CharField(_("Measure"), max_length=300)
    unit = models.CharField(_("Unit of measure"), max_length=60, blank=True)
    direction = models.CharField(_("Direction"), max_length=4, choices=Direction, default=Direction.DOWN)
    baseline = models.DecimalField(_("Before"), max_digits=14, decimal_places=4)
    baseline_first = models.DateField(_("Before, from"), null=True, blank=True)
    baseline_last = models.DateField(_("Before, to"), null=True, blank=True)
    target = models.DecimalField(_("Target"), max_digits=14, decimal_places=4)
    minimum_cases = models.PositiveIntegerField(_("Cases at least"), default=30)
    fixed_on = models.DateField(_("Fixed on"))
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    check_first = models.DateField(_("Observed from"), null=True, blank=True)
    check_last = models.DateField(_("Observed to"), null=True, blank=True)
    observed = models.DecimalField(_("After"), max_digits=14, decimal_places=4, null=True, blank=True)
    cases = models.PositiveIntegerField(_("Cases observed"), null=True, blank=True)
    recurrences = models.PositiveIntegerField(_("Recurrences in the window"), null=True, blank=True)
    verdict = models.CharField(_("Verdict"), max_length=14, choices=Verdict, blank=True)
    judged_on = models.DateField(_("Judged on"), null=True, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(_("Comment"), blank=True)

    class Meta:
        verbose_name = _("effect")
        verbose_name_plural = _("effects")
        ordering: ClassVar = ["finding", "round"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["finding", "round"], name="effect_once_a_round"),
            models.CheckConstraint(
                condition=models.Q(verdict="") | models.Q(observed__isnull=False, judged_on__isnull=False), name="verdict_on_what_was_observed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.measure}"
