"""The hard rules, one function each: what does this audit break (AUDIT_RULES), what do these audits break together (SHARED_RULES)?

No rule stops at the first thing, and none trusts another to have found something: each can be read and tested alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from .check_ground import Ground, Sitting, Value, Violation, covered
from .forms import Qualification, Span

Found = Iterator[Violation]


def own_unit(ground: Ground, sitting: Sitting) -> Found:
    """Nobody audits the tree of their own unit: the units in scope are held against the home unit and all above it."""
    wish = sitting.wish
    for person in ground.known(sitting.everybody):
        if person.authority == wish.authority and (not wish.units or not set(wish.units).isdisjoint(person.units)):
            yield Violation("own_unit", wish.id, {"auditor": person.id, "authority": wish.authority})


def own_process(ground: Ground, sitting: Sitting) -> Found:
    """Nobody audits a process that they own or perform, or did within the cooling months before the first day."""
    for person in ground.known(sitting.everybody) if sitting.days else ():
        for process in ground.works_too_near(person, sitting.wish, min(sitting.days)):
            yield Violation("own_process", sitting.wish.id, {"auditor": person.id, "process": process})


def conflict(ground: Ground, sitting: Sitting) -> Found:
    """Nobody audits an authority that they must keep away from for another reason."""
    for person in ground.known(sitting.everybody):
        if sitting.wish.authority in person.conflicts:
            yield Violation("conflict", sitting.wish.id, {"auditor": person.id, "authority": sitting.wish.authority})


def pair_too_long(ground: Ground, sitting: Sitting) -> Found:
    """The same lead and authority stay together so many years running, and no longer."""
    if ground.leads_too_long(sitting.lead, sitting.wish.authority):
        params: dict[str, Value] = {"auditor": sitting.lead, "authority": sitting.wish.authority, "years": ground.instance.pair_years}
        yield Violation("pair_too_long", sitting.wish.id, params)


def people_known(ground: Ground, sitting: Sitting) -> Found:
    """Everybody who is sent is in the instance."""
    for key in dict.fromkeys(sitting.everybody):
        if key not in ground.auditors:
            yield Violation("auditor_unknown", sitting.wish.id, {"auditor": key})


def team_size(ground: Ground, sitting: Sitting) -> Found:
    """Lead and members are as many as were asked for, and everybody is somebody else."""
    if len(sitting.counted) != sitting.wish.auditors:
        yield Violation("team_size", sitting.wish.id, {"expected": sitting.wish.auditors, "found": len(sitting.counted)})
    everybody = sitting.everybody
    for key in dict.fromkeys(everybody):
        if everybody.count(key) > 1:
            yield Violation("person_twice", sitting.wish.id, {"auditor": key})


def lead_fit(ground: Ground, sitting: Sitting) -> Found:
    """The lead may lead, is competent for the edition on the last day, and covers one of the fields at least."""
    wish = sitting.wish
    for lead in ground.known([sitting.lead]):
        if lead.qualification is not Qualification.LEAD:
            yield Violation("lead_not_qualified", wish.id, {"auditor": lead.id})
        fields = ground.fields_of(lead, wish.edition, max(sitting.days)) if sitting.days else None
        if fields is None:
            continue
        if not fields:
            yield Violation("lead_not_competent", wish.id, {"auditor": lead.id, "edition": wish.edition})
        elif wish.fields and not any(covered(one, fields) for one in wish.fields):
            yield Violation("lead_covers_no_field", wish.id, {"auditor": lead.id, "edition": wish.edition})


def members_fit(ground: Ground, sitting: Sitting) -> Found:
    """Members are no trainees and competent for the edition on the last day."""
    wish = sitting.wish
    for member in ground.known(sitting.members):
        if member.qualification is Qualification.TRAINEE:
            yield Violation("member_not_qualified", wish.id, {"auditor": member.id})
        if sitting.days and not ground.fields_of(member, wish.edition, max(sitting.days)):
            yield Violation("member_not_competent", wish.id, {"auditor": member.id, "edition": wish.edition})


def fields_covered(ground: Ground, sitting: Sitting) -> Found:
    """Lead and members together cover every field. Who isn't competent at all is another rule's."""
    wish = sitting.wish
    if not sitting.days:
        return
    fields = frozenset().union(*(ground.fields_of(one, wish.edition, max(sitting.days)) for one in ground.known(sitting.counted)))
    for one in dict.fromkeys(wish.fields):
        if not covered(one, fields):
            yield Violation("field_not_covered", wish.id, {"field": one, "edition": wish.edition})


def trainees_fit(ground: Ground, sitting: Sitting) -> Found:
    """Trainees are trainees, take places that there are, and are never more than those they learn from."""
    wish, found = sitting.wish, len(sitting.trainees)
    for person in ground.known(sitting.trainees):
        if person.qualification is not Qualification.TRAINEE:
            yield Violation("trainee_not_trainee", wish.id, {"auditor": person.id})
    if found > wish.trainees:
        yield Violation("trainees_over_places", wish.id, {"limit": wish.trainees, "found": found})
    if found > wish.auditors:
        yield Violation("trainees_over_auditors", wish.id, {"limit": wish.auditors, "found": found})


def language_spoken(ground: Ground, sitting: Sitting) -> Found:
    """Everybody speaks the language of the audit."""
    for person in ground.known(sitting.everybody):
        if sitting.wish.language not in person.languages:
            yield Violation("language_not_spoken", sitting.wish.id, {"auditor": person.id, "language": sitting.wish.language})


def days_right(ground: Ground, sitting: Sitting) -> Found:
    """As many days as the audit takes, working days of the authority's calendar, none between them left out."""
    wish, days = sitting.wish, sitting.days
    calendar = ground.authorities[wish.authority].calendar
    if len(days) != wish.days:
        yield Violation("days_count", wish.id, {"expected": wish.days, "found": len(days)})
    yield from _days("day_not_worked", sitting, [day for day in days if not ground.works(calendar, day)], authority=wish.authority)
    for before, after in zip(days, days[1:], strict=False):
        between = range(before.toordinal() + 1, after.toordinal())
        if after <= before or any(ground.works(calendar, date.fromordinal(one)) for one in between):
            yield Violation("days_not_consecutive", wish.id, {"day": after.isoformat()})


