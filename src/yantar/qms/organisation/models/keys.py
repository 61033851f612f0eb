"""Keys by which programs of others write: each for one purpose, shown once, kept as a print."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .authority import Authority

PERSON = settings.AUTH_USER_MODEL


class KeyPurpose(models.TextChoices):
    CASES = "cases", _("Cases of services")
    OPEN311 = "open311", _("Remarks through Open311")
    KIOSK = "kiosk", _("Ratings at a kiosk")


@pghistory.track(exclude=["print"])
class AccessKey(models.Model):
    """A program may do one thing by it: for one authority, or (no authority) for all. Revoked keys stay, they open nothing."""

    name = models.CharField(_("Whose program"), max_length=200)
    purpose = models.CharField(_("What for"), max_length=10, choices=KeyPurpose)
    authority = models.ForeignKey(
        Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text=_("Empty: the whole government.")
    )
    start = models.CharField(max_length=8, help_text="Its first characters, to tell keys apart.")
    print = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key, which itself is nowhere.")
    given_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    last_day = models.DateField(_("Valid until and on"))
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("key of a program")
        verbose_name_plural = _("keys of programs")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} {self.start}…"
