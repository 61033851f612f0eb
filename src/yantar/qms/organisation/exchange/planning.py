"""From parsed rows to what would be done, without doing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yantar.core.tabular import Parsed, Progress
from yantar.core.tabular.report import Report

from .authorities import AuthorityPlan
from .sites import SitePlan
from .state import AuthorityItem, SiteItem, State, UnitItem
from .units import UnitPlan


@dataclass(slots=True)
class Plan:
    """What an import would do: the rows to write, and the report on them."""

    report: Report
    authorities: list[AuthorityItem]
    units: list[UnitItem]
    sites: list[SiteItem]


def plan(parsed: Parsed, on: date, progress: Progress) -> Plan:
    """Compare the rows with what is recorded on the day. Reads the database, writes nothing; raises Cancelled."""
    report = Report(sha256=parsed.sha256, problems=list(parsed.problems), notes=list(parsed.notes))
    state = State(on)
    authorities, units, sites = AuthorityPlan(state, report), UnitPlan(state, report), SitePlan(state, report)
    authorities.run(parsed.tables["authorities"], progress)
    if parsed.tables["units"]:
        state.load_units()
        units.run(parsed.tables["units"], progress)
    if parsed.tables["sites"]:
        state.load_sites()
        sites.run(parsed.tables["sites"], progress)
    report.sort()
    return Plan(report, authorities.items, units.items, sites.items)
