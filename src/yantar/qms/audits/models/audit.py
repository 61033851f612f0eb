from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.qms.certification.models import Certificate, ExternalAudit
from yantar.qms.organisation.models import Authority, Site, Unit
from yantar.qms.people.models import Auditor
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause, Edition

from .programme import Programme


class AuditKind(models.TextChoices):
    INTERNAL = "internal", _("Internal")
    STAGE1 = "stage1", _("Stage 1")
    STAGE2 = "stage2", _("Stage 2")
    SURVEILLANCE = "surveillance", _("Surveillance")
    RECERTIFICATION = "recertification", _("Recertification")
    SPECIAL = "special", _("Special")


EXTERNAL = frozenset(set(AuditKind) - {AuditKind.INTERNAL})
"""Kinds that the certification body carries out; once reported they are a fact of certification (`Audit.fact`)."""


class AuditMethod(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    REMOTE = "remote", _("Remote")


class AuditState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    PREPARED = "prepared", _("Prepared")
    UNDER_WAY = "under_way", _("Under way")
    REPORT_DRAFTED = "report_drafted", _("Report drafted")
    REPORTED = "reported", _("Reported")
    FOLLOW_UP = "follow_up", _("Follow-up")
    CLOSED = "closed", _("Closed")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


@pghistory.track()
class Audit(models.Model):
    """An audit of an authority: wanted within a window, then planned to days and a team, carried out, reported, closed."""

    number = models.CharField(_("Number"), max_length=20, unique=True, help_text="YYYY-A-NNN")
    kind = models.CharField(_("Kind"), max_length=16, choices=AuditKind, default=AuditKind.INTERNAL)
    state = models.CharField(_("State"), max_length=16, choices=AuditState, default=AuditState.PLANNED)
    state_since = models.DateField()
    state_reason = models.TextField(_("Reason"), blank=True, help_text="Why it was postponed or cancelled.")
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="audits")
    units = models.ManyToManyField(Unit, related_name="audits", blank=True, verbose_name=_("Units"), help_text="Empty: the whole authority.")
    sites = models.ManyToManyField(Site, related_name="audits", blank=True, verbose_name=_("Sites"))
    certificate = models.ForeignKey(Certificate, null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", verbose_name=_("Edition"))
    clauses = models.ManyToManyField(Clause, related_name="audits", blank=True, verbose_name=_("Clauses"))
    processes = models.ManyToManyField(Process, related_name="audits", blank=True, verbose_name=_("Processes"))
    fields = models.JSONField(default=list, help_text="Codes of fields of competence the team must cover.")
    objective = models.TextField(_("Objective"), blank=True)
    criteria = models.TextField(_("Criteria"), blank=True)
    method = models.CharField(_("Method"), max_length=8, choices=AuditMethod, default=AuditMethod.ON_SITE)
    remote_tools = models.CharField(_("Remote tools and what replaces them"), max_length=300, blank=True)
    language = models.CharField(_("Language"), max_length=5, default="ru")
    person_days = models.PositiveSmallIntegerField(_("Person-days"), default=1, validators=[MinValueValidator(1), MaxValueValidator(200)])
    auditors_wanted = models.PositiveSmallIntegerField(_("Auditors"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)])
    trainees_wanted = models.PositiveSmallIntegerField(_("Trainees"), default=0, validators=[MaxValueValidator(3)])
    window_first = models.DateField(_("Not before"))
    window_last = models.DateField(_("Not after"))
    first_day = models.DateField(_("First day"), null=True, blank=True)
    last_day = models.DateField(_("Last day"), null=True, blank=True)
    fixed = models.BooleanField(_("Days and team stand"), default=False, help_text="The planner leaves it where it is.")
    risk = models.DecimalField(_("Risk"), max_digits=5, decimal_places=4, default=0)
    costs = models.JSONField(default=dict, help_text="What the planner's choice cost, by part.")
    why = models.JSONField(default=list, help_text="Why it is wanted: codes with parameters.")
    confidentiality = models.CharField(_("Confidentiality"), max_length=300, blank=True)
    body_report = models.CharField(_("Report of the certification body"), max_length=60, blank=True)
    fact = models.OneToOneField(ExternalAudit, null=True, blank=True, on_delete=models.PROTECT, related_name="audit")
    began_on = models.DateField(_("Began on"), null=True, blank=True)
    ended_on = models.DateField(_("Ended on"), null=True, blank=True)
    hours_spent = models.DecimalField(_("Audit hours spent"), max_digits=6, decimal_places=1, null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering: ClassVar = ["first_day", "window_first", "id"]
        indexes: ClassVar = [
            models.Index(fields=["authority", "first_day"], name="audit_of_authority"),
            models.Index(fields=["programme", "first_day"], name="audit_of_programme"),
            models.Index(fields=["state", "first_day"], name="audit_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(window_last__gte=models.F("window_first")), name="audit_window_in_order"),
            models.CheckConstraint(
                condition=models.Q(first_day__isnull=True, last_day__isnull=True) | models.Q(last_day__gte=models.F("first_day")),
                name="audit_days_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["postponed", "cancelled"]) | ~models.Q(state_reason=""), name="audit_put_off_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def external(self) -> bool:
        """Whether the certification body carries it out."""
        return self.kind in EXTERNAL

    @property
    def origin(self) -> str:
        """What its findings name as their origin: the audit; of the certification body's, the fact of certification that was recorded of it."""
        return str(self.fact_id or "none yet") if self.external else str(self.pk)


class MemberRole(models.TextChoices):
    LEAD = "lead", _("Lead auditor")
    AUDITOR = "auditor", _("Auditor")
    TRAINEE = "trainee", _("Trainee")
    EXPERT = "expert", _("Technical expert")
    OBSERVER = "observer", _("Observer")


@pghistory.track()
class TeamMember(models.Model):
    """Who takes part, as what, and what the check of independence and competence said when they were named."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="team")
    auditor = models.ForeignKey(Auditor, on_delete=models.PROTECT, related_name="teams")
    role = models.CharField(_("Role"), max_length=10, choices=MemberRole)
    checked_on = models.DateField()
    warnings = models.JSONField(default=list, help_text="Codes of the check; a critical one is never saved.")

    class Meta:
        verbose_name = _("member of an audit team")
        verbose_name_plural = _("members of audit teams")
        ordering: ClassVar = ["audit", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "auditor"], name="team_member_once"),
            models.UniqueConstraint(fields=["audit"], condition=models.Q(role="lead"), name="one_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.auditor_id} {self.role}"


@pghistory.track()
class AuditStep(models.Model):
    """One step of an audit from a state to another."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="steps")
    before = models.CharField(max_length=16, choices=AuditState)
    after = models.CharField(max_length=16, choices=AuditState)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.before} → {self.after}"
