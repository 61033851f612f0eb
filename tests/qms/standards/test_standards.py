"""Standards in the database: loaded idempotently, journalled, edited with care."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import UserFactory, with_role
from yantar.core.actions import System
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.library import loader
from yantar.qms.standards import queries
from yantar.qms.standards.actions import add_own_standard, change_transition, library_is_current, load_library
from yantar.qms.standards.models import Clause, Edition, Transition

SETUP = System("setup")

OWN = """
format: 1
key: "amber-service"
standard: "Amber Service"
designation: "AS 1:2026"
title_ru: "Стандарт обслуживания"
title_en: "Standard of service"
published_on: 2026-01-01
confirmed: true
checked_on: 2026-11-23
source: ["Order of the government"]
clauses:
  - {number: "1", title_ru: "Приём", title_en: "Reception", question_ru: "Как встречают?", question_en: "How are people met?", audited: true}
  - {number: "1.1", title_ru: "Очередь", title_en: "Queue", question_ru: "Сколько ждут?", question_en: "How long is the wait?", audited: true}
"""


@pytest.fixture
def loaded(db: None) -> Any:
    return load_library(by=SETUP)


def test_every_edition_is_there_with_its_tree(loaded: Any) -> None:
    assert list(queries.editions().values_list("key", flat=True)) == ["2000", "2008", "2015", "2015+A1", "2026"]
    clause = queries.clause("2008", "8.2.2")
    assert clause is not None and clause.parent is not None
    assert (clause.parent.number, clause.title_en) == ("8.2", "Internal audit")
    assert [c.new.number for c in clause.went_to.all()] == ["9.2"]
    assert not Edition.objects.get(key="2026").confirmed


def test_loading_twice_changes_nothing(loaded: Any) -> None:
    again = load_library(by=SETUP)
    assert not again.anything
    assert library_is_current()
    assert json.loads(JournalEntry.objects.order_by("seq").last().decided)["created"] == 0


def test_a_changed_file_updates_rows_and_is_journalled(loaded: Any) -> None:
    Clause.objects.filter(edition__key="2015", number="4.1").update(title_en="Old words")
    Edition.objects.filter(key="2015").update(digest="another")
    again = load_library(by=SETUP)
    assert (again.created, again.changed, again.removed) == (0, 2, 0)
    assert Clause.objects.get(edition__key="2015", number="4.1").title_en != "Old words"
    assert json.loads(JournalEntry.objects.order_by("seq").last().decided)["editions"] == ["2015"]


def test_dates_edited_by_hand_survive_a_loading(loaded: Any) -> None:
    transition = Transition.objects.get(old__key="2015", new__key="2026")
    head = with_role("head_of_quality")
    dates = {"published_on": date(2026, 10, 1), "new_until": date(2028, 3, 31), "ends_on": date(2029, 10, 1)}
    change_transition(by=head, transition=transition, **dates, confirmed=True, source="Resolution 2026-7")
    again = load_library(by=SETUP)
    transition.refresh_from_db()
    assert (transition.ends_on, again.kept) == (date(2029, 10, 1), ["2015 → 2026"])


def test_contradicting_dates_are_all_named(loaded: Any) -> None:
    transition = Transition.objects.get(old__key="2015", new__key="2026")
    with pytest.raises(Refused) as refused:
        change_transition(
            by=with_role("administrator"),
            transition=transition,
            published_on=date(2029, 1, 1),
            new_until=date(2030, 1, 1),
            ends_on=date(2028, 1, 1),
            confirmed=True,
            source=" ",
        )
    assert {p.field for p in refused.value.problems} == {"source", "ends_on", "new_until"}


@pytest.mark.parametrize("role", ["coordinator", "certifier", "internal_auditor", "analyst"])
def test_others_may_not_change_standards(loaded: Any, role: str) -> None:
    from tests.factories import AuthorityFactory

    user = with_role(role, AuthorityFactory())
    with pytest.raises(PermissionDenied):
        load_library(by=user)
    with pytest.raises(PermissionDenied):
        add_own_standard(by=UserFactory(), text=OWN)


def test_a_governments_own_standard(loaded: Any) -> None:
    edition = add_own_standard(by=with_role("head_of_quality"), text=OWN)
    assert edition.own
    clause = queries.clause("amber-service", "1.1")
    assert clause is not None and clause.parent is not None
    assert clause.parent.number == "1"
    assert library_is_current()


def test_an_own_standard_may_not_take_a_shipped_key_and_says_all_that_is_wrong(loaded: Any) -> None:
    head = with_role("head_of_quality")
    with pytest.raises(Refused, match="2015"):
        add_own_standard(by=head, text=OWN.replace("amber-service", "2015"))
    with pytest.raises(Refused) as refused:
        add_own_standard(by=head, text=OWN.replace('number: "1.1"', 'number: "3.1"').replace("confirmed: true", "confirmed: maybe"))
    assert {p.code for p in refused.value.problems} >= {"not_flag"}


def test_audit_time_table_comes_back_as_the_engine_takes_it(loaded: Any) -> None:
    table = queries.audit_time_table()
    assert table == loader.load_audit_time()


@pytest.mark.parametrize("keys", [["2008"], ["2008", "2015", "2026"]])
def test_constant_queries(loaded: Any, django_assert_num_queries: Any, keys: list[str]) -> None:
    for key in keys:
        with django_assert_num_queries(5):
            edition = queries.edition(key)
            assert edition is not None
            assert len(edition.clauses.all()) > 40
            [t.new.key for t in edition.transitions_from.all()]
