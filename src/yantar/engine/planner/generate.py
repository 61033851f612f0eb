"""Made-up instances by seed: for measuring, for tests and for showing the planner without a government.

Towns lie on a map and travel takes longer the farther they are; the capital houses most authorities. Every authority belongs to one of
eight fields: its audits mostly ask for that field, and so do its own auditors know it, who may not audit at home. Two in three know the new
edition; one in four may lead, and usually led nearby in the last years; holidays fall mostly in summer, windows mostly in spring and autumn.
Nothing is arranged so that a good plan exists: a wish is only redrawn when nobody at all could ever fulfil it alone, since its loss would
drown every other cost.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from yantar.engine.planner.forms import (
    Assignment,
    AuditedAuthority,
    Auditor,
    Calendar,
    Competence,
    Instance,
    Led,
    Method,
    Part,
    Plan,
    Qualification,
    Span,
    Travel,
    Wish,
)
from yantar.engine.planner.greedy import first_plan
from yantar.engine.planner.tables import Choice, Tables

FIELDS = ("finance", "health", "education", "social", "transport", "land", "nature", "digital")
CAPITAL_SHARE = 0.45


def generate(
    seed: int,
    *,
    authorities: int,
    auditors: int,
    audits: int,
    year: int = 2027,
    towns: int = 12,
    fixed_share: float = 0.04,
    edition_2026_share: float = 0.4,
) -> Instance:
    """An instance of the given size; the same arguments give the same instance.

    `fixed_share` of the audits stand already, as a greedy planner placed them; `edition_2026_share` is audited by the new edition.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    spots = [(rng.uniform(0, 10), rng.uniform(0, 6)) for _ in range(towns)]
    names = [f"town-{n + 1:02}" for n in range(towns)]
    travel = tuple(
        Travel(a=names[a], b=names[b], days=1 + int(((spots[a][0] - spots[b][0]) ** 2 + (spots[a][1] - spots[b][1]) ** 2) ** 0.5 / 4))
        for a in range(towns)
        for b in range(a)
    )
    places = [_authority(rng, n, names, year) for n in range(authorities)]
    people = [_auditor(rng, n, places, year) for n in range(auditors)]
    calendar = Calendar(id="main", days_off=_days_off(year))
    history = _history(rng, places, people, year)
    base = Instance(
        year=year, calendars=(calendar,), authorities=tuple(places), auditors=tuple(people), wishes=(), history=tuple(history), travel=travel
    )
    wishes: list[Wish] = []
    pending = list(range(audits))
    while pending:
        drawn = [_wish(rng, n, places, year, audits, edition_2026_share) for n in pending]
        hopeless = set(Tables(base.model_copy(update={"wishes": tuple(drawn)})).impossible)
        wishes += [w for n, w in enumerate(drawn) if n not in hopeless]
        pending = [n for m, n in enumerate(pending) if m in hopeless]
    wishes.sort(key=lambda w: w.id)
    instance = base.model_copy(update={"wishes": tuple(wishes)})
    return _some_fixed(rng, instance, fixed_share)


def _days_off(year: int) -> tuple[date, ...]:
    winter = [date(year, 1, d) for d in range(1, 9)]
    others = [date(year, m, d) for m, d in ((2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))]
    return tuple(winter + others)


def _authority(rng: random.Random, n: int, towns: list[str], year: int) -> AuditedAuthority:
    town = towns[0] if rng.random() < CAPITAL_SHARE else rng.choice(towns[1:])
    closed = []
    if rng.random() < 0.2:
        first = date(year, 1, 1) + timedelta(days=rng.randrange(330))
        closed.append(Span(first=first, last=first + timedelta(days=rng.randint(3, 20))))
    return AuditedAuthority(id=f"A{n + 1:03}", name=f"Authority {n + 1}", site=town, closed=tuple(closed))


def domain(authority: str) -> str:
    """The field that an authority of a made-up instance belongs to."""
    return FIELDS[int(authority[1:]) % len(FIELDS)]


def _units(authority: str, department: int, division: int) -> tuple[str, ...]:
    return (f"{authority}/{department}/{division}", f"{authority}/{department}", authority)


def _auditor(rng: random.Random, n: int, places: list[AuditedAuthority], year: int) -> Auditor:
    home = places[n % len(places)] if n < len(places) else rng.choice(places)
    qualification = rng.choices((Qualification.LEAD, Qualification.MEMBER, Qualification.TRAINEE), (27, 63, 10))[0]
    fields = rng.sample(FIELDS, rng.choices((1, 2, 3), (45, 40, 15))[0])
    if rng.random() < 0.05:
        fields = ["*"]
    elif rng.random() < 0.6 and domain(home.id) not in fields:
        fields[0] = domain(home.id)
    until = None if rng.random() < 0.8 else date(year, rng.randint(1, 12), 28)
    competences = [Competence(edition="2015", field=f, until=until) for f in fields]
    if rng.random() < 0.65:
        competences += [Competence(edition="2026", field=f) for f in fields]
    summer = date(year, rng.choice((5, 6, 7, 7, 8, 8, 9)), rng.randint(1, 28))
    absences = [Span(first=summer, last=summer + timedelta(days=rng.choice((13, 20, 27))))]
    for _ in range(rng.choice((0, 1, 1, 2))):
        first = date(year, 1, 9) + timedelta(days=rng.randrange(340))
        absences.append(Span(first=first, last=first + timedelta(days=rng.randint(2, 12))))
    parts = []
    if rng.random() < 0.12:
        other = rng.choice(places).id
        parts.append(Part(process=f"{other}/p{rng.randint(1, 6)}", until=date(year - rng.choice((1, 2, 3)), rng.randint(1, 12), 15)))
    return Auditor(
        id=f"P{n + 1:04}",
        name=f"Auditor {n + 1}",
        authority=home.id,
        units=_units(home.id, rng.randint(1, 3), rng.randint(1, 2)),
        qualification=qualification,
        competences=tuple(competences),
        languages=("ru", "en") if rng.random() < 0.15 else ("ru",),
        site=home.site,
        days_per_month=rng.randint(3, 6),
        absences=tuple(absences),
        parts=tuple(parts),
        conflicts=(rng.choice(places).id,) if rng.random() < 0.05 else (),
    )


