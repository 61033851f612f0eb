from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.core.models import StoredFile
from yantar.qms.organisation.models import Unit
from yantar.qms.people.models import Auditor

from .audit import Audit


@pghistory.track()
class AgendaItem(models.Model):
    """One line of the plan of the day: when, what, with whom, by whom."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="agenda")
    day = models.DateField(_("Day"))
    begins = models.TimeField(_("From"))
    ends = models.TimeField(_("To"))
    topic = models.CharField(_("Topic"), max_length=300)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Unit"))
    interviewee = models.CharField(_("Post of whom we meet"), max_length=300, blank=True)
    auditor = models.ForeignKey(Auditor, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Auditor"))

    class Meta:
        verbose_name = _("item of the day's plan")
        verbose_name_plural = _("items of the day's plan")
        ordering: ClassVar = ["day", "begins", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(ends__gt=models.F("begins")), name="agenda_in_order")]

    def __str__(self) -> str:
        return self.topic


class MeetingKind(models.TextChoices):
    OPENING = "opening", _("Opening meeting")
    CLOSING = "closing", _("Closing meeting")


@pghistory.track()
class Meeting(models.Model):
    """The opening or the closing meeting: held when, what was said and agreed."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(_("Meeting"), max_length=8, choices=MeetingKind)
    held_at = models.DateTimeField(_("Held at"))
    notes = models.TextField(_("Record"), blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering: ClassVar = ["held_at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["audit", "kind"], name="meeting_once")]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.kind}"


@pghistory.track()
class PersonMet(models.Model):
    """Somebody met during the audit. The name is personal: it never reaches the journal or the public."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="people_met")
    name = models.CharField(_("Name"), max_length=200)
    post = models.CharField(_("Post"), max_length=300, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at_opening = models.BooleanField(_("At the opening"), default=False)
    at_closing = models.BooleanField(_("At the closing"), default=False)

    class Meta:
        verbose_name = _("person met")
        verbose_name_plural = _("people met")
        ordering: ClassVar = ["audit", "id"]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.pk}"


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed off by the lead")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    DISPUTED = "disputed", _("Disputed")


@pghistory.track()
class Report(models.Model):
    """The report of an audit. Once signed it stands: its PDFs are kept as they were issued; a dispute is answered beside it."""

    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="report")
    state = models.CharField(max_length=12, choices=ReportState, default=ReportState.DRAFT)
    conclusion = models.TextField(_("Conclusion"), blank=True)
    fulfilment = models.TextField(_("Degree of fulfilment"), blank=True)
    uncovered = models.TextField(_("Not covered"), blank=True)
    disagreements = models.TextField(_("Disagreements"), blank=True)
    distribution = models.TextField(_("Distribution"), blank=True)
    pdf_ru = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pdf_en = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField(_("Signed on"), null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_on = models.DateField(_("Answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dispute = models.TextField(_("What is disputed"), blank=True)
    dispute_answer = models.TextField(_("Answer to the dispute"), blank=True)

    class Meta:
        verbose_name = _("audit report")
        verbose_name_plural = _("audit reports")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(state="disputed") | ~models.Q(dispute=""), name="dispute_says_what"),
            models.CheckConstraint(condition=models.Q(state="draft") | models.Q(signed_on__isnull=False), name="report_signed_on_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}"
