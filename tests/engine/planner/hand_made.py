"""A small year planned by hand: two audits that break nothing, and their costs counted on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from yantar.engine.planner.forms import (
    Assignment,
    AuditedAuthority,
    Auditor,
    Calendar,
    Competence,
    Costs,
    Instance,
    Led,
    Part,
    Plan,
    Planned,
    Qualification,
    Span,
    Status,
    Travel,
    Weights,
    Wish,
)

FREE = Weights(risk=0, load=0, travel=0, rotation=0, change_days=0, change_team=0, dropped=0)
ISO = "iso9001-2015"


def march(*days: int) -> tuple[date, ...]:
    """Days of March 2027, which begins on a Monday."""
    return tuple(date(2027, 3, day) for day in days)


def span(first: int, last: int) -> Span:
    return Span(first=date(2027, 3, first), last=date(2027, 3, last))


ANNA = Auditor(
    id="anna",
    authority="education",
    units=("education",),
    qualification=Qualification.LEAD,
    competences=(Competence(edition=ISO),),
    languages=("ru", "en"),
    site="north",
    days_per_month=3,
)
BORIS = Auditor(
    id="boris",
    authority="health",
    units=("health/clinics", "health"),
    competences=(Competence(edition=ISO, field="money", until=date(2027, 3, 31)),),
    site="south",
)
GLEB = Auditor(
    id="gleb",
    authority="finance",
    units=("finance/tax", "finance"),
    qualification=Qualification.LEAD,
    competences=(Competence(edition=ISO, field="care"),),
    site="south",
    absences=(span(22, 23),),
    parts=(Part(process="drugs", until=date(2025, 3, 9)),),
)
VERA = Auditor(id="vera", authority="culture", qualification=Qualification.TRAINEE, site="north")
BUDGET = Wish(
    id="budget",
    authority="finance",
    edition=ISO,
    fields=("money",),
    processes=("payments",),
    person_days=4,
    auditors=2,
    trainees=1,
    window=span(1, 31),
    risk=0.29,
    present=Assignment(first=date(2027, 3, 1), lead="anna", members=("gleb",)),
)
DRUGS = Wish(
    id="drugs",
    authority="health",
    units=("health/pharmacies",),
    edition=ISO,
    fields=("care",),
    processes=("drugs",),
    person_days=3,
    window=span(1, 31),
    risk=1.0,
    present=Assignment(first=date(2027, 3, 10), lead="gleb"),
    fixed=True,
)
INSTANCE = Instance(
    year=2027,
    calendars=(Calendar(id="main", days_off=march(8)), Calendar(id="far", days_off=march(2, 17))),
    authorities=(
        AuditedAuthority(id="finance", site="south", closed=(span(29, 31),)),
        AuditedAuthority(id="health", site="south"),
    ),
    auditors=(ANNA, BORIS, GLEB, VERA),
    wishes=(BUDGET, DRUGS),
    history=(
        Led(year=2026, lead="anna", authority="finance"),
        Led(year=2025, lead="anna", authority="finance"),
        Led(year=2026, lead="gleb", authority="health"),
    ),
    travel=(Travel(a="south", b="north", days=2),),
    weights=Weights(risk=100, load=20, travel=5, rotation=15, change_days=10, change_team=7, dropped=1_000),
)
"""The even load is 3: 4 + 3 person-days of three who may audit, rounded up."""
PLAN = Plan(
    year=2027,
    status=Status.OPTIMAL,
    audits=(
        Planned(
            wish="budget",
            days=march(16, 17),
            lead="anna",
            members=("boris",),
            trainees=("vera",),
            # Two weeks × 0.29 × 100; Anna travels two days; she led it last year; another day, and Gleb is not sent.
            costs=Costs(risk=58, travel=10, rotation=15, change=17),
        ),
        Planned(wish="drugs", days=march(10, 11, 12), lead="gleb", costs=Costs(risk=100, rotation=15)),
    ),
    objective=215,
    bound=215.0,
    gap=0.0,
    parts=Costs(risk=158, travel=10, rotation=30, change=17),
)


def changed(rows: tuple[Any, ...], key: str, **values: Any) -> tuple[Any, ...]:
    """The same rows, one of them with other values."""
    name = "wish" if isinstance(rows[0], Planned) else "id"
    return tuple(row.model_copy(update=values) if getattr(row, name) == key else row for row in rows)


def auditor(key: str, instance: Instance = INSTANCE, **values: Any) -> Instance:
    return instance.model_copy(update={"auditors": changed(instance.auditors, key, **values)})


def wish(key: str, instance: Instance = INSTANCE, **values: Any) -> Instance:
    return instance.model_copy(update={"wishes": changed(instance.wishes, key, **values)})


def authority(key: str, instance: Instance = INSTANCE, **values: Any) -> Instance:
    return instance.model_copy(update={"authorities": changed(instance.authorities, key, **values)})


def audit(key: str, plan: Plan = PLAN, **values: Any) -> Plan:
    return plan.model_copy(update={"audits": changed(plan.audits, key, **values)})


def free(instance: Instance) -> Instance:
    """The same where nothing costs anything, so that only rules are asked."""
    return instance.model_copy(update={"weights": FREE})


def unpriced(plan: Plan) -> Plan:
    """The same plan without figures."""
    audits = tuple(one.model_copy(update={"costs": Costs()}) for one in plan.audits)
    return plan.model_copy(update={"audits": audits, "objective": 0, "bound": 0.0, "parts": Costs()})