def _history(rng: random.Random, places: list[AuditedAuthority], people: list[Auditor], year: int) -> list[Led]:
    leads: dict[str, list[str]] = {}
    for person in people:
        if person.qualification is Qualification.LEAD:
            leads.setdefault(person.site, []).append(person.id)
    everyone = [p for found in leads.values() for p in found]
    found = []
    for place in places:
        lead = None
        for past in range(year - 3, year):
            if everyone and (lead is None or rng.random() < 0.4):
                lead = rng.choice(leads.get(place.site, everyone) if rng.random() < 0.7 else everyone)
            if lead is not None:
                found.append(Led(year=past, lead=lead, authority=place.id))
    return found


def _window(rng: random.Random, year: int) -> Span:
    month = rng.choices(range(1, 13), (2, 6, 9, 10, 8, 6, 2, 3, 9, 10, 8, 2))[0]
    first = date(year, month, rng.randint(1, 28))
    last = first + timedelta(days=7 * rng.choices((2, 3, 4, 6, 8, 12), (10, 15, 25, 20, 20, 10))[0] - 1)
    end = date(year, 12, 24)
    return Span(first=min(first, end - timedelta(days=20)), last=min(last, end)) if last > end else Span(first=first, last=last)


def _wish(rng: random.Random, n: int, places: list[AuditedAuthority], year: int, audits: int, new_share: float) -> Wish:
    place = places[n % len(places)] if n < len(places) else rng.choice(places)
    size = rng.choices((1, 2, 3, 4), (15, 45, 30, 10))[0]
    length = rng.choices((1, 2, 3, 4, 5), (10, 30, 30, 20, 10))[0]
    whole = rng.random() < 0.6
    fields = rng.sample(FIELDS, min(size, rng.choices((0, 1, 2, 3), (10, 45, 35, 10))[0]))
    if fields and rng.random() < 0.7 and domain(place.id) not in fields:
        fields[0] = domain(place.id)
    return Wish(
        id=f"W{n + 1:03}",
        authority=place.id,
        units=() if whole else (f"{place.id}/{rng.randint(1, 3)}",),
        edition="2026" if rng.random() < new_share else "2015",
        fields=tuple(fields),
        processes=tuple(f"{place.id}/p{p}" for p in sorted(rng.sample(range(1, 7), rng.randint(1, 3)))),
        person_days=size * length - rng.randrange(size),
        auditors=size,
        trainees=1 if rng.random() < 0.3 else 0,
        window=_window(rng, year),
        method=Method.REMOTE if rng.random() < 0.2 else Method.ON_SITE,
        language="en" if rng.random() < 0.03 else "ru",
        risk=round(rng.betavariate(2, 3), 2),
    )


def assigned(tables: Tables, k: int, choice: Choice) -> Assignment:
    """A choice as the form says it."""
    names = [tables.auditors[i].id for i in choice.members]
    return Assignment(first=tables.day(tables.options[k].days[choice.start, 0]), lead=tables.auditors[choice.lead].id, members=tuple(names))


def _some_fixed(rng: random.Random, instance: Instance, share: float) -> Instance:
    chosen = set(rng.sample(range(len(instance.wishes)), round(share * len(instance.wishes))))
    if not chosen:
        return instance
    tables = Tables(instance)
    placed = first_plan(tables)
    wishes = list(instance.wishes)
    for k in chosen:
        choice = placed[k]
        if choice is not None:
            wishes[k] = wishes[k].model_copy(update={"present": assigned(tables, k, choice), "fixed": True})
    return instance.model_copy(update={"wishes": tuple(wishes)})


def with_present(instance: Instance, plan: Plan) -> Instance:
    """The same instance with `plan` as the plan in force, so that planning again departs from it as little as possible."""
    planned = {p.wish: p for p in plan.audits}
    wishes = []
    for wish in instance.wishes:
        found = planned.get(wish.id)
        present = wish.present if found is None else Assignment(first=found.days[0], lead=found.lead, members=found.members, trainees=found.trainees)
        wishes.append(wish.model_copy(update={"present": present}))
    return instance.model_copy(update={"wishes": tuple(wishes)})


def with_absence(instance: Instance, auditor: str, span: Span) -> Instance:
    """The same instance with one more absence of one auditor."""
    people = tuple(a.model_copy(update={"absences": (*a.absences, span)}) if a.id == auditor else a for a in instance.auditors)
    return instance.model_copy(update={"auditors": people})
