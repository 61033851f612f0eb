"""Small instances for the solver's tests, and the best plan of a very small one by trying everything."""

from __future__ import annotations

from datetime import date
from itertools import combinations, product
from typing import Any

from hypothesis import strategies as st

from yantar.engine.planner.forms import (
    AuditedAuthority,
    Auditor,
    Competence,
    Instance,
    Method,
    Part,
    Plan,
    Qualification,
    Span,
    Weights,
    Wish,
)
from yantar.engine.planner.greedy import fits
from yantar.engine.planner.tables import Choice, Solution, Tables

ISO = "2015"
YEAR = 2027


def day(month: int, number: int) -> date:
    return date(YEAR, month, number)


def auditor(key: str, authority: str = "home", **more: Any) -> Auditor:
    given: dict[str, Any] = {"qualification": Qualification.LEAD, "competences": (Competence(edition=ISO),), "site": "town", "days_per_month": 5}
    return Auditor(id=key, authority=authority, **{**given, **more})


def wish(key: str, authority: str, first: date, last: date, **more: Any) -> Wish:
    given: dict[str, Any] = {"edition": ISO, "person_days": 2, "auditors": 1}
    return Wish(id=key, authority=authority, window=Span(first=first, last=last), **{**given, **more})


def instance(wishes: list[Wish], auditors: list[Auditor], **more: Any) -> Instance:
    places = tuple(AuditedAuthority(id=key, site="town") for key in dict.fromkeys(w.authority for w in wishes))
    return Instance(year=YEAR, **{"authorities": places, "auditors": tuple(auditors), "wishes": tuple(wishes), **more})


def reasons(plan: Plan) -> dict[str, set[str]]:
    """Codes of each wish left out."""
    return {one.wish: {reason.code for reason in one.reasons} for one in plan.dropped}


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Two authorities, up to four auditors, up to three audits in March: tight enough for every rule to bite."""
    fields = ("money", "health")
    people = [
        auditor(
            f"p{n}",
            authority=draw(st.sampled_from(("a0", "a1", "home"))),
            qualification=draw(st.sampled_from((Qualification.LEAD, Qualification.LEAD, Qualification.MEMBER, Qualification.TRAINEE))),
            competences=tuple(
                Competence(edition=ISO, field=f, until=draw(st.sampled_from((None, None, day(3, 10)))))
                for f in draw(st.lists(st.sampled_from(("*", *fields)), min_size=1, max_size=2, unique=True))
            ),
            site=draw(st.sampled_from(("town", "far"))),
            days_per_month=draw(st.integers(1, 5)),
            absences=tuple(Span(first=day(3, n), last=day(3, n + 2)) for n in draw(st.lists(st.integers(1, 12), max_size=2))),
            parts=tuple(Part(process="x", until=until) for until in draw(st.lists(st.sampled_from((None, date(2025, 3, 8))), max_size=1))),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    wishes = []
    for n in range(draw(st.integers(1, 3))):
        first = draw(st.integers(1, 9))
        size = draw(st.integers(1, 2))
        wishes.append(
            wish(
                f"w{n}",
                draw(st.sampled_from(("a0", "a1"))),
                day(3, first),
                day(3, first + draw(st.integers(0, 8))),
                auditors=size,
                person_days=size * draw(st.integers(1, 3)),
                fields=tuple(draw(st.lists(st.sampled_from(fields), max_size=2, unique=True))),
                processes=draw(st.sampled_from(((), ("x",)))),
                trainees=draw(st.integers(0, 1)),
                method=draw(st.sampled_from((Method.ON_SITE, Method.REMOTE))),
                risk=draw(st.sampled_from((0.0, 0.35, 1.0))),
            )
        )
    return instance(wishes, people, weights=Weights(load=draw(st.sampled_from((0, 20)))))


def best_by_trying(given: Instance) -> int:
    """The least objective there is, by trying every combination of days and teams that the rules of single audits allow."""
    tables = Tables(given)
    every: list[list[Choice | None]] = []
    for options in tables.options:
        found: list[Choice | None] = [None]
        for start in range(len(options.days)):
            able = [r for r in range(len(options.people)) if options.member[r, start]]
            for team in combinations(able, options.size):
                if all(any(c[r, start] for r in team) for c in options.covers):
                    names = [int(options.people[r]) for r in team]
                    leads = [int(options.people[r]) for r in team if options.lead[r, start]]
                    found += [Choice(start, lead, tuple(n for n in names if n != lead)) for lead in leads]
        every.append(found)
    plans: list[Solution] = [list(choices) for choices in product(*every)]
    return min(tables.total(plan).total for plan in plans if fits(tables, plan))
