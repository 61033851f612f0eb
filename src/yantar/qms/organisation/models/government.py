from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Government(models.Model):
    """The one government this Yantar runs for. Its row appears when the set-up is finished."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    name_ru = models.CharField(_("Name in Russian"), max_length=300)
    name_en = models.CharField(_("Name in English"), max_length=300)
    languages = models.JSONField(_("Languages"), default=list)
    inhabitants = models.PositiveIntegerField(_("Inhabitants"), null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("government")
        verbose_name_plural = _("governments")
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="one_government")]

    def __str__(self) -> str:
        return self.name_ru
