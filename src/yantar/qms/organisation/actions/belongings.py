"""What an authority leaves behind when it ends, or gives away: its units and its sites.

Both pass in whole trees on one day. Nothing that held before that day is changed: the old row ends, a new one begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem

from ..models import Authority, Site, Unit, UnitVersion
from . import timeline
from .checks import day_text
from .locks import lock_sites, lock_units


@dataclass(slots=True)
class Belongings:
    """Units and sites of some authorities from a day on, locked. `versions`: all spans of these units that touch the day or come later."""

    day: date
    units: dict[int, Unit]
    versions: list[UnitVersion]
    sites: list[Site]
    standing: dict[int, UnitVersion] = field(default_factory=dict)
    """The version of each unit that holds on the day, by the unit's key."""

    def __post_init__(self) -> None:
        self.standing = {v.unit_id: v for v in self.versions if v.holds_on(self.day)}

    def of(self, authority: Authority) -> list[UnitVersion]:
        """Units of one of the authorities on the day."""
        return [v for v in self.standing.values() if v.authority_id == authority.pk]

    def below(self, roots: Iterable[int]) -> set[int]:
        """The units and everything under them on the day."""
        children: dict[int | None, list[int]] = {}
        for version in self.standing.values():
            children.setdefault(version.parent_id, []).append(version.unit_id)
        found: set[int] = set()
        todo = list(roots)
        while todo:
            unit = todo.pop()
            if unit not in found:
                found.add(unit)
                todo += children.get(unit, [])
        return found

    def later_problems(self, units: set[int]) -> list[Problem]:
        """Changes of these units, or units that come under them, recorded for days after this one: they must be done in order."""
        found = []
        for version in self.versions:
            if version.valid_from > self.day and (version.unit_id in units or version.parent_id in units):
                values = {"code": self.units[version.unit_id].code, "day": day_text(version.valid_from)}
                message: Any = _("A later change of the unit %(code)s is recorded for %(day)s.") % values
                found.append(Problem(message, code="later_change", field="effective_on"))
        return found

    def first_day_problems(self, units: set[int]) -> list[Problem]:
        """Units that begin on the very day and so can't end on it."""
        message = _("The unit %(code)s begins on this day and can't be closed on it.")
        return [
            Problem(message % {"code": self.units[unit].code}, code="first_day", field="effective_on")
            for unit in sorted(units)
            if self.units[unit].valid_from == self.day
        ]

    def site_problems(self, sites: Iterable[Site], closing: bool) -> list[Problem]:
        """Sites that begin later than the day, or, when they are to be closed, on it."""
        message = _("The site %(code)s begins on %(day)s, not before this change.")
        return [
            Problem(message % {"code": site.code, "day": day_text(site.valid_from)}, code="later_change", field="effective_on")
            for site in sites
            if site.valid_from > self.day or (closing and site.valid_from == self.day)
        ]

    def sites_of(self, authority: Authority) -> list[Site]:
        """Sites of an authority on the day or later."""
        return [s for s in self.sites if s.authority_id == authority.pk and (s.valid_to is None or s.valid_to > self.day)]

    def move_units(self, units: set[int], to: Authority, top: dict[int, int | None] | None = None) -> None:
        """Give units to another authority from the day on. `top`: the new unit above, for those that do not keep theirs."""
        made, ended = [], []
        for unit in sorted(units):
            version = self.standing[unit]
            parent = version.parent_id if top is None or unit not in top else top[unit]
            changed = timeline.changed_from(version, self.day, {"authority_id": to.pk, "parent_id": parent})
            if changed is version:
                version.save(update_fields=["authority", "parent"])
            else:
                ended.append(version.pk)
                made.append(changed)
        UnitVersion.objects.filter(pk__in=ended).update(valid_to=self.day)
        UnitVersion.objects.bulk_create(made)

    def close_units(self, units: set[int]) -> None:
        """These units no longer exist from the day on."""
        versions = UnitVersion.objects.filter(pk__in=[self.standing[unit].pk for unit in units])
        # What begins on the very day (the unit came here on it) never held: the version before it is already over.
        versions.filter(valid_from=self.day).delete()
        versions.update(valid_to=self.day)
        Unit.objects.filter(pk__in=units).update(valid_to=self.day)

    def move_sites(self, sites: Iterable[Site], to: Authority) -> None:
        """Give sites to another authority from the day on. One head office at most: the successor's own goes first."""
        has_office = Site.objects.on(self.day).filter(authority=to, is_head_office=True).exists()
        codes = set(Site.objects.values_list("code", flat=True))
        for site in sites:
            office = site.is_head_office and not has_office
            has_office = has_office or office
            if site.valid_from == self.day:
                site.authority, site.is_head_office = to, office
                site.save(update_fields=["authority", "is_head_office"])
                continue
            values = {f.attname: getattr(site, f.attname) for f in site._meta.concrete_fields if not f.primary_key}
            code = _free_code(site.code, codes)
            codes.add(code)
            follower = Site(**{**values, "code": code, "authority_id": to.pk, "valid_from": self.day, "follows_id": site.pk})
            follower.is_head_office = office
            follower.save()
            site.valid_to = self.day
            site.save(update_fields=["valid_to"])

    def close_sites(self, sites: Iterable[Site]) -> None:
        """The sites are no longer used from the day on."""
        Site.objects.filter(pk__in=[site.pk for site in sites]).update(valid_to=self.day)


def _free_code(code: str, taken: set[str]) -> str:
    number = 2
    while (free := f"{code[:55]}-{number}") in taken:
        number += 1
    return free


def belongings(authorities: Iterable[int], day: date, sites: bool = True, besides: Iterable[int] = ()) -> Belongings:
    """Lock and read what the (already locked) authorities have from a day on; `besides`: units to lock and read with them."""
    ids = set(authorities)
    theirs = UnitVersion.objects.filter(authority_id__in=ids).exclude(valid_to__lte=day).values_list("unit_id", flat=True)
    units = lock_units({*theirs, *besides})
    # Read after the lock: a change of a unit that was under way is finished now.
    versions = list(UnitVersion.objects.filter(unit_id__in=units).exclude(valid_to__lte=day).order_by("valid_from", "pk"))
    return Belongings(day, units, versions, lock_sites(ids) if sites else [])
