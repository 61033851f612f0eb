"""Procurement as the government keeps it: what was loaded, what was decided about it, what was published, what others claimed.

The records themselves are no rows here: they lie as Parquet in the dataset's folder (`yantar.engine.savings.dataset`).
"""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.core.models import Job, StoredFile
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Authority

PERSON = settings.AUTH_USER_MODEL


@pghistory.track()
class ListMapping(models.Model):
    """How a list that an agency keeps (CSV, XLSX) is read: which column is what. A change is a new version."""

    key = models.SlugField(_("Code"), max_length=60)
    version = models.PositiveIntegerField(_("Version"), default=1)
    title_ru = models.CharField(_("Title in Russian"), max_length=200)
    title_en = models.CharField(_("Title in English"), max_length=200, blank=True)
    content = models.JSONField(help_text="As in yantar.engine.savings.mapping.")
    entered_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mapping of a list")
        verbose_name_plural = _("mappings of lists")
        ordering: ClassVar = ["key", "-version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "version"], name="procurement_mapping_version")]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return (self.title_en or self.title_ru) if get_language() == "en" else self.title_ru


class DatasetState(models.TextChoices):
    LOADING = "loading", _("Being loaded")
    READY = "ready", _("Loaded")
    FAILED = "failed", _("Not loaded")
    CANCELLED = "cancelled", _("Cancelled")


@pghistory.track()
class Dataset(models.Model):
    """A snapshot of records: who loaded it, when, from where, with hashes. Never changed once it is loaded."""

    title = models.CharField(_("Title"), max_length=200)
    origin = models.TextField(_("Where the records come from"), help_text=_("Publisher, address, day of download, licence."))
    state = models.CharField(_("State"), max_length=10, choices=DatasetState, default=DatasetState.LOADING)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="Name of its folder.")
    mapping = models.ForeignKey(ListMapping, null=True, blank=True, on_delete=models.PROTECT, related_name="datasets")
    law = models.CharField(_("Law"), max_length=20, blank=True, help_text=_("For records that do not state it."))
    currency = models.CharField(_("Currency"), max_length=3, blank=True, help_text=_("Of the figures; the most frequent one unless told."))
    job = models.OneToOneField(Job, null=True, on_delete=models.PROTECT, related_name="procurement_dataset")
    loaded_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    manifest = models.JSONField(default=dict, help_text="yantar-dataset/1, as in the folder.")
    sha256 = models.CharField(_("SHA-256 of the manifest"), max_length=64, blank=True)
    records = models.BigIntegerField(_("Records"), default=0)
    procedures = models.BigIntegerField(_("Procedures"), default=0)
    rejected = models.BigIntegerField(_("Rejected records"), default=0)
    first_on = models.DateField(_("First procedure"), null=True)
    last_on = models.DateField(_("Last procedure"), null=True)
    data_on = models.DateField(_("Date of the data"), null=True)
    glance = models.JSONField(default=dict, help_text="Figures that its pages show, computed once by the job: see queries.glance.")
    failure = models.TextField(blank=True)

    class Meta:
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(state="ready") | ~Q(sha256=""), name="procurement_dataset_ready_has_manifest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> str:
        """The state as it stands: a load whose work ended without saying so (given up, cancelled before it began) has failed."""
        if self.state != DatasetState.LOADING or self.job is None or self.job.finished_at is None:
            return self.state
        return DatasetState.CANCELLED if self.job.state == Job.State.CANCELLED else DatasetState.FAILED

    @property
    def standing_words(self) -> str:
        """The same in words."""
        return str(DatasetState(self.standing).label)


