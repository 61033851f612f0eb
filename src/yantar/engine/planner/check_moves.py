"""A move by hand: what it breaks, what it costs, and which days and people would break nothing. Instant for 500 audits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .check_ground import Ground, Sitting, Violation, covered
from .check_rules import AUDIT_RULES, SHARED_RULES, within
from .check_sums import OWN_PARTS, PARTS, days_of, load_cost, own_costs, rotation_cost, travel_cost
from .forms import Assignment, Auditor, Costs, Instance, Plan, Qualification, Wish

Assigned = Plan | Mapping[str, Assignment]
"""A plan, or the assignment of each wish that has one."""


def judge_move(instance: Instance, assigned: Assigned, wish: str, assignment: Assignment | None) -> list[Violation]:
    """What breaks when a wish gets this assignment (none: is taken out), all else staying; then, part by part, how the costs change.

    `hard` of a violation tells the two apart. What others break among themselves isn't said again. Raises KeyError for an unknown wish.
    """
    ground = Ground(instance)
    moved = ground.wishes[wish]
    others, before = _others(ground, assigned, wish)
    found: list[Violation] = []
    after = None
    if assignment is None:
        if moved.fixed and not breaks_by_itself(ground, moved):
            found.append(Violation("fixed_dropped", wish, {"wish": wish}))
    else:
        after = ground.sitting(moved, assignment)
        found += [one for rule in AUDIT_RULES for one in rule(ground, after)]
        found += _shared(ground, others, after)
    return found + list(_change(ground, others, before, after))


def breaks_by_itself(ground: Ground, wish: Wish) -> bool:
    """Whether what is fixed can't stand: it breaks a rule alone, or together with others that are fixed. Only then may it be left out."""
    if not wish.fixed or wish.present is None:
        return False
    fixed = [ground.sitting(one, one.present) for one in ground.wishes.values() if one.fixed and one.present and one.id != wish.id]
    sitting = ground.sitting(wish, wish.present)
    return any(one for rule in AUDIT_RULES for one in rule(ground, sitting)) or any(_shared(ground, fixed, sitting))


def _others(ground: Ground, assigned: Assigned, wish: str) -> tuple[list[Sitting], Sitting | None]:
    """Every audit but this one, and this one as it was."""
    if isinstance(assigned, Plan):
        sittings = [Sitting.planned(ground.wishes[one.wish], one) for one in assigned.audits if one.wish in ground.wishes]
    else:
        sittings = [ground.sitting(ground.wishes[key], one) for key, one in assigned.items() if key in ground.wishes]
    before = next((one for one in sittings if one.wish.id == wish), None)
    return [one for one in sittings if one.wish.id != wish], before


def _shared(ground: Ground, others: Sequence[Sitting], moved: Sitting) -> Iterator[Violation]:
    """What the moved audit breaks together with others. It stands last, so that each violation is said with its name."""
    team, months = set(moved.everybody), {f"{day:%Y-%m}" for day in moved.days}
    near = [one for one in others if one.wish.authority == moved.wish.authority or not team.isdisjoint(one.everybody)]
    for rule in SHARED_RULES:
        for one in rule(ground, [*near, moved]):
            if one.code == "month_full":
                if one.params["auditor"] in team and one.params["month"] in months:
                    yield Violation(one.code, moved.wish.id, one.params)
            elif one.wish == moved.wish.id:
                yield one


def _change(ground: Ground, others: Sequence[Sitting], before: Sitting | None, after: Sitting | None) -> Iterator[Violation]:
    """Each part of the costs that is another one after the move."""
    old, new = _costs_with(ground, others, before), _costs_with(ground, others, after)
    wish = next((one.wish.id for one in (after, before) if one is not None), "")
    for part in PARTS:
        was, will_be = getattr(old, part), getattr(new, part)
        if was != will_be:
            yield Violation(f"cost_{part}", wish, {"before": was, "after": will_be, "change": will_be - was})


