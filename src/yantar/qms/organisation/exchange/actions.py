"""The one action that takes a file of the organisation in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import IntegrityError, models
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem, Refused
from yantar.core.tabular import Parsed, Progress
from yantar.core.tabular.report import Report

from ..actions.locks import lock_authorities, lock_sites, lock_units, one_at_a_time
from ..models import Authority, AuthorityVersion, Reorganisation, ReorganisationKind, Site, Unit, UnitVersion
from ..models.reorganisation import Affected
from ..models.validity import BEGINNING
from .authorities import VERSION_FIELDS
from .planning import Plan, plan

BATCH = 1000
M = TypeVar("M", bound=models.Model)


def _summary(given: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"file": given["filename"], "sha256": report.sha256, "on": given["on"], "counts": report.counts}


@action("organisation.import_organisation", permission="organisation.import_organisation", summary=_summary)
def import_organisation(*, by: Actor, parsed: Parsed, filename: str, on: date, progress: Progress | None = None) -> Report:
    """Write what the rows of a file say: all of it or nothing.

    The rows are compared again with what is recorded at this moment. Raises Refused with everything wrong,
    and Cancelled. The journal keeps the counts and the hash of the file, not its rows.
    """
    progress = progress or Progress()
    one_at_a_time("import")
    one_at_a_time("supervisors")
    if any(parsed.tables.values()):
        lock_authorities(Authority.objects.values_list("pk", flat=True))
    if parsed.tables["units"]:
        lock_units(Unit.objects.values_list("pk", flat=True))
    if parsed.tables["sites"]:
        lock_sites(Authority.objects.values_list("pk", flat=True))
    progress.stage(600)
    planned = plan(parsed, on, progress)
    if planned.report.problems:
        raise Refused(planned.report.problems)
    progress.stage(1000)
    try:
        _write(planned, progress)
    except IntegrityError as error:
        raise Refused(
            Problem(_("Something of this was recorded by somebody else at the same moment. Check the file once more."), code="import.meanwhile")
        ) from error
    planned.report.applied = True
    return planned.report


def _write(planned: Plan, progress: Progress) -> None:
    total = 2 * (len(planned.authorities) + len(planned.units)) + len(planned.sites) or 1
    done = 0

    def wrote(count: int) -> None:
        nonlocal done
        done += count
        progress.at(done, total)

    _write_authorities(planned, wrote)
    _write_units(planned, wrote)
    new_sites = []
    for site in planned.sites:
        site.site.authority = site.authority.authority
        if site.is_new:
            new_sites.append(site.site)
    _create(Site, new_sites, wrote)
    _update(Site, [(site.site, site.changed) for site in planned.sites if site.changed], wrote)
    progress.at(1, 1)


def _write_authorities(planned: Plan, wrote: Callable[[int], None]) -> None:
    new = [item for item in planned.authorities if item.is_new]
    _create(Authority, [item.authority for item in new], wrote)
    for item in new:
        item.version.authority = item.authority
    _create(AuthorityVersion, [item.version for item in new], wrote)
    above = []
    for item in planned.authorities:
        if item.supervisor_changed:
            item.authority.supervisor = item.supervisor.authority if item.supervisor else None
            item.changed.add("supervisor")
            above.append(item)
    on_authority = {"inn", "ogrn", "supervisor"}
    _update(Authority, [(item.authority, item.changed & on_authority) for item in planned.authorities if item.changed & on_authority], wrote)
    fields = set(VERSION_FIELDS)
    _update(AuthorityVersion, [(item.version, item.changed & fields) for item in planned.authorities if item.changed & fields], wrote)
    # As everywhere: what has always been so was not created by anybody on a day.
    begun = [item for item in new if item.authority.valid_from > BEGINNING]
    events = [
        Reorganisation(
            kind=ReorganisationKind.CREATE,
            effective_on=item.authority.valid_from,
            legal_basis=item.version.legal_basis,
            recorded_at=clock.now(),
        )
        for item in begun
    ]
    Reorganisation.objects.bulk_create(events, batch_size=BATCH)
    Affected.objects.bulk_create([Affected(reorganisation=event, authority=item.authority) for event, item in zip(events, begun, strict=True)])


def _write_units(planned: Plan, wrote: Callable[[int], None]) -> None:
    new = [item for item in planned.units if item.is_new]
    _create(Unit, [item.unit for item in new], wrote)
    for item in planned.units:
        if item.is_new:
            item.version.unit = item.unit
            item.version.authority = item.authority.authority
        if item.is_new or "parent" in item.changed:
            item.version.parent = item.parent.unit if item.parent else None
    _create(UnitVersion, [item.version for item in new], wrote)
    _update(UnitVersion, [(item.version, item.changed) for item in planned.units if item.changed], wrote)


def _create(model: type[M], rows: Sequence[M], wrote: Callable[[int], None]) -> None:
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        model._default_manager.bulk_create(batch)
        wrote(len(batch))


def _update(model: type[M], rows: Iterable[tuple[M, set[str]]], wrote: Callable[[int], None]) -> None:
    """Update each row in the fields that changed of it; rows with the same fields go together."""
    groups: dict[tuple[str, ...], list[M]] = {}
    for row, fields in rows:
        groups.setdefault(tuple(sorted(fields)), []).append(row)
    for names, group in groups.items():
        for start in range(0, len(group), BATCH):
            batch = group[start : start + BATCH]
            model._default_manager.bulk_update(batch, names)
            wrote(len(batch))
