"""Public services and their passports: what a citizen is promised, version by version (services.md §1)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yantar.qms.organisation.models import Authority, Site
from yantar.qms.organisation.models.validity import Valid

from .process import Process

PERSON = settings.AUTH_USER_MODEL
MOST_DAYS = 3_650


def in_language(row: models.Model, name: str) -> str:
    """The text of a bilingual field in the reader's language; Russian where English is not given."""
    ru, en = str(getattr(row, f"{name}_ru")), str(getattr(row, f"{name}_en"))
    return (en or ru) if get_language() == "en" else ru


class Level(models.TextChoices):
    STATE = "state", pgettext_lazy("services", "State service")
    MUNICIPAL = "municipal", pgettext_lazy("services", "Municipal service")


class Channel(models.TextChoices):
    PERSON = "person", _("In person at the authority")
    CENTRE = "centre", _("At a service centre")
    PORTAL = "portal", _("Through the portal of services")
    POST = "post", _("By post")
    PHONE = "phone", _("By telephone")


class DaysUnit(models.TextChoices):
    WORKING = "working", _("working days")
    CALENDAR = "calendar", _("calendar days")


@pghistory.track()
class Service(Valid):
    """A public service over its whole life; what it promises is in its passports. `authority` provides it now."""

    code = models.SlugField(_("Code"), max_length=60, unique=True, help_text=_("Latin letters, digits and hyphens; part of the address."))
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="services")
    level = models.CharField(_("Level"), max_length=10, choices=Level, default=Level.STATE)
    process = models.ForeignKey(Process, null=True, blank=True, on_delete=models.PROTECT, related_name="services", verbose_name=_("Process"))

    class Meta(Valid.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class PassportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    AGREED = "agreed", _("Agreed")
    IN_FORCE = "in_force", _("In force")
    REPLACED = "replaced", _("Replaced")
    DROPPED = "dropped", _("Dropped")
    CALLED_BACK = "recalled", _("Called back")


@pghistory.track(exclude=["search"])
class ServicePassport(models.Model):
    """One version of a service's promise. A draft may change; from agreement on it is never edited, only replaced by the next version.

    In force from `valid_from` (included) until `valid_to` (the first day it no longer holds). One that was called back before its day keeps the
    days that were announced and never held.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="passports")
    version = models.PositiveIntegerField(_("Version"))
    state = models.CharField(_("State"), max_length=10, choices=PassportState, default=PassportState.DRAFT)
    valid_from = models.DateField(_("In force from"), null=True, blank=True)
    valid_to = models.DateField(_("In force until (not included)"), null=True, blank=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+", help_text="Who provides the service by this version.")
    name_ru = models.CharField(_("Name in Russian"), max_length=500)
    name_en = models.CharField(_("Name in English"), max_length=500, blank=True)
    purpose_ru = models.TextField(_("In plain words, in Russian"), blank=True, help_text=_("What it is for; citizens search by these words."))
    purpose_en = models.TextField(_("In plain words, in English"), blank=True)
    legal_basis_ru = models.TextField(_("Legal basis in Russian"), help_text=_("One act a line."))
    legal_basis_en = models.TextField(_("Legal basis in English"), blank=True)
    applicants_ru = models.TextField(_("Applicants, in Russian"))
    applicants_en = models.TextField(_("Applicants, in English"), blank=True)
    result_ru = models.TextField(_("Result in Russian"))
    result_en = models.TextField(_("Result in English"), blank=True)
    limit_days = models.PositiveSmallIntegerField(_("Time limit"), validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)])
    limit_unit = models.CharField(_("Counted in"), max_length=8, choices=DaysUnit, default=DaysUnit.WORKING)
    registration_days = models.PositiveSmallIntegerField(_("Registration of a request, working days"), default=1)
    waiting_minutes = models.PositiveSmallIntegerField(_("Longest wait in the queue, minutes"), default=15)
    fee = models.DecimalField(_("Fee, roubles"), max_digits=12, decimal_places=2, default=0, help_text=_("0: free of charge."))
    fee_note_ru = models.TextField(_("About the fee, in Russian"), blank=True)
    fee_note_en = models.TextField(_("About the fee, in English"), blank=True)
    channels = ArrayField(models.CharField(max_length=10, choices=Channel), verbose_name=_("How to apply"), default=list)
    no_documents = models.BooleanField(_("No documents are needed"), default=False)
    complaint_ru = models.TextField(_("How to complain, in Russian"))
    complaint_en = models.TextField(_("How to complain, in English"), blank=True)
    change_note = models.TextField(_("What changes and why"), blank=True)
    drawn_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    agreed_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    enacted_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    enacted_at = models.DateTimeField(null=True)
    called_back_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    called_back_at = models.DateTimeField(null=True)
    call_back_reason = models.TextField(_("Why it was called back"), blank=True)
    search = models.GeneratedField(
        expression=SearchVector("name_ru", weight="A", config="russian")
        + SearchVector("purpose_ru", weight="B", config="russian")
        + SearchVector("applicants_ru", "result_ru", weight="C", config="russian")
        + SearchVector("name_en", weight="A", config="english")
        + SearchVector("purpose_en", weight="B", config="english")
        + SearchVector("applicants_en", "result_en", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("passport of a service")
        verbose_name_plural = _("passports of services")
        ordering: ClassVar = ["service", "-version"]
        indexes: ClassVar = [GinIndex(fields=["search"], name="passport_search")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "version"], name="passport_version_once"),
            models.UniqueConstraint(fields=["service"], condition=Q(state="in_force", valid_to__isnull=True), name="passport_in_force_once"),
            models.CheckConstraint(condition=~Q(state__in=["in_force", "replaced"]) | Q(valid_from__isnull=False), name="passport_in_force_from"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")), name="passport_span"),
            models.CheckConstraint(condition=Q(limit_days__gte=1, limit_days__lte=MOST_DAYS), name="passport_limit"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="passport_fee"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; the other texts likewise."""
        return in_language(self, "name")

    @property
    def purpose(self) -> str:
        return in_language(self, "purpose")

    @property
    def legal_basis(self) -> str:
        return in_language(self, "legal_basis")

    @property
    def applicants(self) -> str:
        return in_language(self, "applicants")

    @property
    def result(self) -> str:
        return in_language(self, "result")

    @property
    def fee_note(self) -> str:
        return in_language(self, "fee_note")

    @property
    def complaint(self) -> str:
        return in_language(self, "complaint")


class PassportRow(models.Model):
    """Mixin of the lists in a passport: rows in an order, changed only together with their draft."""

    position = models.PositiveSmallIntegerField()
    name_ru = models.TextField(_("In Russian"))
    name_en = models.TextField(_("In English"), blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["passport", "position"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The text in the reader's language."""
        return in_language(self, "name")


@pghistory.track()
class PassportVariant(PassportRow):
    """Who applies in this variant, where the result, the limit or the fee differ (empty: as in the passport)."""

    passport = models.ForeignKey(ServicePassport, on_delete=models.CASCADE, related_name="variants")
    code = models.CharField(_("Code"), max_length=40)
    result_ru = models.TextField(_("Result in Russian"), blank=True)
    result_en = models.TextField(_("Result in English"), blank=True)
    limit_days = models.PositiveSmallIntegerField(_("Time limit"), null=True, blank=True)
    limit_unit = models.CharField(_("Counted in"), max_length=8, choices=DaysUnit, blank=True)
    fee = models.DecimalField(_("Fee, roubles"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta(PassportRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["passport", "code"], name="passport_variant_once")]

    @property
    def result(self) -> str:
        return in_language(self, "result")


class DocumentSource(models.TextChoices):
    APPLICANT = "applicant", _("Brought by the applicant")
    INTERAGENCY = "interagency", _("Asked between authorities")


@pghistory.track()
class PassportDocument(PassportRow):
    """A document the service needs, and who brings it: what the state already holds may not be asked of the applicant (210-FZ art. 7)."""

    passport = models.ForeignKey(ServicePassport, on_delete=models.CASCADE, related_name="documents")
    source = models.CharField(_("Who brings it"), max_length=12, choices=DocumentSource)
    holder_ru = models.CharField(_("Asked from, in Russian"), max_length=300, blank=True)
    holder_en = models.CharField(_("Asked from, in English"), max_length=300, blank=True)
    required = models.BooleanField(_("Always needed"), default=True)

    @property
    def holder(self) -> str:
        return in_language(self, "holder")


class GroundKind(models.TextChoices):
    INTAKE = "intake", _("Refusal to take the documents")
    SUSPENSION = "suspension", _("Suspension")
    REFUSAL = "refusal", _("Refusal of the service")


@pghistory.track()
class PassportGround(PassportRow):
    """A ground on which intake or the service is refused or suspended; there are no others."""

    passport = models.ForeignKey(ServicePassport, on_delete=models.CASCADE, related_name="grounds")
    kind = models.CharField(_("For what"), max_length=10, choices=GroundKind)


@pghistory.track()
class PassportStep(PassportRow):
    """A step of the service with its own limit (none: within the whole)."""

    passport = models.ForeignKey(ServicePassport, on_delete=models.CASCADE, related_name="steps")
    limit_days = models.PositiveSmallIntegerField(_("Time limit"), null=True, blank=True)
    limit_unit = models.CharField(_("Counted in"), max_length=8, choices=DaysUnit, default=DaysUnit.WORKING)


@pghistory.track()
class PassportIndicator(PassportRow):
    """An indicator of availability or quality that the passport promises."""

    passport = models.ForeignKey(ServicePassport, on_delete=models.CASCADE, related_name="indicators")
    target = models.CharField(_("Target"), max_length=100)


@pghistory.track()
class ServiceSite(Valid):
    """A service is provided at a site (a service centre) in a span of days."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="places")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="services")

    class Meta(Valid.Meta):
        verbose_name = _("place of a service")
        verbose_name_plural = _("places of services")
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(fields=["service", "site"], condition=Q(valid_to__isnull=True), name="service_site_once"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.site_id}"
