"""Why a wish was left out, as codes: which rules stand in its way alone, or which audits it can't be held beside."""

from __future__ import annotations

import time

import numpy as np
from ortools.sat.python import cp_model

from yantar.engine.planner.forms import Obstacle, Wish
from yantar.engine.planner.greedy import Booking
from yantar.engine.planner.model import Model, Scope
from yantar.engine.planner.tables import Family, Solution, Tables, staffable


def obstacles(tables: Tables, k: int) -> tuple[Obstacle, ...]:
    """Why a wish can't be fulfilled even when nothing else is planned.

    Every family of rules whose absence alone would make it possible; if no single one would, a least set of families that together do.
    """
    wish = tables.wishes[k]
    if wish.fixed:
        return _fixed(tables, wish)
    window = {"first": wish.window.first.isoformat(), "last": wish.window.last.isoformat()}
    days = tables.starts(wish)
    if not len(days):
        if len(tables.starts(wish, closed=False)):
            return (_because("closed_throughout", authority=wish.authority, **window),)
        found = len(tables.days_worked(wish))
        return (_because("window_too_short", expected=wish.days, found=found, **window),)

    def possible(without: frozenset[Family]) -> bool:
        _, member, lead, covers = tables.able(wish, days, without)
        return bool(staffable(member, lead, covers, wish.auditors).any())

    alone = [f for f in Family if possible(frozenset({f}))]
    if Family.FIELD in alone and Family.COMPETENCE in alone:
        alone.remove(Family.COMPETENCE)
    if not alone:
        needed = frozenset(Family)
        if not possible(needed):
            return (_because("too_few_competent", edition=wish.edition, expected=wish.auditors),)
        for family in Family:
            if possible(needed - {family}):
                needed -= {family}
        alone = [f for f in Family if f in needed]
    return tuple(reason for family in alone for reason in _in_words(tables, wish, days, family, window))


def _in_words(tables: Tables, wish: Wish, days: np.ndarray, family: Family, window: dict[str, str]) -> list[Obstacle]:  # type: ignore[type-arg]
    match family:
        case Family.LANGUAGE:
            return [_because("nobody_speaks", language=wish.language)]
        case Family.COMPETENCE:
            return [_because("too_few_competent", edition=wish.edition, expected=wish.auditors)]
        case Family.INDEPENDENCE:
            return [_because("too_few_independent", authority=wish.authority, expected=wish.auditors)]
        case Family.LEAD:
            return [_because("no_lead", edition=wish.edition)]
        case Family.PAIR:
            return [_because("leads_too_long", authority=wish.authority, years=tables.instance.pair_years)]
        case Family.CAPACITY:
            return [_because("month_too_small", expected=wish.days)]
        case Family.ABSENCE:
            return [_because("all_absent", **window)]
        case Family.FIELD:
            _, _, _, covers = tables.able(wish, days)
            bare = [f for f, c in zip(dict.fromkeys(wish.fields), covers, strict=True) if not c.any()]
            if bare:
                return [_because("field_uncovered", field=f, edition=wish.edition) for f in bare]
            return [_because("fields_together_uncovered", edition=wish.edition, expected=wish.auditors)]


def _fixed(tables: Tables, wish: Wish) -> tuple[Obstacle, ...]:
    present = wish.present
    assert present is not None
    day = present.first.isoformat()
    team = list(dict.fromkeys((present.lead, *present.members)))
    if len(team) != wish.auditors or len(present.members) + 1 != wish.auditors:
        return (_because("fixed_team", expected=wish.auditors, found=len(team)),)
    days = tables.starts(wish)
    days = days[days[:, 0] == (present.first - tables.origin).days]
    if not len(days):
        return (_because("fixed_day", day=day),)
    rows, member, lead, covers = tables.able(wish, days)
    able = {tables.auditors[i].id for i, ok in zip(rows, member[:, 0], strict=True) if ok}
    found = [_because("fixed_auditor", auditor=p, day=day) for p in team if p not in able]
    if not found and not any(lead[n, 0] and tables.auditors[i].id == present.lead for n, i in enumerate(rows)):
        found.append(_because("fixed_lead", auditor=present.lead))
    for field, cover in zip(dict.fromkeys(wish.fields), covers, strict=True):
        if not found and not any(cover[n, 0] and tables.auditors[i].id in team for n, i in enumerate(rows)):
            found.append(_because("field_uncovered", field=field, edition=wish.edition))
    return tuple(found) or tuple(_because("fixed_trainee", auditor=t, day=day) for t in present.trainees) or (_because("fixed_day", day=day),)


def crowded_out(tables: Tables, solution: Solution, k: int, seconds: float) -> tuple[Obstacle, ...]:
    """A least set of planned audits beside which the wish can't be held, however all of them are placed; one reason for each.

    They are found by planning ever more of its neighbours together with it until that is proven impossible, then by leaving out
    whichever is not needed for the proof. When time is up before, `no_room_found`.
    """
    until = time.monotonic() + seconds
    options = tables.options[k]
    able, first, last = set(options.people.tolist()), int(options.days.min()), int(options.days.max())

    def nearness(other: int) -> int:
        choice = solution[other]
        if choice is None:
            return 0
        days = tables.options[other].days
        meets = days.min() <= last + 31 and days.max() >= first - 31
        same = tables.authority[other] == tables.authority[k]
        return int(meets) * (1000 * same + 10 * sum(i in able for i in choice.team) + len(able & set(tables.options[other].people.tolist())))

    order = sorted((o for o, c in enumerate(solution) if c is not None and nearness(o)), key=lambda o: (-nearness(o), o))
    taken, width = None, 1
    while time.monotonic() < until:
        if _impossible(tables, [k, *order[:width]], until - time.monotonic()):
            taken = order[:width]
            break
        if width >= len(order):
            break
        width *= 2
    if taken is None:
        return (_because("no_room_found"),)
    for other in list(taken):
        fewer = [o for o in taken if o != other]
        if time.monotonic() < until and _impossible(tables, [k, *fewer], until - time.monotonic()):
            taken = fewer
    return tuple(_because("crowded_out", other=tables.wishes[o].id) for o in sorted(taken))


def _impossible(tables: Tables, wishes: list[int], seconds: float) -> bool:
    """Whether it is proven that these can't all be held."""
    scopes = {k: Scope(np.arange(len(tables.options[k].people)), np.arange(len(tables.options[k].days))) for k in wishes}
    model = Model(tables, Booking(tables), scopes, droppable=False)
    model.cp.clear_objective()
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.05, seconds)
    solver.parameters.num_workers = 1
    return solver.solve(model.cp) == cp_model.INFEASIBLE


def _because(code: str, **params: str | int) -> Obstacle:
    return Obstacle(code=code, params=params)
