"""Units of an authority. Moving one is a reorganisation, see there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem, Refused

from ..models import Authority, Unit, UnitVersion
from . import timeline
from .checks import clean_text, day_text, field_problems, living_problems, refuse_if, span_problems
from .locks import lock_units


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be created. `parent`: the code of a unit that exists or stands in the same list."""

    code: str
    name_ru: str
    name_en: str = ""
    parent: str = ""
    personnel: int | None = None


def life_problems(authority: Authority, valid_from: date, valid_to: date | None) -> list[Problem]:
    """Something of an authority can't live longer than the authority itself."""
    problems = span_problems(valid_from, valid_to)
    problems += living_problems(authority, valid_from, "valid_from")
    if not problems and authority.valid_to is not None and (valid_to is None or valid_to > authority.valid_to):
        message = _("%(code)s is abolished from %(day)s: what belongs to it can't last longer.") % {
            "code": authority.code,
            "day": day_text(authority.valid_to),
        }
        problems.append(Problem(message, code="outlives_authority", field="valid_to"))
    return problems


def parent_problems(parent: Unit, versions: Iterable[UnitVersion], authority_id: int, start: date, end: date | None) -> list[Problem]:
    """The unit above must belong to the authority from `start` until `end` (None: for good). `versions`: all of the parent's."""
    spans = [v for v in versions if (v.valid_to is None or v.valid_to > start) and (end is None or v.valid_from < end)]
    if any(v.authority_id != authority_id for v in spans) or not any(v.holds_on(start) for v in spans):
        message: Any = _("The unit above, %(code)s, does not belong to this authority for the whole time.") % {"code": parent.code}
        return [Problem(message, code="parent_elsewhere", field="parent")]
    if parent.valid_to is not None and (end is None or end > parent.valid_to):
        message = _("The unit above, %(code)s, is closed from %(day)s.") % {"code": parent.code, "day": day_text(parent.valid_to)}
        return [Problem(message, code="parent_closed", field="parent")]
    return []


def _taken(codes: Iterable[str]) -> list[Problem]:
    taken = Unit.objects.filter(code__in=list(codes)).values_list("code", flat=True)
    return [Problem(_("Another unit already has this code."), code="taken", field="code", value=code) for code in taken]


