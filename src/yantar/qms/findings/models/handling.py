from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.core.models import StoredFile

from .finding import Finding, State


class ActionKind(models.TextChoices):
    CORRECTIVE = "corrective", _("Corrective action")
    PREVENTIVE = "preventive", _("Preventive action")


@pghistory.track()
class PlannedAction(models.Model):
    """One action against a cause: who, by when, how its success is measured, and the proof that it was done."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(_("Kind"), max_length=12, choices=ActionKind, default=ActionKind.CORRECTIVE)
    cause = models.ForeignKey("Cause", null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    text = models.TextField(_("What is done"))
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="actions_assigned", verbose_name=_("Who"))
    due_on = models.DateField(_("By when"))
    measure = models.CharField(_("Measure of success"), max_length=300)
    target = models.CharField(_("Target"), max_length=100)
    done_on = models.DateField(_("Done on"), null=True, blank=True)
    proof = models.TextField(_("Proof"), blank=True)
    round = models.PositiveSmallIntegerField(default=0, help_text="How often the finding had been reopened when it was planned.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("planned action")
        verbose_name_plural = _("planned actions")
        ordering: ClassVar = ["finding", "due_on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["assignee", "due_on"], condition=models.Q(done_on__isnull=True, withdrawn_at__isnull=True), name="action_open")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(done_on__isnull=True) | ~models.Q(proof=""), name="action_done_with_proof")
        ]

    def __str__(self) -> str:
        return self.text[:60]


@pghistory.track()
class Attachment(models.Model):
    """A file that belongs to a finding, or to one of its actions as proof."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="attachments")
    action = models.ForeignKey(PlannedAction, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("Note"), max_length=300, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.file_id}"


@pghistory.track()
class Escalation(models.Model):
    """A finding that was late by so much that somebody higher was told: once per state and level."""

    class Level(models.TextChoices):
        AUTHORITY = "authority", _("Head of authority")
        GOVERNMENT = "government", _("Head of quality of the government")

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="escalations")
    state = models.CharField(max_length=16, choices=State)
    state_since = models.DateField()
    level = models.CharField(max_length=12, choices=Level)
    due_on = models.DateField()
    escalated_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["escalated_on", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["finding", "state", "state_since", "level"], name="escalated_once")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.level}"


@pghistory.track()
class Recurrence(models.Model):
    """The system noticed that a finding came again: same authority, clause and process within 12 months of the closing."""

    class Outcome(models.TextChoices):
        REOPENED = "reopened", _("Reopened")
        LINKED = "linked", _("Linked")

    earlier = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="recurrences")
    later = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="recurs_from")
    found_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome)

    class Meta:
        ordering: ClassVar = ["found_on", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["earlier", "later"], name="recurrence_once")]

    def __str__(self) -> str:
        return f"{self.earlier_id} → {self.later_id}"


class SavedFilter(models.Model):
    """A search that somebody wants to find again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="finding_filters")
    name = models.CharField(_("Name"), max_length=100)
    query = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="filter_name_once")]

    def __str__(self) -> str:
        return self.name
