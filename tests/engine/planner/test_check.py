"""The checker: a plan made by hand is right, and whatever is broken in it is said, that and nothing else."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yantar.engine import planner
from yantar.engine.planner.check import Violation, check
from yantar.engine.planner.forms import Assignment, Competence, Costs, Dropped, Instance, Led, Obstacle, Part, Plan, Planned, Qualification, Span
from yantar.engine.planner.reasons import REASONS, Kind

from .hand_made import BUDGET, INSTANCE, ISO, PLAN, audit, auditor, authority, changed, free, march, span, unpriced, wish

OBSTACLE = next(code for code, reason in REASONS.items() if reason.kind is not Kind.COST)


def test_the_plan_made_by_hand_is_right() -> None:
    assert check(INSTANCE, PLAN) == []
    assert check(free(INSTANCE), unpriced(PLAN)) == []


CARE = Competence(edition=ISO, field="care")
Broken = tuple[str, str, dict[str, Any], Instance, Plan]

RULES: list[Broken] = [
    # Independence.
    ("own_unit", "budget", {"auditor": "anna", "authority": "finance"}, auditor("anna", authority="finance"), PLAN),
    (
        "own_unit",
        "drugs",
        {"auditor": "gleb", "authority": "health"},
        auditor("gleb", authority="health", units=("health/pharmacies", "health")),
        PLAN,
    ),
    ("own_unit", "budget", {"auditor": "vera", "authority": "finance"}, auditor("vera", authority="finance"), PLAN),
    ("own_process", "drugs", {"auditor": "gleb", "process": "drugs"}, auditor("gleb", parts=(Part(process="drugs"),)), PLAN),
    (
        "own_process",
        "drugs",
        {"auditor": "gleb", "process": "drugs"},
        auditor("gleb", parts=(Part(process="drugs", until=date(2025, 3, 10)),)),
        PLAN,
    ),
    ("conflict", "budget", {"auditor": "boris", "authority": "finance"}, auditor("boris", conflicts=("finance",)), PLAN),
    (
        "pair_too_long",
        "budget",
        {"auditor": "anna", "authority": "finance", "years": 3},
        INSTANCE.model_copy(update={"history": (*INSTANCE.history, Led(year=2024, lead="anna", authority="finance"))}),
        PLAN,
    ),
    # The team.
    ("auditor_unknown", "budget", {"auditor": "nobody"}, INSTANCE, audit("budget", trainees=("nobody",))),
    ("team_size", "budget", {"expected": 3, "found": 2}, wish("budget", auditors=3, person_days=6), PLAN),
    (
        "person_twice",
        "budget",
        {"auditor": "vera"},
        wish("budget", trainees=2),
        audit("budget", trainees=("vera", "vera")),
    ),
    ("lead_not_qualified", "budget", {"auditor": "anna"}, auditor("anna", qualification=Qualification.MEMBER), PLAN),
    (
        "lead_not_competent",
        "budget",
        {"auditor": "anna", "edition": ISO},
        auditor("anna", competences=(Competence(edition=ISO, until=date(2027, 3, 16)),)),
        PLAN,
    ),
    (
        "lead_covers_no_field",
        "budget",
        {"auditor": "anna", "edition": ISO},
        auditor("anna", competences=(Competence(edition=ISO, field="care"),)),
        PLAN,
    ),
    (
        "member_not_qualified",
        "budget",
        {"auditor": "boris"},
        auditor("boris", qualification=Qualification.TRAINEE),
        PLAN,
    ),
    ("member_not_competent", "budget", {"auditor": "boris", "edition": ISO}, auditor("boris", competences=(Competence(edition="other"),)), PLAN),
    (
        "field_not_covered",
        "budget",
        {"field": "law", "edition": ISO},
        wish("budget", auditor("anna", competences=(Competence(edition=ISO, field="money"),)), fields=("money", "law")),
        PLAN,
    ),
    ("trainee_not_trainee", "budget", {"auditor": "vera"}, auditor("vera", qualification=Qualification.MEMBER), PLAN),
    ("trainees_over_places", "budget", {"limit": 0, "found": 1}, wish("budget", trainees=0), PLAN),
    ("language_not_spoken", "budget", {"auditor": "vera", "language": "ru"}, auditor("vera", languages=("en",)), PLAN),
    # Days.
    ("days_count", "budget", {"expected": 2, "found": 1}, INSTANCE, audit("budget", days=march(16))),
    ("day_not_worked", "budget", {"authority": "finance", "day": "2027-03-17", "count": 1}, authority("finance", calendar="far"), PLAN),
    ("days_not_consecutive", "budget", {"day": "2027-03-18"}, INSTANCE, audit("budget", days=march(16, 18))),
    ("days_not_consecutive", "budget", {"day": "2027-03-16"}, INSTANCE, audit("budget", days=march(17, 16))),
    ("outside_window", "budget", {"first": "2027-03-01", "last": "2027-03-16"}, wish("budget", window=span(1, 16)), PLAN),
    ("authority_closed", "budget", {"authority": "finance", "day": "2027-03-16", "count": 2}, authority("finance", closed=(span(15, 17),)), PLAN),
    ("auditor_absent", "budget", {"auditor": "vera", "day": "2027-03-17", "count": 1}, auditor("vera", absences=(span(17, 19),)), PLAN),
    ("auditor_day_not_worked", "budget", {"auditor": "boris", "day": "2027-03-17", "count": 1}, auditor("boris", calendar="far"), PLAN),
    ("month_full", "", {"auditor": "vera", "month": "2027-03", "limit": 1, "found": 2}, auditor("vera", days_per_month=1), PLAN),
    (
        "authority_booked",
        "drugs",
        {"authority": "finance", "day": "2027-03-16", "count": 2, "other": "budget"},
        wish("drugs", auditor("gleb", authority="culture"), authority="finance", present=Assignment(first=date(2027, 3, 15), lead="gleb")),
        audit("drugs", days=march(15, 16, 17)),
    ),
    (
        "auditor_booked",
        "drugs",
        {"auditor": "vera", "day": "2027-03-17", "count": 1, "other": "budget"},
        wish("drugs", trainees=1, present=Assignment(first=date(2027, 3, 17), lead="gleb", trainees=("vera",))),
        audit("drugs", days=march(17, 18, 19), trainees=("vera",)),
    ),
    (
        "fixed_changed",
        "drugs",
        {},
        INSTANCE,
        audit("drugs", days=march(11, 12, 15)),
    ),
    ("fixed_changed", "drugs", {}, wish("drugs", present=Assignment(first=date(2027, 3, 10), lead="anna")), PLAN),
    # The answer as a whole.
    ("year_wrong", "", {"expected": 2027, "found": 2026}, INSTANCE, PLAN.model_copy(update={"year": 2026})),
    (
        "wish_unknown",
        "else",
        {"wish": "else"},
        INSTANCE,
        PLAN.model_copy(update={"audits": (*PLAN.audits, Planned(wish="else", days=march(1), lead="anna"))}),
    ),
    (
        "wish_twice",
        "budget",
        {"wish": "budget"},
        auditor("anna", days_per_month=5),
        PLAN.model_copy(update={"audits": (*PLAN.audits, PLAN.audits[0].model_copy(update={"days": march(24, 25)}))}),
    ),
    ("wish_missing", "budget", {"wish": "budget"}, INSTANCE, PLAN.model_copy(update={"audits": PLAN.audits[1:]})),
    (
        "wish_planned_and_dropped",
        "budget",
        {"wish": "budget"},
        INSTANCE,
        PLAN.model_copy(update={"dropped": (Dropped(wish="budget", reasons=(Obstacle(code=OBSTACLE),)),)}),
    ),
    (
        "fixed_dropped",
        "drugs",
        {"wish": "drugs"},
        INSTANCE,
        PLAN.model_copy(update={"audits": PLAN.audits[:1], "dropped": (Dropped(wish="drugs", reasons=(Obstacle(code=OBSTACLE),)),)}),
    ),
    (
        "drop_unexplained",
        "budget",
        {"wish": "budget"},
        INSTANCE,
        PLAN.model_copy(update={"audits": PLAN.audits[1:], "dropped": (Dropped(wish="budget", reasons=()),)}),
    ),
    (
        "drop_reason_unknown",
        "budget",
        {"wish": "budget", "code": "mystery"},
        INSTANCE,
        PLAN.model_copy(update={"audits": PLAN.audits[1:], "dropped": (Dropped(wish="budget", reasons=(Obstacle(code="mystery"),)),)}),
    ),
    # Instances that can't be read.
    ("id_twice", "", {"list": "wishes", "id": "budget"}, INSTANCE.model_copy(update={"wishes": (*INSTANCE.wishes, BUDGET)}), PLAN),
    ("calendar_unknown", "", {"calendar": "moon"}, auditor("vera", calendar="moon"), PLAN),
    ("authority_unknown", "drugs", {"wish": "drugs", "authority": "moon"}, wish("drugs", authority="moon"), PLAN),
]


@pytest.mark.parametrize(("code", "about", "params", "instance", "plan"), RULES, ids=lambda value: value if isinstance(value, str) else "")
def test_each_broken_rule_is_said_alone(code: str, about: str, params: dict[str, Any], instance: Instance, plan: Plan) -> None:
    found = check(free(instance), unpriced(plan))
    assert found == [Violation(code, about, params)]
    assert found[0].hard


def figures(**values: Any) -> Plan:
    return PLAN.model_copy(update=values)


def with_costs(**values: int) -> Plan:
    return audit("budget", costs=PLAN.audits[0].costs.model_copy(update=values))


def with_parts(**values: int) -> Plan:
    return figures(parts=PLAN.parts.model_copy(update=values))


def wrong_part(part: str) -> tuple[str, str, dict[str, Any], Plan]:
    right = getattr(PLAN.parts, part)
    return "part_wrong", "", {"part": part, "expected": right, "found": right + 1}, with_parts(**{part: right + 1})


SUMS: list[tuple[str, str, dict[str, Any], Plan]] = [
    ("audit_cost_wrong", "budget", {"part": "risk", "expected": 58, "found": 57}, with_costs(risk=57)),
    ("audit_cost_wrong", "budget", {"part": "travel", "expected": 10, "found": 0}, with_costs(travel=0)),
    ("audit_cost_wrong", "budget", {"part": "rotation", "expected": 15, "found": 30}, with_costs(rotation=30)),
    ("audit_cost_wrong", "budget", {"part": "change", "expected": 17, "found": 10}, with_costs(change=10)),
    ("audit_cost_wrong", "budget", {"part": "dropped", "expected": 0, "found": 1}, with_costs(dropped=1)),
    *[wrong_part(part) for part in ("risk", "load", "travel", "rotation", "change", "dropped")],
    ("objective_wrong", "", {"expected": 215, "found": 216}, figures(objective=216, bound=216.0)),
    ("unavoidable_wrong", "", {"expected": 0, "found": 20}, figures(unavoidable_load=20)),
    ("bound_above_objective", "", {"bound": "216", "objective": 215}, figures(bound=216.0)),
    ("bound_above_objective", "", {"bound": "nan", "objective": 215}, figures(bound=float("nan"))),
    ("gap_wrong", "", {"expected": "0.023256", "found": "0.000000"}, figures(bound=210.0, status="feasible")),
    ("optimum_not_proven", "", {"bound": "210", "objective": 215}, figures(bound=210.0, gap=5 / 215)),
]


@pytest.mark.parametrize(("code", "about", "params", "plan"), SUMS)
def test_each_wrong_figure_is_said_alone(code: str, about: str, params: dict[str, Any], plan: Plan) -> None:
    assert check(INSTANCE, plan) == [Violation(code, about, params)]


def loaded() -> tuple[Instance, Plan]:
    """The same plan where three days are one above the even load of two: Gleb's audit alone is too long for anybody."""
    instance = INSTANCE.model_copy(update={"auditors": (*INSTANCE.auditors, INSTANCE.auditors[0].model_copy(update={"id": "dina"}))})
    costs = PLAN.audits[1].costs.model_copy(update={"load": 20})
    parts = PLAN.parts.model_copy(update={"load": 20})
    return instance, audit("drugs", costs=costs).model_copy(update={"parts": parts, "objective": 235, "bound": 235.0, "unavoidable_load": 20})


