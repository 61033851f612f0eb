"""What is read, and in how many queries whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import with_role
from yantar.core import clock
from yantar.core.models import JournalEntry
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.actions import NewAuthority
from yantar.qms.organisation.models import Authority, Role, Unit
from yantar.qms.organisation.queries import Change, JournalFilters

from .conftest import BY, START

pytestmark = pytest.mark.django_db
Make = Callable[..., Authority]
MakeUnit = Callable[..., Unit]
DAY = date(2012, 1, 1)


def count(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as made:
        call()
    return len(made)


def grow(authority: Make, unit: MakeUnit, number: int) -> Authority:
    """An authority with so many units in a chain, versions, sites, predecessors, parts, people."""
    home = authority(f"home-{number}")
    above = None
    for n in range(number):
        code = f"{number}-{n}"
        above = unit(home, f"u{code}", above)
        actions.create_site(by=BY, authority=home, code=f"s{code}", name_ru="Здание", address_ru="ул. Примерная, 1", valid_from=START)
        actions.change_personnel(by=BY, authority=home, effective_on=date(2006 + n, 1, 1), personnel=10 + n)
        actions.abolish(by=BY, authority=authority(f"old{code}"), effective_on=DAY, successor=home)
        part = NewAuthority(f"part{code}", "agency", "Часть", "Part")
        actions.split(by=BY, authority=home, parts=[part], keep=True, effective_on=date(2013 + n, 1, 1))
        with_role(Role.STAFF, home)
    return home


def test_a_constant_number_of_queries(authority: Make, unit: MakeUnit) -> None:
    lead = with_role(Role.HEAD_OF_QUALITY)
    queries.internal_authority_ids(lead)
    counts = []
    for number in (1, 3):
        home = grow(authority, unit, number)
        top = Unit.objects.get(code=f"u{number}-0")
        counts.append(
            {
                "authorities": count(lambda: [v.authority.code for v in queries.authorities(lead, DAY)]),
                "history": count(lambda home=home: queries.authority_history(home)),
                "tree": count(lambda home=home: queries.units_tree(lead, home, DAY)),
                "subtree": count(lambda top=top: queries.subtree_unit_ids(top, DAY)),
                "sites": count(lambda home=home: list(queries.sites(lead, home, DAY))),
                "reorganisations": count(lambda: [[a.code for a in r.authorities.all()] for r in queries.reorganisations(START, date(2030, 1, 1))]),
                "people": count(lambda: [[(h.role, h.authority) for h in p.roles.all()] for p in queries.people(lead)]),
                "holders": count(lambda home=home: list(queries.people_with_role(Role.STAFF, home.pk, DAY))),
                "journal": count(lambda: [e.actor for e in queries.journal(lead)]),
                "changes": count(lambda: [c.authority and c.authority.name for c in queries.last_changes(100)]),
                "successors": count(lambda: queries.successor_map(DAY)),
            }
        )
    assert counts[0] == counts[1]
    assert counts[0] == {
        "authorities": 1,
        "history": 5,
        "tree": 1,
        "subtree": 1,
        "sites": 1,
        "reorganisations": 2,
        "people": 2,
        "holders": 2,
        "journal": 1,
        "changes": 2,
        "successors": 1,
    }


def test_the_history_of_an_authority(authority: Make) -> None:
    old, home = authority("old"), authority("home")
    actions.rename(by=BY, authority=old, effective_on=date(2008, 1, 1), name_ru="Старое", name_en="Old, renamed")
    actions.abolish(by=BY, authority=old, effective_on=DAY, successor=home)
    new = NewAuthority("new", "ministry", "Новое", "New")
    actions.merge(by=BY, authorities=[home, authority("third")], new=new, effective_on=date(2014, 1, 1))
    history = queries.authority_history(home)
    assert [v.name_en for v in history.versions] == ["Ministry home"]
    assert [(r.kind, len(r.authorities.all())) for r in history.reorganisations] == [("create", 1), ("abolish", 2), ("merge", 3)]
    before, after = history.predecessors, history.successors
    assert [(k.day, k.authority.code, k.version and k.version.name_en, k.is_main) for k in before] == [(DAY, "old", "Old, renamed", True)]
    assert [(k.day, k.authority.code, k.version and k.version.name_en) for k in after] == [(date(2014, 1, 1), "new", "New")]


def test_names_on_a_day(authority: Make) -> None:
    a, gone, to_come = authority("a"), authority("gone", valid_to=date(2010, 1, 1)), authority("to-come", valid_from=date(2050, 1, 1))
    actions.rename(by=BY, authority=a, effective_on=DAY, name_ru="Иначе", name_en="Otherwise")
    named = queries.names_on([a.pk, gone.pk, to_come.pk], date(2012, 6, 1))
    assert {v.authority.code: v.name_en for v in named.values()} == {"a": "Otherwise", "gone": "Ministry gone", "to-come": "Ministry to-come"}
    assert queries.names_on([a.pk], date(2011, 12, 31))[a.pk].name_en == "Ministry a"


def test_reorganisations_of_a_span(authority: Make) -> None:
    made = authority("a")
    actions.rename(by=BY, authority=made, effective_on=DAY, name_ru="Иначе", name_en="Otherwise")
    assert [r.kind for r in queries.reorganisations(START, DAY)] == ["rename", "create"]
    assert [r.kind for r in queries.reorganisations(date(2005, 1, 2), DAY)] == ["rename"]
    assert not queries.reorganisations(date(2012, 1, 2), date(2030, 1, 1))


def test_the_journal_is_for_those_who_may_and_can_be_asked(authority: Make) -> None:
    lead = with_role(Role.HEAD_OF_QUALITY)
    with clock.at(date(2026, 3, 31)):
        made = authority("a")
    with clock.at(date(2026, 4, 1)):
        actions.rename(by=lead, authority=made, effective_on=DAY, name_ru="Иначе", name_en="Otherwise")
    for viewer in (None, AnonymousUser(), with_role(Role.COORDINATOR, made), with_role(Role.CERTIFIER), with_role(Role.STAFF, made)):
        assert not queries.journal(viewer).exists()

    def asked(**kwargs: Any) -> list[str]:
        return [e.action.split(".")[1] for e in queries.journal(lead, JournalFilters(**kwargs))]

    both = ["rename", "create_authority"]
    assert asked() == both
    assert asked(actor_id=lead.pk) == ["rename"]
    assert asked(action="organisation.") == both
    assert asked(action="organisation.create") == ["create_authority"]
    assert asked(action="certification.") == []
    assert asked(authority_id=made.pk) == asked(target_type="organisation.authority", target_id=str(made.pk)) == both
    assert asked(day_from=date(2026, 4, 1)) == ["rename"]
    assert asked(day_to=date(2026, 3, 31)) == ["create_authority"]
    assert asked(day_from=date(2026, 3, 31), day_to=date(2026, 4, 1)) == both


def test_public_changes_name_nobody_and_nothing_private(authority: Make) -> None:
    person = actions.add_person(by=BY, email="hidden@example.org", full_name="Скрытый Человек")
    made = authority("a")
    actions.give_role(by=BY, user=person, role=Role.STAFF, authority=made, valid_from=START)
    actions.rename(by=BY, authority=made, effective_on=DAY, name_ru="Иначе", name_en="Otherwise")
    changes = queries.last_changes(10)
    assert [(c.action, c.authority and c.authority.name_en) for c in changes] == [
        ("organisation.rename", "Otherwise"),
        ("organisation.create_authority", "Otherwise"),
    ]
    assert [c.seq for c in queries.last_changes(1)] == [JournalEntry.objects.latest("seq").seq]
    assert {f.name for f in fields(Change)} == {"seq", "at", "action", "target_type", "target_id", "authority"}
