"""Reading maps of processes. Every function takes the viewer: an authority's map is seen by its own people and by whole-government roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from yantar.core import clock
from yantar.core.actions import System
from yantar.qms.organisation.models import Authority, AuthorityVersion, UnitVersion
from yantar.qms.organisation.queries import authorities, internal_authority_ids, names_on
from yantar.qms.people.models import Auditor
from yantar.qms.standards.models import Clause, Edition

from ..models import Process, ProcessFacts, ProcessKind, ProcessPart

COUNTED = ("cases_per_year", "legal_weight", "complaints_per_1000", "breaches_percent", "changes")
"""Figures that the risk of a process is computed from."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A process on a map. `owner`: the owning unit as it is called on the day; `facts`: the latest known by then; `lacks`: codes of what is
    missing ("owner", "indicator", "facts", "clauses")."""

    process: Process
    owner: UnitVersion | None
    facts: ProcessFacts | None
    clauses: tuple[Clause, ...]
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Processes of one kind in their order."""

    kind: str
    label: Any
    processes: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """The map of an authority on a day; `uncovered`: clauses of the edition that no process answers."""

    authority: Authority
    on: date
    edition: Edition | None
    bands: Sequence[Band]
    uncovered: Sequence[Clause]

    @property
    def count(self) -> int:
        return sum(len(band.processes) for band in self.bands)


def edition_in_force(on: date) -> Edition | None:
    """The latest published edition of ISO 9001 on a day, which a map is measured by where no certificate names another. One query."""
    rows = Edition.objects.filter(own=False, expected=False, published_on__lte=on).order_by("-published_on")
    return rows.first()


def _seen(viewer: Any) -> QuerySet[Process]:
    allowed = internal_authority_ids(viewer)
    rows = Process.objects.filter(authority__isnull=False)
    return rows if allowed is None else rows.filter(authority_id__in=allowed)


def _owners(processes: Iterable[Process], on: date) -> dict[int, UnitVersion]:
    ids = {one.owner_unit_id for one in processes if one.owner_unit_id}
    return {row.unit_id: row for row in UnitVersion.objects.on(on).filter(unit_id__in=ids)} if ids else {}


def _latest_facts(ids: Iterable[int], on: date) -> dict[int, ProcessFacts]:
    rows = ProcessFacts.objects.filter(process_id__in=list(ids), known_on__lte=on).order_by("process_id", "-known_on").distinct("process_id")
    return {row.process_id: row for row in rows}


def lacking(process: Process, facts: ProcessFacts | None, clauses: Sequence[Any]) -> tuple[str, ...]:
    """What a process on a map lacks to be audited by its risk."""
    missing = {
        "owner": not process.owner_unit_id and not process.owner_post,
        "indicator": not process.indicator_ru,
        "clauses": not clauses,
        "facts": facts is None,
    }
    return tuple(name for name, is_missing in missing.items() if is_missing)


def map_of(viewer: Any, authority: Authority, on: date, edition: Edition | None = None) -> ProcessMap | None:
    """The map of an authority as of a day in three bands; None where the viewer does not see it. Constant queries.

    edition: by whose clauses it is measured (default: the one in force on the day).
    """
    allowed = internal_authority_ids(viewer)
    if allowed is not None and authority.pk not in allowed:
        return None
    edition = edition or edition_in_force(on)
    named = Prefetch("clauses", Clause.objects.filter(edition=edition).order_by("order"), to_attr="of_edition")
    rows = list(Process.objects.on(on).filter(authority=authority).select_related("template").prefetch_related(named))
    facts, owners = _latest_facts([one.pk for one in rows], on), _owners(rows, on)
    by_kind: dict[str, list[Shown]] = defaultdict(list)
    for one in rows:
        clauses = tuple(one.of_edition)
        known = facts.get(one.pk)
        by_kind[one.kind].append(Shown(one, owners.get(one.owner_unit_id or 0), known, clauses, lacking(one, known, clauses)))
    bands = [Band(kind, kind.label, sorted(by_kind[kind], key=_place)) for kind in ProcessKind]
    linked = {clause.pk for one in rows for clause in one.of_edition}
    uncovered = _uncovered(_tree(edition), linked) if edition is not None else []
    return ProcessMap(authority, on, edition, bands, uncovered)


