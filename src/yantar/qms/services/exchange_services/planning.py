"""From parsed rows to what would be done with services and their passports, without doing it.

A row of services says what a passport says now. Where that differs from the version in force, a new version is made; a list (variants,
documents, …) that the file names for a service is taken whole in place of the one it has, a list it does not name stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from yantar.core.actions import System
from yantar.core.tabular import CLEAR, Parsed, ParsedRow, Progress
from yantar.core.tabular.messages import said
from yantar.core.tabular.progress import EVERY
from yantar.core.tabular.report import Report
from yantar.core.tabular.tables import heading_key
from yantar.qms.organisation.actions.checks import field_problems
from yantar.qms.organisation.exchange.authorities import refer
from yantar.qms.organisation.exchange.state import State as Places
from yantar.qms.organisation.models import Authority, Site

from .. import recording
from ..actions.services import place_problems
from ..models import PassportState, Process, Service, ServicePassport, ServiceSite
from ..promise import FIELDS, ROWS, content_of
from .specs import CHANNELS

NOBODY = System("import")
_PARTS = re.compile(r"[;,\n]+")
_CHANNELS = {word: choice.key for choice in CHANNELS for word in choice.words}


@dataclass(slots=True, eq=False)
class Item:
    """A service of the file: what is recorded of it, and what its rows say."""

    service: Service
    is_new: bool = False
    row: ParsedRow | None = None
    former: ServicePassport | None = None
    content: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[ParsedRow]] = field(default_factory=lambda: defaultdict(list))
    sites: list[Site] | None = None
    changed: set[str] = field(default_factory=set)
    passport: ServicePassport | None = None
    built: Any = None
    day: date | None = None
    rejected: bool = False

    @property
    def first(self) -> ParsedRow:
        """The row that speaks for the service in the report."""
        return self.row or next(rows[0] for rows in self.rows.values() if rows)


@dataclass(slots=True)
class Plan:
    """What an import would do, and the report on it."""

    report: Report
    items: list[Item] = field(default_factory=list)


def plan(parsed: Parsed, on: date, progress: Progress) -> Plan:
    """Compare the rows with what is recorded. Reads the database, writes nothing; raises Cancelled."""
    report = Report(sha256=parsed.sha256, problems=list(parsed.problems), notes=list(parsed.notes))
    work = _Planning(on, Plan(report))
    total, done = parsed.count or 1, 0
    for table in ("services", *ROWS, "places"):
        for row in parsed.tables[table]:
            if done % EVERY == 0:
                progress.at(done, total)
            done += 1
            work.service(row) if table == "services" else work.listed(table, row)
    for item in work.seen:
        work.settle(item)
    report.sort()
    return work.plan


class _Planning:
    def __init__(self, on: date, plan: Plan) -> None:
        self.on, self.plan, self.report = on, plan, plan.report
        self.places = Places(on)
        self.known: dict[str, Item] = {}
        self.seen: list[Item] = []
        self.rejected: set[str] = set()
        former = Prefetch(
            "passports",
            ServicePassport.objects.filter(state=PassportState.IN_FORCE, valid_to=None)
            .select_related("authority")
            .prefetch_related(*ROWS)
            .defer("search"),
            to_attr="in_force_now",
        )
        for service in Service.objects.select_related("authority", "process").prefetch_related(former):
            now = service.in_force_now
            self.known[service.code.casefold()] = Item(service, former=now[0] if now else None)
        self.processes = {(one.authority_id, one.code.casefold()): one for one in Process.objects.filter(valid_to=None, authority__isnull=False)}
        self.sites = {site.code.casefold(): site for site in Site.objects.all()}
        self.provided: dict[int, set[int]] = defaultdict(set)
        for service_id, site_id in ServiceSite.objects.filter(valid_to=None).values_list("service_id", "site_id"):
            self.provided[service_id].add(site_id)

    def _problem(self, row: ParsedRow, key: str, message: Any, code: str, value: Any = None) -> None:
        self.report.problems.append(row.problem(key, message, code, value))

    def _authority(self, row: ParsedRow) -> Authority | None:
        found = self.places.find_authority(str(row.get("authority") or ""))
        if len(found) != 1:
            refer(self.report, self.places, row, "authority", found)
            return None
        return found[0].authority

    def service(self, row: ParsedRow) -> None:
        """One row of the services."""
        code = row.get("code")
        if not code or not row.get("authority"):
            return
        authority = self._authority(row)
        item = self.known.get(code.casefold())
        if item is not None and item.row is not None:
            message = said(_("The same service stands in row %(row)d of the sheet “%(sheet)s”."), row=item.row.number, sheet=item.row.layout.sheet)
            self._problem(row, "code", message, "row.twice")
            return
        if authority is None:
            self.rejected.add(code.casefold())
            return
        if item is None:
            day = row.get("valid_from", max(authority.valid_from, self.on))
            item = Item(Service(authority=authority, code=code, valid_from=day), is_new=True)
            self.known[code.casefold()] = item
        elif item.service.authority_id != authority.pk:
            self._problem(row, "authority", _("This service belongs to another authority; a reorganisation or a draft moves it."), "authority.other")
            item.rejected = True
        item.row = row
        self._see(item)
        service = item.service
        if row.get("level") and service.level != row.get("level"):
            service.level = row.get("level")
            item.changed.add("level")
        if wanted := row.get("process"):
            process = self.processes.get((service.authority_id, wanted.casefold()))
            if process is None:
                self._problem(row, "process", _("This authority has no such process."), "process.unknown")
            elif service.process_id != process.pk:
                service.process = process
                item.changed.add("process")
        for name in FIELDS:
            if row.given(name):
                value = row.values[name]
                item.content[name] = (0 if name == "fee" else "") if value is CLEAR else value
        if isinstance(item.content.get("channels"), str):
            item.content["channels"] = self._channels(row, item.content["channels"])

    def _see(self, item: Item) -> None:
        if item not in self.seen:
            self.seen.append(item)

    def _channels(self, row: ParsedRow, text: str) -> list[str]:
        found = []
        for part in filter(None, map(str.strip, _PARTS.split(text))):
            key = _CHANNELS.get(heading_key(part))
            if key is None:
                self._problem(row, "channels", _("There is no such way to apply."), "channels.unknown", part)
            else:
                found.append(key)
        return found

    def listed(self, table: str, row: ParsedRow) -> None:
        """One row of a list of a service."""
        code = row.get("service")
        if not code:
            return
        item = self.known.get(code.casefold())
        if item is None:
            if code.casefold() not in self.rejected:
                self._problem(row, "service", _("There is no such service, neither recorded nor in the file."), "service.unknown")
            return
        self._see(item)
        item.rows[table].append(row)

    def settle(self, item: Item) -> None:
        """All rows of one service are read: what follows from them."""
        before = len(self.report.problems)
        for name, kind in ROWS.items():
            empty = item.row is not None and item.row.values.get(name) == ()
            if item.rows.get(name) or empty:
                item.content[name] = [
                    {column: None if row.values[column] is CLEAR else row.values[column] for column in kind.all if row.given(column)}
                    for row in item.rows.get(name, [])
                ]
        self._places(item)
        if item.is_new:
            self._say(item, field_problems(item.service))
        fields = self._passport(item)
        if len(self.report.problems) > before or item.rejected:
            return
        self._report(item, fields)
        self.plan.items.append(item)

    def _places(self, item: Item) -> None:
        rows = item.rows.get("places", [])
        if not rows and not (item.row is not None and item.row.values.get("places") == ()):
            return
        sites = []
        for row in rows:
            site = self.sites.get(str(row.get("site") or "").casefold())
            if site is None:
                self._problem(row, "site", _("There is no such site. Write its code."), "site.unknown")
            else:
                sites.append(site)
        have = self.provided.get(item.service.pk, set()) if item.service.pk else set()
        if {site.pk for site in sites} == have:
            return
        item.sites = sites
        day = max(self.on, item.service.valid_from)
        for problem in place_problems(item.service, sites, day):
            row = next((row for row in rows if str(row.get("site")).casefold() == problem.value.casefold()), item.first)
            self._problem(row, "site" if row in rows else "", problem.message, problem.code, problem.value)

    def _passport(self, item: Item) -> dict[str, tuple[Any, Any]]:
        """What differs from the version in force; builds the next one and checks it whole."""
        former = item.former
        if former is None and item.row is None:
            self._problem(item.first, "service", _("This service has no passport in force: give its row in the sheet of services."), "passport.none")
            return {}
        start = content_of(former) if former is not None else {}
        passport, built = recording.new_draft(item.service, item.content, by=NOBODY, base=former)
        rows = {name: built.get(name, []) for name in ROWS}
        now = {name: getattr(passport, name) for name in FIELDS if name in start}
        now |= {name: [{column: getattr(row, column) for column in ROWS[name].all} for row in rows[name]] for name in ROWS}
        fields = {name: (start[name], now[name]) for name in now if name in start and start[name] != now[name]}
        if former is not None and not fields:
            return {}
        item.day = self._day(item, former)
        item.passport, item.built = passport, built
        self._say(item, recording.draft_problems(passport, rows, whole=True))
        self._say(item, recording.enactment_problems(passport, item.service, former, item.day))
        return fields

    def _day(self, item: Item, former: ServicePassport | None) -> date:
        given: date | None = item.row.get("valid_from") if item.row is not None else None
        if given is None or (former is not None and given == former.valid_from):
            return max(self.on, item.service.valid_from)
        return given

    def _say(self, item: Item, problems: Sequence[Any]) -> None:
        """Problems of a passport at the rows and columns that they come from."""
        for problem in problems:
            name, _dash, rest = problem.field.partition("-")
            place, _dash, column = rest.partition("-")
            rows = item.rows.get(name, [])
            if name in ROWS and place.isdigit() and int(place) < len(rows):
                row, key = rows[int(place)], column
            else:
                row, key = item.first, problem.field
            known = {one.key for one in row.layout.spec.columns}
            self._problem(row, key if key in known else "", problem.message, problem.code, problem.value or None)

    def _report(self, item: Item, fields: dict[str, tuple[Any, Any]]) -> None:
        title = item.passport.name_ru if item.passport is not None else item.former.name_ru if item.former is not None else item.service.code
        if item.is_new:
            self.report.created("services", item.service.code, title, item.first)
            return
        told = {name: (_told(before), _told(after)) for name, (before, after) in fields.items()}
        for name in sorted(item.changed):
            told[name] = ("", str(getattr(item.service, name)))
        if item.sites is not None:
            have = self.provided.get(item.service.pk, set())
            before = ", ".join(sorted(code for code, site in self.sites.items() if site.pk in have))
            told["places"] = (before, ", ".join(sorted(site.code for site in item.sites)))
        self.report.changed("services", item.service.code, title, item.first, told)


def _told(value: Any) -> Any:
    """A value of a passport for a report: lists as the names of their rows."""
    if isinstance(value, list):
        return "; ".join(row["name_ru"] if isinstance(row, dict) else str(row) for row in value)
    return value
