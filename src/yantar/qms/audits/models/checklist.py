from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.core.models import StoredFile
from yantar.qms.findings.models import Finding
from yantar.qms.people.models import Auditor
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause, Edition

from .audit import Audit


@pghistory.track()
class BankQuestion(models.Model):
    """A question of our own in the question bank, asked wherever its clause or field of process comes up."""

    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    clause = models.ForeignKey(Clause, null=True, blank=True, on_delete=models.PROTECT, related_name="bank_questions")
    field = models.CharField(_("Field of audit"), max_length=40, blank=True)
    text_ru = models.TextField(_("Question in Russian"))
    text_en = models.TextField(_("Question in English"), blank=True)
    evidence_ru = models.TextField(_("Records to ask for, in Russian"), blank=True)
    evidence_en = models.TextField(_("Records to ask for, in English"), blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question of the bank")
        verbose_name_plural = _("questions of the bank")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return (self.text_en or self.text_ru) if get_language() == "en" else self.text_ru

    @property
    def evidence(self) -> str:
        return (self.evidence_en or self.evidence_ru) if get_language() == "en" else self.evidence_ru


class LineOrigin(models.TextChoices):
    CLAUSE = "clause", _("Clause")
    PROCESS = "process", _("Process")
    FINDING = "finding", _("Last finding")
    INDICATOR = "indicator", _("Weak indicator")
    BANK = "bank", _("Question bank")
    OWN = "own", _("Own question")


@pghistory.track()
class ChecklistLine(models.Model):
    """One question of an audit, as it was asked: its words stay although the bank goes on."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=10, choices=LineOrigin)
    clause = models.ForeignKey(Clause, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(Process, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finding = models.ForeignKey(Finding, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text_ru = models.TextField(_("Question in Russian"))
    text_en = models.TextField(_("Question in English"), blank=True)
    evidence_ru = models.TextField(_("Records to ask for, in Russian"), blank=True)
    evidence_en = models.TextField(_("Records to ask for, in English"), blank=True)
    sample = models.CharField(_("Sample"), max_length=300, blank=True)
    assigned = models.ForeignKey(Auditor, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Asked by"))
    raised = models.ManyToManyField(Finding, related_name="checklist_lines", blank=True, verbose_name=_("Findings raised from it"))
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question of a checklist")
        verbose_name_plural = _("questions of checklists")
        ordering: ClassVar = ["audit", "order", "id"]
        indexes: ClassVar = [models.Index(fields=["audit", "order"], name="checklist_order")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return (self.text_en or self.text_ru) if get_language() == "en" else self.text_ru

    @property
    def evidence(self) -> str:
        return (self.evidence_en or self.evidence_ru) if get_language() == "en" else self.evidence_ru


class AnswerGrade(models.TextChoices):
    CONFORM = "conform", _("Conforms")
    STRENGTH = "strength", _("Strength")
    OFI = "ofi", _("Opportunity for improvement")
    OBSERVATION = "observation", _("Observation")
    MINOR = "minor", _("Minor nonconformity")
    MAJOR = "major", _("Major nonconformity")
    NOT_CHECKED = "not_checked", _("Not checked")


@pghistory.track()
class Answer(models.Model):
    """What one auditor noted on one question: each auditor has an own answer, so that nobody overwrites another.

    `edited_at` and `revision` come from the device; the newest revision wins, an older one that arrives late changes nothing, and what it
    said stays in the row's history.
    """

    line = models.ForeignKey(ChecklistLine, on_delete=models.CASCADE, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(_("Result"), max_length=12, choices=AnswerGrade, blank=True)
    note = models.TextField(_("What was seen"), blank=True)
    sample = models.CharField(_("Sample taken"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=0)
    device = models.CharField(max_length=40, blank=True)
    edited_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering: ClassVar = ["line", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["line", "author"], name="answer_once_an_auditor")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.grade}"


class EvidenceKind(models.TextChoices):
    RECORD = "record", _("Record")
    INTERVIEW = "interview", _("Interview")
    OBSERVATION = "observation", _("Observation")
    SCREEN = "screen", _("Screen")
    PHOTO = "photo", _("Photo")


@pghistory.track()
class Evidence(models.Model):
    """A photo or file seen or taken on the spot; `key` is made by the device, so that one sent twice is kept once."""

    line = models.ForeignKey(ChecklistLine, on_delete=models.CASCADE, related_name="evidence_files")
    kind = models.CharField(_("Kind"), max_length=12, choices=EvidenceKind, default=EvidenceKind.RECORD)
    key = models.CharField(max_length=64, unique=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("What it shows"), max_length=300, blank=True)
    source = models.CharField(_("Where it is from"), max_length=300, blank=True)
    permitted = models.BooleanField(_("Permission was asked"), default=False)
    taken_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering: ClassVar = ["line", "id"]

    def __str__(self) -> str:
        return f"{self.line_id} {self.kind}"