def test_load_is_counted_above_the_even_load() -> None:
    instance, plan = loaded()
    assert check(instance, plan) == []
    moved = audit("budget", audit("drugs", plan, costs=PLAN.audits[1].costs), costs=PLAN.audits[0].costs.model_copy(update={"load": 20}))
    assert check(instance, moved) == [Violation("audit_load_impossible", "budget", {"limit": 0, "found": 20})]
    nobody_s = audit("drugs", plan, costs=PLAN.audits[1].costs)
    assert check(instance, nobody_s) == [Violation("load_shares_wrong", "", {"expected": 20, "found": 0})]


def test_a_dropped_wish_costs_what_it_is_worth() -> None:
    plan = PLAN.model_copy(
        update={
            "audits": PLAN.audits[1:],
            "dropped": (Dropped(wish="budget", reasons=(Obstacle(code=OBSTACLE),)),),
            "parts": Costs(risk=100, rotation=15, dropped=1_000),
            "objective": 1_115,
            "bound": 1_115.0,
        }
    )
    assert check(INSTANCE, plan) == []


def test_a_plan_of_nothing_has_no_gap() -> None:
    nothing = INSTANCE.model_copy(update={"wishes": ()})
    empty = figures(audits=(), parts=Costs(), objective=0, bound=0.0)
    assert check(nothing, empty) == []
    assert [one.code for one in check(nothing, empty.model_copy(update={"bound": -5.0}))] == ["optimum_not_proven"]


