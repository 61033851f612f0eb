"""Rows of the table of sites."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core.tabular import ParsedRow
from yantar.core.tabular.messages import said
from yantar.core.tabular.names import name_key, slug, unique
from yantar.core.tabular.progress import EVERY, Progress
from yantar.core.tabular.report import Report, differences

from ..models import Site
from .authorities import kept_dates, refer
from .state import AuthorityItem, SiteItem, State
from .units import span_of

TABLE = "sites"
FIELDS = ("name_ru", "name_en", "address_ru", "address_en", "latitude", "longitude", "personnel", "is_head_office")


class SitePlan:
    """What the rows would do."""

    def __init__(self, state: State, report: Report) -> None:
        self.state = state
        self.report = report
        self.items: list[SiteItem] = []

    def run(self, rows: list[ParsedRow], progress: Progress) -> None:
        for number, row in enumerate(rows):
            if number % EVERY == 0:
                progress.at(number, len(rows))
            item = self._item(row)
            if item is not None:
                self.items.append(item)
        for item in self.items:
            self._count(item)
        for authority in {item.authority: None for item in self.items}:
            self._head_offices(authority)

    def _problem(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.problems.append(row.problem(key, message, code, value))

    def _warn(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.warnings.append(row.problem(key, message, code, value))

    def _item(self, row: ParsedRow) -> SiteItem | None:
        reference, address, code = row.get("authority"), row.get("address_ru"), row.get("code")
        if not reference or not address:
            return None
        found = self.state.find_authority(reference)
        if len(found) != 1:
            refer(self.report, self.state, row, "authority", found)
            return None
        authority = found[0]
        item = self.state.site_by_code.get(code.casefold()) if code else self._alike(row, authority, address)
        if item is None:
            return self._new(row, authority, code, address)
        if item.row is not None:
            message = said(_("The same site stands in row %(row)d of the sheet “%(sheet)s”."), row=item.row.number, sheet=item.row.layout.sheet)
            self._problem(row, "code" if code else "address_ru", message, "row.twice")
            return None
        if item.authority is not authority:
            message = said(
                _("The site %(code)s belongs to another authority: %(authority)s."), code=item.site.code, authority=item.authority.authority.code
            )
            self._problem(row, "authority", message, "site.elsewhere")
            return None
        item.row = row
        return item

    def _alike(self, row: ParsedRow, authority: AuthorityItem, address: str) -> SiteItem | None:
        name = row.get("name_ru")
        for item in self.state.sites_of.get(authority, ()):
            if name_key(item.site.address_ru) == name_key(address) and (not name or name_key(item.site.name_ru) == name_key(name)):
                return item
        return None

    def _new(self, row: ParsedRow, authority: AuthorityItem, code: str | None, address: str) -> SiteItem | None:
        name = row.get("name_ru") or address[:300]
        if code is None:
            code = unique(f"{authority.authority.code[:24].strip('-')}-{slug(name, 34) or 'site'}", self.state.site_by_code)
        valid_from, valid_to = row.get("valid_from", authority.authority.valid_from), row.get("valid_to", authority.authority.valid_to)
        before = len(self.report.problems)
        span_of(self.report, row, valid_from, valid_to, authority)
        if len(self.report.problems) > before:
            return None
        site = Site(
            code=code,
            name_ru=name,
            name_en=row.get("name_en", ""),
            address_ru=address,
            address_en=row.get("address_en", ""),
            latitude=row.get("latitude"),
            longitude=row.get("longitude"),
            personnel=row.get("personnel"),
            is_head_office=row.get("is_head_office", False),
            valid_from=valid_from,
            valid_to=valid_to,
        )
        item = SiteItem(site, authority, is_new=True, row=row)
        self.state.add_site(item)
        return item

    def _count(self, item: SiteItem) -> None:
        row, site = item.row, item.site
        assert row is not None
        fields: dict[str, tuple[Any, Any]] = {}
        if not item.is_new:
            fields = differences(row, {key: getattr(site, key) for key in FIELDS})
            kept_dates(self.report, row, site.valid_from, site.valid_to, self._warn)
            for key, (_before, after) in fields.items():
                setattr(site, key, after)
                item.changed.add(key)
        if (site.latitude is None) != (site.longitude is None):
            key = "latitude" if site.latitude is None else "longitude"
            self._problem(row, key, _("Give both coordinates or none."), "site.half_a_place")
        if item.is_new:
            self.report.created(TABLE, site.code, site.name_ru, row)
        else:
            self.report.changed(TABLE, site.code, site.name_ru, row, fields)

    def _head_offices(self, authority: AuthorityItem) -> None:
        """One head office at a time."""
        heads = [item for item in self.state.sites_of[authority] if item.site.is_head_office]
        heads.sort(key=lambda item: item.site.valid_from)
        for earlier, later in zip(heads, heads[1:], strict=False):
            row = later.row or earlier.row
            if row is not None and (earlier.site.valid_to is None or earlier.site.valid_to > later.site.valid_from):
                other = earlier if row is later.row else later
                message = said(_("%(code)s is the head office of this authority at the same time."), code=other.site.code)
                self._problem(row, "is_head_office", message, "site.two_head_offices")
