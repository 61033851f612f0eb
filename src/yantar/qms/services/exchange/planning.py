"""From parsed rows to what would be done with processes, without doing it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core.tabular import Parsed, ParsedRow, Progress
from yantar.core.tabular.messages import said
from yantar.core.tabular.progress import EVERY
from yantar.core.tabular.report import Report, differences
from yantar.core.tabular.tables import heading_key
from yantar.qms.organisation.exchange.authorities import refer
from yantar.qms.organisation.exchange.state import State as Places
from yantar.qms.standards.models import Clause, Edition

from ..models import Process, ProcessFacts

PLAIN = (
    *("kind", "name_ru", "name_en", "owner_post", "inputs_ru", "inputs_en", "outputs_ru", "outputs_en"),
    *("indicator_ru", "indicator_en", "indicator_target", "documents", "risk_ru", "risk_en", "field"),
)
FIGURES = ("cases_per_year", "vulnerable", "legal_weight", "complaints_per_1000", "breaches_percent", "changes", "source")
_NUMBERS = re.compile(r"[\s,]+")


@dataclass(slots=True, eq=False)
class ProcessItem:
    """A process that is recorded or will be. `named`: by edition, the clauses that the row names."""

    process: Process
    is_new: bool = False
    row: ParsedRow | None = None
    changed: set[str] = field(default_factory=set)
    named: dict[int, list[Clause]] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What an import would do: rows to write, and the report on them."""

    report: Report
    processes: list[ProcessItem] = field(default_factory=list)
    facts: list[tuple[ProcessItem, ProcessFacts]] = field(default_factory=list)


def plan(parsed: Parsed, on: date, progress: Progress) -> Plan:
    """Compare the rows with what is recorded. Reads the database, writes nothing; raises Cancelled."""
    report = Report(sha256=parsed.sha256, problems=list(parsed.problems), notes=list(parsed.notes))
    work = _Planning(on, Plan(report))
    total, done = parsed.count or 1, 0
    for table, take in (("processes", work.process), ("facts", work.figures)):
        for row in parsed.tables[table]:
            if done % EVERY == 0:
                progress.at(done, total)
            done += 1
            take(row)
    report.sort()
    return work.plan