def test_everything_is_said_at_once() -> None:
    plan = audit("budget", days=march(6, 7), lead="gleb", members=("gleb",), trainees=("anna",), costs=Costs())
    codes = {one.code for one in check(INSTANCE, plan)}
    assert codes >= {
        "own_unit",
        "person_twice",
        "lead_covers_no_field",
        "field_not_covered",
        "trainee_not_trainee",
        "day_not_worked",
        "objective_wrong",
    }


def test_an_audit_without_days_is_judged_without_an_accident() -> None:
    assert [one.code for one in check(free(INSTANCE), unpriced(audit("budget", days=())))] == ["days_count"]


def test_a_transferred_day_is_worked() -> None:
    saturday = INSTANCE.model_copy(update={"calendars": changed(INSTANCE.calendars, "main", worked=march(20))})
    over_the_weekend = unpriced(audit("budget", days=march(19, 20)))
    assert check(free(saturday), over_the_weekend) == []
    assert {one.code for one in check(free(INSTANCE), over_the_weekend)} == {"day_not_worked", "auditor_day_not_worked"}
    assert [one.code for one in check(free(saturday), unpriced(audit("budget", days=march(19, 22))))] == ["days_not_consecutive"]


def test_a_weekend_is_no_gap() -> None:
    assert check(free(INSTANCE), unpriced(audit("budget", days=march(19, 22)))) == []
    over_a_holiday = wish("drugs", present=Assignment(first=date(2027, 3, 5), lead="gleb"))
    later = auditor("gleb", over_a_holiday, parts=())
    assert check(free(later), unpriced(audit("drugs", days=march(5, 9, 10)))) == []


