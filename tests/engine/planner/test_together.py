"""Checker and solver against each other on random years: written apart, they have to mean the same."""

from __future__ import annotations

from hypothesis import given, settings

from yantar.engine.planner import make_plan
from yantar.engine.planner.check import candidates_for, check
from yantar.engine.planner.forms import Instance, Status
from yantar.engine.planner.reasons import REASONS, Kind

from .random_years import QUICK, years


@settings(QUICK, max_examples=25)
@given(years(most_wishes=4, most_auditors=8))
def test_the_solver_s_plans_are_right(instance: Instance) -> None:
    plan = make_plan(instance, seconds=10, seed=1, workers=1)
    assert check(instance, plan) == []
    assert all(REASONS[reason.code].kind is Kind.OBSTACLE for one in plan.dropped for reason in one.reasons)
    if plan.status is Status.OPTIMAL:
        for one in plan.dropped:
            assert candidates_for(instance, plan, one.wish, limit=1) == ()