def inside_window(ground: Ground, sitting: Sitting) -> Found:
    """Every day lies in the window."""
    window = sitting.wish.window
    if any(not window.first <= day <= window.last for day in sitting.days):
        yield Violation("outside_window", sitting.wish.id, {"first": window.first.isoformat(), "last": window.last.isoformat()})


def authority_open(ground: Ground, sitting: Sitting) -> Found:
    """The authority can receive an audit on every day."""
    closed = ground.authorities[sitting.wish.authority].closed
    yield from _days("authority_closed", sitting, within(sitting.days, closed), authority=sitting.wish.authority)


def people_there(ground: Ground, sitting: Sitting) -> Found:
    """Everybody works on every day by their own calendar, and is not absent."""
    for person in ground.known(sitting.everybody):
        yield from _days("auditor_absent", sitting, within(sitting.days, person.absences), auditor=person.id)
        resting = [day for day in sitting.days if not ground.works(person.calendar, day)]
        yield from _days("auditor_day_not_worked", sitting, resting, auditor=person.id)


def fixed_kept(ground: Ground, sitting: Sitting) -> Found:
    """What is fixed stands as it is."""
    present = sitting.wish.present
    if not sitting.wish.fixed or present is None:
        return
    same_team = sitting.lead == present.lead and set(sitting.members) == set(present.members) and set(sitting.trainees) == set(present.trainees)
    if not same_team or sitting.days[:1] != (present.first,):
        yield Violation("fixed_changed", sitting.wish.id)


def authority_once_a_day(ground: Ground, sittings: Sequence[Sitting]) -> Found:
    """An authority has one audit on a day."""
    booked: dict[str, list[Sitting]] = defaultdict(list)
    for sitting in sittings:
        booked[sitting.wish.authority].append(sitting)
    yield from _double("authority_booked", "authority", booked)


def person_once_a_day(ground: Ground, sittings: Sequence[Sitting]) -> Found:
    """A person is in one audit on a day."""
    booked: dict[str, list[Sitting]] = defaultdict(list)
    for sitting in sittings:
        for key in dict.fromkeys(sitting.everybody):
            booked[key].append(sitting)
    yield from _double("auditor_booked", "auditor", booked)


def months_not_full(ground: Ground, sittings: Sequence[Sitting]) -> Found:
    """Nobody has more audit days in a calendar month than they can give; days as a trainee count."""
    spent: dict[tuple[str, str], set[date]] = defaultdict(set)
    for sitting in sittings:
        for day in sitting.days:
            for key in sitting.everybody:
                spent[key, f"{day:%Y-%m}"].add(day)
    for (key, month), days in sorted(spent.items()):
        person = ground.auditors.get(key)
        if person and len(days) > person.days_per_month:
            yield Violation("month_full", "", {"auditor": key, "month": month, "limit": person.days_per_month, "found": len(days)})


def within(days: Iterable[date], spans: Iterable[Span]) -> list[date]:
    """The days that lie in one of the spans."""
    spans = tuple(spans)
    return [day for day in days if any(span.first <= day <= span.last for span in spans)]


def _days(code: str, sitting: Sitting, days: Sequence[date], **params: Value) -> Found:
    if days:
        yield Violation(code, sitting.wish.id, {**params, "day": min(days).isoformat(), "count": len(set(days))})


def _double(code: str, param: str, booked: dict[str, list[Sitting]]) -> Found:
    """One violation for each two audits that share days; it stands with the later wish of the list."""
    for key, sittings in booked.items():
        days = [frozenset(one.days) for one in sittings]
        for later in range(1, len(sittings)):
            for earlier in range(later):
                if shared := days[later] & days[earlier]:
                    params: dict[str, Value] = {param: key, "other": sittings[earlier].wish.id}
                    yield from _days(code, sittings[later], sorted(shared), **params)


AUDIT_RULES: tuple[Callable[[Ground, Sitting], Found], ...] = (
    people_known,
    team_size,
    own_unit,
    own_process,
    conflict,
    pair_too_long,
    lead_fit,
    members_fit,
    fields_covered,
    trainees_fit,
    language_spoken,
    days_right,
    inside_window,
    authority_open,
    people_there,
    fixed_kept,
)
SHARED_RULES: tuple[Callable[[Ground, Sequence[Sitting]], Found], ...] = (authority_once_a_day, person_once_a_day, months_not_full)
