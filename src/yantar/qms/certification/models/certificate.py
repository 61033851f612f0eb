from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.core.models import StoredFile
from yantar.qms.organisation.models import Authority, Site
from yantar.qms.standards.models import Edition

from .body import CertificationBody


class CertificateType(models.TextChoices):
    SINGLE = "single", _("One authority")
    MULTI_SITE = "multi_site", _("Several sites, sampled")
    NO_SAMPLING = "no_sampling", _("Several sites, without sampling")


@pghistory.track()
class Certificate(models.Model):
    """A certificate from its first grant on, through all its cycles. Its status is never stored here: it follows from the decisions."""

    number = models.CharField(_("Certificate number"), max_length=60, unique=True)
    identity_number = models.CharField(_("Identity number of the certification"), max_length=60, blank=True)
    type = models.CharField(_("Type"), max_length=12, choices=CertificateType, default=CertificateType.SINGLE)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="certificates", help_text="Who it was granted to.")
    body = models.ForeignKey(CertificationBody, on_delete=models.PROTECT, related_name="certificates", help_text="Who granted it.")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", help_text="The edition it was granted to.")
    client_ru = models.CharField(_("Name of the client in Russian"), max_length=500, blank=True)
    client_en = models.CharField(_("Name of the client in English"), max_length=500, blank=True)
    address_ru = models.CharField(_("Head office in Russian"), max_length=500, blank=True)
    address_en = models.CharField(_("Head office in English"), max_length=500, blank=True)
    scope_ru = models.TextField(_("Scope in Russian"), blank=True)
    scope_en = models.TextField(_("Scope in English"), blank=True)
    iaf_sector = models.CharField(_("IAF sector"), max_length=10, blank=True, default="36")
    original_issue_on = models.DateField(_("First issued"), null=True, blank=True)
    scan = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes")
    superseded_on = models.DateField(_("Superseded on"), null=True, blank=True)
    covid_extension = models.BooleanField(_("Twelve months to restore (2020–2021 exception)"), default=False)
    source = models.CharField(_("Where the entry is from"), max_length=500, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(superseded_by__isnull=True, superseded_on__isnull=True)
                | models.Q(superseded_by__isnull=False, superseded_on__isnull=False),
                name="superseded_by_whom_and_when",
            ),
            models.UniqueConstraint(Upper("number"), name="certificate_number_nocase"),
        ]
        indexes: ClassVar = [GinIndex(SearchVector("scope_ru", "scope_en", config="russian"), name="certificate_scope_words")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> str:
        return (self.scope_en or self.scope_ru) if get_language() == "en" else (self.scope_ru or self.scope_en)

    @property
    def client(self) -> str:
        return (self.client_en or self.client_ru) if get_language() == "en" else (self.client_ru or self.client_en)

    @property
    def address(self) -> str:
        return (self.address_en or self.address_ru) if get_language() == "en" else (self.address_ru or self.address_en)


@pghistory.track()
class CertificateSite(models.Model):
    """A site within a certificate, with the scope it has there."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="certificate_sites")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="certificate_sites")
    scope_ru = models.TextField(blank=True)
    scope_en = models.TextField(blank=True)
    is_central = models.BooleanField(_("Central function"), default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["certificate", "site"], name="certificate_site_once")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.site_id}"

    @property
    def scope(self) -> str:
        return (self.scope_en or self.scope_ru) if get_language() == "en" else (self.scope_ru or self.scope_en)


@pghistory.track()
class CertificateExclusion(models.Model):
    """A clause declared excluded (2000, 2008) or not applicable (2015 and later), with its reasons."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="exclusions")
    clause_number = models.CharField(_("Clause"), max_length=20)
    justification = models.TextField(_("Justification"))
    approved_by = models.CharField(_("Approved by (post)"), max_length=300)
    approved_on = models.DateField(_("Approved on"))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["certificate", "clause_number"], name="exclusion_once")]

    def __str__(self) -> str:
        return self.clause_number
