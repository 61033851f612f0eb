from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.qms.organisation.models import Authority

from .finding import Finding


@pghistory.track()
class ElsewhereQuestion(models.Model):
    """ "Could it be elsewhere?": a lesson of one authority put to others by name."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField(_("What to look for"))
    due_on = models.DateField(_("Answer by"))
    asked_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["asked_on", "id"]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.asked_on}"


@pghistory.track()
class ElsewhereAnswer(models.Model):
    """What one authority was asked and what it answered; a yes raises a finding there."""

    class Answer(models.TextChoices):
        NO = "no", _("No, checked")
        YES = "yes", _("Yes, the same cause is here")
        NOT_APPLICABLE = "not_applicable", _("Does not concern us")

    question = models.ForeignKey(ElsewhereQuestion, on_delete=models.PROTECT, related_name="answers")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="elsewhere")
    answer = models.CharField(_("Answer"), max_length=16, choices=Answer, blank=True)
    comment = models.TextField(_("What was checked"), blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    raised = models.ForeignKey(Finding, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["question", "authority"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["question", "authority"], name="elsewhere_asked_once")]

    def __str__(self) -> str:
        return f"{self.question_id} {self.authority_id} {self.answer}"


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    DECIDED = "decided", _("Decided")
    CLOSED = "closed", _("Closed")


@pghistory.track()
class GovernmentCase(models.Model):
    """A cause found in three authorities or more: one case of the whole government."""

    number = models.CharField(_("Number"), max_length=20, unique=True)
    cause_category = models.CharField(_("Category of the cause"), max_length=20)
    clause_number = models.CharField(_("Clause"), max_length=20, blank=True)
    title = models.CharField(_("Title"), max_length=300)
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPEN)
    opened_on = models.DateField()
    decision = models.TextField(_("What was decided for all"), blank=True)
    decided_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("government-wide case")
        verbose_name_plural = _("government-wide cases")
        ordering: ClassVar = ["-opened_on", "-id"]

    def __str__(self) -> str:
        return self.number
