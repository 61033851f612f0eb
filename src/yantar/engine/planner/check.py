"""Is a plan right? Judged from the instance alone, without a line of the model that made it; nobody sees a plan before.

`check` says everything that is wrong at once. `judge_move` says what one move by hand breaks and what it costs, `candidates_for` which
days and people would break nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .check_ground import Ground, Sitting, Violation
from .check_moves import Candidate, breaks_by_itself, candidates_for, judge_move
from .check_rules import AUDIT_RULES, SHARED_RULES
from .check_sums import SUMS
from .forms import Instance, Plan
from .reasons import REASONS

__all__ = ["Candidate", "Violation", "candidates_for", "check", "judge_move"]


def check(instance: Instance, plan: Plan) -> list[Violation]:
    """Everything that is wrong with a plan; empty when it may be shown.

    An instance that can't be read (keys twice, unknown calendars or authorities) is all that is said then.
    """
    ground = Ground(instance)
    if unfit := list(ground.unfit()):
        return unfit
    found = [*_wishes_answered(ground, plan), *_drops_explained(plan)]
    judged = [(audit, Sitting.planned(ground.wishes[audit.wish], audit)) for audit in plan.audits if audit.wish in ground.wishes]
    sittings = [sitting for _audit, sitting in judged]
    found += [one for sitting in sittings for rule in AUDIT_RULES for one in rule(ground, sitting)]
    found += [one for rule in SHARED_RULES for one in rule(ground, sittings)]
    found += [one for total in SUMS for one in total(ground, plan, judged)]
    return found


def _wishes_answered(ground: Ground, plan: Plan) -> Iterator[Violation]:
    """The plan is one of this year, and each wish is planned or left out, once."""
    if plan.year != ground.instance.year:
        yield Violation("year_wrong", params={"expected": ground.instance.year, "found": plan.year})
    planned, dropped = Counter(one.wish for one in plan.audits), Counter(one.wish for one in plan.dropped)
    for key in dict.fromkeys([*planned, *dropped]):
        if key not in ground.wishes:
            yield Violation("wish_unknown", key, {"wish": key})
        elif planned[key] > 1 or dropped[key] > 1:
            yield Violation("wish_twice", key, {"wish": key})
        elif planned[key] and dropped[key]:
            yield Violation("wish_planned_and_dropped", key, {"wish": key})
    for key, wish in ground.wishes.items():
        if not planned[key] and not dropped[key]:
            yield Violation("wish_missing", key, {"wish": key})
        if dropped[key] and wish.fixed and not breaks_by_itself(ground, wish):
            yield Violation("fixed_dropped", key, {"wish": key})


def _drops_explained(plan: Plan) -> Iterator[Violation]:
    """Whatever is left out has a reason that can be said in words."""
    for one in plan.dropped:
        if not one.reasons:
            yield Violation("drop_unexplained", one.wish, {"wish": one.wish})
        for reason in one.reasons:
            if reason.code not in REASONS:
                yield Violation("drop_reason_unknown", one.wish, {"wish": one.wish, "code": reason.code})
