from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .finding import Finding


class CauseMethod(models.TextChoices):
    WHY = "why", _("Why?")
    ISHIKAWA = "ishikawa", _("Cause and effect")


@pghistory.track()
class Cause(models.Model):
    """One answer in a branching tree of whys, or one bone of a cause-and-effect diagram; each with its evidence."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="causes")
    method = models.CharField(max_length=10, choices=CauseMethod, default=CauseMethod.WHY)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    order = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("Answer"))
    evidence = models.TextField(_("Evidence"), blank=True)
    category = models.CharField(_("Category"), max_length=20, blank=True, help_text="Code of library/causes.yaml.")
    controllable = models.BooleanField(_("We can change this"), default=False)
    is_root = models.BooleanField(_("This is a cause to remove"), default=False)
    explains_all = models.BooleanField(_("It explains all the evidence"), default=False)
    would_prevent = models.BooleanField(_("Without it the problem could not have been"), default=False)
    rejected_on = models.DateField(_("Rejected on"), null=True, blank=True)
    rejected_reason = models.TextField(_("Why it was rejected"), blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering: ClassVar = ["finding", "order", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(rejected_on__isnull=True) | ~models.Q(rejected_reason=""), name="cause_rejected_why")
        ]

    def __str__(self) -> str:
        return self.text[:60]
