"""Whatever is done to the structure in whatever order: no day is ever left in disorder, and no day before is changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yantar.core.problems import Refused
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.actions import NewAuthority
from yantar.qms.organisation.models import Authority, AuthorityVersion, Site, Succession, Unit, UnitVersion

from .conftest import BY, START

DAYS = [date(2008 + n, 7, 1) for n in range(6)]
LOOKED_AT = sorted({START, date(2040, 1, 1), *DAYS, *(d - timedelta(days=1) for d in DAYS)})
KINDS = ["rename", "personnel", "abolish", "inherit", "merge", "absorb", "split", "separate", "move", "create_unit", "rename_unit", "close_unit"]

steps = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 7), st.integers(0, 7)), min_size=2, max_size=9)


def _begin() -> None:
    for code in ("a", "b", "c"):
        home = actions.create_authority(by=BY, code=code, kind="ministry", name_ru=code, name_en=code, valid_from=START)
        top = actions.create_unit(by=BY, authority=home, code=f"u{code}", name_ru=code, valid_from=START)
        actions.create_unit(by=BY, authority=home, code=f"v{code}", name_ru=code, valid_from=START, parent=top)
        actions.create_site(by=BY, authority=home, code=f"s{code}", name_ru=code, address_ru=code, valid_from=START, is_head_office=True)


def _do(number: int, step: tuple[str, int, int, int]) -> None:
    kind, day_number, one, two = step
    day = DAYS[day_number]
    authorities, units = list(Authority.objects.order_by("pk")), list(Unit.objects.order_by("pk"))
    first, second = authorities[one % len(authorities)], authorities[two % len(authorities)]
    unit, other = units[one % len(units)], units[two % len(units)]
    # Units of the first authority on the day, where it has any: most of what is tried should be possible.
    theirs = [u for u in units if u.versions.on(day).filter(authority=first).exists()] or units
    given = theirs[two % len(theirs)]

    def part(letter: str, *share: Unit) -> NewAuthority:
        return NewAuthority(f"n{number}{letter}", "agency", f"Новое {number}{letter}", f"New {number}{letter}", units=share)

    calls: dict[str, Any] = {
        "rename": lambda: actions.rename(by=BY, authority=first, effective_on=day, name_ru=f"Имя {number}", name_en=f"Name {number}"),
        "personnel": lambda: actions.change_personnel(by=BY, authority=first, effective_on=day, personnel=number + 1),
        "abolish": lambda: actions.abolish(by=BY, authority=first, effective_on=day),
        "inherit": lambda: actions.abolish(by=BY, authority=first, effective_on=day, successor=second),
        "merge": lambda: actions.merge(by=BY, authorities=[first, second], new=part("m"), effective_on=day),
        "absorb": lambda: actions.merge(by=BY, authorities=[first], into=second, effective_on=day),
        "split": lambda: actions.split(by=BY, authority=first, parts=[part("x", given), part("y")], main=two % 2, effective_on=day),
        "separate": lambda: actions.split(by=BY, authority=first, parts=[part("z", given)], keep=True, effective_on=day),
        "move": lambda: actions.move_unit(by=BY, unit=unit, to_authority=second, parent=other if two % 2 else None, effective_on=day),
        "create_unit": lambda: actions.create_unit(by=BY, authority=first, code=f"w{number}", name_ru="Новый", parent=given, valid_from=day),
        "rename_unit": lambda: actions.rename_unit(by=BY, unit=unit, effective_on=day, name_ru=f"Имя {number}"),
        "close_unit": lambda: actions.close_unit(by=BY, unit=unit, effective_on=day),
    }
    before = {d: _as_of(d) for d in LOOKED_AT}
    try:
        calls[kind]()
        unchanged = [d for d in LOOKED_AT if d < day]
    except Refused:
        unchanged = LOOKED_AT
    for d in unchanged:
        assert _as_of(d) == before[d], (kind, day, d)


def _as_of(day: date) -> Any:
    """Everything that can be asked of a day."""
    return (
        {v.authority_id: (v.name_en, v.kind, v.personnel) for v in queries.authorities(None, day)},
        {v.unit_id: (v.authority_id, v.parent_id, v.name_ru) for v in UnitVersion.objects.on(day)},
        {s.code: (s.authority_id, s.is_head_office) for s in Site.objects.on(day)},
        queries.successor_map(day),
    )


def _check_spans(rows: list[Any], owner: str, lives: dict[int, Any]) -> None:
    """The versions of each owner follow one another without a gap or an overlap and fill exactly its life."""
    spans: dict[int, list[Any]] = {}
    for row in sorted(rows, key=lambda r: r.valid_from):
        spans.setdefault(getattr(row, owner), []).append(row)
    assert set(spans) == set(lives)
    for key, versions in spans.items():
        assert versions[0].valid_from == lives[key].valid_from
        assert versions[-1].valid_to == lives[key].valid_to
        assert all(a.valid_to == b.valid_from for a, b in zip(versions, versions[1:], strict=False))


def _check_order() -> None:
    authorities = {a.pk: a for a in Authority.objects.all()}
    units = {u.pk: u for u in Unit.objects.all()}
    _check_spans(list(AuthorityVersion.objects.all()), "authority_id", authorities)
    _check_spans(list(UnitVersion.objects.all()), "unit_id", units)
    for step in Succession.objects.filter(is_main=True).select_related("reorganisation"):
        day = step.reorganisation.effective_on
        assert authorities[step.predecessor_id].valid_to == day
        assert authorities[step.successor_id].holds_on(day)
    for day in LOOKED_AT:
        _check_day(day, authorities)


def _check_day(day: date, authorities: dict[int, Authority]) -> None:
    standing = {v.unit_id: v for v in UnitVersion.objects.on(day)}
    for version in standing.values():
        assert authorities[version.authority_id].holds_on(day)
        way = {version.unit_id}
        step = version
        while step.parent_id is not None:
            step = standing[step.parent_id]  # the unit above exists on the day
            assert step.authority_id == version.authority_id
            assert step.unit_id not in way
            way.add(step.unit_id)
    trees = [n.unit_id for a in authorities.values() for n in queries.units_tree(None, a, day)]
    assert sorted(trees) == sorted(standing)
    offices: list[int] = []
    for site in Site.objects.on(day):
        assert authorities[site.authority_id].holds_on(day)
        offices += [site.authority_id] if site.is_head_office else []
    assert len(offices) == len(set(offices))
    follows = queries.successor_map(day)
    assert all(old != new and new not in follows for old, new in follows.items())


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps)
def test_any_sequence_leaves_every_day_in_order(db: None, sequence: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        _begin()
        for number, step in enumerate(sequence):
            _do(number, step)
        _check_order()
        transaction.set_rollback(True)
