"""The organisation as it is recorded, in memory: what rows of a file are compared with and refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from yantar.core.tabular import ParsedRow
from yantar.core.tabular.names import name_key

from ..models import Authority, AuthorityVersion, Site, Unit, UnitVersion

V = TypeVar("V", AuthorityVersion, UnitVersion)


@dataclass(slots=True, eq=False)
class AuthorityItem:
    """An authority that is recorded or will be, with its version of the day; `row` says something about it."""

    authority: Authority
    version: AuthorityVersion
    is_new: bool = False
    row: ParsedRow | None = None
    changed: set[str] = field(default_factory=set)
    supervisor: AuthorityItem | None = None
    supervisor_changed: bool = False


@dataclass(slots=True, eq=False)
class UnitItem:
    """A unit that is recorded or will be, with its version of the day."""

    unit: Unit
    version: UnitVersion
    authority: AuthorityItem
    is_new: bool = False
    row: ParsedRow | None = None
    parent: UnitItem | None = None
    changed: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class SiteItem:
    """A site that is recorded or will be."""

    site: Site
    authority: AuthorityItem
    is_new: bool = False
    row: ParsedRow | None = None
    changed: set[str] = field(default_factory=set)


def version_of_day(versions: Sequence[V], day: date) -> V:
    """The version that holds on the day; of what is over the last, of what is to come the first. `versions` in the order of time."""
    for version in versions:
        if version.holds_on(day):
            return version
    return versions[0] if day < versions[0].valid_from else versions[-1]


class State:
    """Everything recorded on a day, found by code, number and name. Six queries, whatever the size."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.authorities: dict[int, AuthorityItem] = {}
        self.authority_by_code: dict[str, AuthorityItem] = {}
        self.by_inn: dict[str, AuthorityItem] = {}
        self.by_ogrn: dict[str, AuthorityItem] = {}
        self.by_name: dict[str, list[AuthorityItem]] = defaultdict(list)
        self.units: dict[int, UnitItem] = {}
        self.unit_by_code: dict[str, UnitItem] = {}
        self.units_by_name: dict[tuple[AuthorityItem, str], list[UnitItem]] = defaultdict(list)
        self.site_by_code: dict[str, SiteItem] = {}
        self.rejected: set[str] = set()
        self.sites_of: dict[AuthorityItem, list[SiteItem]] = defaultdict(list)
        self._load_authorities()

    def _load_authorities(self) -> None:
        versions: dict[int, list[AuthorityVersion]] = defaultdict(list)
        for version in AuthorityVersion.objects.order_by("authority_id", "valid_from").iterator():
            versions[version.authority_id].append(version)
        for authority in Authority.objects.order_by("pk").iterator():
            if authority.pk not in versions:
                continue
            item = AuthorityItem(authority, version_of_day(versions[authority.pk], self.on))
            self.authorities[authority.pk] = item
            self.add_authority(item)
        for item in self.authorities.values():
            if item.authority.supervisor_id is not None:
                item.supervisor = self.authorities.get(item.authority.supervisor_id)

    def add_authority(self, item: AuthorityItem) -> None:
        """Make it findable. Names count only while the authority exists on the day."""
        authority, version = item.authority, item.version
        self.authority_by_code[authority.code.casefold()] = item
        if authority.inn:
            self.by_inn.setdefault(authority.inn, item)
        if authority.ogrn:
            self.by_ogrn.setdefault(authority.ogrn, item)
        if item.is_new or authority.holds_on(self.on):
            for name in {version.name_ru, version.name_en, version.short_ru, version.short_en}:
                if name:
                    self.by_name[name_key(name)].append(item)

    def reject(self, *texts: str | None) -> None:
        """A row of this code or name is wrong itself: references to it are no further problems."""
        self.rejected.update(key for text in texts if text for key in (text.casefold(), name_key(text)))

    def is_rejected(self, text: str) -> bool:
        return text.casefold() in self.rejected or name_key(text) in self.rejected

    def load_units(self) -> None:
        """Read the units too."""
        versions: dict[int, list[UnitVersion]] = defaultdict(list)
        for version in UnitVersion.objects.order_by("unit_id", "valid_from").iterator():
            versions[version.unit_id].append(version)
        for unit in Unit.objects.order_by("pk").iterator():
            if unit.pk in versions:
                version = version_of_day(versions[unit.pk], self.on)
                item = UnitItem(unit, version, self.authorities[version.authority_id])
                self.units[unit.pk] = item
                self.add_unit(item)
        for item in self.units.values():
            if item.version.parent_id is not None:
                item.parent = self.units.get(item.version.parent_id)

    def add_unit(self, item: UnitItem) -> None:
        self.unit_by_code[item.unit.code.casefold()] = item
        if item.is_new or item.unit.holds_on(self.on):
            for name in {item.version.name_ru, item.version.name_en}:
                if name:
                    self.units_by_name[item.authority, name_key(name)].append(item)

    def load_sites(self) -> None:
        """Read the sites too."""
        for site in Site.objects.order_by("pk").iterator():
            self.add_site(SiteItem(site, self.authorities[site.authority_id]))

    def add_site(self, item: SiteItem) -> None:
        self.site_by_code[item.site.code.casefold()] = item
        self.sites_of[item.authority].append(item)

    def find_authority(self, text: str) -> list[AuthorityItem]:
        """Authorities that a reference means: by code, else by INN, else by full or short name. More than one: it is ambiguous."""
        item = self.authority_by_code.get(text.casefold()) or self.by_inn.get(text)
        if item is not None:
            return [item]
        return once(self.by_name.get(name_key(text), ()))


def once(items: Iterable[AuthorityItem]) -> list[AuthorityItem]:
    """The items, each once, in their order."""
    return list(dict.fromkeys(items))
