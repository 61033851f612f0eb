"""Units and sites."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import with_role
from yantar.core.problems import Refused
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.actions import NewUnit
from yantar.qms.organisation.models import Authority, Role, Site, Unit

from .conftest import BY, START, refused

pytestmark = pytest.mark.django_db
Make = Callable[..., Authority]
MakeUnit = Callable[..., Unit]
LATER = date(2010, 1, 1)


def test_a_tree_as_of_a_day(authority: Make, unit: MakeUnit) -> None:
    home = authority("home")
    top = unit(home, "top", personnel=10)
    unit(home, "b", top, name_ru="Б")
    unit(home, "a", top, name_ru="А", valid_from=LATER)
    everyone = with_role(Role.HEAD_OF_QUALITY)
    before = [(n.code, n.depth, n.parent_id, n.units_below) for n in queries.units_tree(everyone, home, START)]
    assert before == [("top", 0, None, 1), ("b", 1, top.pk, 0)]
    assert [n.code for n in queries.units_tree(everyone, home, LATER)] == ["top", "a", "b"]


def test_personnel_of_units_is_for_those_who_see_the_internals(authority: Make, unit: MakeUnit) -> None:
    home, other = authority("home"), authority("other")
    unit(home, "top", personnel=10)
    for viewer, seen in ((with_role(Role.COORDINATOR, home), 10), (with_role(Role.COORDINATOR, other), None), (None, None)):
        assert [(n.code, n.personnel) for n in queries.units_tree(viewer, home, LATER)] == [("top", seen)]


def test_wrong_units_are_refused(authority: Make, unit: MakeUnit) -> None:
    home, other = authority("home", valid_to=date(2020, 1, 1)), authority("other")
    foreign = unit(other, "foreign")
    with refused("taken", "blank", "dates_reversed", "not_yet", "parent_elsewhere"):
        unit(home, "foreign", foreign, name_ru="", valid_from=date(2004, 1, 1), valid_to=date(2003, 1, 1))
    with refused("outlives_authority"):
        unit(home, "new")
    short = unit(home, "short", valid_to=LATER)
    with refused("parent_closed"):
        unit(home, "below", short, valid_to=date(2011, 1, 1))
    assert unit(home, "below", short, valid_to=LATER).valid_to == LATER


def test_many_units_at_once_in_any_order(authority: Make) -> None:
    home = authority("home")

    def rows(n: int, parent: str = "") -> list[NewUnit]:
        return [NewUnit(f"u{n}-{i}", f"Отдел {i}", parent=f"u{n}-{i + 1}" if i < n else parent) for i in range(n + 1)]

    counts = []
    for number in (2, 30):
        with CaptureQueriesContext(connection) as queries_made:
            actions.create_units(by=BY, authority=home, units=rows(number), valid_from=START)
        counts.append(len(queries_made))
    assert counts[0] == counts[1]
    tree = queries.units_tree(None, home, START)
    assert [n.depth for n in tree if n.code.startswith("u2-")] == [0, 1, 2]
    actions.create_units(by=BY, authority=home, units=rows(1, parent="u2-0"), valid_from=START)
    assert {n.code: n.depth for n in queries.units_tree(None, home, START)}["u1-0"] == 4


def test_many_units_all_problems_with_their_rows(authority: Make, unit: MakeUnit) -> None:
    home, other = authority("home"), authority("other")
    unit(other, "foreign")
    rows = [
        NewUnit("foreign", "Чужой"),
        NewUnit("x", ""),
        NewUnit("x", "Икс"),
        NewUnit("y", "Игрек", parent="nowhere"),
        NewUnit("z", "Зет", parent="foreign"),
        NewUnit("k", "Ка", parent="l"),
        NewUnit("l", "Эль", parent="k"),
        NewUnit("m", "Эм", parent="l"),
    ]
    with pytest.raises(Refused) as caught:
        actions.create_units(by=BY, authority=home, units=rows, valid_from=START)
    found = [(p.row, p.code) for p in caught.value.problems]
    assert found == [(1, "taken"), (2, "blank"), (3, "taken"), (4, "no_parent"), (6, "cycle"), (7, "cycle"), (8, "cycle")]
    # "foreign" is named in the list itself (row 1), so that row 5 means it.
    with refused("parent_elsewhere"):
        actions.create_units(by=BY, authority=home, units=[NewUnit("z", "Зет", parent="foreign")], valid_from=START)
    assert Unit.objects.count() == 1


def test_renaming_and_correcting(authority: Make, unit: MakeUnit) -> None:
    row = unit(authority("home"), "u", name_ru="Отдел")
    actions.rename_unit(by=BY, unit=row, effective_on=LATER, name_ru="Управление", personnel=5)
    actions.correct_unit(by=BY, unit=row, on=START, name_en="Department")
    spans = [(v.valid_from, v.valid_to, v.name_ru, v.name_en, v.personnel) for v in row.versions.order_by("valid_from")]
    assert spans == [(START, LATER, "Отдел", "Department", None), (LATER, None, "Управление", "", 5)]
    with refused("first_day"):
        actions.rename_unit(by=BY, unit=row, effective_on=START, name_ru="Другое")
    with refused("not_living"):
        actions.rename_unit(by=BY, unit=row, effective_on=date(2004, 1, 1), name_ru="Другое")
    with refused("nothing"):
        actions.rename_unit(by=BY, unit=row, effective_on=LATER)
    with refused("blank"):
        actions.correct_unit(by=BY, unit=row, name_ru=" ")


def test_closing(authority: Make, unit: MakeUnit) -> None:
    home = authority("home")
    top = unit(home, "top")
    below = unit(home, "below", top)
    with refused("has_units"):
        actions.close_unit(by=BY, unit=top, effective_on=LATER)
    actions.close_unit(by=BY, unit=below, effective_on=LATER)
    with refused("has_units"):
        actions.close_unit(by=BY, unit=top, effective_on=date(2009, 1, 1))
    actions.close_unit(by=BY, unit=top, effective_on=LATER)
    assert queries.units_tree(None, home, LATER) == []
    assert [n.code for n in queries.units_tree(None, home, date(2009, 12, 31))] == ["top", "below"]
    with refused("closed"):
        actions.close_unit(by=BY, unit=top, effective_on=date(2011, 1, 1))
    fresh = unit(home, "fresh")
    with refused("dates_reversed"):
        actions.close_unit(by=BY, unit=fresh, effective_on=START)
    actions.rename_unit(by=BY, unit=fresh, effective_on=LATER, name_ru="Иначе")
    with refused("later_change"):
        actions.close_unit(by=BY, unit=fresh, effective_on=LATER)


def test_who_may_change_units(authority: Make, unit: MakeUnit) -> None:
    mine, other = authority("mine"), authority("other")
    coordinator = with_role(Role.COORDINATOR, mine)
    row = actions.create_unit(by=coordinator, authority=mine, code="u", name_ru="Отдел", valid_from=START)
    actions.rename_unit(by=coordinator, unit=row, effective_on=LATER, name_ru="Управление")
    for call in (
        lambda: actions.create_unit(by=coordinator, authority=other, code="v", name_ru="Отдел", valid_from=START),
        lambda: actions.rename_unit(by=coordinator, unit=unit(other, "w"), effective_on=LATER, name_ru="Управление"),
        lambda: actions.move_unit(by=coordinator, unit=row, to_authority=other, effective_on=LATER),
        lambda: actions.close_unit(by=with_role(Role.STAFF, mine), unit=row, effective_on=LATER),
    ):
        with pytest.raises(PermissionDenied):
            call()


def _site(home: Authority, code: str, **kwargs: Any) -> Site:
    values = {"name_ru": "Здание", "address_ru": "ул. Примерная, 1", "valid_from": START} | kwargs
    made: Site = actions.create_site(by=BY, authority=home, code=code, **values)
    return made


def test_sites(authority: Make) -> None:
    home = authority("home")
    office = _site(home, "office", is_head_office=True, latitude=Decimal("54.710157"), longitude=Decimal("20.510137"))
    _site(home, "annex")
    assert [s.code for s in queries.sites(None, home, LATER)] == ["office", "annex"]
    with refused("taken", "half_a_place", "two_head_offices", "blank"):
        _site(home, "office", is_head_office=True, longitude=Decimal("20"), address_ru="")
    with refused("max_value", "min_value"):
        _site(home, "pole", latitude=Decimal("90.5"), longitude=Decimal("-181"))
    actions.correct_site(by=BY, site=office, address_en="1 Sample St", no_coordinates=True)
    office.refresh_from_db()
    assert (office.address_en, office.latitude, office.name_ru) == ("1 Sample St", None, "Здание")
    with refused("dates_reversed"):
        actions.close_site(by=BY, site=office, effective_on=START)
    actions.close_site(by=BY, site=office, effective_on=LATER)
    assert [s.code for s in queries.sites(None, home, LATER)] == ["annex"]
    with refused("closed"):
        actions.close_site(by=BY, site=office, effective_on=LATER)
    assert _site(home, "new", valid_from=LATER, is_head_office=True).is_head_office
