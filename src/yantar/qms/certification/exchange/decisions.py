"""Rows of the tables of decisions and audits: facts that are recorded once and never edited."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.tabular import ParsedRow
from yantar.core.tabular.messages import said
from yantar.core.tabular.progress import EVERY, Progress
from yantar.core.tabular.report import Report

from ..models import DecisionKind
from ..recording import day_problems
from .certificates import Source, body_of, edition_of
from .state import AuditItem, CertificateItem, DecisionItem, Recorded, State, number_key

COMPARED = ("effective_on", "expires_on", "audit_on", "scope_ru", "scope_en", "reason_code")


class FactPlan:
    """What the rows of decisions and of audits would do."""

    def __init__(self, state: State, report: Report, source: Source) -> None:
        self.state = state
        self.report = report
        self.source = source
        self._seen: dict[tuple[Any, ...], list[tuple[str, ParsedRow]]] = {}

    def problem(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.problems.append(row.problem(key, message, code, value))

    def warn(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.warnings.append(row.problem(key, message, code, value))

    def _certificate(self, row: ParsedRow) -> CertificateItem | None:
        number = row.get("certificate")
        if not number:
            return None
        item = self.state.certificates.get(number_key(number))
        if item is None and number_key(number) not in self.state.rejected:
            self.problem(row, "certificate", _("There is no such certificate, neither recorded nor in the file."), "certificate.unknown")
        return item

    def _twice(self, row: ParsedRow, number: str, key: str, *identity: Any) -> bool:
        """Whether the file says the same before. Two facts of one kind on one day are told apart by their numbers."""
        earlier = self._seen.setdefault(identity, [])
        for other, place in earlier:
            if not number or not other or other == number:
                self.problem(
                    row,
                    key,
                    said(_("The same stands in row %(row)d of the sheet “%(sheet)s”."), row=place.number, sheet=place.layout.sheet),
                    "row.twice",
                )
                return True
        earlier.append((number, row))
        return False

    def decisions(self, rows: list[ParsedRow], progress: Progress) -> None:
        """Plan the rows of the table of decisions."""
        for index, row in enumerate(rows):
            if index % EVERY == 0:
                progress.at(index, len(rows))
            item = self._certificate(row)
            kind, decided_on = row.get("kind"), row.get("decided_on")
            before = len(self.report.problems)
            self._days(row, "decided_on", "effective_on", "expires_on", "audit_on")
            edition, body = edition_of(self.state, self.report, row), body_of(self.state, self.report, row)
            number = row.get("number", "")
            if item is None or not kind or not decided_on or len(self.report.problems) > before:
                continue
            if self._twice(row, number, "decided_on", item, kind, decided_on):
                continue
            recorded = next((one for one in item.recorded.get((kind, decided_on), ()) if not number or not one.number or one.number == number), None)
            if recorded is not None:
                self._known(row, recorded, edition.pk if edition else None, body.body.pk if body else None)
                continue
            entry = DecisionItem(
                row=row,
                kind=kind,
                decided_on=decided_on,
                effective_on=row.get("effective_on") or decided_on,
                expires_on=row.get("expires_on"),
                audit_on=row.get("audit_on"),
                edition=edition or (item.certificate.edition if kind == DecisionKind.GRANT else None),
                body=body,
                number=number,
                scope_ru=row.get("scope_ru", ""),
                scope_en=row.get("scope_en", ""),
                reason_code=row.get("reason_code", ""),
                note=row.get("note", ""),
                source=self.source.of(row),
                breach_reason=row.get("breach_reason", ""),
            )
            if self._makes_sense(item, entry):
                item.decisions.append(entry)

    def _days(self, row: ParsedRow, *keys: str) -> None:
        for key in keys:
            for found in day_problems(**{key: row.get(key)}):
                self.problem(row, key, found.message, "dates.year")

    def _known(self, row: ParsedRow, recorded: Recorded, edition: int | None, body: int | None) -> None:
        """The decision is recorded already: it must be the same one."""
        if recorded.is_reversed:
            self.warn(row, "decided_on", _("This entry was recorded and taken back. It is not recorded again."), "decision.reversed")
        else:
            for key in COMPARED:
                value, there = row.get(key), getattr(recorded, key)
                if value and value != there:
                    self._otherwise(row, key, there)
            for key, pk, there in (("edition", edition, recorded.edition_id), ("body", body, recorded.body_id)):
                if pk is not None and there is not None and pk != there:
                    self._otherwise(row, key, "")
        self.report.unchanged["decisions"] = self.report.unchanged.get("decisions", 0) + 1

    def _otherwise(self, row: ParsedRow, key: str, there: Any) -> None:
        message = said(
            _("This decision is recorded differently (%(there)s). A decision is never edited: take the wrong entry back first."), there=there or "—"
        )
        self.problem(row, key, message, "decision.otherwise")

    def _makes_sense(self, item: CertificateItem, entry: DecisionItem) -> bool:
        """What a decision of its kind must say, and may not. A decision against the rules is sensible all the same."""
        row, kind = entry.row, entry.kind
        before = len(self.report.problems)
        if kind == DecisionKind.SUSPEND and not entry.reason_code:
            self.problem(row, "reason_code", _("Say on what ground it was suspended."), "decision.reason")
        if kind != DecisionKind.SUSPEND and entry.reason_code:
            self.problem(row, "reason_code", _("Only a suspension has a ground."), "decision.no_reason")
        if kind == DecisionKind.MOVE_EDITION and entry.edition is None:
            self.problem(row, "edition", _("Say which edition the certificate is to from now on."), "decision.edition")
        if kind == DecisionKind.TRANSFER and entry.body is None:
            self.problem(row, "body", _("Say which certification body took the certificate over."), "decision.body")
        if kind not in (DecisionKind.TRANSFER, DecisionKind.GRANT) and entry.body is not None:
            # Registers repeat the certifier in every row; where nothing changes by it, it says nothing.
            entry.body = None
        if kind == DecisionKind.REDUCE_SCOPE and not (entry.scope_ru or entry.scope_en):
            self.problem(row, "scope_ru", _("Give the scope that remains."), "decision.scope")
        if kind == DecisionKind.GRANT and entry.body is item.body:
            entry.body = None
        return len(self.report.problems) == before

    def audits(self, rows: list[ParsedRow], progress: Progress) -> None:
        """Plan the rows of the table of audits."""
        today = clock.today()
        for index, row in enumerate(rows):
            if index % EVERY == 0:
                progress.at(index, len(rows))
            item = self._certificate(row)
            kind, ended_on, began_on = row.get("kind"), row.get("ended_on"), row.get("began_on")
            before = len(self.report.problems)
            self._days(row, "began_on", "ended_on")
            if ended_on and ended_on > today:
                self.problem(row, "ended_on", _("An audit is recorded when it is over."), "audit.future")
            if ended_on and began_on and began_on > ended_on:
                self.problem(row, "began_on", _("The first day is later than the last."), "dates.reversed")
            if item is None or not kind or not ended_on or len(self.report.problems) > before:
                continue
            if not self._twice(row, "", "ended_on", item, kind, ended_on):
                self._audit(row, item, kind, ended_on, began_on)

    def _audit(self, row: ParsedRow, item: CertificateItem, kind: str, ended_on: date, began_on: date | None) -> None:
        recorded = item.recorded_audits.get((kind, ended_on), [])
        standing = next((one for one in recorded if not one.is_reversed), None)
        if recorded:
            self.report.unchanged["audits"] = self.report.unchanged.get("audits", 0) + 1
            if standing is None:
                self.warn(row, "ended_on", _("This entry was recorded and taken back. It is not recorded again."), "audit.reversed")
            elif any(row.get(key) and row.get(key) != there for key, there in zip(("began_on", "days", "report"), standing, strict=False)):
                self.warn(row, "ended_on", _("This audit is recorded with other details. They were left as they are."), "audit.otherwise")
            return
        item.audits.append(AuditItem(row, kind, began_on, ended_on, row.get("days"), row.get("report", ""), self.source.of(row)))
        self.report.created("audits", item.certificate.number, f"{kind} {ended_on.isoformat()}", row)