def _place(shown: Shown) -> tuple[int, str]:
    return (shown.process.order, shown.process.code)


def _tree(edition: Edition) -> list[Clause]:
    return list(Clause.objects.filter(edition=edition).order_by("order"))


def _uncovered(tree: Sequence[Clause], linked: set[int]) -> list[Clause]:
    """Audited clauses without clauses beneath them that are linked neither themselves nor through one above them."""
    parents = {clause.parent_id for clause in tree}
    above = {clause.pk: clause.parent_id for clause in tree}
    missing = []
    for clause in tree:
        if not clause.audited or clause.pk in parents:
            continue
        step: int | None = clause.pk
        while step is not None and step not in linked:
            step = above.get(step)
        if step is None:
            missing.append(clause)
    return missing


def uncovered(viewer: Any, authority: Authority, edition: Edition, on: date) -> list[Clause]:
    """Audited clauses of an edition that no process of the authority answers on a day, in their order; all of them for an empty map.

    A process that names a clause answers everything beneath it. Empty where the viewer does not see the map. Two queries.
    """
    allowed = internal_authority_ids(viewer)
    if allowed is not None and authority.pk not in allowed:
        return []
    processes = Process.objects.on(on).filter(authority=authority)
    linked = set(Clause.objects.filter(edition=edition, processes__in=processes).values_list("pk", flat=True))
    return _uncovered(_tree(edition), linked)


def find_process(viewer: Any, pk: int) -> Process | None:
    """One process whom the viewer may see, whatever the day, or one of the template; None otherwise. Constant queries.

    With its authority, template, owner unit, facts (the latest first), parts (the auditor joined) and clauses (the edition joined).
    """
    rows = (_seen(viewer) | Process.objects.filter(authority=None)) if _has_role(viewer) else Process.objects.none()
    return (
        rows.filter(pk=pk)
        .select_related("authority", "template", "owner_unit")
        .prefetch_related(
            Prefetch("facts", ProcessFacts.objects.order_by("-known_on")),
            Prefetch("parts", ProcessPart.objects.select_related("auditor").order_by("-valid_from", "pk")),
            Prefetch("clauses", Clause.objects.select_related("edition").order_by("-edition__order", "order")),
        )
        .first()
    )


def _has_role(viewer: Any) -> bool:
    return isinstance(viewer, System) or bool(viewer.has_perm("organisation.open_workspace"))


def owner_on(process: Process, on: date) -> UnitVersion | None:
    """The owning unit as it is called on a day."""
    return _owners([process], on).get(process.owner_unit_id or 0)


def template(on: date | None = None) -> QuerySet[Process]:
    """The government's template on a day (today), in its order, with how many authorities work by each (`adopted_count`) and the number of
    clauses (`clause_count`). Everybody with a role may read it. One query."""
    day = on or clock.today()
    current = Q(adopted__valid_from__lte=day) & (Q(adopted__valid_to=None) | Q(adopted__valid_to__gt=day))
    return (
        Process.objects.on(day)
        .filter(authority=None)
        .annotate(
            adopted_count=Count("adopted__authority", filter=current, distinct=True),
            clause_count=Count("clauses", distinct=True),
        )
        .order_by("kind", "order", "code")
    )


def adopters(viewer: Any, templates: Iterable[Process], on: date) -> dict[int, list[Process]]:
    """By the key of a template: the processes made from it that hold on a day and that the viewer may see, their authorities joined. One query."""
    found: dict[int, list[Process]] = defaultdict(list)
    rows = _seen(viewer).filter(template__in=list(templates)).filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    for row in rows.select_related("authority").order_by("authority__code"):
        found[row.template_id or 0].append(row)
    return dict(found)


DIFFERING = (
    "name_ru",
    "name_en",
    "inputs_ru",
    "inputs_en",
    "outputs_ru",
    "outputs_en",
    "indicator_ru",
    "indicator_en",
    "indicator_target",
    "risk_ru",
)
"""What is compared with the template."""


