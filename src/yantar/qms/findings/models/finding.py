from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.qms.organisation.models import Authority, Site, Unit
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause


class Grade(models.TextChoices):
    MAJOR = "major", _("Major nonconformity")
    MINOR = "minor", _("Minor nonconformity")
    OBSERVATION = "observation", _("Observation")
    OFI = "ofi", _("Opportunity for improvement")
    CONFORM = "conform", _("Conformity")
    STRENGTH = "strength", _("Strength")


class OriginKind(models.TextChoices):
    AUDIT = "audit", _("Internal audit")
    EXTERNAL_AUDIT = "external_audit", _("Certification body's audit")
    APPEAL = "appeal", _("Citizen's appeal")
    INDICATOR = "indicator", _("Indicator")
    PROCUREMENT = "procurement", _("Procurement flag")
    REVIEW = "review", _("Management review")
    STAFF = "staff", _("Member of staff")
    SELF_ASSESSMENT = "self_assessment", _("Self-assessment")
    PAST = "past", _("Taken over from before")


class State(models.TextChoices):
    """audits.md §6; `noted` besides: strengths, conformities and remarks that ask for no corrective action."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    REJECTED = "rejected", _("Rejected")
    CONTAINMENT = "containment", _("Correction")
    ANALYSIS = "analysis", _("Cause analysis")
    PLAN = "plan", _("Action plan")
    APPROVAL = "approval", _("Approval")
    IMPLEMENTATION = "implementation", _("Implementation")
    VERIFICATION = "verification", _("Verification")
    WAITING_EFFECT = "waiting_effect", _("Waiting for the effect")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    NOTED = "noted", _("Noted")


FINAL = frozenset({State.REJECTED, State.CLOSED, State.CANCELLED, State.NOTED})
"""States in which nothing is awaited from anybody."""


class FindingNumber(models.Model):
    """The last number given in a year: one row a year, locked while a number is taken, so that none is doubled or skipped."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last}"


@pghistory.track(exclude=["search"])
class Finding(models.Model):
    """What was found, against which requirement, by what evidence; and how far its corrective action has come."""

    number = models.CharField(_("Number"), max_length=20, unique=True, help_text="YYYY-NNNNN, the year in which it was raised.")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="findings")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    process = models.ForeignKey(Process, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    grade = models.CharField(_("Grade"), max_length=12, choices=Grade)
    clause = models.ForeignKey(Clause, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    regulation = models.CharField(_("Other requirement"), max_length=500, blank=True, help_text="Item of a regulation, where it is no clause.")
    requirement = models.TextField(_("Requirement"), blank=True)
    evidence = models.TextField(_("Evidence"), blank=True)
    gap = models.TextField(_("Gap"), help_text="One sentence; for a strength: what is done well.")
    requirement_en = models.TextField(_("Requirement in English"), blank=True)
    evidence_en = models.TextField(_("Evidence in English"), blank=True)
    gap_en = models.TextField(_("Gap in English"), blank=True)
    origin_kind = models.CharField(_("Source"), max_length=16, choices=OriginKind)
    origin_id = models.CharField(max_length=64, blank=True)
    origin_label = models.CharField(_("Source, in words"), max_length=200, blank=True, help_text="E.g. the number of the audit.")
    raised_on = models.DateField(_("Raised on"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    repeats = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeated_by")
    case = models.ForeignKey("GovernmentCase", null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    shared = models.BooleanField(_("Shared with all authorities"), default=False)

    state = models.CharField(_("State"), max_length=16, choices=State, default=State.DRAFT)
    state_since = models.DateField(_("In this state since"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="findings_owned")
    verifier = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="findings_verified")
    opened_on = models.DateField(_("Opened on"), null=True, blank=True)
    acknowledged_on = models.DateField(_("Acknowledged on"), null=True, blank=True)
    due_on = models.DateField(_("Due"), null=True, blank=True, help_text="By when the present state is to be left.")
    overall_due_on = models.DateField(_("Due in all"), null=True, blank=True)
    body_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Days that the certification body gives, where it does.")
    effect_on = models.DateField(_("Effect to be judged on"), null=True, blank=True)
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)
    corrected_on = models.DateField(_("Corrected on"), null=True, blank=True)
    correction = models.TextField(_("Correction"), blank=True)
    correction_impossible = models.TextField(_("Why no correction is possible"), blank=True)
    elsewhere = models.TextField(_("Could it be elsewhere?"), blank=True, help_text="The owner's answer.")
    cause_category = models.CharField(_("Category of the cause"), max_length=20, blank=True)
    cause_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reopened = models.PositiveSmallIntegerField(_("Reopened"), default=0)
    counted_from = models.DateField(null=True, blank=True, help_text="Day from which the time limits of the present round count.")
    cancel_wanted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancel_wanted_on = models.DateField(_("Cancelling wanted on"), null=True, blank=True)
    cancel_reason = models.TextField(_("Why it is to be cancelled"), blank=True)
    recorded_at = models.DateTimeField()
    search = models.GeneratedField(
        expression=SearchVector(
            *("number", "gap", "requirement", "evidence", "correction", "gap_en", "requirement_en", "evidence_en"), config="russian"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering: ClassVar = ["-raised_on", "-id"]
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="finding_words", gin_pending_list_limit=256),
            # Whatever a list is narrowed by is answered from this index alone, without looking at the rows.
            models.Index(
                fields=["-raised_on", "-id"],
                include=[
                    *("authority", "unit", "process", "clause", "grade", "state", "origin_kind", "owner", "verifier", "raised_by"),
                    *("case", "repeats", "shared", "due_on", "overall_due_on"),
                ],
                name="finding_list",
            ),
            models.Index(fields=["authority", "-raised_on", "-id"], name="finding_of_authority"),
            models.Index(fields=["origin_kind", "origin_id"], name="finding_origin"),
            models.Index(fields=["authority", "clause", "process", "raised_on"], name="finding_recurs"),
            models.Index(fields=["due_on"], condition=models.Q(due_on__isnull=False), name="finding_due"),
            models.Index(
                fields=["state", "authority"], condition=~models.Q(state__in=["rejected", "closed", "cancelled", "noted"]), name="finding_waiting"
            ),
            models.Index(fields=["owner"], condition=models.Q(closed_on__isnull=True), name="finding_owner"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(gap=""), name="finding_says_something"),
            models.CheckConstraint(condition=~models.Q(state="closed") | models.Q(closed_on__isnull=False), name="finding_closed_on_a_day"),
        ]

    def __str__(self) -> str:
        return self.number

    def said(self, name: str) -> str:
        """Requirement, evidence or gap in the reader's language: as it was written where it was not translated."""
        translated = str(getattr(self, f"{name}_en")) if get_language() == "en" else ""
        return translated or str(getattr(self, name))

    @property
    def requirement_said(self) -> str:
        return self.said("requirement")

    @property
    def evidence_said(self) -> str:
        return self.said("evidence")

    @property
    def gap_said(self) -> str:
        return self.said("gap")


@pghistory.track()
class FindingStep(models.Model):
    """One step of a finding from a state to another; the line of its life, and what medians of days are computed from."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="steps")
    before = models.CharField(max_length=16, choices=State)
    after = models.CharField(max_length=16, choices=State)
    on = models.DateField()
    at = models.DateTimeField()
    days = models.PositiveIntegerField(help_text="Days spent in the state that was left.")
    late = models.BooleanField(default=False, help_text="The state was left after it was due.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)

    class Meta:
        verbose_name = _("step of a finding")
        verbose_name_plural = _("steps of findings")
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [models.Index(fields=["finding", "id"], name="finding_step_order")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.before} → {self.after}"
