"""From parsed rows to the findings that would be recorded, without recording them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.models import User
from yantar.core.tabular import Parsed, ParsedRow, Progress
from yantar.core.tabular.messages import said
from yantar.core.tabular.names import name_key
from yantar.core.tabular.progress import EVERY
from yantar.core.tabular.report import Report
from yantar.core.tabular.tables import heading_key
from yantar.engine import statements
from yantar.qms.organisation.models import Authority, AuthorityVersion, UnitVersion
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause, Edition

from ..models import Finding, OriginKind, State

TABLE = "past_findings"
Key = tuple[int, date, str]


@dataclass(slots=True)
class Plan:
    """What an import would do: findings without numbers, and the report on them."""

    report: Report
    findings: list[Finding]


def plan(parsed: Parsed, progress: Progress) -> Plan:
    """Compare the rows with what is recorded. Reads the database, writes nothing; raises Cancelled."""
    report = Report(sha256=parsed.sha256, problems=list(parsed.problems), notes=list(parsed.notes))
    rows = parsed.tables[TABLE]
    known = Known(rows)
    found: list[Finding] = []
    for number, row in enumerate(rows):
        if number % EVERY == 0:
            progress.at(number, len(rows))
        one = _finding(row, known, report)
        if one is not None:
            found.append(one)
    report.sort()
    return Plan(report, found)


class Known:
    """What rows may refer to, read once."""

    def __init__(self, rows: list[ParsedRow]) -> None:
        self.today = clock.today()
        self._authorities: dict[str, dict[int, Authority]] = defaultdict(dict)
        for version in AuthorityVersion.objects.select_related("authority"):
            one = version.authority
            for name in {one.code, one.inn, version.name_ru, version.name_en, version.short_ru, version.short_en}:
                if name:
                    self._authorities[name_key(name)][one.pk] = one
        self._editions: dict[str, Edition] = {}
        self._in_force = sorted((one for one in Edition.objects.all() if one.published_on), key=lambda one: str(one.published_on))
        for edition in Edition.objects.all():
            for name in (edition.key, edition.designation, edition.national):
                if name:
                    self._editions[heading_key(name)] = edition
        self._clauses = {(one.edition_id, one.number): one for one in Clause.objects.all()}
        self._processes: dict[tuple[int, str], Process] = {}
        for process in Process.objects.filter(authority__isnull=False).order_by("valid_from"):
            for name in (process.code, process.name_ru, process.name_en):
                if name:
                    self._processes[process.authority_id or 0, name_key(name)] = process
        self._units: dict[tuple[int, str], Any] = {}
        for part in UnitVersion.objects.select_related("unit").order_by("valid_from"):
            for name in (part.unit.code, part.name_ru, part.name_en):
                if name:
                    self._units[part.authority_id, name_key(name)] = part.unit
        emails = {row.get("owner", "").lower() for row in rows}
        self._people = {one.email.lower(): one for one in User.objects.all() if one.email.lower() in emails}
        days = {row.get("raised_on") for row in rows if row.get("raised_on")}
        self.recorded: dict[Key, str] = {}
        if days:
            between = Finding.objects.filter(raised_on__range=(min(days), max(days))).order_by()
            for authority, day, gap, number in between.values_list("authority_id", "raised_on", "gap", "number").iterator(chunk_size=5000):
                self.recorded[authority, day, name_key(gap)] = number
        self.seen: dict[Key, int] = {}

    def authorities(self, text: str) -> list[Authority]:
        return list(self._authorities.get(name_key(text), {}).values())

    def edition(self, text: str, day: date) -> Edition | None:
        """The edition named, or (nothing named) the latest that was published by the day and is ISO 9001."""
        if text:
            return self._editions.get(heading_key(text))
        by_then = [one for one in self._in_force if one.published_on and one.published_on <= day and not one.own]
        return by_then[-1] if by_then else None

    def clause(self, edition: Edition, number: str) -> Clause | None:
        return self._clauses.get((edition.pk, number.strip().rstrip(".")))

    def process(self, authority: Authority, text: str) -> Process | None:
        return self._processes.get((authority.pk, name_key(text)))

    def unit(self, authority: Authority, text: str) -> Any:
        return self._units.get((authority.pk, name_key(text)))

    def person(self, email: str) -> User | None:
        return self._people.get(email.lower())


def _finding(row: ParsedRow, known: Known, report: Report) -> Finding | None:
    """The finding of a row; None where something is wrong or it is recorded already."""
    before = len(report.problems)

    def wrong(key: str, message: Any, code: str) -> None:
        report.problems.append(row.problem(key, message, code))

    reference, day, grade, gap = (row.get(key) for key in ("authority", "raised_on", "grade", "gap"))
    if not (reference and day and grade and gap):
        return None
    if day > known.today:
        wrong("raised_on", _("This day is still to come."), "future")
    found = known.authorities(reference)
    if len(found) != 1:
        words = _("There is no such authority.") if not found else _("Several authorities are called so: write the code.")
        wrong("authority", words, "authority.unknown" if not found else "authority.several")
        return None
    authority = found[0]
    one = Finding(authority=authority, grade=grade, gap=gap, raised_on=day, origin_kind=row.get("source", OriginKind.PAST.value))
    for name in ("requirement", "evidence", "correction"):
        setattr(one, name, row.get(name, ""))
    one.origin_label = row.get("source_label", "")
    _references(row, known, one, wrong)
    _state(row, known, one, wrong)
    if len(report.problems) > before:
        return None
    key = (authority.pk, day, name_key(gap))
    if key in known.seen:
        message = said(_("The same finding stands in row %(row)d."), row=known.seen[key])
        report.warnings.append(row.problem("gap", message, "row.twice"))
        return None
    known.seen[key] = row.number
    if key in known.recorded:
        report.changed(TABLE, known.recorded[key], gap, row, {})
        return None
    report.created(TABLE, f"{authority.code} {day.isoformat()}", gap[:120], row)
    return one


def _references(row: ParsedRow, known: Known, one: Finding, wrong: Any) -> None:
    if text := row.get("clause"):
        edition = known.edition(row.get("edition", ""), one.raised_on)
        if edition is None:
            wrong("edition", _("There is no such edition."), "edition.unknown")
        else:
            one.clause = known.clause(edition, text)
            if one.clause is None:
                wrong("clause", said(_("%(edition)s has no such clause."), edition=edition.designation), "clause.unknown")
    if text := row.get("process"):
        one.process = known.process(one.authority, text)
        if one.process is None:
            wrong("process", _("The authority has no such process."), "process.unknown")
    if text := row.get("unit"):
        one.unit = known.unit(one.authority, text)
        if one.unit is None:
            wrong("unit", _("The authority has no such unit."), "unit.unknown")
    if text := row.get("owner"):
        one.owner = known.person(text)
        if one.owner is None:
            wrong("owner", _("Nobody with this e-mail is known here."), "person.unknown")


def _state(row: ParsedRow, known: Known, one: Finding, wrong: Any) -> None:
    closed_on, serious = row.get("closed_on"), one.grade in statements.NONCONFORMITIES
    usual = State.CLOSED if closed_on else State.OPEN if serious else State.NOTED
    one.state = row.get("state", usual.value)
    if closed_on and one.state != State.CLOSED:
        wrong("closed_on", _("What is not closed has no day of closing."), "dates.state")
    if one.state == State.CLOSED and not closed_on:
        wrong("closed_on", _("Say when it was closed."), "required")
    if closed_on and closed_on < one.raised_on:
        wrong("closed_on", _("It was closed before it was raised."), "dates.reversed")
    if closed_on and closed_on > known.today:
        wrong("closed_on", _("This day is still to come."), "future")
    if one.state == State.NOTED and serious:
        wrong("state", _("A nonconformity is open or closed; it is not only noted."), "state")
    one.closed_on = closed_on if one.state == State.CLOSED else None
    one.state_since = one.closed_on or one.raised_on
    if one.correction:
        one.corrected_on = one.closed_on
    if one.state != State.NOTED:
        one.opened_on = one.counted_from = one.raised_on
