"""The arithmetic of a plan, from nothing: what its audits cost by the weights of the instance, and what it says of itself.

Risk scores are taken as the decimal that is written, so that 0.29 × 100 points are 29 and not 28 by the accident of binary fractions.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from .check_ground import Ground, Sitting, Violation
from .forms import Costs, Method, Plan, Planned, Status

TOLERANCE = 1e-6
"""Bounds and gaps are floats."""
OWN_PARTS = ("risk", "travel", "rotation", "change")
"""What an audit costs whatever the other audits are."""
PARTS = ("risk", "load", "travel", "rotation", "change", "dropped")


def risk_cost(ground: Ground, sitting: Sitting) -> int:
    """Whole weeks after the beginning of the window, times the risk score; rounded down."""
    weeks = max(0, (min(sitting.days) - sitting.wish.window.first).days // 7) if sitting.days else 0
    return math.floor(Fraction(str(sitting.wish.risk)) * weeks * ground.instance.weights.risk)


def travel_cost(ground: Ground, sitting: Sitting) -> int:
    """Travel days of the lead and the members of an audit on site."""
    if sitting.wish.method is not Method.ON_SITE:
        return 0
    there = ground.authorities[sitting.wish.authority].site
    return ground.instance.weights.travel * sum(ground.travel_days(one.site, there) for one in ground.known(sitting.counted))


def rotation_cost(ground: Ground, sitting: Sitting) -> int:
    """Led by whoever led the same authority in the last year."""
    again = (ground.instance.year - 1, sitting.lead, sitting.wish.authority) in ground.led
    return ground.instance.weights.rotation if again else 0


def change_cost(ground: Ground, sitting: Sitting) -> int:
    """Another first day than the present one; people of the present team who are not sent; another lead."""
    present, weights = sitting.wish.present, ground.instance.weights
    if present is None:
        return 0
    moved = weights.change_days if sitting.days[:1] != (present.first,) else 0
    gone = {present.lead, *present.members} - set(sitting.counted)
    return moved + weights.change_team * (len(gone) + (sitting.lead != present.lead))


def own_costs(ground: Ground, sitting: Sitting) -> Costs:
    """What an audit costs without its share of the load."""
    return Costs(
        risk=risk_cost(ground, sitting),
        travel=travel_cost(ground, sitting),
        rotation=rotation_cost(ground, sitting),
        change=change_cost(ground, sitting),
    )


def days_of(sittings: Iterable[Sitting]) -> Counter[str]:
    """Audit days of every lead and member in the year."""
    spent: Counter[str] = Counter()
    for sitting in sittings:
        for key in sitting.counted:
            spent[key] += len(sitting.days)
    return spent


def load_cost(ground: Ground, spent: Counter[str]) -> int:
    """Days above the even load of everybody."""
    return ground.instance.weights.load * sum(max(0, days - ground.even_load) for days in spent.values())


def total_costs(ground: Ground, sittings: Sequence[Sitting], dropped: int) -> Costs:
    """What a plan costs by parts."""
    own = [own_costs(ground, one) for one in sittings]
    return Costs(
        **{part: sum(getattr(one, part) for one in own) for part in OWN_PARTS},
        load=load_cost(ground, days_of(sittings)),
        dropped=ground.instance.weights.dropped * dropped,
    )


def unavoidable_load(ground: Ground, sittings: Iterable[Sitting]) -> int:
    """Points for audits that alone are longer than the even load, whoever is sent to them."""
    long = (one.wish.auditors * max(0, one.wish.days - ground.even_load) for one in sittings)
    return ground.instance.weights.load * sum(long)


def audit_costs_right(ground: Ground, plan: Plan, judged: Sequence[tuple[Planned, Sitting]]) -> Iterator[Violation]:
    """Each audit says what its own choice costs; its share of the load is not more than its team can have caused."""
    spent = days_of(sitting for _audit, sitting in judged)
    for audit, sitting in judged:
        own = own_costs(ground, sitting)
        for part in (*OWN_PARTS, "dropped"):
            expected, found = getattr(own, part), getattr(audit.costs, part)
            if expected != found:
                yield Violation("audit_cost_wrong", audit.wish, {"part": part, "expected": expected, "found": found})
        excess = sum(min(len(sitting.days), max(0, spent[key] - ground.even_load)) for key in sitting.counted)
        limit = ground.instance.weights.load * excess
        if not 0 <= audit.costs.load <= limit:
            yield Violation("audit_load_impossible", audit.wish, {"limit": limit, "found": audit.costs.load})


def parts_right(ground: Ground, plan: Plan, judged: Sequence[tuple[Planned, Sitting]]) -> Iterator[Violation]:
    """The parts are the sums of the audits, and the objective is the sum of the parts."""
    totals = total_costs(ground, [sitting for _audit, sitting in judged], len({one.wish for one in plan.dropped}))
    for part in PARTS:
        expected, found = getattr(totals, part), getattr(plan.parts, part)
        if expected != found:
            yield Violation("part_wrong", params={"part": part, "expected": expected, "found": found})
    shares = sum(audit.costs.load for audit, _sitting in judged)
    if shares != totals.load:
        yield Violation("load_shares_wrong", params={"expected": totals.load, "found": shares})
    if plan.objective != totals.total:
        yield Violation("objective_wrong", params={"expected": totals.total, "found": plan.objective})


def unavoidable_right(ground: Ground, plan: Plan, judged: Sequence[tuple[Planned, Sitting]]) -> Iterator[Violation]:
    """What is called unavoidable is."""
    expected = unavoidable_load(ground, [sitting for _audit, sitting in judged])
    if plan.unavoidable_load != expected:
        yield Violation("unavoidable_wrong", params={"expected": expected, "found": plan.unavoidable_load})


def bound_right(ground: Ground, plan: Plan, judged: Sequence[tuple[Planned, Sitting]]) -> Iterator[Violation]:
    """The bound lies not above the objective, the gap is what lies between, and an optimum has none."""
    bound, objective = plan.bound, plan.objective
    shown: dict[str, str | int] = {"bound": f"{bound:g}", "objective": objective}
    if not math.isfinite(bound) or bound > objective + TOLERANCE:
        yield Violation("bound_above_objective", params=shown)
        return
    expected = (objective - bound) / objective if objective else 0.0
    if not math.isclose(max(0.0, expected), plan.gap, abs_tol=TOLERANCE):
        yield Violation("gap_wrong", params={"expected": f"{expected:.6f}", "found": f"{plan.gap:.6f}"})
    if plan.status is Status.OPTIMAL and math.ceil(bound - TOLERANCE) < objective:
        yield Violation("optimum_not_proven", params=shown)


SUMS: tuple[Callable[[Ground, Plan, Sequence[tuple[Planned, Sitting]]], Iterator[Violation]], ...] = (
    audit_costs_right,
    parts_right,
    unavoidable_right,
    bound_right,
)
