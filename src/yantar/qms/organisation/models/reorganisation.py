from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from .authority import Authority, Unit


class ReorganisationKind(models.TextChoices):
    RENAME = "rename", _("Renamed")
    CREATE = "create", _("Created")
    ABOLISH = "abolish", _("Abolished")
    MERGE = "merge", _("Merged")
    SPLIT = "split", _("Split")
    MOVE_UNIT = "move_unit", _("Unit moved")


@pghistory.track()
class Reorganisation(models.Model):
    """One change of the structure of the government, with its effective day and legal basis."""

    kind = models.CharField(_("Kind"), max_length=20, choices=ReorganisationKind)
    effective_on = models.DateField(_("Effective on"), db_index=True)
    legal_basis = models.TextField(_("Legal basis"), blank=True)
    note = models.TextField(_("Note"), blank=True)
    authorities = models.ManyToManyField(Authority, related_name="reorganisations", through="Affected")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="reorganisations")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")

    def __str__(self) -> str:
        return f"{self.kind} {self.effective_on}"


class Affected(models.Model):
    """An authority that a reorganisation touches."""

    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["reorganisation", "authority"], name="affected_once")]

    def __str__(self) -> str:
        return f"{self.reorganisation_id} {self.authority_id}"


@pghistory.track()
class Succession(models.Model):
    """Who follows whom. Certificates and history go to the main successor; one predecessor has at most one of them per day."""

    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="successions")
    predecessor = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="inheritances")
    is_main = models.BooleanField(_("Main successor"), default=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reorganisation", "predecessor", "successor"], name="succession_once"),
            models.UniqueConstraint(fields=["reorganisation", "predecessor"], condition=models.Q(is_main=True), name="one_main_successor"),
            models.CheckConstraint(condition=~models.Q(predecessor=models.F("successor")), name="nobody_follows_himself"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
