"""Rows of the table of certificates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yantar.core.tabular import ParsedRow
from yantar.core.tabular.messages import said
from yantar.core.tabular.names import name_key
from yantar.core.tabular.progress import EVERY, Progress
from yantar.core.tabular.report import Report, differences
from yantar.qms.organisation.models import Authority
from yantar.qms.standards.models import Edition

from ..models import Certificate, DecisionKind
from ..recording import day_problems
from .state import BodyItem, CertificateItem, DecisionItem, State, number_key

TABLE = "certificates"
TEXTS = ("identity_number", "type", "scope_ru", "scope_en", "client_ru", "client_en", "address_ru", "address_en", "iaf_sector", "source")
FIELDS = (*TEXTS, "original_issue_on", "covid_extension")


class Source:
    """Where an entry is from, when its row doesn't say: the file and the row."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        # Once for all rows: it is stored, so it stays in the language of the import.
        self._pattern = gettext("%(file)s, sheet “%(sheet)s”, row %(row)d")

    def of(self, row: ParsedRow) -> str:
        stated = row.get("source")
        if stated:
            return str(stated)
        return (self._pattern % {"file": self._filename, "sheet": row.layout.sheet, "row": row.number})[:500]


def reference_day(row: ParsedRow, granted: dict[str, date], on: date) -> date:
    """The day on which names in a certificate's row are understood: of its grant, else of its first issue, else today."""
    found: date = row.get("granted_on") or granted.get(number_key(str(row.get("number")))) or row.get("original_issue_on") or on
    return found


