"""Sites of an authority."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core.actions import Actor, action
from yantar.core.problems import Problem

from ..models import Authority, Site
from .checks import clean_text, day_text, field_problems, refuse_if
from .units import life_problems

TEXTS = ("name_ru", "name_en", "address_ru", "address_en")


def coordinate_problems(latitude: Decimal | None, longitude: Decimal | None) -> list[Problem]:
    """Degrees of a place come in pairs; their ranges are the model's own."""
    if (latitude is None) != (longitude is None):
        field = "latitude" if latitude is None else "longitude"
        return [Problem(_("Give both coordinates or none."), code="half_a_place", field=field)]
    return []


def _head_office_problems(site: Site) -> list[Problem]:
    if not site.is_head_office:
        return []
    others = Site.objects.filter(authority_id=site.authority_id, is_head_office=True).exclude(pk=site.pk).exclude(valid_to__lte=site.valid_from)
    if site.valid_to is not None:
        others = others.filter(valid_from__lt=site.valid_to)
    return [
        Problem(_("%(code)s is already the head office.") % {"code": other.code}, code="two_head_offices", field="is_head_office") for other in others
    ]


@action("organisation.create_site", permission="organisation.change_authority", target="authority")
def create_site(
    *,
    by: Actor,
    authority: Authority,
    code: str,
    name_ru: str,
    address_ru: str,
    valid_from: date,
    valid_to: date | None = None,
    name_en: str = "",
    address_en: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    personnel: int | None = None,
    is_head_office: bool = False,
) -> Site:
    """Create a place where an authority works; coordinates in decimal degrees (WGS 84), six decimals.

    Raises Refused for a taken code, half a pair of coordinates or one out of range, a second head office at a
    time, dates outside the authority's life.
    """
    site = Site(
        code=clean_text(code),
        authority=authority,
        name_ru=clean_text(name_ru),
        name_en=clean_text(name_en),
        address_ru=clean_text(address_ru),
        address_en=clean_text(address_en),
        latitude=latitude,
        longitude=longitude,
        personnel=personnel,
        is_head_office=is_head_office,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    problems = [*field_problems(site), *coordinate_problems(latitude, longitude), *life_problems(authority, valid_from, valid_to)]
    if Site.objects.filter(code=site.code).exists():
        problems.append(Problem(_("Another site already has this code."), code="taken", field="code", value=site.code))
    refuse_if([*problems, *_head_office_problems(site)])
    site.save()
    return site


@action("organisation.correct_site", permission="organisation.change_authority", target="site")
def correct_site(
    *,
    by: Actor,
    site: Site,
    name_ru: str | None = None,
    name_en: str | None = None,
    address_ru: str | None = None,
    address_en: str | None = None,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    personnel: int | None = None,
    is_head_office: bool | None = None,
    no_coordinates: bool = False,
) -> Site:
    """Correct what is said of a site; None leaves a fact as it is. An authority that moved house closes one site and creates another."""
    texts = {"name_ru": name_ru, "name_en": name_en, "address_ru": address_ru, "address_en": address_en}
    for name, value in texts.items():
        if value is not None:
            setattr(site, name, clean_text(value))
    numbers: dict[str, Any] = {"latitude": latitude, "longitude": longitude, "personnel": personnel, "is_head_office": is_head_office}
    for name, number in numbers.items():
        if number is not None:
            setattr(site, name, number)
    if no_coordinates:
        site.latitude = site.longitude = None
    refuse_if([*field_problems(site), *coordinate_problems(site.latitude, site.longitude), *_head_office_problems(site)])
    site.save()
    return site


@action("organisation.close_site", permission="organisation.change_authority", target="site")
def close_site(*, by: Actor, site: Site, effective_on: date) -> Site:
    """An authority no longer works at a site from a day on. Raises Refused if it is closed already or begins later."""
    problems: list[Problem] = []
    if site.valid_to is not None:
        message: Any = _("The site is already closed from %(day)s.") % {"day": day_text(site.valid_to)}
        problems.append(Problem(message, code="closed", field="effective_on"))
    elif effective_on <= site.valid_from:
        message = _("The site begins on %(day)s and can be closed only later.") % {"day": day_text(site.valid_from)}
        problems.append(Problem(message, code="dates_reversed", field="effective_on"))
    refuse_if(problems)
    site.valid_to = effective_on
    site.save(update_fields=["valid_to"])
    return site
