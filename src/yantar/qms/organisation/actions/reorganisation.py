"""Reorganisations: each takes effect on a day, past or to come, and leaves every day before it as it was.

Who ends is followed by others; certificates and history go to the main successor. Whatever is already recorded
for later days must not be contradicted: then the action refuses and says what stands in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem, Refused

from ..models import Authority, AuthorityVersion, Reorganisation, ReorganisationKind, Succession, Unit
from ..models.reorganisation import Affected
from ..rules import forget_roles
from . import timeline
from .authority import NewAuthority, Prepared, change_problems, prepare
from .belongings import Belongings, belongings
from .checks import clean_text, day_text, field_problems, living_problems, refuse_if
from .locks import lock_authorities
from .units import parent_problems


def _record(
    by: Actor, kind: ReorganisationKind, effective_on: date, legal_basis: str, note: str, affected: Iterable[Authority], unit: Unit | None = None
) -> Reorganisation:
    event = Reorganisation.objects.create(
        kind=kind,
        effective_on=effective_on,
        legal_basis=clean_text(legal_basis),
        note=note.strip(),
        unit=unit,
        recorded_at=clock.now(),
    )
    Affected.objects.bulk_create([Affected(reorganisation=event, authority=a) for a in {a.pk: a for a in affected}.values()])
    if isinstance(by, User):
        forget_roles(by)
    return event


def _end_problems(authority: Authority, day: date, field: str) -> list[Problem]:
    """Whether an authority can end on a day."""
    found = living_problems(authority, day, field)
    if found:
        return found
    if authority.valid_to is not None:
        message: Any = _("%(code)s is already abolished from %(day)s.") % {"code": authority.code, "day": day_text(authority.valid_to)}
        return [Problem(message, code="abolished", field=field)]
    if day == authority.valid_from:
        message = _("%(code)s begins on this day and can't end on it.") % {"code": authority.code}
        found.append(Problem(message, code="first_day", field="effective_on"))
    for begins in authority.versions.filter(valid_from__gte=day, valid_from__gt=authority.valid_from).values_list("valid_from", flat=True):
        message = _("A later change of %(code)s is recorded for %(day)s.") % {"code": authority.code, "day": day_text(begins)}
        found.append(Problem(message, code="later_change", field="effective_on"))
    for step in Succession.objects.filter(successor=authority, reorganisation__effective_on__gte=day).select_related("reorganisation", "predecessor"):
        values = {"code": step.predecessor.code, "day": day_text(step.reorganisation.effective_on)}
        message = _("It takes over from %(code)s on %(day)s.") % values
        found.append(Problem(message, code="later_change", field="effective_on"))
    return found


def _end(authority: Authority, day: date) -> None:
    # The version that holds on the last day; nothing begins on the day or later (see _end_problems).
    AuthorityVersion.objects.filter(authority=authority, valid_to__isnull=True).update(valid_to=day)
    authority.valid_to = day
    authority.save(update_fields=["valid_to"])


def _heir_problems(heir: Authority, day: date, field: str) -> list[Problem]:
    """Whether an authority can take over on a day: it exists then, and no end of it is recorded."""
    found = living_problems(heir, day, field)
    if not found and heir.valid_to is not None:
        message = _("%(code)s is abolished from %(day)s: choose who comes after it.") % {"code": heir.code, "day": day_text(heir.valid_to)}
        found.append(Problem(message, code="abolished", field=field))
    return found


def _leave_problems(things: Belongings, authority: Authority, close_units: bool, close_sites: bool) -> list[Problem]:
    units = {v.unit_id for v in things.versions if v.authority_id == authority.pk}
    problems = things.later_problems(units)
    if close_units:
        problems += things.first_day_problems({v.unit_id for v in things.of(authority)})
    return problems + things.site_problems(things.sites_of(authority), closing=close_sites)


def _leave(things: Belongings, authority: Authority, heir: Authority | None, close_units: bool, close_sites: bool) -> None:
    units = {v.unit_id for v in things.of(authority)}
    sites = things.sites_of(authority)
    if heir is None or close_units:
        things.close_units(units)
    else:
        things.move_units(units, heir)
    if heir is None or close_sites:
        things.close_sites(sites)
    else:
        things.move_sites(sites, heir)


@action("organisation.rename", permission="organisation.reorganise", target="authority")
def rename(
    *,
    by: Actor,
    authority: Authority,
    effective_on: date,
    name_ru: str,
    name_en: str,
    kind: str | None = None,
    short_ru: str = "",
    short_en: str = "",
    head_post_ru: str | None = None,
    head_post_en: str | None = None,
    personnel: int | None = None,
    legal_basis: str = "",
    note: str = "",
) -> Reorganisation:
    """The authority is called otherwise, and may be of another kind, from a day on; it stays the same legal person.

    The new name lasts until the next version that is already recorded. Raises Refused on the authority's first
    day, outside its life, for a missing name and for a second renaming on one day.
    """
    version = timeline.version_at(authority.versions.all(), effective_on)
    problems = change_problems(authority, version, effective_on)
    if authority.reorganisations.filter(kind=ReorganisationKind.RENAME, effective_on=effective_on).exists():
        problems.append(Problem(_("A renaming on this day is already recorded: correct the name instead."), code="twice", field="effective_on"))
    if version is None:
        raise Refused(problems)
    changes: dict[str, Any] = {"name_ru": name_ru, "name_en": name_en, "short_ru": short_ru, "short_en": short_en, "legal_basis": legal_basis}
    changes |= {name: post for name, post in (("head_post_ru", head_post_ru), ("head_post_en", head_post_en)) if post is not None}
    changes = {name: clean_text(value) for name, value in changes.items()}
    if kind is not None:
        changes["kind"] = kind
    if personnel is not None:
        changes["personnel"] = personnel
    changed = timeline.changed_from(version, effective_on, changes)
    refuse_if([*problems, *field_problems(changed)])
    timeline.save_from(version, changed)
    return _record(by, ReorganisationKind.RENAME, effective_on, legal_basis, note, [authority])


@action("organisation.abolish", permission="organisation.reorganise")
def abolish(
    *,
    by: Actor,
    authority: Authority,
    effective_on: date,
    successor: Authority | None = None,
    legal_basis: str = "",
    note: str = "",
    close_units: bool = False,
    close_sites: bool = False,
) -> Reorganisation:
    """The authority no longer exists from a day on. A successor takes its history, its units and sites; without one these are closed.

    Raises Refused when it is abolished already, begins later, or later changes of it are recorded.
    """
    locked = lock_authorities({authority.pk, successor.pk} if successor else {authority.pk})
    ending, heir = locked[authority.pk], locked[successor.pk] if successor else None
    current().authority_id = ending.pk
    close_units, close_sites = close_units or heir is None, close_sites or heir is None
    things = belongings([ending.pk], effective_on)
    problems = _end_problems(ending, effective_on, "effective_on") + _leave_problems(things, ending, close_units, close_sites)
    if heir is not None:
        if heir.pk == ending.pk:
            problems.append(Problem(_("An authority can't follow itself."), code="itself", field="successor"))
        else:
            problems += _heir_problems(heir, effective_on, "successor")
    refuse_if(problems)
    _leave(things, ending, heir, close_units, close_sites)
    _end(ending, effective_on)
    event = _record(by, ReorganisationKind.ABOLISH, effective_on, legal_basis, note, [ending, *([heir] if heir else [])])
    if heir is not None:
        Succession.objects.create(reorganisation=event, predecessor=ending, successor=heir)
    return event


@action("organisation.merge", permission="organisation.reorganise")
def merge(
    *,
    by: Actor,
    authorities: Sequence[Authority],
    effective_on: date,
    into: Authority | None = None,
    new: NewAuthority | None = None,
    legal_basis: str = "",
    note: str = "",
    close_units: bool = False,
    close_sites: bool = False,
) -> Reorganisation:
    """Authorities end and one takes over from all of them: an existing one (`into`) or one created on that day (`new`).

    `into` may stand among `authorities`; it then simply stays. Raises Refused for fewer than two that come together,
    and for each of them that can't end, or take over, on that day.
    """
    locked = lock_authorities({a.pk for a in authorities} | ({into.pk} if into else set()))
    heir = locked[into.pk] if into else None
    ending = [a for pk, a in locked.items() if heir is None or pk != heir.pk]
    problems: list[Problem] = []
    if (into is None) == (new is None):
        problems.append(Problem(_("Say either into which authority they merge, or which new one they form."), code="one_heir", field="into"))
    if len(ending) + (heir is not None) < 2:
        problems.append(Problem(_("At least two authorities come together in a merger."), code="too_few", field="authorities"))
    prepared = _prepare_all([new] if new else [], effective_on, problems, "new.")
    things = belongings([a.pk for a in ending], effective_on)
    for one in ending:
        problems += _end_problems(one, effective_on, "authorities") + _leave_problems(things, one, close_units, close_sites)
    if heir is not None:
        problems += _heir_problems(heir, effective_on, "into")
    refuse_if(problems)
    heir = heir or prepared[0].save()
    for one in ending:
        _leave(things, one, heir, close_units, close_sites)
        _end(one, effective_on)
    current().authority_id = heir.pk
    event = _record(by, ReorganisationKind.MERGE, effective_on, legal_basis, note, [*ending, heir])
    Succession.objects.bulk_create([Succession(reorganisation=event, predecessor=one, successor=heir) for one in ending])
    return event


@action("organisation.split", permission="organisation.reorganise")
def split(
    *,
    by: Actor,
    authority: Authority,
    parts: Sequence[NewAuthority],
    effective_on: date,
    main: int = 0,
    keep: bool = False,
    legal_basis: str = "",
    note: str = "",
) -> Reorganisation:
    """An authority is divided into new ones; with `keep`, new ones are separated from it and it lives on.

    Each part names the top units it gets; what nobody named, and the sites, go to the part with index `main` (with
    `keep`: stay). Certificates and history follow the main part; after a separation they stay. Raises Refused for
    fewer than two parts (with `keep`: none), an unknown index, a unit named twice or not of this authority.
    """
    locked = lock_authorities({authority.pk})[authority.pk]
    current().authority_id = locked.pk
    problems = living_problems(locked, effective_on) if keep else _end_problems(locked, effective_on, "effective_on")
    if len(parts) < (1 if keep else 2):
        problems.append(Problem(_("Give the parts: at least two, or one that is separated."), code="too_few", field="parts"))
    if not keep and not 0 <= main < max(len(parts), 1):
        problems.append(Problem(_("Say which part is the main successor."), code="main", field="main"))
    prepared = _prepare_all(parts, effective_on, problems)
    things = belongings([locked.pk], effective_on, sites=not keep)
    shares = _shares(things, locked, parts, problems)
    given = set().union(*shares)
    if keep:
        problems += things.later_problems(given)
    else:
        problems += _leave_problems(things, locked, close_units=False, close_sites=False)
    refuse_if(problems)
    made = [one.save() for one in prepared]
    for part, share, new in zip(made, shares, parts, strict=True):
        # Its top units stand at the top of the new authority, whatever they stood under.
        things.move_units(share, part, top={unit.pk: None for unit in new.units})
    if not keep:
        rest = {v.unit_id for v in things.of(locked)} - given
        # What stood under a unit that went elsewhere is part of that unit's tree, so the rest keeps its units above.
        things.move_units(rest, made[main])
        things.move_sites(things.sites_of(locked), made[main])
        _end(locked, effective_on)
    event = _record(by, ReorganisationKind.SPLIT, effective_on, legal_basis, note, [locked, *made])
    Succession.objects.bulk_create(
        [
            Succession(reorganisation=event, predecessor=locked, successor=part, is_main=not keep and number == main)
            for number, part in enumerate(made)
        ]
    )
    return event


def _prepare_all(parts: Sequence[NewAuthority], day: date, problems: list[Problem], prefix: str | None = None) -> list[Prepared]:
    prepared = []
    seen: dict[str, set[str]] = {"code": set(), "inn": set(), "ogrn": set()}
    for number, part in enumerate(parts):
        place = f"parts.{number}." if prefix is None else prefix
        one = prepare(part, day, prefix=place)
        prepared.append(one)
        problems += one.problems
        for field, values in seen.items():
            value = getattr(one.authority, field)
            if value and value in values:
                problems.append(Problem(_("Two parts have the same value here."), code="taken", field=place + field, value=value))
            values.add(value)
    return prepared


def _shares(things: Belongings, authority: Authority, parts: Sequence[NewAuthority], problems: list[Problem]) -> list[set[int]]:
    """The units that each part gets, with all below them; a part that named a unit inside another's takes it out of there."""
    here = {v.unit_id for v in things.of(authority)}
    named: dict[int, int] = {}
    for number, part in enumerate(parts):
        for unit in part.units:
            place = f"parts.{number}.units"
            if unit.pk not in here:
                message: Any = _("The unit %(code)s is not of this authority on this day.") % {"code": unit.code}
                problems.append(Problem(message, code="not_here", field=place, value=unit.code))
            elif unit.pk in named:
                message = _("The unit %(code)s is named twice.") % {"code": unit.code}
                problems.append(Problem(message, code="twice", field=place, value=unit.code))
            else:
                named[unit.pk] = number
    shares: list[set[int]] = [set() for _part in parts]
    for unit_id in here:
        step: int | None = unit_id
        while step is not None and step not in named:
            step = things.standing[step].parent_id
        if step is not None:
            shares[named[step]].add(unit_id)
    return shares


