from __future__ import annotations

from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .validity import Valid


class AuthorityKind(models.TextChoices):
    MINISTRY = "ministry", _("Ministry")
    AGENCY = "agency", _("Agency")
    SERVICE = "service", _("Service")
    INSPECTORATE = "inspectorate", _("Inspectorate")
    APPARATUS = "apparatus", _("Apparatus")
    INSTITUTION = "institution", _("Subordinate institution")
    MUNICIPALITY = "municipality", _("Municipality")


@pghistory.track()
class Authority(Valid):
    """An authority as a legal person over its whole life; what may change is in its versions."""

    code = models.SlugField(_("Code"), max_length=60, unique=True, help_text=_("Latin letters, digits and hyphens; part of the address."))
    inn = models.CharField(_("INN"), max_length=12, blank=True)
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True)
    supervisor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="subordinates")

    class Meta(Valid.Meta):
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(fields=["inn"], condition=~models.Q(inn=""), name="authority_inn_once"),
            models.UniqueConstraint(fields=["ogrn"], condition=~models.Q(ogrn=""), name="authority_ogrn_once"),
        ]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class AuthorityVersion(Valid):
    """What an authority was called and how large it was in a span of its life. Spans of one authority never overlap."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="versions")
    kind = models.CharField(_("Kind"), max_length=20, choices=AuthorityKind)
    name_ru = models.CharField(_("Name in Russian"), max_length=500)
    name_en = models.CharField(_("Name in English"), max_length=500)
    short_ru = models.CharField(_("Short name in Russian"), max_length=200, blank=True)
    short_en = models.CharField(_("Short name in English"), max_length=200, blank=True)
    head_post_ru = models.CharField(_("Post of the head in Russian"), max_length=300, blank=True)
    head_post_en = models.CharField(_("Post of the head in English"), max_length=300, blank=True)
    personnel = models.PositiveIntegerField(_("Effective personnel"), null=True, blank=True, validators=[MinValueValidator(1)])
    legal_basis = models.TextField(_("Legal basis"), blank=True)

    class Meta(Valid.Meta):
        verbose_name = _("version of an authority")
        verbose_name_plural = _("versions of authorities")
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "valid_from"], name="authority_version_start"),
            models.UniqueConstraint(fields=["authority"], condition=models.Q(valid_to__isnull=True), name="authority_version_open"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_ru

    @property
    def short(self) -> str:
        """The short name, or the full one where none is given."""
        return (self.short_en if get_language() == "en" else self.short_ru) or self.name

    @property
    def head_post(self) -> str:
        return self.head_post_en if get_language() == "en" else self.head_post_ru


@pghistory.track()
class Unit(Valid):
    """A unit over its whole life; where it stood and what it was called is in its versions."""

    code = models.CharField(_("Code"), max_length=60, unique=True)

    class Meta(Valid.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class UnitVersion(Valid):
    """The place of a unit in a span: of which authority, under which unit (none: at the top)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="unit_versions")
    parent = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="child_versions")
    name_ru = models.CharField(_("Name in Russian"), max_length=500)
    name_en = models.CharField(_("Name in English"), max_length=500, blank=True)
    personnel = models.PositiveIntegerField(_("Effective personnel"), null=True, blank=True)

    class Meta(Valid.Meta):
        verbose_name = _("version of a unit")
        verbose_name_plural = _("versions of units")
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_version_start"),
            models.UniqueConstraint(fields=["unit"], condition=models.Q(valid_to__isnull=True), name="unit_version_open"),
            models.CheckConstraint(condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("unit")), name="unit_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return (self.name_en or self.name_ru) if get_language() == "en" else self.name_ru


@pghistory.track()
class Site(Valid):
    """A place where an authority works."""

    code = models.CharField(_("Code"), max_length=60, unique=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="sites")
    name_ru = models.CharField(_("Name in Russian"), max_length=300)
    name_en = models.CharField(_("Name in English"), max_length=300, blank=True)
    address_ru = models.CharField(_("Address in Russian"), max_length=500)
    address_en = models.CharField(_("Address in English"), max_length=500, blank=True)
    latitude = models.DecimalField(
        _("Latitude"), max_digits=8, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.DecimalField(
        _("Longitude"), max_digits=9, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    personnel = models.PositiveIntegerField(_("Effective personnel"), null=True, blank=True)
    is_head_office = models.BooleanField(_("Head office"), default=False)
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by", help_text="The same place under a predecessor."
    )

    class Meta(Valid.Meta):
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="site_coordinates_together",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return (self.name_en or self.name_ru) if get_language() == "en" else self.name_ru

    @property
    def address(self) -> str:
        return (self.address_en or self.address_ru) if get_language() == "en" else self.address_ru