class CertificatePlan:
    """What the rows would do. `granted`: by number, the day of the earliest grant in the file's table of decisions."""

    def __init__(self, state: State, report: Report, source: Source, granted: dict[str, date]) -> None:
        self.state = state
        self.report = report
        self.source = source
        self.granted = granted
        self.items: list[CertificateItem] = []

    def run(self, rows: list[ParsedRow], progress: Progress) -> None:
        for number, row in enumerate(rows):
            if number % EVERY == 0:
                progress.at(number, len(rows))
            item = self._item(row)
            if item is not None:
                self.items.append(item)
            elif row.get("number"):
                self.state.rejected.add(number_key(row.get("number")))
        for item in self.items:
            self._superseded(item)
        for item in self.items:
            self._circle(item)

    def problem(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.problems.append(row.problem(key, message, code, value))

    def _warn(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.warnings.append(row.problem(key, message, code, value))

    def _item(self, row: ParsedRow) -> CertificateItem | None:
        number = row.get("number")
        if not number:
            return None
        if not number.isprintable() or number in (".", ".."):
            self.problem(row, "number", _("The number has characters that can't be shown."), "certificate.number")
            return None
        day = reference_day(row, self.granted, self.state.on)
        before = len(self.report.problems)
        authority = self._authority(row, day)
        body, edition = body_of(self.state, self.report, row), edition_of(self.state, self.report, row)
        for key in ("granted_on", "granted_until", "original_issue_on", "superseded_on"):
            for found in day_problems(**{key: row.get(key)}):
                self.problem(row, key, found.message, "dates.year")
        item = self.state.certificates.get(number_key(number))
        if item is not None and item.row is not None:
            message = said(
                _("The same certificate stands in row %(row)d of the sheet “%(sheet)s”."), row=item.row.number, sheet=item.row.layout.sheet
            )
            self.problem(row, "number", message, "row.twice")
            return None
        if len(self.report.problems) > before or authority is None or body is None or edition is None:
            return None
        if item is None:
            return self._new(row, number, authority, body, edition, day)
        return self._existing(row, item, authority, body, edition)

    def _authority(self, row: ParsedRow, day: date) -> Authority | None:
        text = row.get("authority")
        if not text:
            return None
        found = self.state.authorities.find(text, day)
        if len(found) == 1:
            return found[0]
        if found:
            codes = ", ".join(authority.code for authority in found)
            self.problem(
                row, "authority", said(_("Several authorities have this name: %(codes)s. Write the code."), codes=codes), "authority.ambiguous"
            )
        else:
            message = _("There is no such authority. Write its code, its INN or its exact name, or import the organisation first.")
            self.problem(row, "authority", message, "authority.unknown")
        return None

    def _new(self, row: ParsedRow, number: str, authority: Authority, body: BodyItem, edition: Edition, day: date) -> CertificateItem:
        values = {key: row.get(key) for key in FIELDS if key != "source" and row.get(key) is not None}
        certificate = Certificate(pk=self.state.new_key(), number=number, authority=authority, body=body.body, edition=edition, **values)
        certificate.source = self.source.of(row)
        self._client(certificate, day)
        if not (certificate.scope_ru or certificate.scope_en):
            self._warn(row, "scope_ru", _("The scope is missing; a certificate must show it. Put it in later."), "certificate.no_scope")
        version = self.state.authorities.version(authority, day)
        if version is None:
            message = said(_("The authority %(code)s is not recorded as existing on that day."), code=authority.code)
            self._warn(row, "authority", message, "authority.other_day")
        item = CertificateItem(certificate, body, is_new=True, row=row)
        self.state.certificates[number_key(number)] = item
        self.report.created(TABLE, number, version.name_ru if version else authority.code, row)
        return item

    def _client(self, certificate: Certificate, day: date) -> None:
        """What the row doesn't say of the holder is taken from the organisation as of the day."""
        if not (certificate.client_ru or certificate.client_en):
            version = self.state.authorities.version(certificate.authority, day)
            if version is not None:
                certificate.client_ru, certificate.client_en = version.name_ru, version.name_en
        if not (certificate.address_ru or certificate.address_en):
            office = self.state.authorities.office(certificate.authority, day)
            if office is not None:
                certificate.address_ru, certificate.address_en = office.address_ru, office.address_en

    def _existing(self, row: ParsedRow, item: CertificateItem, authority: Authority, body: BodyItem, edition: Edition) -> CertificateItem | None:
        item.row = row
        certificate = item.certificate
        holder = self.state.authorities.all[certificate.authority_id]
        before = len(self.report.problems)
        if authority.pk != holder.pk and not self.state.authorities.follows(authority, holder, self.state.on):
            message = said(_("The certificate is recorded for another authority: %(code)s."), code=holder.code)
            self.problem(row, "authority", message, "certificate.other_authority")
        taken_over = {one.body_id for found in item.recorded.values() for one in found if not one.is_reversed}
        if body.body.pk != certificate.body_id and body.body.pk not in taken_over:
            message = said(_("The certificate is recorded as granted by another certification body: %(code)s."), code=item.body.body.code)
            self.problem(row, "body", message, "certificate.other_body")
        moved_to = {one.edition_id for found in item.recorded.values() for one in found if not one.is_reversed}
        if edition.pk != certificate.edition_id and edition.pk not in moved_to:
            message = said(
                _("The certificate is recorded to another edition: %(edition)s. To move it to this one is a decision."), edition=certificate.edition
            )
            self.problem(row, "edition", message, "certificate.other_edition")
        if len(self.report.problems) > before:
            return None
        fields = differences(row, {key: getattr(certificate, key) for key in FIELDS})
        for key, (_before, after) in fields.items():
            setattr(certificate, key, after)
            item.changed.add(key)
        if row.get("superseded_by") and item.superseded_by is None:
            fields["superseded_by"] = (None, row.get("superseded_by"))
        self.report.changed(TABLE, certificate.number, certificate.client_ru or certificate.client_en, row, fields)
        return item

    def _superseded(self, item: CertificateItem) -> None:
        """Another certificate in the place of this one: recorded from the file once, then left alone."""
        row = item.row
        assert row is not None
        text, on = row.get("superseded_by"), row.get("superseded_on")
        if not text and not on:
            return
        if not text or not on:
            key = "superseded_on" if text else "superseded_by"
            self.problem(row, key, _("Give both: which certificate stands in its place, and from which day."), "certificate.half_superseded")
            return
        follower = self.state.certificates.get(number_key(text))
        if follower is None:
            if number_key(text) not in self.state.rejected:
                self.problem(row, "superseded_by", _("There is no such certificate, neither recorded nor in the file."), "certificate.unknown")
            return
        certificate = item.certificate
        if item.superseded_by is not None:
            if item.superseded_by is not follower or certificate.superseded_on != on:
                message = said(
                    _("Recorded is: superseded by %(number)s on %(day)s. Take that back first."),
                    number=item.superseded_by.certificate.number,
                    day=certificate.superseded_on,
                )
                self.problem(row, "superseded_by", message, "certificate.superseded_otherwise")
            return
        item.superseded_by = follower
        certificate.superseded_on = on
        item.changed.add("superseded_by")

    def _circle(self, item: CertificateItem) -> None:
        step, seen = item.superseded_by, {item}
        while step is not None and step not in seen:
            seen.add(step)
            step = step.superseded_by
        if step is item and item.row is not None:
            message = _("A certificate can't be superseded by itself, directly or through others.")
            self.problem(item.row, "superseded_by", message, "certificate.circle")

    def grants(self) -> None:
        """Grants told by the rows of certificates, where neither the register nor the table of decisions has one."""
        for item in self.items:
            row = item.row
            assert row is not None
            decided_on = row.get("granted_on")
            recorded = [
                day for (kind, day), found in item.recorded.items() if kind == DecisionKind.GRANT and any(not one.is_reversed for one in found)
            ]
            recorded += [one.decided_on for one in item.decisions if one.kind == DecisionKind.GRANT]
            superseded_on = row.get("superseded_on")
            begun = min([*recorded, *([decided_on] if decided_on else [])], default=None)
            if superseded_on and begun and superseded_on <= begun:
                self.problem(row, "superseded_on", _("On that day the certificate was not yet granted."), "certificate.superseded_early")
            if recorded:
                if decided_on and decided_on not in recorded:
                    message = said(_("The grant is recorded with another day: %(day)s. That one counts."), day=min(recorded))
                    self._warn(row, "granted_on", message, "certificate.granted_otherwise")
            elif decided_on is None:
                message = _("No grant is recorded: the certificate stays a draft until the decision is entered.")
                self._warn(row, "granted_on", message, "certificate.no_grant")
            else:
                item.decisions.append(
                    DecisionItem(
                        row=row,
                        kind=DecisionKind.GRANT,
                        decided_on=decided_on,
                        effective_on=decided_on,
                        expires_on=row.get("granted_until"),
                        audit_on=None,
                        edition=item.certificate.edition,
                        body=None,
                        source=self.source.of(row),
                    )
                )


def body_of(state: State, report: Report, row: ParsedRow) -> BodyItem | None:
    """The certification body of a row; a problem where it means none or several."""
    text = row.get("body")
    if not text:
        return None
    found = state.find_body(text)
    if len(found) == 1:
        return found[0]
    if found:
        codes = ", ".join(item.body.code for item in found)
        message = said(_("Several certification bodies have this name: %(codes)s. Write the code."), codes=codes)
        report.problems.append(row.problem("body", message, "body.ambiguous"))
    elif name_key(text) not in state.rejected:
        message = _("There is no such certification body. Enter it first, or on the sheet “Bodies” of this file.")
        report.problems.append(row.problem("body", message, "body.unknown"))
    return None


def edition_of(state: State, report: Report, row: ParsedRow) -> Edition | None:
    """The edition of a row; a problem where it isn't known."""
    text = row.get("edition")
    if not text:
        return None
    edition = state.find_edition(text)
    if edition is None:
        known = ", ".join(one.designation for one in state.edition_rows)
        report.problems.append(
            row.problem("edition", said(_("This edition is not known. Known are: %(editions)s."), editions=known), "edition.unknown")
        )
    return edition