def differences(process: Process) -> list[tuple[str, str, str]]:
    """In what an adopted process differs from its template: (name of the field, here, there). Nothing for one that was not adopted."""
    there = process.template
    if there is None:
        return []
    return [(name, getattr(process, name), getattr(there, name)) for name in DIFFERING if getattr(process, name) != getattr(there, name)]


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far the map of an authority is: processes by kind, how many lack something, by the code of `lacking`, and clauses not covered."""

    version: AuthorityVersion
    by_kind: Mapping[str, int]
    lacks: Mapping[str, int] = field(default_factory=dict)
    uncovered: int = 0

    @property
    def count(self) -> int:
        return sum(self.by_kind.values())

    @property
    def complete(self) -> int:
        """Whole per cent of what a map should have: an owner, an indicator, facts and clauses of every process; 0 for an empty map."""
        wanted = self.count * 4
        return round(100 * (wanted - sum(self.lacks.values())) / wanted) if wanted else 0


def completeness(viewer: Any, on: date) -> list[Completeness]:
    """Every authority of a day whose map the viewer may see, with how far its map is; by the edition in force. Constant queries."""
    allowed = internal_authority_ids(viewer)
    versions = [one for one in authorities(viewer, on) if allowed is None or one.authority_id in allowed]
    edition = edition_in_force(on)
    tree = _tree(edition) if edition is not None else []
    rows = list(_seen(viewer).filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on))
    linked: dict[int, set[int]] = defaultdict(set)
    links = Process.clauses.through.objects.filter(process__in=[one.pk for one in rows], clause__edition=edition)
    for process_id, clause_id in links.values_list("process_id", "clause_id"):
        linked[process_id].add(clause_id)
    facts = _latest_facts([one.pk for one in rows], on)
    of: dict[int, list[Process]] = defaultdict(list)
    for one in rows:
        of[one.authority_id or 0].append(one)
    return [_how_far(version, of[version.authority_id], linked, facts, tree) for version in versions]


def _how_far(
    version: AuthorityVersion, rows: Sequence[Process], linked: Mapping[int, set[int]], facts: Mapping[int, ProcessFacts], tree: Sequence[Clause]
) -> Completeness:
    by_kind, lacks, covered = dict.fromkeys(map(str, ProcessKind), 0), defaultdict[str, int](int), set[int]()
    for one in rows:
        by_kind[one.kind] += 1
        mine = linked.get(one.pk, set())
        covered |= mine
        for name in lacking(one, facts.get(one.pk), tuple(mine)):
            lacks[name] += 1
    return Completeness(version, by_kind, dict(lacks), len(_uncovered(tree, covered)))


@dataclass(frozen=True, slots=True)
class ForRisk:
    """A process with what its risk is computed from: the latest facts known by the day, None where nothing is known; clauses by key."""

    process: Process
    facts: ProcessFacts | None
    clauses: tuple[int, ...]


def facts_for_risk(authority_ids: Iterable[int], on: date | None = None) -> dict[int, list[ForRisk]]:
    """By the key of an authority: its processes of a day (today) in the order of the map. Three queries. For actions and queries above, which
    show results only to those who may see them."""
    day = on or clock.today()
    rows = list(Process.objects.on(day).filter(authority_id__in=list(authority_ids)).prefetch_related("clauses").order_by("kind", "order", "code"))
    facts = _latest_facts([one.pk for one in rows], day)
    found: dict[int, list[ForRisk]] = defaultdict(list)
    for one in rows:
        found[one.authority_id or 0].append(ForRisk(one, facts.get(one.pk), tuple(clause.pk for clause in one.clauses.all())))
    return dict(found)


def parts_for_planning(since: date) -> dict[int, list[ProcessPart]]:
    """By the key of an auditor: the parts in processes that held on or after a day. One query."""
    found: dict[int, list[ProcessPart]] = defaultdict(list)
    for row in ProcessPart.objects.filter(Q(valid_to=None) | Q(valid_to__gt=since)).order_by("auditor_id", "pk"):
        found[row.auditor_id].append(row)
    return dict(found)


def names_of(processes: Iterable[Process], on: date) -> dict[int, AuthorityVersion]:
    """What the authorities of processes are called on a day, by key. One query."""
    return names_on({one.authority_id for one in processes if one.authority_id}, on)


def parts_of(viewer: Any, auditor: Auditor) -> list[ProcessPart]:
    """Parts of an auditor in processes whose maps the viewer sees, the latest first, process and authority joined. One query."""
    rows = ProcessPart.objects.filter(auditor=auditor, process__in=_seen(viewer)).select_related("process__authority")
    return list(rows.order_by("-valid_from", "pk"))