def _costs_with(ground: Ground, others: Sequence[Sitting], sitting: Sitting | None) -> Costs:
    """The costs of one audit and of the load of all; a wish without an audit is a dropped one."""
    spent = days_of([*others, sitting] if sitting else others)
    own = own_costs(ground, sitting) if sitting else Costs()
    dropped = 0 if sitting else ground.instance.weights.dropped
    return Costs(**{part: getattr(own, part) for part in OWN_PARTS}, load=load_cost(ground, spent), dropped=dropped)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A first day on which a wish can be carried out without breaking anything.

    `leads`, `members` and `trainees` hold everybody who could be sent on these days, the cheapest first; `assignment` is one whole team
    of the cheapest of them (without trainees) that covers every field.
    """

    days: tuple[date, ...]
    leads: tuple[str, ...]
    members: tuple[str, ...]
    trainees: tuple[str, ...]
    assignment: Assignment

    @property
    def first(self) -> date:
        return self.days[0]


def candidates_for(
    instance: Instance, assigned: Assigned, wish: str, *, first: date | None = None, near: date | None = None, limit: int = 10
) -> tuple[Candidate, ...]:
    """The first days, at most `limit`, on which a wish could be carried out, all else staying; in the order of the calendar.

    first: only this day. near: the days nearest to this one are looked at first. Empty where nothing is possible (`judge_move` says why
    a given one isn't). A wish that is fixed has its present day alone. Raises KeyError for an unknown wish.
    """
    ground = Ground(instance)
    wanted = ground.wishes[wish]
    others, _before = _others(ground, assigned, wish)
    if wanted.fixed and wanted.present:
        return _as_it_stands(ground, others, wanted, wanted.present) if first in (None, wanted.present.first) else ()
    room = _Room(ground, wanted, others)
    window = (wanted.window.first + timedelta(days=one) for one in range((wanted.window.last - wanted.window.first).days + 1))
    days: Iterable[date] = window if first is None else [first]
    if near is not None:
        days = sorted(days, key=lambda day: abs((day - near).days))
    found: list[Candidate] = []
    for day in days:
        candidate = room.on(day)
        if candidate is not None:
            found.append(candidate)
        if len(found) == limit:
            break
    return tuple(sorted(found, key=lambda one: one.first))


def _as_it_stands(ground: Ground, others: Sequence[Sitting], wish: Wish, present: Assignment) -> tuple[Candidate, ...]:
    """What is fixed can only stay, if it breaks nothing."""
    sitting = ground.sitting(wish, present)
    if any(one for rule in AUDIT_RULES for one in rule(ground, sitting)) or any(_shared(ground, others, sitting)):
        return ()
    return (Candidate(sitting.days, (present.lead,), present.members, present.trainees, present),)


class _Room:
    """What is left beside the other audits for one wish."""

    def __init__(self, ground: Ground, wish: Wish, others: Sequence[Sitting]) -> None:
        self.ground, self.wish = ground, wish
        self.place = ground.authorities[wish.authority]
        self.taken = {day for one in others if one.wish.authority == wish.authority for day in one.days}
        self.busy: dict[str, set[date]] = defaultdict(set)
        for one in others:
            for key in one.everybody:
                self.busy[key].update(one.days)
        self.spent = days_of(others)
        self.months = {key: Counter((day.year, day.month) for day in days) for key, days in self.busy.items()}
        self.people = [one for one in ground.auditors.values() if self._could_ever(one)]
        self.price = {one.id: self._price(one) for one in self.people}
        self.people.sort(key=lambda one: self.price[one.id])
        self.calendars = {one.calendar for one in self.people}

    def _could_ever(self, person: Auditor) -> bool:
        wish = self.wish
        own = person.authority == wish.authority and (not wish.units or not set(wish.units).isdisjoint(person.units))
        learns = person.qualification is Qualification.TRAINEE
        competent = any(one.edition == wish.edition for one in person.competences)
        apart = not own and wish.authority not in person.conflicts
        return apart and (bool(wish.trainees) if learns else competent) and wish.language in person.languages and person.days_per_month > 0

    def _price(self, person: Auditor) -> tuple[int, str]:
        """Points for sending somebody, the key so that equals stand in one order."""
        alone = Sitting(self.wish, (), person.id)
        over = max(0, self.spent[person.id] + self.wish.days - self.ground.even_load)
        return travel_cost(self.ground, alone) + self.ground.instance.weights.load * over, person.id

    def on(self, first: date) -> Candidate | None:
        """Who could be sent when the audit begins on this day; None where no whole team could."""
        ground, wish = self.ground, self.wish
        days = ground.run(wish, first)
        inside = wish.window.first <= first and days[-1] <= wish.window.last and len(days) == wish.days
        if not inside or not ground.works(self.place.calendar, first):
            return None
        if within(days, self.place.closed) or not self.taken.isdisjoint(days):
            return None
        wanted = Counter((day.year, day.month) for day in days)
        at_work = {key for key in self.calendars if all(ground.works(key, day) for day in days)}
        free = [one for one in self.people if one.calendar in at_work and self._has_room(one, wanted) and self._free(one, days)]
        fields = {one.id: ground.fields_of(one, wish.edition, days[-1]) for one in free}
        able = [one for one in free if one.qualification is not Qualification.TRAINEE and fields[one.id]]
        leads = [one.id for one in able if one.qualification is Qualification.LEAD and self._may_lead(one.id, fields[one.id])]
        leads.sort(key=lambda key: (self.price[key][0] + rotation_cost(ground, Sitting(wish, days, key)), key))
        trainees = tuple(one.id for one in free if one.qualification is Qualification.TRAINEE) if wish.trainees else ()
        members = [one.id for one in able]
        team = self._team(leads, members, fields)
        if team is None:
            return None
        return Candidate(days, tuple(leads), tuple(members) if wish.auditors > 1 else (), trainees, team.model_copy(update={"first": first}))

    def _has_room(self, person: Auditor, wanted: Counter[tuple[int, int]]) -> bool:
        spent = self.months.get(person.id)
        return all((spent[month] if spent else 0) + count <= person.days_per_month for month, count in wanted.items())

    def _free(self, person: Auditor, days: Sequence[date]) -> bool:
        busy = self.busy.get(person.id)
        if busy and not busy.isdisjoint(days):
            return False
        near = [span for span in person.absences if span.first <= days[-1] and days[0] <= span.last]
        return not (near and within(days, near)) and not (person.parts and self.ground.works_too_near(person, self.wish, days[0]))

    def _may_lead(self, key: str, fields: frozenset[str]) -> bool:
        fits = not self.wish.fields or any(covered(one, fields) for one in self.wish.fields)
        return fits and not self.ground.leads_too_long(key, self.wish.authority)

    def _team(self, leads: Sequence[str], members: Sequence[str], fields: Mapping[str, frozenset[str]]) -> Assignment | None:
        """A whole team of the cheapest people that covers every field; None where there is none."""
        seen: set[frozenset[str]] = set()
        for lead in leads:
            missing = self._missing(self.wish.fields, fields[lead])
            if missing in seen:  # somebody who covers the same has been tried, and nobody could complete it
                continue
            seen.add(missing)
            others = [key for key in members if key != lead]
            chosen = self._cover(missing, others, fields, self.wish.auditors - 1)
            if chosen is not None:
                rest = [key for key in others if key not in chosen][: self.wish.auditors - 1 - len(chosen)]
                if len(chosen) + len(rest) == self.wish.auditors - 1:
                    return Assignment(first=date.min, lead=lead, members=(*chosen, *rest))
        return None

    @staticmethod
    def _missing(wanted: Iterable[str], fields: frozenset[str]) -> frozenset[str]:
        return frozenset(one for one in wanted if not covered(one, fields))

    def _cover(self, missing: frozenset[str], people: Sequence[str], fields: Mapping[str, frozenset[str]], places: int) -> tuple[str, ...] | None:
        """People, not more than the places, who cover what is missing. One of each kind is tried: who covers the same is the same."""
        if not missing:
            return ()
        if places == 0:
            return None
        wanted = min(missing)
        tried: set[frozenset[str]] = set()
        for key in people:
            left = self._missing(missing, fields[key])
            if covered(wanted, fields[key]) and left not in tried:
                tried.add(left)
                more = self._cover(left, [other for other in people if other != key], fields, places - 1)
                if more is not None:
                    return (key, *more)
        return None