class DatasetFile(models.Model):
    """A file that a dataset was loaded from, kept unchanged."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["dataset", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["dataset", "position"], name="procurement_file_position")]

    def __str__(self) -> str:
        return str(self.file)


class MatchState(models.TextChoices):
    SUGGESTED = "suggested", _("Suggested")
    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")


@pghistory.track()
class BuyerMatch(models.Model):
    """A buyer of the records is an authority of ours: suggested by INN or name, confirmed or rejected by a person."""

    buyer_id = models.CharField(_("Buyer"), max_length=300)
    buyer_name = models.CharField(_("Name in the records"), max_length=500, blank=True)
    inn = models.CharField(_("INN"), max_length=12, blank=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=20, help_text="inn, name or person")
    state = models.CharField(_("State"), max_length=10, choices=MatchState, default=MatchState.SUGGESTED)
    valid_from = models.DateField(_("From"), null=True, blank=True)
    valid_to = models.DateField(_("To (not included)"), null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("match of a buyer")
        verbose_name_plural = _("matches of buyers")
        ordering: ClassVar = ["buyer_name", "buyer_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["buyer_id", "authority"], name="procurement_match_once"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="procurement_match_span"),
        ]

    def __str__(self) -> str:
        return f"{self.buyer_id} = {self.authority_id}"


class Choice(models.TextChoices):
    INCLUDE = "include", _("Count it")
    EXCLUDE = "exclude", _("Leave it out")
    ASK = "ask", _("Ask the authority")


@pghistory.track()
class Settlement(models.Model):
    """What was decided about a doubtful procedure, with the reason. A new decision ends the one before; none is edited."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="settlements")
    procedure_id = models.CharField(_("Procedure"), max_length=300)
    choice = models.CharField(_("Decision"), max_length=10, choices=Choice)
    reason = models.TextField(_("Reason"))
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(_("Why it no longer holds"), blank=True)
    asked = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("Answer by"), null=True, blank=True)
    answer = models.TextField(_("Answer"), blank=True)
    answered_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("decision on a procedure")
        verbose_name_plural = _("decisions on procedures")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "procedure_id"], condition=Q(ended_at__isnull=True), name="procurement_one_open_settlement"),
            models.CheckConstraint(condition=~Q(choice="ask") | Q(asked__isnull=False), name="procurement_ask_names_authority"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.choice}"


class FigureState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@pghistory.track()
class Figure(models.Model):
    """A figure of savings as it was computed: raw and defended, with everything needed to repeat it. Published, it is never edited."""

    number = models.CharField(_("Number"), max_length=20, unique=True)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="figures")
    title_ru = models.CharField(_("Title in Russian"), max_length=200)
    title_en = models.CharField(_("Title in English"), max_length=200, blank=True)
    period_from = models.DateField(_("From"), null=True, blank=True)
    period_to = models.DateField(_("To (included)"), null=True, blank=True)
    method = models.CharField(_("Method"), max_length=60)
    population = models.PositiveBigIntegerField(_("Inhabitants"), null=True, blank=True)
    raw = models.JSONField(help_text="The answer of engine.savings without decisions (docs/savings/result.schema.json).")
    defended = models.JSONField(help_text="The same with the decisions.")
    settlements = models.JSONField(default=list, help_text="The decisions that were counted: procedure, choice, reason.")
    state = models.CharField(_("State"), max_length=10, choices=FigureState, default=FigureState.DRAFT)
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(_("Why it was withdrawn"), blank=True)
    with_records = models.BooleanField(_("The files of records are offered to everybody"), default=False)

    class Meta:
        verbose_name = _("figure of savings")
        verbose_name_plural = _("figures of savings")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state="draft") | Q(published_at__isnull=False), name="procurement_published_has_day"),
            models.CheckConstraint(condition=~Q(state="withdrawn") | ~Q(withdrawn_why=""), name="procurement_withdrawn_says_why"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return (self.title_en or self.title_ru) if get_language() == "en" else self.title_ru


@pghistory.track()
class Claim(models.Model):
    """A figure that somebody stated, with its source and what it would take to check it. Never mixed with what is computed."""

    text_ru = models.TextField(_("What was said, in Russian"))
    text_en = models.TextField(_("What was said, in English"), blank=True)
    amount = models.DecimalField(_("Amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("Currency"), max_length=3, default="RUB")
    said_by = models.CharField(_("Who said it"), max_length=300)
    said_on = models.DateField(_("Said on"), null=True, blank=True)
    about_from = models.DateField(_("Period from"), null=True, blank=True)
    about_to = models.DateField(_("Period to"), null=True, blank=True)
    source = models.TextField(_("Source"))
    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    states_base = models.BooleanField(_("States the base (initial prices)"), default=False)
    states_list = models.BooleanField(_("Lists the procedures"), default=False)
    states_method = models.BooleanField(_("States the method"), default=False)
    needed_ru = models.TextField(_("What is needed to check it, in Russian"), blank=True)
    needed_en = models.TextField(_("What is needed to check it, in English"), blank=True)
    figure = models.ForeignKey(Figure, null=True, blank=True, on_delete=models.PROTECT, related_name="claims")
    public = models.BooleanField(_("Shown to the public"), default=False)
    entered_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="procurement_claim_positive")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@pghistory.track()
class RaisedFlag(models.Model):
    """A flag of a procedure that became a finding; once."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="raised")
    procedure_id = models.CharField(max_length=300)
    lot_id = models.CharField(max_length=300, blank=True)
    flag = models.CharField(max_length=60)
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="procurement_flag")
    raised_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    class Meta:
        verbose_name = _("flag that became a finding")
        verbose_name_plural = _("flags that became findings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "procedure_id", "lot_id", "flag"], name="procurement_flag_raised_once"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.flag}"
