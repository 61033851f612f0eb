from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.core.models import Job
from yantar.qms.organisation.models import Authority


class ProgrammeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Dates sent to the authorities")
    REVIEWED = "reviewed", _("Reviewed")


@pghistory.track()
class Programme(models.Model):
    """The audit programme of a year for the whole government."""

    year = models.PositiveSmallIntegerField(_("Year"), unique=True)
    state = models.CharField(_("State"), max_length=10, choices=ProgrammeState, default=ProgrammeState.DRAFT)
    goals = models.TextField(_("Goals"), blank=True)
    scope = models.TextField(_("Scope"), blank=True)
    risks = models.TextField(_("Risks of the programme"), blank=True)
    criteria = models.TextField(_("Criteria"), blank=True)
    methods = models.TextField(_("Methods, on site and remote"), blank=True)
    resources = models.TextField(_("Resources"), blank=True)
    weights = models.JSONField(_("Weights of the planner"), default=dict, help_text="As in engine/planner/forms.py; empty: its defaults.")
    approved_on = models.DateField(_("Approved on"), null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_on = models.DateField(_("Dates sent on"), null=True, blank=True)
    review_result = models.TextField(_("Result of its review"), blank=True)
    reviewed_on = models.DateField(_("Reviewed on"), null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit programme")
        verbose_name_plural = _("audit programmes")
        ordering: ClassVar = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


@pghistory.track()
class PlanRun(models.Model):
    """One run of the planner: what went in, what came out, what the independent checker said. Applied at most once."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="runs")
    job = models.OneToOneField(Job, null=True, on_delete=models.PROTECT, related_name="plan_run")
    instance = models.JSONField(help_text="yantar.plan/1, see docs/planner.")
    plan = models.JSONField(null=True)
    violations = models.JSONField(default=list, help_text="What the checker found; a plan with any is never applied.")
    status = models.CharField(max_length=12, blank=True)
    objective = models.BigIntegerField(null=True)
    bound = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    seconds = models.FloatField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run of the planner")
        verbose_name_plural = _("runs of the planner")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.status}"


@pghistory.track()
class RiskAssessment(models.Model):
    """The risk of an authority or of one of its processes as computed on a day, with every input beside its points."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="risk_assessments")
    process = models.ForeignKey("services.Process", null=True, on_delete=models.PROTECT, related_name="risk_assessments")
    assessed_on = models.DateField()
    score = models.DecimalField(max_digits=5, decimal_places=4)
    band = models.CharField(max_length=10)
    factors = models.JSONField(help_text="[{code, value, level, weight, points, known}]")
    table = models.CharField(max_length=64, help_text="Version of the table of factors (its digest).")
    next_due_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["authority", "-assessed_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "process", "assessed_on"], nulls_distinct=False, name="risk_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.authority_id} {self.process_id} {self.score}"
