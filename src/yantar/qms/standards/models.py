"""Standards as data: editions, clauses, correspondence, transitions, the audit-time table."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Sourced(models.Model):
    """Every rule of a standard says where it is from and when that was checked."""

    source = models.TextField(_("Source"), blank=True)
    checked_on = models.DateField(_("Checked on"), null=True, blank=True)
    confirmed = models.BooleanField(_("Confirmed by a source"), default=True)

    class Meta:
        abstract = True


@pghistory.track()
class Edition(Sourced):
    """One edition of a standard, e.g. ISO 9001:2015."""

    standard = models.CharField(_("Standard"), max_length=100, default="ISO 9001")
    key = models.CharField(_("Key"), max_length=40, unique=True)
    designation = models.CharField(_("Designation"), max_length=100)
    title_ru = models.CharField(_("Title in Russian"), max_length=300, blank=True)
    title_en = models.CharField(_("Title in English"), max_length=300, blank=True)
    national = models.CharField(_("National text"), max_length=200, blank=True)
    published_precision = models.CharField(max_length=5, default="day")
    expected = models.BooleanField(_("Expected, not yet published"), default=False)
    note_ru = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    built_on = models.CharField(max_length=40, blank=True, help_text="Key of the edition whose tree it takes over or overlays.")
    published_on = models.DateField(_("Published"), null=True, blank=True)
    valid_until = models.DateField(_("Certificates valid until"), null=True, blank=True)
    new_until = models.DateField(_("New certificates until"), null=True, blank=True)
    exclusions = models.JSONField(default=dict, help_text="What may be left out and on what terms.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file it was loaded from.")
    own = models.BooleanField(_("The government's own"), default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering: ClassVar = ["standard", "order"]

    def __str__(self) -> str:
        return self.designation

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" else self.title_ru

    @property
    def note(self) -> str:
        return self.note_en if get_language() == "en" else self.note_ru


@pghistory.track()
class Clause(models.Model):
    """A clause of an edition with the project's own question to ask about it."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="clauses")
    number = models.CharField(_("Number"), max_length=20)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    order = models.PositiveIntegerField()
    title_ru = models.CharField(max_length=300, blank=True)
    title_en = models.CharField(max_length=300, blank=True)
    question_ru = models.TextField(blank=True)
    question_en = models.TextField(blank=True)
    extra_questions = models.JSONField(default=list, help_text="Further questions: [{question_en, question_ru}].")
    audited = models.BooleanField(default=True)
    untitled = models.BooleanField(default=False)
    confirmed = models.BooleanField(_("Titles confirmed by a source"), default=True)
    note_ru = models.TextField(blank=True)
    note_en = models.TextField(blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering: ClassVar = ["edition", "order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "number"], name="clause_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" else self.title_ru

    @property
    def question(self) -> str:
        return self.question_en if get_language() == "en" else self.question_ru

    @property
    def questions(self) -> list[str]:
        """Every question in the reader's language, the main one first."""
        key = "question_en" if get_language() == "en" else "question_ru"
        return [question for question in (self.question, *(extra[key] for extra in self.extra_questions)) if question]

    @property
    def note(self) -> str:
        return self.note_en if get_language() == "en" else self.note_ru


class RequirementKind(models.TextChoices):
    PROCEDURE = "procedure", _("documented procedure")
    DOCUMENT = "document", _("document to maintain")
    RECORD = "record", _("record to retain")


@pghistory.track()
class DocumentRequirement(Sourced):
    """A document or record that an edition demands."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="document_requirements")
    kind = models.CharField(max_length=10, choices=RequirementKind)
    clause_number = models.CharField(max_length=20)
    text_ru = models.CharField(max_length=500, blank=True)
    text_en = models.CharField(max_length=500, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["edition", "kind", "order"]

    def __str__(self) -> str:
        return f"{self.clause_number} {self.kind}"

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_ru


@pghistory.track()
class Correspondence(Sourced):
    """A clause of an older edition and one of the clauses it went to."""

    old = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="went_to")
    new = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="came_from")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["old", "new"], name="correspondence_once")]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


@pghistory.track()
class Transition(Sourced):
    """How long certificates of one edition live after the next appears. Dates are editable."""

    old = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="transitions_from")
    new = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="transitions_to")
    published_on = models.DateField(_("Published"), null=True, blank=True)
    new_until = models.DateField(_("New certificates to the old edition until"), null=True, blank=True)
    ends_on = models.DateField(_("Certificates to the old edition end on"), null=True, blank=True)
    reinstatement_months = models.PositiveSmallIntegerField(_("Months to reinstate afterwards"), default=0)
    note_ru = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    edited = models.BooleanField(default=False, help_text="Changed by hand: loading the library leaves its dates alone.")

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        constraints: ClassVar = [models.UniqueConstraint(fields=["old", "new"], name="transition_once")]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"

    @property
    def note(self) -> str:
        return self.note_en if get_language() == "en" else self.note_ru


@pghistory.track()
class AuditTimeTable(Sourced):
    """Personnel → audit days, with its ratios, as loaded from the library."""

    key = models.CharField(max_length=40, unique=True)
    table = models.JSONField()
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.key