def test_a_part_that_ended_long_enough_ago_is_no_obstacle() -> None:
    still = Part(process="payments", until=None)
    assert check(free(auditor("gleb", parts=(still,))), unpriced(PLAN)) == []
    none = auditor("gleb", INSTANCE.model_copy(update={"cooling_months": 0}), parts=(Part(process="drugs", until=date(2027, 3, 9)),))
    assert check(free(none), unpriced(PLAN)) == []


def test_every_code_that_the_checker_says_is_listed_with_its_parameters() -> None:
    for code, _about, params, *_rest in [*RULES, *SUMS]:
        assert REASONS[code].params == set(params), code
    said = {code for code, *_rest in [*RULES, *SUMS]} | {"audit_load_impossible", "load_shares_wrong", "trainees_over_auditors"}
    listed = {code for code, reason in REASONS.items() if reason.kind in {Kind.RULE, Kind.WHOLE, Kind.SUM}}
    assert listed <= said


def test_more_trainees_than_auditors() -> None:
    second = INSTANCE.auditors[3].model_copy(update={"id": "dasha"})
    instance = wish("drugs", trainees=3, present=Assignment(first=date(2027, 3, 10), lead="gleb", trainees=("vera", "dasha")))
    instance = instance.model_copy(update={"auditors": (*instance.auditors, second)})
    found = check(free(instance), unpriced(audit("drugs", trainees=("vera", "dasha"))))
    assert found == [Violation("trainees_over_auditors", "drugs", {"limit": 1, "found": 2})]


def test_spans_hold_both_their_ends() -> None:
    for first, last, broken in ((15, 16, True), (17, 18, True), (14, 15, False), (18, 19, False)):
        found = check(free(auditor("boris", absences=(Span(first=march(first)[0], last=march(last)[0]),))), unpriced(PLAN))
        assert bool(found) is broken


def test_what_is_fixed_is_left_out_only_where_it_cant_stand() -> None:
    left_out = PLAN.model_copy(update={"audits": PLAN.audits[:1], "dropped": (Dropped(wish="drugs", reasons=(Obstacle(code=OBSTACLE),)),)})
    ill = auditor("gleb", absences=(span(10, 10),))
    assert check(free(ill), unpriced(left_out)) == []
    both = wish(
        "budget", auditor("gleb", authority="culture"), fixed=True, present=Assignment(first=date(2027, 3, 12), lead="anna", members=("gleb",))
    )
    crowded = audit("budget", left_out, days=march(12, 15), members=("gleb",), trainees=())
    assert check(free(wish("budget", both, fields=("care",))), unpriced(crowded)) == []


def test_the_checker_shares_nothing_with_the_solver_but_forms_and_reasons() -> None:
    found = set()
    for path in Path(planner.__file__).parent.glob("check*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("yantar")):
                found.add((node.module or "").removeprefix("yantar.engine.planner."))
            elif isinstance(node, ast.Import):
                found |= {name.name for name in node.names if name.name.startswith("yantar")}
    assert {one for one in found if not one.startswith("check_")} == {"forms", "reasons", "yantar.engine.dates"}
