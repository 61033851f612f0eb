"""Rows of the table of units."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core.tabular import ParsedRow
from yantar.core.tabular.messages import said
from yantar.core.tabular.names import name_key, slug, unique
from yantar.core.tabular.progress import EVERY, Progress
from yantar.core.tabular.report import Report, differences

from ..models import Unit, UnitVersion
from .authorities import kept_dates, refer
from .state import AuthorityItem, State, UnitItem

TABLE = "units"
FIELDS = ("name_ru", "name_en", "personnel")


class UnitPlan:
    """What the rows would do. `items` in the order of the file; new ones may refer to later rows as their parents."""

    def __init__(self, state: State, report: Report) -> None:
        self.state = state
        self.report = report
        self.items: list[UnitItem] = []

    def run(self, rows: list[ParsedRow], progress: Progress) -> None:
        for number, row in enumerate(rows):
            if number % EVERY == 0:
                progress.at(number, len(rows))
            item = self._item(row)
            if item is not None:
                self.items.append(item)
            else:
                self.state.reject(row.get("code"), row.get("name_ru"))
        moves = {item: self._parent(item) for item in self.items}
        looped = self._cycles()
        for item in self.items:
            if item.is_new and not looped:
                self._dates(item)
            self._count(item, moves[item])

    def _problem(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.problems.append(row.problem(key, message, code, value))

    def _warn(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.warnings.append(row.problem(key, message, code, value))

    def _item(self, row: ParsedRow) -> UnitItem | None:
        name, reference, code = row.get("name_ru"), row.get("authority"), row.get("code")
        if not name or not reference:
            return None
        found = self.state.find_authority(reference)
        if len(found) != 1:
            refer(self.report, self.state, row, "authority", found)
            return None
        authority = found[0]
        item = self.state.unit_by_code.get(code.casefold()) if code else self._by_name(row, authority, name)
        if item is None:
            return self._new(row, authority, code, name)
        if item.row is not None:
            message = said(_("The same unit stands in row %(row)d of the sheet “%(sheet)s”."), row=item.row.number, sheet=item.row.layout.sheet)
            self._problem(row, "code" if code else "name_ru", message, "row.twice")
            return None
        if item.authority is not authority:
            message = said(
                _("The unit %(code)s belongs to %(authority)s. To move it to another authority is a reorganisation with an effective date."),
                code=item.unit.code,
                authority=item.authority.authority.code,
            )
            self._problem(row, "authority", message, "unit.elsewhere")
            return None
        item.row = row
        return item

    def _by_name(self, row: ParsedRow, authority: AuthorityItem, name: str) -> UnitItem | None:
        """A unit of that name under the same parent. Units of one name under different parents are different units."""
        parent = row.get("parent")
        for item in self.state.units_by_name.get((authority, name_key(name)), ()):
            above = item.parent
            if item.is_new:
                said_above = item.row.get("parent") if item.row else None
                if name_key(said_above or "") == name_key(parent or ""):
                    return item
            elif (
                not row.given("parent")
                and parent is None
                and "parent" not in row.layout.positions
                or parent is None
                and above is None
                or (
                    parent is not None
                    and above is not None
                    and (
                        above.unit.code.casefold() == parent.casefold()
                        or name_key(parent) in (name_key(above.version.name_ru), name_key(above.version.name_en))
                    )
                )
            ):
                return item
        return None

    def _new(self, row: ParsedRow, authority: AuthorityItem, code: str | None, name: str) -> UnitItem | None:
        if code is None:
            code = unique(f"{authority.authority.code[:24].strip('-')}-{slug(name, 34) or 'unit'}", self.state.unit_by_code)
        above = authority.authority
        valid_from, valid_to = row.get("valid_from", above.valid_from), row.get("valid_to", above.valid_to)
        before = len(self.report.problems)
        span_of(self.report, row, valid_from, valid_to, authority)
        if len(self.report.problems) > before:
            return None
        unit = Unit(code=code, valid_from=valid_from, valid_to=valid_to)
        version = UnitVersion(valid_from=valid_from, valid_to=valid_to, name_ru=name, name_en=row.get("name_en", ""), personnel=row.get("personnel"))
        item = UnitItem(unit, version, authority, is_new=True, row=row)
        self.state.add_unit(item)
        return item

    def _parent(self, item: UnitItem) -> tuple[UnitItem | None, UnitItem | None] | None:
        """(before, after) of the unit above, where the row changes it."""
        row = item.row
        assert row is not None
        if not row.given("parent"):
            return None
        before, text = item.parent, row.get("parent")
        after: UnitItem | None = None
        if text:
            coded = self.state.unit_by_code.get(text.casefold())
            found = [coded] if coded else list(dict.fromkeys(self.state.units_by_name.get((item.authority, name_key(text)), ())))
            found = [one for one in found if one is not item] or found
            if not found:
                if self.state.is_rejected(text):
                    return None
                message = _("There is no such unit in this authority, neither recorded nor in the file. Write its code or its exact name.")
                self._problem(row, "parent", message, "unit.unknown")
                return None
            if len(found) > 1:
                codes = ", ".join(one.unit.code for one in found)
                self._problem(row, "parent", said(_("Several units have this name: %(codes)s. Write the code."), codes=codes), "unit.ambiguous")
                return None
            after = found[0]
            if after.authority is not item.authority:
                message = said(_("The unit above, %(code)s, belongs to another authority."), code=after.unit.code)
                self._problem(row, "parent", message, "unit.parent_elsewhere")
                return None
        item.parent = after
        return (before, after) if before is not after else None

    def _cycles(self) -> bool:
        """Whether some unit stands above itself; each such row is a problem."""
        clear: set[UnitItem] = set()
        looped = False
        for item in self.items:
            path: list[UnitItem] = []
            on_path: set[UnitItem] = set()
            step: UnitItem | None = item
            while step is not None and step not in clear and step not in on_path:
                path.append(step)
                on_path.add(step)
                step = step.parent
            if step is not None and step in on_path:
                looped = True
                if step is item and item.row is not None:
                    self._problem(item.row, "parent", _("A unit can't stand above itself, directly or through others."), "unit.cycle")
            else:
                clear |= on_path
        return looped

    def _dates(self, item: UnitItem) -> None:
        """A new unit begins with its parent at the earliest, where its row doesn't say otherwise."""
        chain: list[UnitItem] = []
        step: UnitItem | None = item
        while step is not None and step.is_new:
            chain.append(step)
            step = step.parent
        for one in reversed(chain):
            above, row = one.parent, one.row
            if above is None or row is None:
                continue
            if above.unit.valid_from > one.unit.valid_from:
                if row.get("valid_from"):
                    if one is item:
                        self._problem(
                            row, "valid_from", said(_("The unit above, %(code)s, begins later."), code=above.unit.code), "unit.before_parent"
                        )
                    continue
                one.unit.valid_from = one.version.valid_from = above.unit.valid_from
            end = above.unit.valid_to
            if end is not None and (one.unit.valid_to is None or one.unit.valid_to > end):
                if row.get("valid_to") or end <= one.unit.valid_from:
                    if one is item:
                        self._problem(row, "valid_to", said(_("The unit above, %(code)s, ends earlier."), code=above.unit.code), "unit.after_parent")
                    continue
                one.unit.valid_to = one.version.valid_to = end

    def _count(self, item: UnitItem, move: tuple[UnitItem | None, UnitItem | None] | None) -> None:
        row = item.row
        assert row is not None
        if item.is_new:
            self.report.created(TABLE, item.unit.code, item.version.name_ru, row)
            return
        fields = differences(row, {key: getattr(item.version, key) for key in FIELDS})
        kept_dates(self.report, row, item.unit.valid_from, item.unit.valid_to, self._warn)
        if "name_ru" in fields and name_key(fields["name_ru"][0]) != name_key(fields["name_ru"][1]):
            message = _("The name is corrected in place, as if it had always been so.")
            self._warn(row, "name_ru", message, "unit.renamed", f"{fields['name_ru'][0]} → {fields['name_ru'][1]}")
        for key, (_before, after) in fields.items():
            setattr(item.version, key, after)
            item.changed.add(key)
        if move is not None:
            item.changed.add("parent")
            fields["parent"] = tuple(one.unit.code if one else None for one in move)  # type: ignore[assignment]
            message = _(
                "The place of the unit is corrected as if it had always been so. If it moved on a day, record that as a reorganisation instead."
            )
            self._warn(row, "parent", message, "unit.moved")
        self.report.changed(TABLE, item.unit.code, item.version.name_ru, row, fields)


def span_of(report: Report, row: ParsedRow, valid_from: Any, valid_to: Any, authority: AuthorityItem) -> None:
    """What belongs to an authority lives within its life."""
    life = authority.authority
    if valid_to is not None and valid_to <= valid_from:
        report.problems.append(row.problem("valid_to", _("The end must be later than the beginning."), "dates.reversed"))
    elif valid_from < life.valid_from:
        report.problems.append(
            row.problem("valid_from", said(_("The authority %(code)s does not exist yet on this day."), code=life.code), "dates.before_authority")
        )
    elif life.valid_to is not None and (valid_to is None or valid_to > life.valid_to):
        report.problems.append(
            row.problem("valid_to", said(_("The authority %(code)s is abolished earlier."), code=life.code), "dates.after_authority")
        )