@action("organisation.move_unit", permission="organisation.reorganise")
def move_unit(
    *,
    by: Actor,
    unit: Unit,
    to_authority: Authority,
    effective_on: date,
    parent: Unit | None = None,
    legal_basis: str = "",
    note: str = "",
) -> Reorganisation:
    """A unit with all below it goes to another authority, or to another place in its own, from a day on; no `parent`: to the top.

    Raises Refused for a unit that does not exist on that day, under itself or under a unit of another authority,
    and when later changes of the moved units are recorded.
    """
    homes = set(unit.versions.values_list("authority_id", flat=True))
    locked = lock_authorities({*homes, to_authority.pk})
    if not set(unit.versions.values_list("authority_id", flat=True)) <= set(locked):
        # Moved by somebody else between the look and the lock.
        raise Refused(Problem(_("This was changed meanwhile. Reload the page."), code="changed"))
    target = locked[to_authority.pk]
    current().authority_id = target.pk
    things = belongings(homes, effective_on, sites=False, besides=[unit.pk, *([parent.pk] if parent else [])])
    version = things.standing.get(unit.pk)
    if version is None:
        raise Refused(Problem(_("The unit does not exist on this day."), code="not_living", field="effective_on"))
    tree = things.below([unit.pk])
    problems = [*living_problems(target, effective_on, "to_authority"), *things.later_problems(tree)]
    ends = [things.units[one].valid_to for one in tree]
    if target.valid_to is not None and any(end is None or end > target.valid_to for end in ends):
        problems += _heir_problems(target, effective_on, "to_authority")
    if parent is not None:
        if parent.pk in tree:
            problems.append(Problem(_("A unit can't stand under itself, directly or through others."), code="cycle", field="parent"))
        else:
            problems += parent_problems(things.units[parent.pk], parent.versions.all(), target.pk, effective_on, things.units[unit.pk].valid_to)
    if version.authority_id == target.pk and version.parent_id == (parent.pk if parent else None):
        problems.append(Problem(_("The unit already stands there."), code="nothing", field="parent"))
    if things.units[unit.pk].valid_from == effective_on:
        problems.append(Problem(_("The unit begins on this day: create it at its place instead."), code="first_day", field="effective_on"))
    refuse_if(problems)
    source = locked[version.authority_id]
    things.move_units(tree, target, top={unit.pk: parent.pk if parent else None})
    return _record(by, ReorganisationKind.MOVE_UNIT, effective_on, legal_basis, note, [source, target], things.units[unit.pk])
