"""Reorganisations, one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import with_role
from yantar.core.models import JournalEntry
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.actions import NewAuthority
from yantar.qms.organisation.models import Authority, Reorganisation, Role, RoleHolding, Site, Succession, Unit

from .conftest import BY, START, refused

pytestmark = pytest.mark.django_db
Make = Callable[..., Authority]
MakeUnit = Callable[..., Unit]
DAY = date(2012, 1, 1)
BEFORE = date(2011, 12, 31)


def new(code: str, **kwargs: Any) -> NewAuthority:
    return NewAuthority(**({"code": code, "kind": "ministry", "name_ru": f"Министерство {code}", "name_en": f"Ministry {code}"} | kwargs))


def get(code: str) -> Authority:
    return Authority.objects.get(code=code)


def names(on: date) -> dict[str, str]:
    return {v.authority.code: v.name_en for v in queries.authorities(None, on)}


def tree(code: str, on: date) -> list[tuple[str, int]]:
    return [(n.code, n.depth) for n in queries.units_tree(None, get(code), on)]


def steps() -> set[tuple[str, str, bool]]:
    return {(s.predecessor.code, s.successor.code, s.is_main) for s in Succession.objects.all()}


def site(home: Authority, code: str, **kwargs: Any) -> Site:
    values = {"name_ru": "Здание", "address_ru": "ул. Примерная, 1", "valid_from": START} | kwargs
    made: Site = actions.create_site(by=BY, authority=home, code=code, **values)
    return made


def test_a_renaming_leaves_the_days_before(authority: Make) -> None:
    made = authority("a", head_post_ru="Министр", personnel=5)
    event = actions.rename(by=BY, authority=made, effective_on=DAY, name_ru="Агентство", name_en="Agency", kind="agency", legal_basis="Указ")
    assert (names(BEFORE), names(DAY)) == ({"a": "Ministry a"}, {"a": "Agency"})
    version = queries.authority_on("a", DAY)
    assert version is not None
    assert (version.kind, version.head_post_ru, version.personnel, version.legal_basis) == ("agency", "Министр", 5, "Указ")
    assert (event.kind, [a.code for a in event.authorities.all()], event.legal_basis) == ("rename", ["a"], "Указ")
    assert JournalEntry.objects.get(action="organisation.rename").authority_id == made.pk


def test_a_renaming_recorded_later_for_an_earlier_day_lasts_until_the_next(authority: Make) -> None:
    made = authority("a")
    actions.rename(by=BY, authority=made, effective_on=date(2030, 1, 1), name_ru="Будущее", name_en="Future")
    actions.rename(by=BY, authority=made, effective_on=DAY, name_ru="Среднее", name_en="Middle")
    assert [names(d)["a"] for d in (BEFORE, DAY, date(2029, 12, 31), date(2030, 1, 1))] == ["Ministry a", "Middle", "Middle", "Future"]


def test_a_renaming_on_the_day_of_other_changes_joins_them(authority: Make) -> None:
    made = authority("a")
    actions.change_personnel(by=BY, authority=made, effective_on=DAY, personnel=7)
    actions.rename(by=BY, authority=made, effective_on=DAY, name_ru="Иначе", name_en="Otherwise")
    version = queries.authority_on("a", DAY)
    assert version is not None
    assert (version.personnel, version.name_en, made.versions.count()) == (7, "Otherwise", 2)
    with refused("twice"):
        actions.rename(by=BY, authority=made, effective_on=DAY, name_ru="Ещё", name_en="More")


def test_impossible_renamings(authority: Make) -> None:
    made = authority("a", valid_to=date(2020, 1, 1))
    for day, code in ((START, "first_day"), (date(2020, 1, 1), "abolished"), (date(2000, 1, 1), "not_yet")):
        with refused(code):
            actions.rename(by=BY, authority=made, effective_on=day, name_ru="Иначе", name_en="Otherwise")
    with refused("blank", "blank", "invalid_choice"):
        actions.rename(by=BY, authority=made, effective_on=DAY, name_ru="", name_en="", kind="kingdom")


def test_abolished_without_a_successor(authority: Make, unit: MakeUnit) -> None:
    made = authority("a")
    unit(made, "below", unit(made, "top"))
    site(made, "s")
    person = with_role(Role.COORDINATOR, made)
    actions.abolish(by=BY, authority=made, effective_on=DAY)
    assert (names(BEFORE), names(DAY)) == ({"a": "Ministry a"}, {})
    assert (tree("a", BEFORE), tree("a", DAY)) == ([("top", 0), ("below", 1)], [])
    assert [queries.sites(None, made, d).count() for d in (BEFORE, DAY)] == [1, 0]
    assert not Succession.objects.exists()
    # Who held a role keeps it: somebody must answer for what is left.
    assert RoleHolding.objects.get(user=person).valid_to is None
    with refused("abolished"):
        actions.abolish(by=BY, authority=made, effective_on=date(2013, 1, 1))


def test_abolished_with_a_successor_who_gets_units_and_sites(authority: Make, unit: MakeUnit) -> None:
    made, heir = authority("a"), authority("heir")
    unit(made, "below", unit(made, "top"))
    site(made, "s", is_head_office=True)
    site(heir, "s-2", is_head_office=True)
    actions.abolish(by=BY, authority=made, effective_on=DAY, successor=heir)
    assert (tree("a", BEFORE), tree("heir", BEFORE)) == ([("top", 0), ("below", 1)], [])
    assert (tree("a", DAY), tree("heir", DAY)) == ([], [("top", 0), ("below", 1)])
    sites = {s.code: (s.authority.code, s.is_head_office) for s in Site.objects.on(DAY)}
    assert sites == {"s-2": ("heir", True), "s-3": ("heir", False)}
    assert Site.objects.get(code="s-3").follows == Site.objects.get(code="s")
    assert queries.successor_map(BEFORE) == {}
    assert queries.successor_map(DAY) == {made.pk: heir.pk}


def test_a_unit_that_came_on_the_very_day_of_the_abolition_ends_where_it_was(authority: Make, unit: MakeUnit) -> None:
    a, b = authority("a"), authority("b")
    row = unit(a, "u")
    actions.move_unit(by=BY, unit=row, to_authority=b, effective_on=DAY)
    actions.abolish(by=BY, authority=b, effective_on=DAY)
    row.refresh_from_db()
    assert row.valid_to == DAY
    assert [(v.authority.code, v.valid_to) for v in row.versions.all()] == [("a", DAY)]
    fresh = authority("fresh")
    unit(fresh, "new", valid_from=DAY)
    with refused("first_day"):
        actions.abolish(by=BY, authority=fresh, effective_on=DAY)


def test_a_successor_may_leave_units_and_sites(authority: Make, unit: MakeUnit) -> None:
    made, heir = authority("a"), authority("heir")
    unit(made, "top")
    site(made, "s")
    actions.abolish(by=BY, authority=made, effective_on=DAY, successor=heir, close_units=True, close_sites=True)
    assert (tree("heir", DAY), tree("a", BEFORE)) == ([], [("top", 0)])
    assert not Site.objects.on(DAY).exists()


def test_what_is_recorded_for_later_stands_in_the_way(authority: Make, unit: MakeUnit) -> None:
    made, heir, other = authority("a"), authority("heir"), authority("other")
    row = unit(made, "u")
    actions.rename(by=BY, authority=made, effective_on=date(2015, 1, 1), name_ru="Иначе", name_en="Otherwise")
    actions.rename_unit(by=BY, unit=row, effective_on=date(2016, 1, 1), name_ru="Иначе")
    actions.abolish(by=BY, authority=other, effective_on=date(2014, 1, 1), successor=made)
    site(made, "s", valid_from=date(2013, 1, 1))
    with refused("later_change", "later_change", "later_change", "later_change"):
        actions.abolish(by=BY, authority=made, effective_on=DAY, successor=heir)
    assert not Reorganisation.objects.filter(kind="abolish", authorities=made, effective_on=DAY).exists()


def test_impossible_abolitions(authority: Make) -> None:
    made, ended = authority("a"), authority("ended")
    actions.abolish(by=BY, authority=ended, effective_on=date(2013, 1, 1))
    with refused("itself"):
        actions.abolish(by=BY, authority=made, effective_on=DAY, successor=made)
    with refused("abolished"):
        # It still exists on the day, but its own end is recorded: what it takes over would be lost with it.
        actions.abolish(by=BY, authority=made, effective_on=DAY, successor=ended)
    with refused("first_day"):
        actions.abolish(by=BY, authority=made, effective_on=START)
    with refused("not_yet"):
        actions.abolish(by=BY, authority=made, effective_on=date(2000, 1, 1))


def test_a_merger_into_a_new_authority(authority: Make, unit: MakeUnit) -> None:
    a, b = authority("a"), authority("b")
    unit(a, "ua")
    unit(b, "ub")
    event = actions.merge(by=BY, authorities=[a, b], new=new("c", personnel=300), effective_on=DAY, legal_basis="Указ")
    assert set(names(BEFORE)) == {"a", "b"}
    assert set(names(DAY)) == {"c"}
    assert steps() == {("a", "c", True), ("b", "c", True)}
    assert tree("c", DAY) == [("ua", 0), ("ub", 0)]
    assert {x.code for x in event.authorities.all()} == {"a", "b", "c"}
    entry = JournalEntry.objects.get(action="organisation.merge")
    assert (entry.authority_id, entry.target_type) == (get("c").pk, "organisation.reorganisation")


def test_a_merger_into_one_of_them(authority: Make) -> None:
    a, b = authority("a"), authority("b")
    actions.merge(by=BY, authorities=[a, b], into=b, effective_on=DAY)
    assert set(names(DAY)) == {"b"}
    assert steps() == {("a", "b", True)}


def test_impossible_mergers(authority: Make) -> None:
    a, b, ended = authority("a"), authority("b"), authority("ended", valid_to=date(2010, 1, 1))
    with refused("one_heir", "too_few"):
        actions.merge(by=BY, authorities=[a], effective_on=DAY)
    with refused("one_heir"):
        actions.merge(by=BY, authorities=[a], into=b, new=new("c"), effective_on=DAY)
    with refused("too_few"):
        actions.merge(by=BY, authorities=[a], into=a, effective_on=DAY)
    late = authority("late", valid_from=DAY)
    with refused("abolished", "first_day", "taken"):
        actions.merge(by=BY, authorities=[ended, late, a], new=new("b"), effective_on=DAY)


def test_a_division(authority: Make, unit: MakeUnit) -> None:
    a = authority("a")
    top = unit(a, "top")
    given = unit(a, "given", top)
    unit(a, "deep", given)
    kept = unit(a, "kept", given)
    site(a, "s", is_head_office=True)
    parts = [new("b", units=(given,)), new("c", units=(kept,)), new("d")]
    actions.split(by=BY, authority=a, parts=parts, main=2, effective_on=DAY)
    assert tree("a", BEFORE) == [("top", 0), ("given", 1), ("deep", 2), ("kept", 2)]
    assert (tree("b", DAY), tree("c", DAY), tree("d", DAY)) == ([("given", 0), ("deep", 1)], [("kept", 0)], [("top", 0)])
    assert steps() == {("a", "b", False), ("a", "c", False), ("a", "d", True)}
    assert set(names(DAY)) == {"b", "c", "d"}
    assert queries.successor_map(DAY) == {a.pk: get("d").pk}
    assert [(s.authority.code, s.is_head_office) for s in Site.objects.on(DAY)] == [("d", True)]


def test_a_separation_keeps_the_authority_and_its_history(authority: Make, unit: MakeUnit) -> None:
    a = authority("a")
    top = unit(a, "top")
    given = unit(a, "given", top)
    actions.split(by=BY, authority=a, parts=[new("b", units=(given,))], keep=True, effective_on=DAY)
    assert set(names(DAY)) == {"a", "b"}
    assert (tree("a", DAY), tree("b", DAY)) == ([("top", 0)], [("given", 0)])
    assert steps() == {("a", "b", False)}
    assert queries.successor_map(DAY) == {}


def test_impossible_divisions(authority: Make, unit: MakeUnit) -> None:
    a, other = authority("a"), authority("other")
    mine, foreign = unit(a, "mine"), unit(other, "foreign")
    with refused("too_few", "main", "not_here"):
        actions.split(by=BY, authority=a, parts=[new("b", units=(foreign,))], main=1, effective_on=DAY)
    with refused("too_few"):
        actions.split(by=BY, authority=a, parts=[], keep=True, effective_on=DAY)
    with refused("twice", "taken", "taken", "blank"):
        parts = [new("b", units=(mine,)), new("b", units=(mine,)), new("other", name_ru="")]
        actions.split(by=BY, authority=a, parts=parts, effective_on=DAY)
    assert {u.code for u in Authority.objects.all()} == {"a", "other"}


def test_a_unit_moves_with_all_below_it(authority: Make, unit: MakeUnit) -> None:
    a, b = authority("a"), authority("b")
    top = unit(a, "top")
    below = unit(a, "below", top)
    unit(a, "deep", below)
    place = unit(b, "place")
    event = actions.move_unit(by=BY, unit=below, to_authority=b, parent=place, effective_on=DAY, legal_basis="Приказ")
    assert (tree("a", BEFORE), tree("b", BEFORE)) == ([("top", 0), ("below", 1), ("deep", 2)], [("place", 0)])
    assert (tree("a", DAY), tree("b", DAY)) == ([("top", 0)], [("place", 0), ("below", 1), ("deep", 2)])
    assert (event.unit, {x.code for x in event.authorities.all()}) == (below, {"a", "b"})
    assert queries.subtree_unit_ids(below, DAY) == {below.pk, Unit.objects.get(code="deep").pk}
    assert len(queries.subtree_unit_ids(top, BEFORE)) == 3
    assert queries.subtree_unit_ids(top, DAY) == {top.pk}


def test_a_unit_moves_within_its_authority(authority: Make, unit: MakeUnit) -> None:
    a = authority("a")
    top = unit(a, "top")
    below = unit(a, "below", top)
    actions.move_unit(by=BY, unit=below, to_authority=a, effective_on=DAY)
    assert (tree("a", BEFORE), tree("a", DAY)) == ([("top", 0), ("below", 1)], [("below", 0), ("top", 0)])
    actions.move_unit(by=BY, unit=top, to_authority=a, parent=below, effective_on=date(2013, 1, 1))
    assert tree("a", date(2013, 1, 1)) == [("below", 0), ("top", 1)]


def test_impossible_moves(authority: Make, unit: MakeUnit) -> None:
    a, b, ended = authority("a"), authority("b"), authority("ended", valid_to=date(2020, 1, 1))
    top = unit(a, "top")
    below = unit(a, "below", top)
    elsewhere = unit(b, "elsewhere")
    with refused("cycle"):
        actions.move_unit(by=BY, unit=top, to_authority=a, parent=below, effective_on=DAY)
    with refused("cycle"):
        actions.move_unit(by=BY, unit=top, to_authority=b, parent=top, effective_on=DAY)
    with refused("parent_elsewhere"):
        actions.move_unit(by=BY, unit=below, to_authority=a, parent=elsewhere, effective_on=DAY)
    with refused("nothing"):
        actions.move_unit(by=BY, unit=below, to_authority=a, parent=top, effective_on=DAY)
    with refused("abolished"):
        actions.move_unit(by=BY, unit=below, to_authority=ended, effective_on=DAY)
    with refused("first_day"):
        actions.move_unit(by=BY, unit=below, to_authority=b, effective_on=START)
    with refused("not_living"):
        actions.move_unit(by=BY, unit=below, to_authority=b, effective_on=date(2000, 1, 1))
    actions.rename_unit(by=BY, unit=below, effective_on=date(2015, 1, 1), name_ru="Иначе")
    with refused("later_change"):
        actions.move_unit(by=BY, unit=top, to_authority=b, effective_on=DAY)


def test_a_closed_parent_takes_nobody(authority: Make, unit: MakeUnit) -> None:
    a = authority("a")
    top, row = unit(a, "top", valid_to=date(2020, 1, 1)), unit(a, "row")
    with refused("parent_closed"):
        actions.move_unit(by=BY, unit=row, to_authority=a, parent=top, effective_on=DAY)


def test_a_chain_of_successors_by_day(authority: Make) -> None:
    a, b, c = authority("a"), authority("b"), authority("c")
    actions.abolish(by=BY, authority=a, effective_on=DAY, successor=b)
    actions.abolish(by=BY, authority=b, effective_on=date(2014, 1, 1), successor=c)
    assert queries.successor_map(date(2013, 1, 1)) == {a.pk: b.pk}
    assert queries.successor_map(date(2014, 1, 1)) == {a.pk: c.pk, b.pk: c.pk}


def test_a_reorganisation_to_come_changes_nothing_today(authority: Make, unit: MakeUnit) -> None:
    a, b = authority("a"), authority("b")
    unit(a, "u")
    later = date(2090, 1, 1)
    lead = with_role(Role.COORDINATOR, b)
    actions.merge(by=BY, authorities=[a, b], into=b, effective_on=later)
    assert set(names(date(2026, 1, 1))) == {"a", "b"}
    assert queries.internal_authority_ids(lead) == {b.pk}
    # Until then the authority lives on, but takes nothing new that would outlive it.
    with refused("outlives_authority"):
        unit(a, "new")
    unit(a, "short", valid_to=later)
    actions.change_personnel(by=BY, authority=a, effective_on=date(2030, 1, 1), personnel=5)
    assert set(names(later)) == {"b"}


def test_who_may_reorganise(authority: Make) -> None:
    a, b = authority("a"), authority("b")
    for person in (with_role(Role.COORDINATOR, a), with_role(Role.STAFF, a), with_role(Role.CERTIFIER), with_role(Role.INTERNAL_AUDITOR)):
        for call in (
            lambda p: actions.rename(by=p, authority=a, effective_on=DAY, name_ru="Иначе", name_en="Otherwise"),
            lambda p: actions.abolish(by=p, authority=a, effective_on=DAY),
            lambda p: actions.merge(by=p, authorities=[a, b], into=b, effective_on=DAY),
            lambda p: actions.split(by=p, authority=a, parts=[new("c")], keep=True, effective_on=DAY),
        ):
            with pytest.raises(PermissionDenied):
                call(person)
    actions.merge(by=with_role(Role.HEAD_OF_QUALITY), authorities=[a, b], into=b, effective_on=DAY)
    assert steps() == {("a", "b", True)}
