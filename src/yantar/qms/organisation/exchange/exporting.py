"""The organisation as a file, in the very tables that the import reads."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from yantar.core.tabular import Sheet, write

from ..models import AuthorityVersion, Site, UnitVersion
from ..models.validity import BEGINNING
from ..queries import internal_authority_ids
from .specs import AUTHORITIES, SITES, UNITS


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """The organisation on a day as XLSX, or as CSV files in one ZIP. Importing it changes nothing.

    Units and the personnel of sites are internals: a viewer gets those of the authorities they may see.
    Raises KeyError for an unknown format.
    """
    allowed = internal_authority_ids(viewer)
    target = io.BytesIO()
    write([Sheet(AUTHORITIES, _authorities(on)), Sheet(UNITS, _units(on, allowed)), Sheet(SITES, _sites(on, allowed))], fmt, target)
    return target.getvalue()


def _from(day: date) -> date | None:
    return None if day == BEGINNING else day


def _authorities(on: date) -> Iterator[dict[str, Any]]:
    rows = AuthorityVersion.objects.on(on).select_related("authority__supervisor").order_by("kind", "name_ru", "authority__code")
    for version in rows:
        authority = version.authority
        yield {
            "code": authority.code,
            "name_ru": version.name_ru,
            "name_en": version.name_en,
            "kind": version.kind,
            "short_ru": version.short_ru,
            "short_en": version.short_en,
            "inn": authority.inn,
            "ogrn": authority.ogrn,
            "supervisor": authority.supervisor.code if authority.supervisor else None,
            "head_post_ru": version.head_post_ru,
            "head_post_en": version.head_post_en,
            "personnel": version.personnel,
            "legal_basis": version.legal_basis,
            "valid_from": _from(authority.valid_from),
            "valid_to": authority.valid_to,
        }


def _units(on: date, allowed: set[int] | None) -> Iterator[dict[str, Any]]:
    """Units of one authority together, each beneath its parent."""
    found = UnitVersion.objects.on(on).select_related("unit", "authority", "parent").order_by("authority__code", "name_ru", "unit__code")
    if allowed is not None:
        found = found.filter(authority__in=allowed)
    versions = list(found)
    known = {version.unit_id for version in versions}
    beneath: dict[int | None, list[UnitVersion]] = defaultdict(list)
    for version in versions:
        beneath[version.parent_id if version.parent_id in known else None].append(version)
    stack = list(reversed(beneath[None]))
    while stack:
        version = stack.pop()
        stack.extend(reversed(beneath[version.unit_id]))
        yield {
            "code": version.unit.code,
            "name_ru": version.name_ru,
            "name_en": version.name_en,
            "authority": version.authority.code,
            "parent": version.parent.code if version.parent else None,
            "personnel": version.personnel,
            "valid_from": _from(version.unit.valid_from),
            "valid_to": version.unit.valid_to,
        }


def _sites(on: date, allowed: set[int] | None) -> Iterator[dict[str, Any]]:
    for site in Site.objects.on(on).select_related("authority").order_by("authority__code", "code"):
        yield {
            "code": site.code,
            "authority": site.authority.code,
            "name_ru": site.name_ru,
            "name_en": site.name_en,
            "address_ru": site.address_ru,
            "address_en": site.address_en,
            "latitude": site.latitude,
            "longitude": site.longitude,
            "personnel": site.personnel if allowed is None or site.authority_id in allowed else None,
            "is_head_office": site.is_head_office,
            "valid_from": _from(site.valid_from),
            "valid_to": site.valid_to,
        }
