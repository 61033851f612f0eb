"""What remarks are about: the "services" of Open311."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.models.validity import Valid
from yantar.qms.services.models.passport import in_language


@pghistory.track()
class RemarkCategory(Valid):
    """A subject of remarks, the authority that answers them, and what is asked besides."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    name_ru = models.CharField(_("Name in Russian"), max_length=200)
    name_en = models.CharField(_("Name in English"), max_length=200, blank=True)
    note_ru = models.TextField(_("About it, in Russian"), blank=True)
    note_en = models.TextField(_("About it, in English"), blank=True)
    group_ru = models.CharField(_("Group in Russian"), max_length=100, blank=True)
    group_en = models.CharField(_("Group in English"), max_length=100, blank=True)
    keywords = models.CharField(_("Keywords, by commas"), max_length=300, blank=True)
    needs_place = models.BooleanField(_("A place is needed"), default=True)
    attributes = models.JSONField(default=list, blank=True, help_text="As in Open311: code, datatype, required, description_ru/en, order, values.")

    class Meta(Valid.Meta):
        verbose_name = _("subject of remarks")
        verbose_name_plural = _("subjects of remarks")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; the others likewise."""
        return in_language(self, "name")

    @property
    def note(self) -> str:
        return in_language(self, "note")

    @property
    def group(self) -> str:
        return in_language(self, "group")
