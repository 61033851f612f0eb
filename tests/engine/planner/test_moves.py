"""A move by hand: what it breaks and costs; and what would break nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from yantar.engine.planner.check import Violation, candidates_for, judge_move
from yantar.engine.planner.forms import Assignment, Competence, Qualification

from .hand_made import INSTANCE, ISO, PLAN, auditor, authority, march, span, wish

AS_PLANNED = {
    "budget": Assignment(first=date(2027, 3, 16), lead="anna", members=("boris",), trainees=("vera",)),
    "drugs": Assignment(first=date(2027, 3, 10), lead="gleb"),
}


def budget(day: int = 16, **values: Any) -> Assignment:
    return AS_PLANNED["budget"].model_copy(update={"first": date(2027, 3, day), **values})


@pytest.mark.parametrize("assigned", [PLAN, AS_PLANNED], ids=["plan", "assignments"])
def test_staying_breaks_and_costs_nothing(assigned: Any) -> None:
    assert judge_move(INSTANCE, assigned, "budget", budget()) == []
    assert judge_move(INSTANCE, assigned, "drugs", AS_PLANNED["drugs"]) == []


def test_a_week_later_costs_a_week_of_risk() -> None:
    found = judge_move(INSTANCE, PLAN, "budget", budget(23))
    assert found == [Violation("cost_risk", "budget", {"before": 58, "after": 87, "change": 29})]
    assert not found[0].hard


def test_rules_come_first_then_the_costs() -> None:
    found = judge_move(INSTANCE, PLAN, "budget", budget(1, lead="gleb", members=("boris",)))
    assert [one.code for one in found if one.hard] == ["own_unit", "lead_covers_no_field"]
    assert [(one.code, one.params["change"]) for one in found if not one.hard] == [
        ("cost_risk", -58),
        ("cost_load", 40),  # Gleb: five days, two above the even load
        ("cost_travel", -10),
        ("cost_rotation", -15),
        ("cost_change", -3),  # the present day again, but without Anna, who was to lead
    ]


def test_what_it_breaks_together_with_others_is_said_with_its_name() -> None:
    to_health = wish("budget", auditor("gleb", authority="culture"), authority="health")
    found = judge_move(to_health, PLAN, "budget", budget(9, lead="gleb", members=("boris",)))
    assert Violation("authority_booked", "budget", {"authority": "health", "day": "2027-03-10", "count": 1, "other": "drugs"}) in found
    assert Violation("auditor_booked", "budget", {"auditor": "gleb", "day": "2027-03-10", "count": 1, "other": "drugs"}) in found


def test_a_full_month_is_said_where_the_move_fills_it() -> None:
    busy = auditor("gleb", auditor("boris", days_per_month=1), days_per_month=4)
    found = judge_move(busy, PLAN, "budget", budget(24, lead="gleb", members=("anna",)))
    assert Violation("month_full", "budget", {"auditor": "gleb", "month": "2027-03", "limit": 4, "found": 5}) in found
    assert not any(one.params.get("auditor") == "boris" for one in found)


def test_taking_out_and_putting_in() -> None:
    out = judge_move(INSTANCE, PLAN, "budget", None)
    assert [(one.code, one.params["change"]) for one in out] == [
        ("cost_risk", -58),
        ("cost_travel", -10),
        ("cost_rotation", -15),
        ("cost_change", -17),
        ("cost_dropped", 1_000),
    ]
    back = judge_move(INSTANCE, {"drugs": AS_PLANNED["drugs"]}, "budget", budget())
    assert [(one.code, one.params["change"]) for one in back] == [(one.code, -int(one.params["change"])) for one in out]
    assert [one.code for one in judge_move(INSTANCE, PLAN, "drugs", None) if one.hard] == ["fixed_dropped"]


def test_an_unknown_wish_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        judge_move(INSTANCE, PLAN, "nothing", None)
    with pytest.raises(KeyError):
        candidates_for(INSTANCE, PLAN, "nothing")


def test_candidates_break_nothing() -> None:
    found = candidates_for(INSTANCE, PLAN, "budget", limit=50)
    # Not the 5th (a holiday follows, Boris is competent until the 31st, the authority is closed from the 29th).
    assert [one.first.day for one in found] == [1, 2, 3, 4, 5, 9, 10, 11, 12, 15, 16, 17, 18, 19, 22, 23, 24, 25]
    for one in found:
        assert (one.leads, one.members, one.trainees) == (("anna",), ("boris", "anna"), ("vera",))
        assert not [each for each in judge_move(INSTANCE, PLAN, "budget", one.assignment) if each.hard]


def test_candidates_that_are_left_out_break_something() -> None:
    possible = {one.first for one in candidates_for(INSTANCE, PLAN, "budget", limit=50)}
    for day in range(1, 32):
        hard = [one for one in judge_move(INSTANCE, PLAN, "budget", budget(day, trainees=())) if one.hard]
        assert bool(hard) is (date(2027, 3, day) not in possible), day


def test_candidates_by_day_and_number() -> None:
    assert [one.first for one in candidates_for(INSTANCE, PLAN, "budget", limit=2)] == list(march(1, 2))
    assert [one.first for one in candidates_for(INSTANCE, PLAN, "budget", first=date(2027, 3, 12))] == list(march(12))
    assert candidates_for(INSTANCE, PLAN, "budget", first=date(2027, 3, 13)) == ()
    assert [one.first for one in candidates_for(INSTANCE, PLAN, "budget", near=date(2027, 3, 16), limit=3)] == list(march(15, 16, 17))


def test_a_fixed_wish_can_only_stay() -> None:
    (only,) = candidates_for(INSTANCE, PLAN, "drugs")
    assert (only.assignment, only.days) == (AS_PLANNED["drugs"], march(10, 11, 12))
    assert candidates_for(INSTANCE, PLAN, "drugs", first=date(2027, 3, 11)) == ()
    assert candidates_for(authority("health", closed=(span(12, 12),)), PLAN, "drugs") == ()


def test_the_team_offered_covers_every_field() -> None:
    law = INSTANCE.auditors[1].model_copy(update={"id": "lev", "competences": (Competence(edition=ISO, field="law"),), "site": "north"})
    wanted = wish("budget", auditor("anna", competences=(Competence(edition=ISO, field="money"),)), fields=("money", "law"))
    assert candidates_for(wanted, PLAN, "budget") == ()
    wanted = wanted.model_copy(update={"auditors": (*wanted.auditors, law)})
    (one,) = candidates_for(wanted, PLAN, "budget", first=date(2027, 3, 16))
    assert (one.assignment.lead, one.assignment.members) == ("anna", ("lev",))
    assert one.members == ("boris", "anna", "lev")  # no travel; by key


def test_the_cheapest_lead_is_offered_first() -> None:
    second = INSTANCE.auditors[0].model_copy(update={"id": "zoya", "site": "south"})
    both = INSTANCE.model_copy(update={"auditors": (*INSTANCE.auditors, second)})
    (one,) = candidates_for(both, PLAN, "budget", first=date(2027, 3, 16))
    assert one.leads == ("zoya", "anna")
    nobody = auditor("anna", qualification=Qualification.MEMBER)
    assert candidates_for(nobody, PLAN, "budget") == ()
