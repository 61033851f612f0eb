"""Rows of the table of certification bodies."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.utils.translation import gettext_lazy as _

from yantar.core.tabular import ParsedRow
from yantar.core.tabular.messages import said
from yantar.core.tabular.names import name_key, slug, transliterate, unique
from yantar.core.tabular.report import Report, differences

from ..models import CertificationBody
from .state import BodyItem, State

TABLE = "bodies"
TEXTS = ("name_ru", "name_en", "country", "address", "accreditation_body", "accreditation_number", "website")
DATES = ("accredited_from", "accredited_to")
LIMITS = ("major_days", "minor_plan_days", "recert_start_days")
FIELDS = (*TEXTS, *DATES, *LIMITS)
_url = URLValidator(schemes=["http", "https"])


class BodyPlan:
    """What the rows would do."""

    def __init__(self, state: State, report: Report) -> None:
        self.state = state
        self.report = report
        self.items: list[BodyItem] = []

    def run(self, rows: list[ParsedRow]) -> None:
        for row in rows:
            item = self._item(row)
            if item is not None:
                self.items.append(item)
            elif row.get("name_ru"):
                self.state.rejected.update({name_key(row.get("name_ru")), name_key(row.get("code", ""))})

    def _problem(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.problems.append(row.problem(key, message, code, value))

    def _item(self, row: ParsedRow) -> BodyItem | None:
        name, code = row.get("name_ru"), row.get("code")
        if not name:
            return None
        named = [item for item in self.state.find_body(name) if name_key(item.body.name_ru) == name_key(name)]
        item = self.state.body_by_code.get(code.casefold()) if code else (named[0] if named else None)
        if item is None and named:
            message = _("A certification body of this name is recorded with the code %(code)s. Write that code, or leave the cell empty.")
            self._problem(row, "code", said(message, code=named[0].body.code), "body.same_name")
            return None
        if item is not None and item.row is not None:
            other = item.row
            message = said(
                _("The same certification body stands in row %(row)d of the sheet “%(sheet)s”."), row=other.number, sheet=other.layout.sheet
            )
            self._problem(row, "name_ru", message, "row.twice")
            return None
        return self._new(row, name, code) if item is None else self._existing(row, item)

    def _checked(self, row: ParsedRow, body: CertificationBody) -> bool:
        before = len(self.report.problems)
        if not (len(body.country) == 2 and body.country.isascii() and body.country.isalpha()):
            self._problem(row, "country", _("A country is written with two Latin letters, as RU."), "body.country")
        if body.accredited_from and body.accredited_to and body.accredited_to < body.accredited_from:
            self._problem(row, "accredited_to", _("The end must be later than the beginning."), "dates.reversed")
        if body.website:
            try:
                _url(body.website)
            except ValidationError:
                self._problem(row, "website", _("This is not an address of a website; it begins with https://."), "body.website")
        return len(self.report.problems) == before

    def _new(self, row: ParsedRow, name: str, code: str | None) -> BodyItem | None:
        if code is None:
            code = unique(slug(name, 56) or "body", self.state.body_by_code)
        try:
            validate_slug(code)
        except ValidationError:
            self._problem(row, "code", _("A code consists of Latin letters, digits, hyphens and underscores."), "body.code")
            return None
        values = {key: row.get(key) for key in FIELDS if row.get(key) is not None}
        if "name_en" not in values:
            values["name_en"] = transliterate(name)[:300]
            message = _("There is no English name; the Russian one is spelled in Latin letters. Put the right one in later.")
            self.report.warnings.append(row.problem("name_en", message, "name_en.spelled", values["name_en"]))
        body = CertificationBody(code=code.lower(), pk=self.state.new_key(), **values)
        body.country = body.country.upper()
        if not self._checked(row, body):
            return None
        item = BodyItem(body, is_new=True, row=row)
        self.state.add_body(item)
        self.report.created(TABLE, body.code, body.name_ru, row)
        return item

    def _existing(self, row: ParsedRow, item: BodyItem) -> BodyItem | None:
        item.row = row
        body = item.body
        if row.get("country"):
            row.values["country"] = row.values["country"].upper()
        fields = differences(row, {key: getattr(body, key) for key in FIELDS})
        if "name_en" in fields and not fields["name_en"][1]:
            self._problem(row, "name_en", _("The English name can't be emptied."), "name_en.empty")
            return None
        for key, (_before, after) in fields.items():
            setattr(body, key, after)
            item.changed.add(key)
        if not self._checked(row, body):
            return None
        self.report.changed(TABLE, body.code, body.name_ru, row, fields)
        return item
