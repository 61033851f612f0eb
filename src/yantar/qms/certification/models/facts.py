from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.qms.standards.models import Edition

from .body import CertificationBody
from .certificate import Certificate, CertificateSite


class DecisionKind(models.TextChoices):
    GRANT = "grant", _("Granted")
    CONFIRM = "confirm", _("Confirmed after surveillance")
    SUSPEND = "suspend", _("Suspended")
    RESTORE = "restore", _("Restored")
    REDUCE_SCOPE = "reduce_scope", _("Scope reduced")
    WITHDRAW = "withdraw", _("Withdrawn")
    RENEW = "renew", _("Renewed")
    MOVE_EDITION = "move_edition", _("Moved to another edition")
    TRANSFER = "transfer", _("Transferred to another body")


class SuspensionReason(models.TextChoices):
    FAILURE = "S1", _("Persistent or serious failure")
    NOT_ALLOWED = "S2", _("Audit not allowed in time")
    OWN_REQUEST = "S3", _("Own request")


@pghistory.track()
class Decision(models.Model):
    """What the certification body decided. A fact: it is never edited, only reversed by another entry; both stay visible.

    `breaches` are the rules it broke when it was recorded (a list of {code, rule, params}); such an entry
    carries the reason that was given for recording it all the same.
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(_("Decision"), max_length=20, choices=DecisionKind)
    number = models.CharField(_("Number of the decision"), max_length=60, blank=True)
    decided_on = models.DateField(_("Decided on"))
    effective_on = models.DateField(_("In force from"))
    expires_on = models.DateField(_("Valid until"), null=True, blank=True)
    audit_on = models.DateField(_("Last day of the audit"), null=True, blank=True)
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(CertificationBody, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scope_ru = models.TextField(_("New scope in Russian"), blank=True)
    scope_en = models.TextField(_("New scope in English"), blank=True)
    reason_code = models.CharField(_("Ground"), max_length=2, choices=SuspensionReason, blank=True)
    note = models.TextField(_("Note"), blank=True)
    breaches = models.JSONField(default=list)
    breach_reason = models.TextField(_("Why it is recorded although it breaks a rule"), blank=True)
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")
    source = models.CharField(_("Where the entry is from"), max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("decision of the certification body")
        verbose_name_plural = _("decisions of the certification body")
        ordering: ClassVar = ["decided_on", "id"]
        indexes: ClassVar = [models.Index(fields=["decided_on"], name="decision_day")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(breaches=[]) | ~models.Q(breach_reason=""), name="broken_rule_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.decided_on}"

    @property
    def scope(self) -> str:
        return (self.scope_en or self.scope_ru) if get_language() == "en" else (self.scope_ru or self.scope_en)


class ExternalAuditKind(models.TextChoices):
    STAGE1 = "stage1", _("Stage 1")
    STAGE2 = "stage2", _("Stage 2")
    SURVEILLANCE = "surveillance", _("Surveillance")
    RECERTIFICATION = "recertification", _("Recertification")
    EXTENSION = "extension", _("Scope extension")
    SHORT_NOTICE = "short_notice", _("Short-notice audit")


@pghistory.track()
class ExternalAudit(models.Model):
    """An audit that the certification body carried out: a fact of certification."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="external_audits")
    kind = models.CharField(_("Kind"), max_length=20, choices=ExternalAuditKind)
    began_on = models.DateField(_("First day"), null=True, blank=True)
    ended_on = models.DateField(_("Last day"))
    days = models.DecimalField(_("Audit days"), max_digits=5, decimal_places=1, null=True, blank=True)
    report = models.CharField(_("Report number"), max_length=60, blank=True)
    sites = models.ManyToManyField(CertificateSite, related_name="audits", blank=True, verbose_name=_("Sites visited"))
    reversed_at = models.DateTimeField(_("Taken back"), null=True, blank=True)
    source = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit of the certification body")
        verbose_name_plural = _("audits of the certification body")
        ordering: ClassVar = ["ended_on", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.ended_on}"
