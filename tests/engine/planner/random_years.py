"""Random small years: crowded enough that rules meet, small enough that a plan is found in no time."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

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
    Qualification,
    Span,
    Travel,
    Weights,
    Wish,
)

QUICK = settings(deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
YEAR = 2027
FIRST = date(YEAR, 2, 22)
"""A Monday; everything happens within six weeks of it, over two ends of months."""
DAYS = st.integers(0, 41).map(lambda days: FIRST + timedelta(days=days))
NOW, NEXT = "iso9001-2015", "iso9001-2026"
FIELDS = ("care", "law", "money")
SITES = ("north", "south", "west")
PLACES = ("finance", "health", "labour")
PROCESSES = ("drugs", "payments", "payroll")


@st.composite
def spans(draw: st.DrawFn, longest: int = 6) -> Span:
    first = draw(DAYS)
    return Span(first=first, last=first + timedelta(days=draw(st.integers(0, longest))))


def units(authority: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sampled_from([(), (f"{authority}/a",), (f"{authority}/b",), (f"{authority}/a", f"{authority}/b")])


@st.composite
def auditors(draw: st.DrawFn, number: int) -> Auditor:
    authority = draw(st.sampled_from((*PLACES, "culture", "culture")))
    competence = st.builds(
        Competence,
        edition=st.sampled_from((NOW, NOW, NOW, NEXT)),
        field=st.sampled_from((*FIELDS, "*", "*", "*")),
        until=st.one_of(st.none(), st.none(), st.none(), DAYS),
    )
    part = st.builds(
        Part, process=st.sampled_from(PROCESSES), until=st.one_of(st.none(), DAYS.map(lambda day: day.replace(year=YEAR - 2, day=min(day.day, 28))))
    )
    return Auditor(
        id=f"p{number}",
        authority=authority,
        units=(*draw(units(authority)), authority),
        qualification=draw(
            st.sampled_from((Qualification.LEAD, Qualification.LEAD, Qualification.LEAD, Qualification.MEMBER, Qualification.TRAINEE))
        ),
        competences=tuple(draw(st.lists(competence, min_size=1, max_size=3))),
        languages=draw(st.sampled_from((("ru",), ("ru", "en"), ("ru", "en"), ("en",)))),
        site=draw(st.sampled_from(SITES)),
        calendar=draw(st.sampled_from(("main", "main", "far"))),
        days_per_month=draw(st.sampled_from((2, 4, 5, 5, 8, 0))),
        absences=tuple(draw(st.lists(spans(), max_size=2))),
        parts=tuple(draw(st.sampled_from((0, 0, 1)).flatmap(lambda most: st.lists(part, max_size=most)))),
        conflicts=draw(st.sampled_from(((), (), (), ("finance",), ("health",)))),
    )


@st.composite
def wishes(draw: st.DrawFn, number: int, people: list[str]) -> Wish:
    authority = draw(st.sampled_from(PLACES))
    size = draw(st.integers(1, 3))
    first = draw(DAYS)
    window = Span(first=first, last=first + timedelta(days=draw(st.integers(4, 35))))
    present = None
    if draw(st.booleans()):
        team = draw(st.lists(st.sampled_from(people), min_size=1, max_size=size, unique=True))
        present = Assignment(first=draw(DAYS), lead=team[0], members=tuple(team[1:]))
    return Wish(
        id=f"w{number}",
        authority=authority,
        units=draw(units(authority)),
        edition=draw(st.sampled_from((NOW, NOW, NOW, NEXT))),
        fields=tuple(draw(st.lists(st.sampled_from(FIELDS), max_size=2, unique=True))),
        processes=tuple(draw(st.lists(st.sampled_from(PROCESSES), max_size=1))),
        person_days=draw(st.integers(1, 3)) * size - draw(st.integers(0, size - 1)),
        auditors=size,
        trainees=draw(st.integers(0, 2)),
        window=window,
        method=draw(st.sampled_from(Method)),
        language=draw(st.sampled_from(("ru", "ru", "ru", "en"))),
        risk=draw(st.sampled_from((0.0, 0.29, 0.57, 1.0))),
        present=present,
        fixed=present is not None and draw(st.integers(0, 3)) == 0,
    )


@st.composite
def years(draw: st.DrawFn, most_wishes: int = 5, most_auditors: int = 12) -> Instance:
    """An instance that fits together; whether all its wishes can be fulfilled is another question."""
    people = [draw(auditors(number)) for number in range(draw(st.integers(3, most_auditors)))]
    keys = [one.id for one in people]
    days_off = tuple(draw(st.lists(DAYS, max_size=3)))
    led = st.builds(Led, year=st.integers(YEAR - 3, YEAR - 1), lead=st.sampled_from(keys), authority=st.sampled_from(PLACES))
    return Instance(
        year=YEAR,
        calendars=(
            Calendar(id="main", days_off=days_off, worked=tuple(draw(st.lists(DAYS, max_size=2)))),
            Calendar(id="far", days_off=tuple(draw(st.lists(DAYS, max_size=3)))),
        ),
        authorities=tuple(
            AuditedAuthority(
                id=one,
                site=draw(st.sampled_from(SITES)),
                calendar=draw(st.sampled_from(("main", "far"))),
                closed=tuple(draw(st.lists(spans(), max_size=1))),
            )
            for one in PLACES
        ),
        auditors=tuple(people),
        wishes=tuple(draw(wishes(number, keys)) for number in range(draw(st.integers(1, most_wishes)))),
        history=tuple(draw(st.lists(led, max_size=6))),
        travel=draw(st.sampled_from(((), (Travel(a="north", b="south", days=3),)))),
        weights=draw(st.sampled_from((Weights(), Weights(risk=100, load=7, travel=0, rotation=1, change_days=30, change_team=3)))),
        cooling_months=draw(st.sampled_from((0, 12, 24))),
        pair_years=draw(st.integers(1, 3)),
    )
