"""The map of processes: what an authority does, who answers for it, by what it is measured, what makes it risky."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yantar.qms.organisation.models import Authority, Unit
from yantar.qms.organisation.models.validity import Valid
from yantar.qms.people.models import Auditor
from yantar.qms.standards.models import Clause


class ProcessKind(models.TextChoices):
    MANAGEMENT = "management", pgettext_lazy("processes", "Management")
    CORE = "core", pgettext_lazy("processes", "Core")
    SUPPORT = "support", pgettext_lazy("processes", "Support")


@pghistory.track()
class Process(Valid):
    """A process of an authority, or (no authority) of the government's template that authorities adopt and adapt."""

    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="processes")
    code = models.CharField(_("Code"), max_length=40)
    kind = models.CharField(_("Kind"), max_length=12, choices=ProcessKind)
    order = models.PositiveSmallIntegerField(default=0)
    name_ru = models.CharField(_("Name in Russian"), max_length=300)
    name_en = models.CharField(_("Name in English"), max_length=300, blank=True)
    template = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="adopted", verbose_name=_("Adopted from"))
    owner_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="processes", verbose_name=_("Owner"))
    owner_post = models.CharField(_("Post of the owner"), max_length=300, blank=True)
    inputs_ru = models.TextField(_("Inputs in Russian"), blank=True)
    inputs_en = models.TextField(_("Inputs in English"), blank=True)
    outputs_ru = models.TextField(_("Outputs in Russian"), blank=True)
    outputs_en = models.TextField(_("Outputs in English"), blank=True)
    indicator_ru = models.CharField(_("Indicator in Russian"), max_length=300, blank=True)
    indicator_en = models.CharField(_("Indicator in English"), max_length=300, blank=True)
    indicator_target = models.CharField(_("Target"), max_length=100, blank=True)
    documents = models.TextField(_("Documents"), blank=True, help_text="One a line.")
    risk_ru = models.TextField(_("Risk in Russian"), blank=True)
    risk_en = models.TextField(_("Risk in English"), blank=True)
    field = models.CharField(_("Field of audit"), max_length=40, blank=True, help_text="Code of the competence that auditing it takes.")
    clauses = models.ManyToManyField(Clause, related_name="processes", blank=True, verbose_name=_("Clauses"))

    class Meta(Valid.Meta):
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering: ClassVar = ["kind", "order", "id"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "code"], condition=models.Q(valid_to__isnull=True), name="process_code_once"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_to__isnull=True, authority__isnull=True), name="template_process_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def _in(self, name: str) -> str:
        ru, en = str(getattr(self, f"{name}_ru")), str(getattr(self, f"{name}_en"))
        return (en or ru) if get_language() == "en" else ru

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self._in("name")

    @property
    def inputs(self) -> str:
        return self._in("inputs")

    @property
    def outputs(self) -> str:
        return self._in("outputs")

    @property
    def indicator(self) -> str:
        return self._in("indicator")

    @property
    def risk(self) -> str:
        return self._in("risk")


class PartKind(models.TextChoices):
    OWNER = "owner", _("Owner")
    PERFORMER = "performer", _("Performer")


@pghistory.track()
class ProcessPart(Valid):
    """An auditor owns or performs a process in a span of days: they do not audit it then, nor for some time after."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="parts")
    auditor = models.ForeignKey(Auditor, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(pgettext_lazy("processes", "Part"), max_length=10, choices=PartKind)

    class Meta(Valid.Meta):
        verbose_name = _("part in a process")
        verbose_name_plural = _("parts in processes")
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(fields=["process", "auditor", "part"], condition=models.Q(valid_to__isnull=True), name="process_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.auditor_id} {self.part}"


@pghistory.track()
class ProcessFacts(models.Model):
    """What the risk of a process is computed from, as known on a day; nothing known is left empty, never zero."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="facts")
    known_on = models.DateField(_("As of"))
    cases_per_year = models.PositiveIntegerField(_("Cases a year"), null=True, blank=True)
    vulnerable = models.BooleanField(_("Concerns vulnerable groups"), default=False)
    legal_weight = models.PositiveSmallIntegerField(_("Legal and financial weight, 0–3"), null=True, blank=True, validators=[MaxValueValidator(3)])
    complaints_per_1000 = models.DecimalField(_("Complaints per 1,000 cases"), max_digits=7, decimal_places=2, null=True, blank=True)
    breaches_percent = models.DecimalField(_("Deadlines missed, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    changes = models.PositiveSmallIntegerField(_("Changes in 12 months"), null=True, blank=True)
    source = models.CharField(_("Where it is from"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("facts of a process")
        verbose_name_plural = _("facts of processes")
        ordering: ClassVar = ["process", "-known_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["process", "known_on"], name="process_facts_once_a_day"),
            models.CheckConstraint(condition=models.Q(legal_weight__isnull=True) | models.Q(legal_weight__lte=3), name="process_legal_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.known_on}"
