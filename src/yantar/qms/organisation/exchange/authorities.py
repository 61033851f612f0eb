"""Rows of the table of authorities: which authority each means, what it changes, what is wrong."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core.tabular import ParsedRow
from yantar.core.tabular.messages import said
from yantar.core.tabular.names import name_key, slug, transliterate, unique
from yantar.core.tabular.progress import EVERY, Progress
from yantar.core.tabular.report import Report, differences

from ..models import Authority, AuthorityVersion
from ..models.validity import BEGINNING
from .naming import infer_kind
from .specs import KINDS
from .state import AuthorityItem, State

TABLE = "authorities"
VERSION_FIELDS = ("name_ru", "name_en", "kind", "short_ru", "short_en", "head_post_ru", "head_post_en", "personnel", "legal_basis")
AUTHORITY_FIELDS = ("inn", "ogrn")
CODE = re.compile(r"[-a-zA-Z0-9_]+")
_KIND_LABELS = {choice.key: choice for choice in KINDS}


class kind_label:
    """The word of a kind in the language of the moment it is shown."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __str__(self) -> str:
        return _KIND_LABELS[self._kind].label


class AuthorityPlan:
    """What the rows would do. `items` are the authorities that rows speak of, in the order of the file."""

    def __init__(self, state: State, report: Report) -> None:
        self.state = state
        self.report = report
        self.items: list[AuthorityItem] = []

    def run(self, rows: list[ParsedRow], progress: Progress) -> None:
        """Plan all rows; supervisors last, because a row may refer to a later one."""
        for number, row in enumerate(rows):
            if number % EVERY == 0:
                progress.at(number, len(rows))
            item = self._item(row)
            if item is not None:
                self.items.append(item)
            else:
                self.state.reject(row.get("code"), row.get("name_ru"), row.get("inn"))
        taken = {item: self._supervisor(item) for item in self.items}
        self._cycles()
        for item, supervisor in taken.items():
            self._count(item, supervisor)

    def _problem(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.problems.append(row.problem(key, message, code, value))

    def _warn(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.warnings.append(row.problem(key, message, code, value))

    def _find(self, row: ParsedRow) -> AuthorityItem | None:
        """The recorded authority that a row means; problems where it means two."""
        state = self.state
        code, inn, ogrn, name = row.get("code"), row.get("inn"), row.get("ogrn"), row.get("name_ru")
        by_number = {key: index.get(number) for key, number, index in (("inn", inn, state.by_inn), ("ogrn", ogrn, state.by_ogrn)) if number}
        named = (
            [item for item in dict.fromkeys(state.by_name.get(name_key(name), ())) if name_key(item.version.name_ru) == name_key(name)]
            if name
            else []
        )
        if code:
            found = state.authority_by_code.get(code.casefold())
            for key, other in by_number.items():
                if other is not None and other is not found:
                    self._number_taken(row, key, other)
            if found is None and not any(by_number.values()):
                for other in named:
                    message = _("An authority of this name is recorded with the code %(code)s. Write that code, or leave the cell empty.")
                    self._problem(row, "code", said(message, code=other.authority.code), "authority.same_name")
                    return other
            return found
        for key in by_number:
            if by_number[key] is not None:
                if any(other is not None and other is not by_number[key] for other in by_number.values()):
                    self._problem(row, key, _("The INN and the OGRN belong to different authorities."), "authority.two_meant")
                return by_number[key]
        if len(named) > 1:
            codes = ", ".join(item.authority.code for item in named)
            self._problem(
                row, "name_ru", said(_("Several authorities have this name: %(codes)s. Write the code."), codes=codes), "authority.ambiguous"
            )
        return named[0] if named else None

    def _number_taken(self, row: ParsedRow, key: str, other: AuthorityItem) -> None:
        self._problem(row, key, said(_("This number belongs to another authority: %(code)s."), code=other.authority.code), "authority.number_taken")

    def _item(self, row: ParsedRow) -> AuthorityItem | None:
        if not row.get("name_ru"):
            return None
        before = len(self.report.problems)
        item = self._find(row)
        if len(self.report.problems) > before and (item is None or item.row is None):
            return None
        if item is not None and item.row is not None:
            other = item.row
            self._problem(
                row,
                "code" if row.get("code") else "name_ru",
                said(_("The same authority stands in row %(row)d of the sheet “%(sheet)s”."), row=other.number, sheet=other.layout.sheet),
                "row.twice",
            )
            return None
        if item is None:
            return self._new(row)
        item.row = row
        return item

    def _new(self, row: ParsedRow) -> AuthorityItem | None:
        name = str(row.get("name_ru"))
        code = row.get("code")
        if code and not CODE.fullmatch(code):
            self._problem(row, "code", _("A code consists of Latin letters, digits, hyphens and underscores."), "authority.code")
            return None
        if not code:
            code = unique(slug(name, 56) or "authority", self.state.authority_by_code)
        kind = row.get("kind")
        if kind is None:
            inferred = infer_kind(name)
            if inferred is None:
                message = _("The kind of authority can't be told from the name. Add the column “Kind” and fill it in.")
                self._problem(row, "kind", message, "authority.kind", name)
                return None
            kind = inferred.kind
            if not inferred.sure:
                self._warn(
                    row,
                    "kind",
                    said(_("Taken as: %(kind)s. If that is wrong, fill in the column “Kind”."), kind=kind_label(kind)),
                    "authority.kind_guessed",
                    name,
                )
        name_en = row.get("name_en")
        if not name_en:
            name_en = transliterate(name)[:500]
            self._warn(
                row,
                "name_en",
                _("There is no English name; the Russian one is spelled in Latin letters. Put the right one in later."),
                "name_en.spelled",
                name_en,
            )
        valid_from, valid_to = row.get("valid_from", BEGINNING), row.get("valid_to")
        if valid_to is not None and valid_to <= valid_from:
            self._problem(row, "valid_to", _("The end must be later than the beginning."), "dates.reversed")
            return None
        authority = Authority(code=code, inn=row.get("inn", ""), ogrn=row.get("ogrn", ""), valid_from=valid_from, valid_to=valid_to)
        version = AuthorityVersion(valid_from=valid_from, valid_to=valid_to, kind=kind, name_ru=name, name_en=name_en, personnel=row.get("personnel"))
        for key in ("short_ru", "short_en", "head_post_ru", "head_post_en", "legal_basis"):
            setattr(version, key, row.get(key, ""))
        item = AuthorityItem(authority, version, is_new=True, row=row)
        self.state.add_authority(item)
        return item

    def _supervisor(self, item: AuthorityItem) -> tuple[AuthorityItem | None, AuthorityItem | None] | None:
        """(before, after) of the authority above, where the row changes it."""
        row = item.row
        assert row is not None
        if not row.given("supervisor"):
            return None
        before, text = item.supervisor, row.get("supervisor")
        after: AuthorityItem | None = None
        if text:
            found = self.state.find_authority(text)
            if len(found) != 1:
                refer(self.report, self.state, row, "supervisor", found)
                return None
            after = found[0]
        item.supervisor = after
        return (before, after) if before is not after else None

    def _cycles(self) -> None:
        """An authority above itself."""
        for item in self.items:
            step, seen = item.supervisor, {item}
            while step is not None and step not in seen:
                seen.add(step)
                step = step.supervisor
            if step is item and item.row is not None and item.row.given("supervisor"):
                message = _("An authority can't be subordinate to itself, directly or through others.")
                self._problem(item.row, "supervisor", message, "authority.cycle")

    def _count(self, item: AuthorityItem, supervisor: tuple[AuthorityItem | None, AuthorityItem | None] | None) -> None:
        row = item.row
        assert row is not None
        code = item.authority.code
        item.supervisor_changed = supervisor is not None
        if item.is_new:
            self.report.created(TABLE, code, item.version.name_ru, row)
            return
        fields = differences(row, {key: getattr(item.version, key) for key in VERSION_FIELDS})
        fields |= differences(row, {key: getattr(item.authority, key) for key in AUTHORITY_FIELDS})
        if "name_en" in fields and not fields["name_en"][1]:
            self._problem(row, "name_en", _("The English name can't be emptied."), "name_en.empty")
            del fields["name_en"]
        if "name_ru" in fields and name_key(fields["name_ru"][0]) != name_key(fields["name_ru"][1]):
            message = _(
                "The name is corrected in place, as if it had always been so. If it changed on a day, record a renaming with that day instead."
            )
            self._warn(row, "name_ru", message, "authority.renamed", f"{fields['name_ru'][0]} → {fields['name_ru'][1]}")
        kept_dates(self.report, row, item.authority.valid_from, item.authority.valid_to, self._warn)
        for key, (_before, after) in fields.items():
            setattr(item.version if key in VERSION_FIELDS else item.authority, key, after)
            item.changed.add(key)
        if supervisor is not None:
            fields["supervisor"] = tuple(one.authority.code if one else None for one in supervisor)  # type: ignore[assignment]
        self.report.changed(TABLE, code, item.version.name_ru, row, fields)


def kept_dates(report: Report, row: ParsedRow, valid_from: Any, valid_to: Any, warn: Any) -> None:
    """Dates of what is recorded stay: to create and to end are changes of their own."""
    if row.get("valid_from", valid_from) != valid_from or (row.given("valid_to") and row.get("valid_to") != valid_to):
        key = "valid_from" if row.get("valid_from", valid_from) != valid_from else "valid_to"
        warn(row, key, _("The dates of what is already recorded are not changed by an import; they were left as they are."), "dates.kept")


def refer(report: Report, state: State, row: ParsedRow, key: str, found: list[AuthorityItem]) -> None:
    """The problem of a reference that means none or several authorities."""
    if not found:
        if state.is_rejected(str(row.get(key))):
            return
        message: Any = _("There is no such authority, neither recorded nor in the file. Write its code, its INN or its exact name.")
        report.problems.append(row.problem(key, message, "authority.unknown"))
    else:
        codes = ", ".join(item.authority.code for item in found)
        report.problems.append(
            row.problem(key, said(_("Several authorities have this name: %(codes)s. Write the code."), codes=codes), "authority.ambiguous")
        )
