"""Ratings of services: five criteria from 1 to 5 (services.md §2). No name is asked; the free text and a given e-mail stand apart, sealed."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yantar.qms.organisation.models import Authority, Site
from yantar.qms.services.models import Service


class RatingChannel(models.TextChoices):
    LINK = "link", _("By a link")
    QR = "qr", _("By a QR code on the spot")
    WIDGET = "widget", _("In another site")
    KIOSK = "kiosk", _("At a kiosk")
    IMPORT = "import", _("From a file")


class RatingState(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("Waits for the confirmation by e-mail")
    COUNTED = "counted", _("Counted")
    QUARANTINED = "quarantined", _("Looked at by a moderator")
    REJECTED = "rejected", _("Rejected by a moderator")


@pghistory.track()
class Rating(models.Model):
    """What one visitor gave one service. Only counted ones are in the figures; nothing is deleted, the others are counted in public, too."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="ratings")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+", help_text="Who provided the service then.")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rated_at = models.DateTimeField(_("When"))
    rated_on = models.DateField(_("Day"), help_text="In the time zone of the government.")
    channel = models.CharField(_("Way"), max_length=6, choices=RatingChannel)
    language = models.CharField(max_length=2)
    scores = models.JSONField(help_text="Criterion of the library → 1 to 5; criteria left out were not rated.")
    has_text = models.BooleanField(default=False)
    state = models.CharField(_("State"), max_length=12, choices=RatingState)
    spam_score = models.PositiveSmallIntegerField(_("Suspicion, 0 to 100"), default=0)
    spam_reasons = models.JSONField(default=list, help_text="Codes of yantar.qms.feedback.spam.")
    decided_reason = models.CharField(_("Reason of the moderator"), max_length=300, blank=True)
    confirm_print = models.CharField(max_length=64, blank=True, help_text="Of the secret in the confirming mail.")

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["service", "-id"], name="rating_service"),
            models.Index(fields=["authority", "-id"], name="rating_authority"),
            models.Index(fields=["state", "-id"], name="rating_moderation", condition=~Q(state="counted")),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.rated_on}"


class RatingCount(models.Model):
    """How many counted ratings gave a value to a criterion of a service at a site in a month: every figure is a sum of these."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    criterion = models.CharField(max_length=20)
    value = models.PositiveSmallIntegerField()
    count = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["month", "service"], name="rating_count_month")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "authority", "site", "month", "criterion", "value"], name="rating_count_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=5), name="rating_count_value"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.month} {self.criterion} {self.value}"
