"""Internal auditors: where they are at home, what they are proven to be able to do, when they are away."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.core.models import StoredFile
from yantar.qms.organisation.models import Authority, Site, Unit
from yantar.qms.organisation.models.validity import Valid
from yantar.qms.standards.models import Edition


class Qualification(models.TextChoices):
    LEAD = "lead", _("Lead auditor")
    MEMBER = "member", _("Auditor")
    TRAINEE = "trainee", _("Trainee")


@pghistory.track()
class Auditor(Valid):
    """A person who audits, from a day until another. Names are personal data: shown to staff, never in public, never in the journal."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="auditor")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="auditors", verbose_name=_("Home authority"))
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="auditors", verbose_name=_("Home unit"))
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="auditors", verbose_name=_("Works at"))
    qualification = models.CharField(_("May be"), max_length=10, choices=Qualification, default=Qualification.MEMBER)
    languages = models.JSONField(_("Languages"), default=list, help_text="ISO 639-1 codes.")
    days_per_month = models.PositiveSmallIntegerField(_("Audit days a month"), default=5, validators=[MaxValueValidator(31)])
    audits_before = models.PositiveSmallIntegerField(_("Audits as auditor before Yantar"), default=0)
    note = models.TextField(_("Note"), blank=True)

    class Meta(Valid.Meta):
        verbose_name = _("auditor")
        verbose_name_plural = _("auditors")
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.CheckConstraint(condition=models.Q(days_per_month__lte=31), name="auditor_days_a_month"),
        ]

    def __str__(self) -> str:
        return self.name


class CompetenceKind(models.TextChoices):
    EDITION = "edition", _("Edition of a standard")
    EDUCATION = "education", _("Education")
    TRAINING = "training", _("Training")


@pghistory.track()
class Competence(models.Model):
    """What an auditor is proven to be able to do: an edition in a field ("*": every field), with evidence and expiry; or a training behind it."""

    auditor = models.ForeignKey(Auditor, on_delete=models.PROTECT, related_name="competences")
    kind = models.CharField(_("Kind"), max_length=10, choices=CompetenceKind, default=CompetenceKind.EDITION)
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(_("Field"), max_length=40, default="*", help_text="Code of a field of audit, * for every field.")
    evidence = models.CharField(_("Evidence"), max_length=500)
    hours = models.PositiveSmallIntegerField(_("Hours"), null=True, blank=True)
    obtained_on = models.DateField(_("Obtained on"))
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    scan = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(_("Withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        ordering: ClassVar = ["auditor", "obtained_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(kind="edition") | models.Q(edition__isnull=False), name="competence_names_edition"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("obtained_on")), name="competence_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.auditor_id} {self.kind} {self.edition_id} {self.field}"


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", _("Leave")
    DUTY = "duty", _("Other duty")
    OTHER = "other", _("Other")


@pghistory.track()
class Absence(models.Model):
    """Days on which an auditor can't be sent, both included. No reasons of health are asked for."""

    auditor = models.ForeignKey(Auditor, on_delete=models.PROTECT, related_name="absences")
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("Last day"))
    kind = models.CharField(_("Kind"), max_length=10, choices=AbsenceKind, default=AbsenceKind.LEAVE)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering: ClassVar = ["first_day", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="absence_in_order")]

    def __str__(self) -> str:
        return f"{self.auditor_id} {self.first_day} {self.last_day}"


@pghistory.track()
class Evaluation(models.Model):
    """How an auditor's work was judged; due at least every three years."""

    auditor = models.ForeignKey(Auditor, on_delete=models.PROTECT, related_name="evaluations")
    evaluated_on = models.DateField(_("Evaluated on"))
    score = models.PositiveSmallIntegerField(_("Score, 1–5"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    note = models.TextField(_("Note"), blank=True)
    evaluated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("evaluation of an auditor")
        verbose_name_plural = _("evaluations of auditors")
        ordering: ClassVar = ["-evaluated_on", "-id"]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="evaluation_score")]

    def __str__(self) -> str:
        return f"{self.auditor_id} {self.evaluated_on}"


@pghistory.track()
class Conflict(models.Model):
    """An authority that this auditor must not audit (family, direct subordination): only the fact is kept, never the reason."""

    auditor = models.ForeignKey(Auditor, on_delete=models.PROTECT, related_name="conflicts")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    declared_on = models.DateField(_("Declared on"))
    ended_on = models.DateField(_("Ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["auditor", "authority"], condition=models.Q(ended_on__isnull=True), name="conflict_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.auditor_id} {self.authority_id}"
