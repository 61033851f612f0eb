"""The checker on random years: plans that break nothing pass, and whatever is broken in them is found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from yantar.engine.planner.check import candidates_for, check, judge_move
from yantar.engine.planner.check_ground import Ground
from yantar.engine.planner.forms import Assignment, Costs, Dropped, Instance, Obstacle, Plan, Planned, Status
from yantar.engine.planner.reading import read_instance, read_plan, written
from yantar.engine.planner.reasons import REASONS, Kind

from .hand_made import free
from .random_years import QUICK, years

WHY = (Obstacle(code=next(code for code, reason in REASONS.items() if reason.kind is Kind.OBSTACLE)),)


def naive(instance: Instance) -> Plan:
    """A plan without thought: what is fixed stays, every other wish takes the first day on which it breaks nothing. It costs nothing."""
    ground, taken, left_out = Ground(instance), dict[str, Assignment](), list[str]()
    for wish in sorted(instance.wishes, key=lambda one: not one.fixed):
        found = candidates_for(instance, taken, wish.id, limit=1)
        if found:
            taken[wish.id] = found[0].assignment
        else:
            left_out.append(wish.id)
    audits = []
    for key, one in taken.items():
        days = ground.run(ground.wishes[key], one.first)
        audits.append(Planned(wish=key, days=days, lead=one.lead, members=one.members, trainees=one.trainees))
    dropped = tuple(Dropped(wish=key, reasons=WHY) for key in left_out)
    return Plan(year=instance.year, status=Status.FEASIBLE, audits=tuple(audits), dropped=dropped, objective=0, bound=0.0, gap=0.0, parts=Costs())


def codes(instance: Instance, plan: Plan) -> set[str]:
    return {one.code for one in check(instance, plan)}


@settings(QUICK, max_examples=35)
@given(years())
def test_a_plan_without_thought_breaks_nothing(instance: Instance) -> None:
    # What is fixed may have been left out because of another fixed audit; the checker allows it.
    instance = free(instance)
    assert codes(instance, naive(instance)) == set()


@settings(QUICK, max_examples=40)
@given(years(), st.data())
def test_what_is_broken_is_found(instance: Instance, data: Any) -> None:
    instance = free(instance)
    plan = naive(instance)
    if not plan.audits:
        return
    chosen = data.draw(st.sampled_from(plan.audits))
    wish = next(one for one in instance.wishes if one.id == chosen.wish)
    weekend = chosen.days[0] + timedelta(days=5 - chosen.days[0].weekday())
    trainee = next((one.id for one in instance.auditors if one.qualification == "trainee"), None)
    own = next((one.id for one in instance.auditors if one.authority == wish.authority and not wish.units), None)
    broken: dict[str, dict[str, Any]] = {
        "days_count": {"days": (*chosen.days, chosen.days[-1] + timedelta(days=1))},
        "days_not_consecutive": {"days": (chosen.days[0], *chosen.days)[: len(chosen.days)]} if len(chosen.days) > 1 else {},
        "outside_window": {"days": tuple(day + timedelta(days=70) for day in chosen.days)},
        "team_size": {"members": (*chosen.members, "p0")},
        "person_twice": {"members": (*chosen.members[:-1], chosen.lead)} if chosen.members else {},
        "auditor_unknown": {"lead": "nobody"},
        "lead_not_qualified": {"lead": trainee} if trainee else {},
        "own_unit": {"lead": own} if own else {},
        "day_not_worked": {"days": (weekend,)} if not any(weekend in one.worked for one in instance.calendars) else {},
    }
    for code, change in broken.items():
        if change:
            audits = tuple(one.model_copy(update=change) if one is chosen else one for one in plan.audits)
            assert code in codes(instance, plan.model_copy(update={"audits": audits}))
    without = plan.model_copy(update={"audits": tuple(one for one in plan.audits if one is not chosen)})
    assert codes(instance, without) == {"wish_missing"}


@settings(QUICK, max_examples=35)
@given(years(), st.data())
def test_a_move_says_what_the_whole_plan_would(instance: Instance, data: Any) -> None:
    """The quick judgement of a move and the check of the plan with that move agree on what the move breaks."""
    instance = free(instance)
    plan = naive(instance)
    wish = data.draw(st.sampled_from(instance.wishes))
    people = st.sampled_from([one.id for one in instance.auditors])
    first = wish.window.first + timedelta(days=data.draw(st.integers(-3, 30)))
    move = Assignment(first=first, lead=data.draw(people), members=tuple(data.draw(st.lists(people, max_size=2))))
    said = {one.code for one in judge_move(instance, plan, wish.id, move) if one.hard}
    moved = Planned(wish=wish.id, days=Ground(instance).run(wish, first), lead=move.lead, members=move.members)
    audits = (*(one for one in plan.audits if one.wish != wish.id), moved)
    dropped = tuple(one for one in plan.dropped if one.wish != wish.id)
    assert said == codes(instance, plan.model_copy(update={"audits": audits, "dropped": dropped})) - {"fixed_dropped"}


@settings(QUICK, max_examples=30)
@given(years())
def test_forms_survive_being_written(instance: Instance) -> None:
    assert read_instance(written(instance)) == instance
    plan = naive(instance)
    assert read_plan(written(plan)) == plan
