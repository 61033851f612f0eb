from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class CertificationBody(models.Model):
    """A certification body, its accreditation and its own time limits."""

    code = models.SlugField(_("Code"), max_length=60, unique=True)
    name_ru = models.CharField(_("Name in Russian"), max_length=300)
    name_en = models.CharField(_("Name in English"), max_length=300)
    country = models.CharField(_("Country"), max_length=2, default="RU")
    address = models.CharField(_("Address"), max_length=500, blank=True)
    accreditation_body = models.CharField(_("Accredited by"), max_length=300, blank=True)
    accreditation_number = models.CharField(_("Accreditation number"), max_length=60, blank=True)
    accredited_from = models.DateField(_("Accredited from"), null=True, blank=True)
    accredited_to = models.DateField(_("Accredited until"), null=True, blank=True)
    website = models.URLField(_("Website"), blank=True)
    major_days = models.PositiveSmallIntegerField(_("Days to mend a major nonconformity"), default=90)
    minor_plan_days = models.PositiveSmallIntegerField(_("Days to plan for a minor nonconformity"), default=90)
    recert_start_days = models.PositiveSmallIntegerField(_("Days before expiry to begin recertification"), default=180)

    class Meta:
        verbose_name = _("certification body")
        verbose_name_plural = _("certification bodies")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(major_days__gte=1, minor_plan_days__gte=1, recert_start_days__gte=1), name="body_limits_positive"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ru