class _Planning:
    def __init__(self, on: date, plan: Plan) -> None:
        self.on, self.plan, self.report = on, plan, plan.report
        self.places = Places(on)
        self.places.load_units()
        self.editions: dict[str, Edition] = {}
        for edition in Edition.objects.all():
            for name in (edition.key, edition.designation, edition.national):
                if name:
                    self.editions.setdefault(heading_key(name), edition)
        self.clauses: dict[int, dict[str, Clause]] = defaultdict(dict)
        for clause in Clause.objects.only("pk", "edition_id", "number"):
            self.clauses[clause.edition_id][clause.number] = clause
        self.known: dict[tuple[int, str], ProcessItem] = {}
        self.templates: dict[str, Process] = {}
        self.last: dict[tuple[int, str], int] = defaultdict(int)
        for process in Process.objects.filter(valid_to=None).order_by("pk"):
            if process.authority_id is None:
                self.templates[process.code.casefold()] = process
            else:
                self.known[process.authority_id, process.code.casefold()] = ProcessItem(process)
                place = (process.authority_id, process.kind)
                self.last[place] = max(self.last[place], process.order)
        self.linked: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        for process_id, clause_id, edition_id in Process.clauses.through.objects.values_list("process_id", "clause_id", "clause__edition_id"):
            self.linked[process_id][edition_id].add(clause_id)
        self.facts = {(one.process_id, one.known_on): one for one in ProcessFacts.objects.all()}
        self.said: dict[tuple[int, date], int] = {}
        self.rejected: set[tuple[int, str]] = set()

    def _problem(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.problems.append(row.problem(key, message, code, value))

    def _authority(self, row: ParsedRow) -> Any:
        reference = row.get("authority")
        if not reference:
            return None
        found = self.places.find_authority(str(reference))
        if len(found) != 1:
            refer(self.report, self.places, row, "authority", found)
            return None
        return found[0].authority

    def process(self, row: ParsedRow) -> None:
        """One row of the map."""
        authority, code = self._authority(row), row.get("code")
        if authority is None or not code:
            return
        key = (authority.pk, code.casefold())
        before = len(self.report.problems)
        item = self.known.get(key)
        if item is not None and item.row is not None:
            message = said(_("The same process stands in row %(row)d of the sheet “%(sheet)s”."), row=item.row.number, sheet=item.row.layout.sheet)
            self._problem(row, "code", message, "row.twice")
            return
        if not row.get("kind") or not row.get("name_ru"):
            self.rejected.add(key)
            return
        if item is None:
            item = ProcessItem(
                Process(authority=authority, code=code, valid_from=row.get("valid_from", max(authority.valid_from, self.on))), is_new=True
            )
        item.row = row
        process = item.process
        fields = differences(row, {name: getattr(process, name) for name in PLAIN})
        for name, (_before, after) in fields.items():
            setattr(process, name, after)
        fields |= self._owner(row, item) | self._clauses(row, item) | self._template(row, item)
        item.changed = set(fields) - {"clauses"}
        if len(self.report.problems) > before:
            self.rejected.add(key)
            return
        if item.is_new:
            self.last[authority.pk, process.kind] += 1
            process.order = self.last[authority.pk, process.kind]
            self.report.created("processes", f"{authority.code} {code}", process.name_ru, row)
        else:
            self.report.changed("processes", f"{authority.code} {code}", process.name_ru, row, fields)
        self.known[key] = item
        self.plan.processes.append(item)

    def _owner(self, row: ParsedRow, item: ProcessItem) -> dict[str, tuple[Any, Any]]:
        if not row.given("owner_unit"):
            return {}
        process, code = item.process, row.get("owner_unit")
        unit = self.places.unit_by_code.get(code.casefold()) if code else None
        if code and unit is None:
            self._problem(row, "owner_unit", _("There is no such unit. Write its code."), "unit.unknown")
            return {}
        if unit is not None and unit.authority.authority.pk != process.authority_id:
            self._problem(row, "owner_unit", _("This unit belongs to another authority."), "unit.elsewhere")
            return {}
        after = unit.unit if unit is not None else None
        if process.owner_unit_id == (after.pk if after else None):
            return {}
        before = process.owner_unit.code if process.owner_unit else ""
        process.owner_unit = after
        return {"owner_unit": (before, after.code if after else "")}

    def _clauses(self, row: ParsedRow, item: ProcessItem) -> dict[str, tuple[Any, Any]]:
        text, before, after = row.get("clauses"), [], []
        for part in str(text).split(";") if text else ():
            name, colon, numbers = part.strip().rpartition(":")
            edition = self.editions.get(heading_key(name))
            if not colon or edition is None:
                message = _("Write the edition before the numbers, as ISO 9001:2015: 8.2, 8.5.1.")
                self._problem(row, "clauses", message, "clauses.edition", part.strip())
                continue
            known = self.clauses[edition.pk]
            wanted = [number for number in _NUMBERS.split(numbers.strip()) if number]
            if missing := [number for number in wanted if number not in known]:
                message = said(_("There are no such clauses in %(edition)s: %(numbers)s."), edition=edition.designation, numbers=", ".join(missing))
                self._problem(row, "clauses", message, "clauses.unknown", part.strip())
                continue
            item.named[edition.pk] = [known[number] for number in wanted]
            have = self.linked[item.process.pk][edition.pk] if item.process.pk else set()
            if have != {known[number].pk for number in wanted}:
                numbered = {clause.pk: number for number, clause in known.items()}
                before.append(f"{edition.designation}: {', '.join(sorted(numbered[pk] for pk in have))}")
                after.append(f"{edition.designation}: {', '.join(wanted)}")
        return {"clauses": ("; ".join(before), "; ".join(after))} if after else {}

    def _template(self, row: ParsedRow, item: ProcessItem) -> dict[str, tuple[Any, Any]]:
        code = row.get("template")
        if not code:
            return {}
        template = self.templates.get(code.casefold())
        if template is None:
            self._problem(row, "template", _("The template has no such process."), "template.unknown")
            return {}
        if item.process.template_id == template.pk:
            return {}
        item.process.template = template
        return {"template": ("", template.code)}

    def figures(self, row: ParsedRow) -> None:
        """One row of facts."""
        authority, code, day = self._authority(row), row.get("process"), row.get("known_on")
        if authority is None or not code or day is None:
            return
        key = (authority.pk, code.casefold())
        item = self.known.get(key)
        if item is None:
            if key not in self.rejected:
                self._problem(row, "process", _("There is no such process of this authority, neither recorded nor in the file."), "process.unknown")
            return
        if day > self.on:
            self._problem(row, "known_on", _("This day is yet to come."), "dates.future")
            return
        if (id(item), day) in self.said:
            message = said(_("The facts of this day stand in row %(row)d already."), row=self.said[id(item), day])
            self._problem(row, "known_on", message, "row.twice")
            return
        self.said[id(item), day] = row.number
        facts = self.facts.get((item.process.pk, day)) if item.process.pk else None
        title = f"{authority.code} {code} {day.isoformat()}"
        if facts is None:
            facts = ProcessFacts(known_on=day)
            for name in FIGURES:
                setattr(facts, name, row.get(name, getattr(facts, name)))
            self.report.created("facts", title, title, row)
            self.plan.facts.append((item, facts))
            return
        fields = differences(row, {name: getattr(facts, name) for name in FIGURES})
        for name, (_before, after) in fields.items():
            setattr(facts, name, after)
        if fields:
            self.plan.facts.append((item, facts))
        self.report.changed("facts", title, title, row, fields)
