"""What follows from the facts, computed by the engine and kept so that lists and any date answer in one query.

Only `certification.actions` writes here, in the transaction that changed a fact; the rows can be rebuilt at any time.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.qms.standards.models import Edition

from .body import CertificationBody
from .certificate import Certificate


class Status(models.TextChoices):
    DRAFT = "draft", _("Not yet granted")
    ACTIVE = "active", _("In force")
    SUSPENDED = "suspended", _("Suspended")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    SUPERSEDED = "superseded", _("Superseded")


class StatusPeriod(models.Model):
    """The standing of a certificate from `begins_on` until `ends_on` (not included; none: until further notice).

    Before its first period a certificate is a draft: nothing was granted yet.
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="periods")
    status = models.CharField(max_length=12, choices=Status)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(CertificationBody, null=True, on_delete=models.PROTECT, related_name="+", help_text="After transfers.")
    expires_on = models.DateField(null=True, help_text="Last day of validity as it stood then; an edition's end is already applied.")

    class Meta:
        ordering: ClassVar = ["certificate", "begins_on"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["certificate", "begins_on"], name="period_begins_once")]
        indexes: ClassVar = [models.Index(fields=["begins_on", "ends_on", "status"], name="period_on_a_day")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.status} {self.begins_on}"


class Obligation(models.Model):
    """What must happen to keep a certificate: from when, at the latest, by which rule.

    `closed_on`: the first day it is no longer demanded although not met (withdrawn, superseded, expired); it lies in the future where that
    end is foreseen. `cancelled`: that day came before the last one allowed. Not `confirmed`: the day is only expected (an edition's end).
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="obligations")
    kind = models.CharField(max_length=40)
    rule = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField(null=True)
    opens_on = models.DateField()
    due_on = models.DateField()
    met_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    cancelled = models.BooleanField(default=False)
    confirmed = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=models.Q(met_on__isnull=True), name="obligation_open"),
            # A day of the past counts what was met only later as not yet met; the planner joins both indexes.
            models.Index(fields=["met_on"], name="obligation_met"),
            models.Index(fields=["certificate", "due_on"], name="obligation_of_certificate"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind} {self.due_on}"