@action("organisation.create_unit", permission="organisation.change_authority", target="authority")
def create_unit(
    *,
    by: Actor,
    authority: Authority,
    code: str,
    name_ru: str,
    valid_from: date,
    valid_to: date | None = None,
    name_en: str = "",
    parent: Unit | None = None,
    personnel: int | None = None,
) -> Unit:
    """Create a unit of an authority, at the top or under another unit of it.

    Raises Refused for a taken code, reversed dates, a day outside the authority's or the parent's life.
    """
    unit = Unit(code=clean_text(code), valid_from=valid_from, valid_to=valid_to)
    version = UnitVersion(
        authority=authority,
        parent=parent,
        name_ru=clean_text(name_ru),
        name_en=clean_text(name_en),
        personnel=personnel,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    problems = [*field_problems(unit), *field_problems(version), *_taken([unit.code]), *life_problems(authority, valid_from, valid_to)]
    if parent is not None:
        locked = lock_units([parent.pk])[parent.pk]
        problems += parent_problems(locked, locked.versions.all(), authority.pk, valid_from, valid_to)
    refuse_if(problems)
    unit.save()
    version.unit = unit
    version.save()
    return unit


def _units_summary(params: dict[str, Any], result: list[Unit]) -> dict[str, Any]:
    return {"authority": params["authority"], "valid_from": params["valid_from"], "codes": [unit.code for unit in result]}


@action("organisation.create_units", permission="organisation.change_authority", target="authority", summary=_units_summary)
def create_units(*, by: Actor, authority: Authority, units: Sequence[NewUnit], valid_from: date) -> list[Unit]:
    """Create many units of one authority at once, in any order, as one change. A number of queries that does not grow with them.

    Raises Refused with the problems of all rows; `row` in a problem counts the list from 1.
    """
    codes = [clean_text(new.code) for new in units]
    above = [clean_text(new.parent) for new in units]
    listed = set(codes)
    outside = lock_units(Unit.objects.filter(code__in=set(above) - listed).values_list("pk", flat=True))
    parents = {unit.code: unit for unit in outside.values()}
    versions: dict[int, list[UnitVersion]] = {}
    for held in UnitVersion.objects.filter(unit_id__in=outside):
        versions.setdefault(held.unit_id, []).append(held)
    taken = {problem.value for problem in _taken(listed)}
    problems = life_problems(authority, valid_from, None)
    rows: list[tuple[Unit, UnitVersion]] = []

    def wrong(number: int, found: Iterable[Problem]) -> None:
        problems.extend(Problem(p.message, p.code, p.field, row=number, value=p.value) for p in found)

    seen: set[str] = set()
    for number, (new, code, parent) in enumerate(zip(units, codes, above, strict=True), 1):
        unit = Unit(code=code, valid_from=valid_from)
        version = UnitVersion(
            authority=authority,
            name_ru=clean_text(new.name_ru),
            name_en=clean_text(new.name_en),
            personnel=new.personnel,
            valid_from=valid_from,
        )
        rows.append((unit, version))
        wrong(number, [*field_problems(unit), *field_problems(version)])
        if code in taken or code in seen:
            wrong(number, [Problem(_("Another unit already has this code."), code="taken", field="code", value=code)])
        seen.add(code)
        if parent in parents:
            above_unit = parents[parent]
            wrong(number, parent_problems(above_unit, versions.get(above_unit.pk, []), authority.pk, valid_from, None))
        elif parent and parent not in listed:
            wrong(number, [Problem(_("There is no unit with this code."), code="no_parent", field="parent", value=parent)])
    wrong_circle = _in_a_circle(dict(zip(codes, above, strict=True)))
    for number, code in enumerate(codes, 1):
        if code in wrong_circle:
            wrong(number, [Problem(_("A unit can't stand under itself, directly or through others."), code="cycle", field="parent", value=code)])
    refuse_if(problems)
    made = {unit.code: unit for unit in Unit.objects.bulk_create([unit for unit, _version in rows])}
    for (unit, version), parent in zip(rows, above, strict=True):
        version.unit = made[unit.code]
        version.parent = made.get(parent) or parents.get(parent)
    UnitVersion.objects.bulk_create([version for _unit, version in rows])
    return list(made.values())


def _in_a_circle(above: dict[str, str]) -> set[str]:
    """Codes whose way upwards never ends."""
    good: set[str] = set()
    bad: set[str] = set()
    for code in above:
        way: list[str] = []
        on_way: set[str] = set()
        step = code
        while step in above and step not in good and step not in bad and step not in on_way:
            way.append(step)
            on_way.add(step)
            step = above[step]
        (bad if step in on_way or step in bad else good).update(way)
    return bad


@action("organisation.rename_unit", permission="organisation.change_authority", target="unit")
def rename_unit(
    *,
    by: Actor,
    unit: Unit,
    effective_on: date,
    name_ru: str | None = None,
    name_en: str | None = None,
    personnel: int | None = None,
) -> UnitVersion:
    """A unit is called otherwise, or has other personnel, from a day on; None leaves a fact as it was.

    Raises Refused when the unit does not exist on that day or begins on it (then see `correct_unit`).
    """
    version = timeline.version_at(unit.versions.all(), effective_on)
    changes = _unit_changes(name_ru, name_en, personnel)
    if version is None:
        raise Refused(Problem(_("The unit does not exist on this day."), code="not_living", field="effective_on"))
    problems = [] if changes else [Problem(_("Say what changed."), code="nothing", field="name_ru")]
    if effective_on == unit.valid_from:
        message = _("The unit itself begins on %(day)s: correct its facts instead.") % {"day": day_text(unit.valid_from)}
        problems.append(Problem(message, code="first_day", field="effective_on"))
    changed = timeline.changed_from(version, effective_on, changes)
    refuse_if([*problems, *field_problems(changed)])
    return timeline.save_from(version, changed)


@action("organisation.correct_unit", permission="organisation.change_authority", target="unit")
def correct_unit(
    *,
    by: Actor,
    unit: Unit,
    on: date | None = None,
    name_ru: str | None = None,
    name_en: str | None = None,
    personnel: int | None = None,
) -> UnitVersion:
    """Correct a wrong entry in the version that held on `on` (today; of a closed unit the last one), in place."""
    versions = list(unit.versions.all())
    version = timeline.version_at(versions, on) if on else timeline.nearest_version(versions, clock.today())
    if version is None:
        raise Refused(Problem(_("The unit does not exist on this day."), code="not_living", field="on"))
    for name, value in _unit_changes(name_ru, name_en, personnel).items():
        setattr(version, name, value)
    refuse_if(field_problems(version))
    version.save()
    return version


def _unit_changes(name_ru: str | None, name_en: str | None, personnel: int | None) -> dict[str, Any]:
    changes: dict[str, Any] = {"name_ru": name_ru, "name_en": name_en}
    changes = {name: clean_text(value) for name, value in changes.items() if value is not None}
    return changes if personnel is None else {**changes, "personnel": personnel}


@action("organisation.close_unit", permission="organisation.change_authority", target="unit")
def close_unit(*, by: Actor, unit: Unit, effective_on: date) -> Unit:
    """A unit no longer exists from a day on. Units below it must be closed or moved before.

    Raises Refused when it does not exist on the day before, when changes of it are recorded for later, and
    while another unit stands under it.
    """
    versions = list(unit.versions.all())
    problems: list[Problem] = []
    if unit.valid_to is not None:
        message: Any = _("The unit is already closed from %(day)s.") % {"day": day_text(unit.valid_to)}
        problems.append(Problem(message, code="closed", field="effective_on"))
    elif effective_on <= unit.valid_from:
        message = _("The unit begins on %(day)s and can be closed only later.") % {"day": day_text(unit.valid_from)}
        problems.append(Problem(message, code="dates_reversed", field="effective_on"))
    problems += [
        Problem(_("A change of the unit is recorded for %(day)s.") % {"day": day_text(v.valid_from)}, code="later_change", field="effective_on")
        for v in versions
        if v.valid_from >= effective_on and v.valid_from > unit.valid_from
    ]
    below = UnitVersion.objects.filter(parent=unit).exclude(valid_to__lte=effective_on).select_related("unit")
    for code in sorted({v.unit.code for v in below}):
        problems.append(Problem(_("The unit %(code)s stands under it. Close or move that one first.") % {"code": code}, code="has_units"))
    refuse_if(problems)
    last = max(versions, key=lambda v: v.valid_from)
    last.valid_to = unit.valid_to = effective_on
    last.save(update_fields=["valid_to"])
    unit.save(update_fields=["valid_to"])
    return unit
