"""From parsed rows to what would be done, without doing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yantar.core import clock
from yantar.core.tabular import Parsed, ParsedRow, Progress
from yantar.core.tabular.report import Report

from ..models import DecisionKind
from .bodies import BodyPlan
from .certificates import CertificatePlan, Source
from .decisions import FactPlan
from .state import BodyItem, CertificateItem, State, number_key
from .weighing import Weighing


@dataclass(slots=True)
class Plan:
    """What an import would do: the rows to write, and the report on them. `certificates`: all that something is written of."""

    report: Report
    bodies: list[BodyItem]
    certificates: list[CertificateItem]


def plan(parsed: Parsed, filename: str, on: date, progress: Progress) -> Plan:
    """Compare the rows with what is recorded. Reads the database, writes nothing; raises Cancelled."""
    report = Report(sha256=parsed.sha256, problems=list(parsed.problems), notes=list(parsed.notes))
    tables = parsed.tables
    state = State(on, _numbers(tables))
    source = Source(filename)
    bodies = BodyPlan(state, report)
    bodies.run(tables["bodies"])
    certificates = CertificatePlan(state, report, source, _granted(tables["decisions"]))
    certificates.run(tables["certificates"], progress)
    facts = FactPlan(state, report, source)
    facts.decisions(tables["decisions"], progress)
    certificates.grants()
    facts.audits(tables["audits"], progress)
    concerned = [item for item in state.certificates.values() if item.is_new or item.changed or item.decisions or item.audits]
    # Rules are asked last: an audit that the file brings may be just what a decision of it needs.
    Weighing(report, clock.today()).run(concerned, progress)
    for item in concerned:
        for entry in item.decisions:
            report.created("decisions", item.certificate.number, f"{entry.kind} {entry.decided_on.isoformat()}", entry.row)
    report.sort()
    return Plan(report, bodies.items, concerned)


def _numbers(tables: dict[str, list[ParsedRow]]) -> set[str]:
    found = {number_key(row.get("number")) for row in tables["certificates"] if row.get("number")}
    for table in ("decisions", "audits"):
        found |= {number_key(row.get("certificate")) for row in tables[table] if row.get("certificate")}
    return found


def _granted(rows: list[ParsedRow]) -> dict[str, date]:
    found: dict[str, date] = {}
    for row in rows:
        number, day = row.get("certificate"), row.get("decided_on")
        if number and day and row.get("kind") == DecisionKind.GRANT:
            key = number_key(number)
            found[key] = min(day, found.get(key, day))
    return found
