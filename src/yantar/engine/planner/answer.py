"""A solution put into the published form: trainees filled in, costs of each choice, reasons for what is left out."""

from __future__ import annotations

from yantar.engine.planner.explain import crowded_out, obstacles
from yantar.engine.planner.forms import Costs, Dropped, Plan, Planned, Qualification, Status
from yantar.engine.planner.greedy import Booking
from yantar.engine.planner.tables import Choice, Solution, Tables


def as_plan(tables: Tables, solution: Solution, bound: float, status: Status, seed: int, seconds: float) -> Plan:
    """The plan of a solution. `seconds`: time, at most, for finding the reasons of wishes that others crowd out."""
    trainees, shares = _trainees(tables, solution), _shares(tables, solution)
    audits = []
    for k, choice in enumerate(solution):
        if choice is not None:
            parts = tables.parts(k, choice).model_copy(update={"load": shares[k]})
            audits.append(_planned(tables, k, choice, trainees[k], parts))
    out = [k for k, choice in enumerate(solution) if choice is None]
    crowded = [k for k in out if tables.options[k].possible]
    dropped = []
    for k in out:
        impossible = not tables.options[k].possible
        reasons = obstacles(tables, k) if impossible else crowded_out(tables, solution, k, seconds / len(crowded))
        dropped.append(Dropped(wish=tables.wishes[k].id, reasons=reasons))
    total = tables.total(solution)
    bound = float(total.total) if status is Status.OPTIMAL else min(bound, float(total.total))
    return Plan(
        year=tables.instance.year,
        status=status,
        audits=tuple(audits),
        dropped=tuple(dropped),
        objective=total.total,
        bound=bound,
        gap=(total.total - bound) / total.total if total.total else 0.0,
        parts=total,
        unavoidable_load=tables.unavoidable_load(solution),
        seed=seed,
    )


def _planned(tables: Tables, k: int, choice: Choice, trainees: tuple[str, ...], costs: Costs) -> Planned:
    return Planned(
        wish=tables.wishes[k].id,
        days=tuple(tables.day(d) for d in tables.options[k].days[choice.start]),
        lead=tables.auditors[choice.lead].id,
        members=tuple(tables.auditors[i].id for i in choice.members),
        trainees=trainees,
        costs=costs,
    )


def _shares(tables: Tables, solution: Solution) -> list[int]:
    """The points of load of every auditor, shared between their audits by length; the remainder goes to the last ones."""
    shares = [0] * len(solution)
    audits: dict[int, list[int]] = {}
    for k, choice in enumerate(solution):
        for i in choice.team if choice is not None else ():
            audits.setdefault(i, []).append(k)
    for ks in audits.values():
        whole = sum(tables.options[k].length for k in ks)
        points, counted, given = tables.weights.load * max(0, whole - tables.even), 0, 0
        for k in ks:
            counted += tables.options[k].length
            share = points * counted // whole - given
            shares[k] += share
            given += share
    return shares


def _trainees(tables: Tables, solution: Solution) -> list[tuple[str, ...]]:
    """Places for trainees filled with whoever is free: those of the present plan first, then the nearest with the fewest places so far."""
    booking = Booking(tables, solution)
    busy, places = booking.busy, [0] * len(tables.auditors)
    learning = [n for n, a in enumerate(tables.auditors) if a.qualification is Qualification.TRAINEE]
    found: list[tuple[str, ...]] = [()] * len(solution)
    for k, choice in sorted(enumerate(solution), key=lambda pair: (not tables.wishes[pair[0]].fixed, pair[0])):
        wish, options = tables.wishes[k], tables.options[k]
        if choice is None:
            continue
        present = () if wish.present is None else wish.present.trainees
        if wish.fixed:
            found[k] = present
            booking.used[[tables.number[t] for t in present]] += options.profile[choice.start]
            continue
        days = options.days[choice.start]
        if not wish.trainees or not learning:
            continue
        able = tables.speaks(wish) & tables.independent(wish, days[:1])[:, 0] & tables.at_work[:, days].all(axis=1) & ~busy[:, days].any(axis=1)
        able &= (booking.used + options.profile[choice.start][None, :] <= tables.capacity[:, None]).all(axis=1)
        free = [n for n in learning if able[n]]
        free.sort(key=lambda n: (tables.auditors[n].id not in present, tables.travel(wish, n), places[n], n))
        chosen = free[: min(wish.trainees, wish.auditors)]
        for n in chosen:
            busy[n, days] = True
            booking.used[n] += options.profile[choice.start]
            places[n] += 1
        found[k] = tuple(tables.auditors[n].id for n in chosen)
    return found
